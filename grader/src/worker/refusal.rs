//! Which system call was refused: left where the grader finds it when the process is gone.
//!
//! A refused call is a signal to the one who makes it. The handler writes the call's number into the [`outbox`] and lets
//! the signal end the process. A submission can replace the handler, or write a number of its choice: the call is not
//! made either way, and nothing but the words of the report is at stake.
//!
//! [`outbox`]: super::outbox

use std::ffi::{c_int, c_void};
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where the number goes.
static PLACE: OnceLock<&'static AtomicU64> = OnceLock::new();

/// Where the kernel puts the call's number in what it tells a handler.
const OFFSET: usize = 24;

/// The code of a signal that a filter has caused.
const BY_A_FILTER: c_int = 1;

/// Has the numbers of refused calls written to this place.
pub(super) fn report_to(place: &'static AtomicU64) -> io::Result<()> {
    PLACE.get_or_init(|| place);
    handle(on_refusal, libc::SA_RESETHAND)
}

/// Handles the signal of a refused call, on the stack that is kept for a stack overflow.
pub(super) fn handle(handler: Handler, flag: c_int) -> io::Result<()> {
    // SAFETY: `sigaction` is made of integers, a set and a function that may be none, for all of which zero is a value.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER | flag;
    // SAFETY: the call reads the one variable, and the handler does nothing that a signal could interrupt badly.
    if unsafe { libc::sigaction(libc::SIGSYS, &action, std::ptr::null_mut()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// What is called with a signal.
pub(super) type Handler = extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);

/// Does only what may be done in a handler: an atomic store, and a signal to itself that nothing handles any more.
extern "C" fn on_refusal(_signal: c_int, info: *mut libc::siginfo_t, _context: *mut c_void) {
    if let (Some(place), Some(number)) = (PLACE.get(), number(info)) {
        place.store(number, Ordering::Release);
    }
    // SAFETY: the call takes a number.
    unsafe { libc::raise(libc::SIGSYS) };
}

/// The call's number, if a filter has caused the signal.
pub(super) fn number(info: *const libc::siginfo_t) -> Option<u64> {
    // SAFETY: the kernel hands a handler what it says in this type.
    let code = unsafe { (*info).si_code };
    // SAFETY: as above; with this code, what it says has the number in this place, on every machine with filters.
    let number = unsafe { info.byte_add(OFFSET).cast::<c_int>().read() };
    (code == BY_A_FILTER).then_some(number.unsigned_abs().into())
}
