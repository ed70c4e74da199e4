//! Windows' job objects: processes that are counted, limited and ended together with all that they start.

use std::io;
use std::os::windows::io::{AsRawHandle, BorrowedHandle, FromRawHandle, OwnedHandle};
use std::time::Duration;

use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOB_OBJECT_LIMIT_PROCESS_MEMORY,
    JOB_OBJECT_LIMIT_PROCESS_TIME, JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
    JOBOBJECTINFOCLASS, JobObjectBasicAccountingInformation, JobObjectExtendedLimitInformation,
    QueryInformationJobObject, SetInformationJobObject, TerminateJobObject,
};
use windows_sys::Win32::System::Threading::GetCurrentProcess;

/// Windows counts CPU time in units of 100 nanoseconds.
const TICKS_PER_SECOND: u64 = 10_000_000;

/// A job object. All its processes end when the last handle to it is closed, by the system too.
#[derive(Debug)]
pub(super) struct JobObject {
    handle: OwnedHandle,
}

impl JobObject {
    pub(super) fn new() -> io::Result<Self> {
        // SAFETY: the call takes no name and no rights, and gives a handle that nobody else has, or none.
        let handle = unsafe { CreateJobObjectW(std::ptr::null(), std::ptr::null()) };
        if handle.is_null() {
            return Err(io::Error::last_os_error());
        }
        let job = Self {
            // SAFETY: as above.
            handle: unsafe { OwnedHandle::from_raw_handle(handle) },
        };
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        job.set(&limits)?;
        Ok(job)
    }

    /// Limits each process to so many bytes of memory and so many seconds of CPU time.
    pub(super) fn limit(&self, memory: u64, cpu: u64) -> io::Result<()> {
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags =
            JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_PROCESS_MEMORY | JOB_OBJECT_LIMIT_PROCESS_TIME;
        limits.BasicLimitInformation.PerProcessUserTimeLimit =
            cpu.saturating_mul(TICKS_PER_SECOND).try_into().unwrap_or(i64::MAX);
        limits.ProcessMemoryLimit = memory.try_into().unwrap_or(usize::MAX);
        self.set(&limits)
    }

    pub(super) fn add(&self, process: BorrowedHandle<'_>) -> io::Result<()> {
        // SAFETY: both handles are open through the call.
        succeeded(unsafe { AssignProcessToJobObject(self.handle.as_raw_handle(), process.as_raw_handle()) })
    }

    pub(super) fn add_this_process(&self) -> io::Result<()> {
        // SAFETY: the first handle is open through the call; the second stands for this process at any time.
        succeeded(unsafe { AssignProcessToJobObject(self.handle.as_raw_handle(), GetCurrentProcess()) })
    }

    /// CPU time of all its processes, the ended ones too.
    pub(super) fn cpu(&self) -> io::Result<Duration> {
        let mut times = JOBOBJECT_BASIC_ACCOUNTING_INFORMATION::default();
        self.get(JobObjectBasicAccountingInformation, &mut times)?;
        let ticks = times.TotalUserTime.unsigned_abs() + times.TotalKernelTime.unsigned_abs();
        Ok(Duration::from_nanos(ticks.saturating_mul(100)))
    }

    /// The most bytes that one of its processes has held at once.
    pub(super) fn peak_memory(&self) -> io::Result<u64> {
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        self.get(JobObjectExtendedLimitInformation, &mut limits)?;
        Ok(limits.PeakProcessMemoryUsed as u64)
    }

    /// Ends all its processes, now.
    pub(super) fn end(&self) -> io::Result<()> {
        // SAFETY: the handle is open through the call.
        succeeded(unsafe { TerminateJobObject(self.handle.as_raw_handle(), 1) })
    }

    fn set(&self, limits: &JOBOBJECT_EXTENDED_LIMIT_INFORMATION) -> io::Result<()> {
        let (start, size) = (std::ptr::from_ref(limits).cast(), size_of_val(limits) as u32);
        let handle = self.handle.as_raw_handle();
        // SAFETY: the call reads this type for this class of information, and both arguments live through it.
        succeeded(unsafe { SetInformationJobObject(handle, JobObjectExtendedLimitInformation, start, size) })
    }

    /// The type has to be that of the class.
    fn get<T>(&self, class: JOBOBJECTINFOCLASS, information: &mut T) -> io::Result<()> {
        let (start, size) = (std::ptr::from_mut(information).cast(), size_of::<T>() as u32);
        let handle = self.handle.as_raw_handle();
        // SAFETY: the call writes no more than the given size, and both arguments live through it.
        succeeded(unsafe { QueryInformationJobObject(handle, class, start, size, std::ptr::null_mut()) })
    }
}

fn succeeded(result: i32) -> io::Result<()> {
    match result {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
