//! Reports -> what other systems and people read, to the letter of each format.
//!
//! Takes a run's header and reports one at a time; gives bytes. What students see is made here from what [`redacted`] lets
//! through, and from nothing else. The total is always [`SubmissionReport::points`], and the tests of a format add up to it.
//!
//! Must never: write a score where there is none, read or write files, look at the environment.

mod sheet;

mod autolab;
mod classroom50;
mod csv;
mod exercism;
mod github;
mod gradescope;
mod junit;
mod markdown;
mod prairielearn;

pub use csv::write as csv;
pub use github::summary;
pub use junit::write as junit;
pub use markdown::write as markdown;

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};

use serde::Serialize;

use super::{Header, SubmissionReport, html, redacted};
use sheet::Sheet;

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// On all submissions.
    Class(ClassFormat),
    /// On one submission; its author sees it.
    Submission(SubmissionFormat),
}

/// A format on all submissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassFormat {
    /// A table for a terminal.
    Table,
    /// `report.json`.
    Json,
    /// A line per submission.
    Csv,
    /// JUnit's XML, as students may see it.
    Junit,
    /// A page for a browser; the instructor's.
    Html,
}

/// A format on one submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubmissionFormat {
    /// Gradescope's `results.json`.
    Gradescope,
    /// Classroom 50's `result.json`.
    Classroom50,
    /// PrairieLearn's results.
    Prairielearn,
    /// The results of an Exercism test runner, version 3.
    Exercism,
    /// Autolab's last lines.
    Autolab,
    /// Annotations of GitHub Actions.
    Github,
    /// Feedback for people.
    Markdown,
    /// Feedback for people, as a page for a browser: what `html` means where there is a file for each.
    Page,
}

/// The reports of a class, one at a time.
pub type Reports<'a> = &'a mut dyn Iterator<Item = io::Result<SubmissionReport>>;

impl Format {
    /// All there are, by name.
    pub const ALL: [(&'static str, Self); 12] = [
        ("table", Self::Class(ClassFormat::Table)),
        ("json", Self::Class(ClassFormat::Json)),
        ("csv", Self::Class(ClassFormat::Csv)),
        ("junit", Self::Class(ClassFormat::Junit)),
        ("html", Self::Class(ClassFormat::Html)),
        ("gradescope", Self::Submission(SubmissionFormat::Gradescope)),
        ("classroom50", Self::Submission(SubmissionFormat::Classroom50)),
        ("prairielearn", Self::Submission(SubmissionFormat::Prairielearn)),
        ("exercism", Self::Submission(SubmissionFormat::Exercism)),
        ("autolab", Self::Submission(SubmissionFormat::Autolab)),
        ("github", Self::Submission(SubmissionFormat::Github)),
        ("markdown", Self::Submission(SubmissionFormat::Markdown)),
    ];

    /// The format of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(other, _)| *other == name);
        found.map(|(_, format)| *format)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, format)| *format == self);
        found.map_or("", |(name, _)| name)
    }
}

impl SubmissionFormat {
    /// How the names of its files end.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Gradescope | Self::Classroom50 | Self::Prairielearn | Self::Exercism => "json",
            Self::Autolab | Self::Github => "txt",
            Self::Markdown => "md",
            Self::Page => "html",
        }
    }

    /// Whether it cannot say that there is no grade; then nothing may be written in it.
    #[must_use]
    pub fn needs_points(self) -> bool {
        match self {
            Self::Gradescope | Self::Classroom50 | Self::Prairielearn | Self::Exercism | Self::Autolab => true,
            Self::Github | Self::Markdown | Self::Page => false,
        }
    }

    /// What the format does to points, when it cannot say them as they are.
    #[must_use]
    pub fn rounding(self, report: &SubmissionReport) -> Option<String> {
        match self {
            Self::Classroom50 => Some(classroom50::ROUNDING.to_owned()),
            Self::Prairielearn => prairielearn::rounding(&Sheet::of(&redacted(report))),
            Self::Gradescope | Self::Exercism | Self::Autolab | Self::Github | Self::Markdown | Self::Page => None,
        }
    }
}

/// Writes what the author of a submission may see of it.
///
/// # Errors
/// When it cannot be written, or there is no grade and the format needs one.
pub fn submission(
    format: SubmissionFormat,
    header: &Header,
    report: &SubmissionReport,
    to: &mut dyn Write,
) -> io::Result<()> {
    if format.needs_points() && report.points().is_none() {
        return Err(io::Error::other(format!("there is no grade of {}", report.id)));
    }
    let report = redacted(report);
    let sheet = Sheet::of(&report);
    match format {
        SubmissionFormat::Page => html::student_page(header, &report, to),
        SubmissionFormat::Gradescope => json(&gradescope::results(&sheet), to),
        SubmissionFormat::Classroom50 => json(&classroom50::result(&header.assignment, &sheet), to),
        SubmissionFormat::Prairielearn => json(&prairielearn::results(&sheet), to),
        SubmissionFormat::Exercism => json(&exercism::results(&sheet), to),
        SubmissionFormat::Autolab => autolab::write(&sheet, to),
        SubmissionFormat::Github => github::write(&sheet, &token(), to),
        SubmissionFormat::Markdown => write!(to, "{}", markdown::feedback(&header.assignment, &sheet)),
    }
}

fn json(results: &impl Serialize, to: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, results)?;
    writeln!(to)
}

/// A word that nobody can guess: the standard library seeds its hashes at random.
fn token() -> String {
    let random = || RandomState::new().hash_one(0);
    format!("{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
