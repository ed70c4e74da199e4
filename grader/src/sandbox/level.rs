//! How far this machine holds a submission back, in one line that every report prints.

use std::fmt;

/// Whether a machine without all of it will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// Landlock and seccomp, or nothing runs.
    Required,
    /// Whatever the machine has: the instructor has said so.
    BestEffort,
}

impl Isolation {
    /// As a command line has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::BestEffort => "best-effort",
        }
    }

    /// From the name of [`Isolation::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Required, Self::BestEffort]
            .into_iter()
            .find(|isolation| isolation.name() == name)
    }
}

/// What the kernel has taken on, in its own words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Level {
    /// The version of Landlock's rules that are in force; 0 is none.
    pub landlock: u8,
    /// Whether system calls are filtered.
    pub seccomp: bool,
}

/// What Landlock holds back beyond opening files, and since which version.
const NEWER: [(u8, &str); 3] = [
    (3, "files may be cut short by the compiler"),
    (4, "the network is closed by seccomp alone"),
    (6, "signals are stopped by seccomp alone"),
];

/// What there is without Landlock and seccomp.
const NONE: &str = if cfg!(target_os = "linux") {
    "none: processes of their own, time and memory limits"
} else {
    "process isolation and time-outs only"
};

impl Level {
    /// Whether files are out of reach and system calls filtered: without both, nothing is worth calling isolation.
    #[must_use]
    pub fn is_sound(self) -> bool {
        self.landlock > 0 && self.seccomp
    }

    /// What is not as it could be, each as a fragment.
    fn missing(self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if self.landlock == 0 {
            missing.push("files can be read (no Landlock)");
        } else {
            let newer = NEWER.iter().filter(|(version, _)| *version > self.landlock);
            missing.extend(newer.map(|(_, what)| what));
        }
        if !self.seccomp {
            missing.push("system calls are not filtered (no seccomp)");
        }
        missing
    }

    /// One byte for each field, to be sent.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 2] {
        [self.landlock, u8::from(self.seccomp)]
    }

    /// From the bytes of [`Level::to_bytes`].
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [landlock, seccomp @ (0 | 1)] => Some(Self {
                landlock,
                seccomp: seccomp == 1,
            }),
            _ => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = self.missing();
        if missing.is_empty() {
            f.write_str("full: Landlock and seccomp")
        } else if self.landlock == 0 && !self.seccomp {
            f.write_str(NONE)
        } else {
            write!(f, "reduced: {}", missing.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_says_what_is_missing_and_survives_its_bytes() {
        for (landlock, seccomp, text, is_sound) in [
            (7, true, "full: Landlock and seccomp", true),
            (6, true, "full: Landlock and seccomp", true),
            (4, true, "reduced: signals are stopped by seccomp alone", true),
            (
                1,
                true,
                "reduced: files may be cut short by the compiler, the network is closed by seccomp alone, \
                 signals are stopped by seccomp alone",
                true,
            ),
            (0, true, "reduced: files can be read (no Landlock)", false),
            (7, false, "reduced: system calls are not filtered (no seccomp)", false),
            (0, false, NONE, false),
        ] {
            let level = Level { landlock, seccomp };
            assert_eq!((level.to_string().as_str(), level.is_sound()), (text, is_sound));
            assert_eq!(Level::from_bytes(&level.to_bytes()), Some(level));
        }
    }

    #[test]
    fn other_bytes_are_no_level() {
        for bytes in [&[][..], &[1], &[1, 2], &[1, 1, 1]] {
            assert_eq!(Level::from_bytes(bytes), None);
        }
    }
}
