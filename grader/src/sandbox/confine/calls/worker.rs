//! The calls of a worker: those that computing takes. One that is never made by honest code ends the process; one that the
//! standard library makes in passing gets an error; one that nobody has heard of is not there, so that a newer C library
//! falls back to what it did before.

use seccompiler::SeccompAction;

use super::{Argument, Filter, Named, calls, errno};

/// Everything that is not listed here or in another filter is not there.
const ALLOWED: &[&[Named]] = &[
    // Files that are open, and the library, which is to be opened.
    calls![SYS_read SYS_write SYS_readv SYS_writev SYS_close SYS_fstat SYS_lseek SYS_pread64],
    calls![SYS_openat SYS_newfstatat],
    // Memory.
    calls![SYS_mmap SYS_munmap SYS_mremap SYS_mprotect SYS_madvise SYS_brk SYS_mseal],
    // Time, randomness, one's own scheduling.
    calls![SYS_clock_gettime SYS_clock_getres SYS_clock_nanosleep SYS_nanosleep SYS_gettimeofday SYS_getrandom],
    calls![SYS_sched_yield SYS_getcpu SYS_restart_syscall SYS_sched_getaffinity],
    // One's own signals: a stack that overflows, an abort.
    calls![SYS_rt_sigaction SYS_rt_sigprocmask SYS_rt_sigreturn SYS_sigaltstack SYS_tgkill],
    // Who one is.
    calls![SYS_getpid SYS_gettid SYS_getuid SYS_geteuid SYS_getgid SYS_getegid],
    calls![SYS_exit SYS_exit_group],
    // Threads.
    calls![SYS_clone SYS_futex SYS_set_robust_list SYS_set_tid_address SYS_rseq],
    // What the filters on arguments let pass.
    calls![SYS_prctl SYS_fcntl SYS_prlimit64],
    #[cfg(target_arch = "x86_64")]
    calls![SYS_time],
];

/// What ends the process, by what it is for.
const FORBIDDEN: &[(&str, &[Named])] = &[
    (
        "using the network",
        calls![
            SYS_socket SYS_socketpair SYS_connect SYS_bind SYS_listen SYS_accept SYS_accept4 SYS_sendto SYS_recvfrom
            SYS_sendmsg SYS_recvmsg SYS_sendmmsg SYS_recvmmsg
        ],
    ),
    ("starting a process", calls![SYS_execve SYS_execveat]),
    (
        "reaching into a process",
        calls![SYS_ptrace SYS_process_vm_readv SYS_process_vm_writev SYS_kcmp SYS_process_madvise],
    ),
    (
        "signalling a process",
        calls![
            SYS_kill SYS_tkill SYS_rt_sigqueueinfo SYS_rt_tgsigqueueinfo SYS_pidfd_open SYS_pidfd_getfd
            SYS_pidfd_send_signal
        ],
    ),
    (
        "reaching into the kernel",
        calls![
            SYS_io_uring_setup SYS_io_uring_enter SYS_io_uring_register SYS_bpf SYS_perf_event_open SYS_userfaultfd
            SYS_keyctl SYS_add_key SYS_request_key
        ],
    ),
    (
        "sharing memory",
        calls![SYS_memfd_create SYS_shmget SYS_shmat SYS_shmctl SYS_msgget SYS_semget SYS_mq_open],
    ),
    (
        "changing its sandbox",
        calls![
            SYS_unshare SYS_setns SYS_mount SYS_umount2 SYS_pivot_root SYS_chroot SYS_personality SYS_seccomp
            SYS_landlock_create_ruleset SYS_landlock_restrict_self
        ],
    ),
    (
        "changing its user",
        calls![
            SYS_setuid SYS_setgid SYS_setreuid SYS_setregid SYS_setresuid SYS_setresgid SYS_setgroups SYS_setpgid
            SYS_setsid
        ],
    ),
    (
        "changing a limit",
        calls![
            SYS_setpriority SYS_ioprio_set SYS_sched_setaffinity SYS_sched_setscheduler SYS_sched_setattr
        ],
    ),
    (
        "changing files",
        calls![
            SYS_fchmod SYS_fchmodat SYS_fchown SYS_fchownat SYS_unlinkat SYS_renameat2 SYS_linkat
            SYS_symlinkat SYS_mkdirat SYS_mknodat SYS_truncate SYS_ftruncate SYS_fallocate SYS_utimensat SYS_setxattr
        ],
    ),
    (
        "moving data past the grader",
        calls![
            SYS_open_by_handle_at SYS_name_to_handle_at SYS_splice SYS_tee SYS_vmsplice SYS_sendfile
            SYS_copy_file_range SYS_pipe2
        ],
    ),
    (
        "setting an alarm",
        calls![SYS_inotify_init1 SYS_timer_create SYS_setitimer],
    ),
    #[cfg(target_arch = "x86_64")]
    ("starting a process", calls![SYS_fork SYS_vfork]),
    #[cfg(target_arch = "x86_64")]
    (
        "changing files",
        calls![
            SYS_chmod SYS_chown SYS_lchown SYS_unlink SYS_rename SYS_renameat SYS_link SYS_symlink SYS_mkdir SYS_rmdir SYS_mknod
        ],
    ),
    #[cfg(target_arch = "x86_64")]
    ("moving data past the grader", calls![SYS_pipe]),
    #[cfg(target_arch = "x86_64")]
    ("setting an alarm", calls![SYS_alarm]),
    #[cfg(target_arch = "x86_64")]
    ("changing a limit", calls![SYS_setrlimit]),
];

/// What ends the process only with some arguments: another process's number, or no thread.
const FORBIDDEN_AT_TIMES: &[(&str, &[Named])] = &[
    ("signalling a process", calls![SYS_tgkill]),
    ("changing a limit", calls![SYS_prlimit64]),
    ("starting a process", calls![SYS_clone]),
];

/// Where the standard library looks in passing.
const LOOKS: &[&[Named]] = &[
    calls![SYS_readlinkat SYS_faccessat SYS_getcwd SYS_getdents64],
    #[cfg(target_arch = "x86_64")]
    calls![SYS_readlink SYS_access SYS_open SYS_stat SYS_lstat],
];

/// In the order in which they are to be installed. The kernel tries each filter on every call that those before it let
/// pass, so that the one that lets the fewest pass comes first; the last one forbids to install another.
pub(super) fn filters(threads: bool) -> Vec<Filter> {
    let mut filters = vec![allowed(), looks(), terminals(), arguments()];
    if !threads {
        filters.push(no_threads());
    }
    filters.push(forbidden());
    filters
}

/// What a forbidden call is for, and its name.
pub(in super::super) fn meaning(number: i64) -> Option<(&'static str, &'static str)> {
    let groups = FORBIDDEN.iter().chain(FORBIDDEN_AT_TIMES);
    groups.into_iter().find_map(|(what, calls)| {
        let (name, _) = calls.iter().find(|(_, listed)| *listed == number)?;
        Some((*what, name.trim_start_matches("SYS_")))
    })
}

fn looks() -> Filter {
    let filter = Filter::new(errno(libc::EACCES));
    LOOKS.iter().fold(filter, |filter, calls| filter.with(calls))
}

fn terminals() -> Filter {
    Filter::new(errno(libc::ENOTTY)).with(calls![SYS_ioctl])
}

fn arguments() -> Filter {
    let is_not = |index: u8, values: &[i32]| -> Vec<Argument> {
        let values = values.iter().map(|value| value.cast_unsigned());
        values.map(|value| Argument::is_not(index, value)).collect()
    };
    // Installing a filter sets the last of these, this one's successors too.
    let own_name = is_not(0, &[libc::PR_SET_NAME, libc::PR_GET_NAME, libc::PR_SET_NO_NEW_PRIVS]);
    // Among the others is the one that has any signal sent to the grader.
    let own_flags = is_not(1, &[libc::F_GETFD, libc::F_GETFL, libc::F_SETFD, libc::F_DUPFD_CLOEXEC]);
    let [write, both, create, cut] =
        [libc::O_WRONLY, libc::O_RDWR, libc::O_CREAT, libc::O_TRUNC].map(|flag| [Argument::has(2, flag)]);
    Filter::new(errno(libc::EPERM))
        .when(libc::SYS_prctl, &[&own_name])
        .when(libc::SYS_fcntl, &[&own_flags])
        .when(libc::SYS_prlimit64, &[&[Argument::is_no_null(2)]])
        .when(libc::SYS_openat, &[&write, &both, &create, &cut])
}

fn no_threads() -> Filter {
    let thread = [Argument::has(0, libc::CLONE_THREAD)];
    Filter::new(errno(libc::EAGAIN)).when(libc::SYS_clone, &[&thread])
}

/// Also lists what the other filters are about, which is theirs to answer.
fn allowed() -> Filter {
    let mut filter = Filter::new(SeccompAction::Allow);
    filter.others = errno(libc::ENOSYS);
    let others = FORBIDDEN.iter().map(|(_, calls)| calls);
    let lists = ALLOWED.iter().chain(LOOKS).chain(others);
    lists
        .fold(filter, |filter, calls| filter.with(calls))
        .with(calls![SYS_ioctl])
}

fn forbidden() -> Filter {
    let own = std::process::id();
    let filter = Filter::new(SeccompAction::Trap);
    FORBIDDEN
        .iter()
        .fold(filter, |filter, (_, calls)| filter.with(calls))
        .when(libc::SYS_tgkill, &[&[Argument::is_not(0, own)]])
        .when(
            libc::SYS_prlimit64,
            &[&[Argument::is_not(0, 0), Argument::is_not(0, own)]],
        )
        .when(libc::SYS_clone, &[&[Argument::lacks(0, libc::CLONE_THREAD)]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_call_is_both_allowed_and_forbidden() {
        let forbidden: Vec<i64> = FORBIDDEN
            .iter()
            .flat_map(|(_, calls)| *calls)
            .map(|call| call.1)
            .collect();
        for (name, number) in ALLOWED.iter().chain(LOOKS).copied().flatten() {
            assert!(!forbidden.contains(number), "{name}");
        }
    }

    #[test]
    fn every_filter_compiles() {
        for threads in [false, true] {
            let count = if threads { 5 } else { 6 };
            let programs: Vec<_> = filters(threads).into_iter().map(Filter::compile).collect();
            assert!(programs.len() == count && programs.iter().all(Result::is_ok));
        }
    }

    #[test]
    fn a_forbidden_call_has_a_meaning_and_another_has_none() {
        assert_eq!(meaning(libc::SYS_socket), Some(("using the network", "socket")));
        assert_eq!(meaning(libc::SYS_clone), Some(("starting a process", "clone")));
        assert_eq!(meaning(libc::SYS_read), None);
        assert_eq!(meaning(-1), None);
    }
}
