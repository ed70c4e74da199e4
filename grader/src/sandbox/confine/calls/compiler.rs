//! The calls of a compiler and its linker: all but those that have no place in a build. A tool that tries one of these gets
//! an error and goes on without.

use super::{Argument, Filter, Named, calls, errno};

const REFUSED: &[&[Named]] = &[
    // The network. A pair of sockets stays, for what starts processes with it.
    calls![
        SYS_socket SYS_connect SYS_bind SYS_listen SYS_accept SYS_accept4 SYS_sendto SYS_sendmmsg SYS_recvmmsg
    ],
    // Other processes.
    calls![
        SYS_ptrace SYS_process_vm_readv SYS_process_vm_writev SYS_process_madvise SYS_kcmp SYS_pidfd_open
        SYS_pidfd_getfd SYS_pidfd_send_signal SYS_kill SYS_tkill SYS_rt_sigqueueinfo SYS_rt_tgsigqueueinfo
    ],
    // Mounts and namespaces.
    calls![
        SYS_mount SYS_umount2 SYS_pivot_root SYS_chroot SYS_open_tree SYS_move_mount SYS_fsopen SYS_fsconfig SYS_fsmount
        SYS_fspick SYS_unshare SYS_setns
    ],
    // The machine.
    calls![
        SYS_swapon SYS_swapoff SYS_reboot SYS_init_module SYS_finit_module SYS_delete_module SYS_kexec_load SYS_acct
        SYS_quotactl SYS_syslog SYS_fanotify_init
    ],
    // The kernel's wider doors.
    calls![
        SYS_bpf SYS_perf_event_open SYS_userfaultfd SYS_io_uring_setup SYS_io_uring_enter SYS_io_uring_register
        SYS_keyctl SYS_add_key SYS_request_key
    ],
    // Users and scheduling; a way out of the group that is killed in the end.
    calls![
        SYS_setsid SYS_setpgid
        SYS_setuid SYS_setgid SYS_setreuid SYS_setregid SYS_setresuid SYS_setresgid SYS_setgroups SYS_sched_setaffinity
        SYS_sched_setscheduler SYS_sched_setattr SYS_setpriority SYS_ioprio_set SYS_personality
    ],
    // What outlives a process.
    calls![SYS_shmget SYS_shmat SYS_msgget SYS_semget SYS_mq_open SYS_memfd_create],
    calls![SYS_name_to_handle_at SYS_open_by_handle_at SYS_mknodat],
    #[cfg(target_arch = "x86_64")]
    calls![SYS_mknod],
];

/// One filter, which lists what is refused.
pub(super) fn filters() -> Vec<Filter> {
    let filter = Filter::new(errno(libc::EPERM));
    let filter = REFUSED.iter().fold(filter, |filter, calls| filter.with(calls));
    // The limits of another process are not a compiler's to change.
    let another = [Argument::is_not(0, 0), Argument::is_not(0, std::process::id())];
    vec![filter.when(libc::SYS_prlimit64, &[&another])]
}
