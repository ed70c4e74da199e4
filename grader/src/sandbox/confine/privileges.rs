//! Life with the grader, and rights beyond those of any user: both end.

use std::io;

use rustix::process::{DumpableBehavior, Signal, getppid, getuid};
use rustix::thread::{CapabilitySet, CapabilitySets, Gid, Uid};

use super::{NOBODY, Root};

/// Keeps other processes of the same user from looking into this one.
pub(crate) fn hide() -> io::Result<()> {
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// Binds this process to its parent's life, and gives up what an administrator may do beyond others.
pub(super) fn give_up(root: Root, parent: u32) -> io::Result<()> {
    bind_to(parent)?;
    if getuid().is_root() {
        match root {
            Root::BecomesNobody => become_nobody()?,
            Root::LosesCapabilities => lose_capabilities()?,
        }
        // A change of user undoes these.
        bind_to(parent)?;
    }
    Ok(())
}

fn bind_to(parent: u32) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    // It may have died before it could be bound to.
    let is_alive = getppid().is_some_and(|pid| pid.as_raw_pid().cast_unsigned() == parent);
    if !is_alive {
        return Err(io::Error::other("the grader is gone"));
    }
    hide()?;
    rustix::thread::set_no_new_privs(true)?;
    Ok(())
}

/// A user namespace may not know nobody, and a container may not let its administrator become anyone else.
fn become_nobody() -> io::Result<()> {
    let (user, group) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
    let became = rustix::thread::set_thread_groups(&[])
        .and_then(|()| rustix::thread::set_thread_res_gid(group, group, group))
        .and_then(|()| rustix::thread::set_thread_res_uid(user, user, user));
    if became.is_err() {
        return lose_capabilities();
    }
    if rustix::thread::set_thread_uid(Uid::ROOT).is_ok() {
        return Err(io::Error::other("the administrator's rights came back"));
    }
    Ok(())
}

/// Without capabilities, and with no way to new privileges, the administrator is a user like others, who owns many files.
fn lose_capabilities() -> io::Result<()> {
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    rustix::thread::clear_ambient_capability_set()?;
    rustix::thread::set_capabilities(None, none)?;
    Ok(())
}
