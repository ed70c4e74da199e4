//! Grades -> one HTML file that needs nothing else: the class for the instructor, one submission for its author.
//!
//! The class page is written in two passes over the submissions, so that what is in memory is a line for each of them and a
//! count for each way to fail. Everything a student wrote is escaped by the templates; the page's own policy lets no script
//! run but the one it was written with.
//!
//! Must never: load anything from elsewhere, or make a page for a student from anything but [`redacted`].

mod check;
mod content_policy;
mod histogram;
mod line;
mod listing;
mod overview;
mod plot;
mod submission;
mod tallies;

use std::io::{self, Write};

use askama::Template;

use self::check::Body;
use self::content_policy::{SCRIPT, STYLE, policy};
use self::listing::Listing;
use self::overview::Overview;
use self::submission::{Audience, SubmissionView};
use self::tallies::Tallies;
use super::{Header, SubmissionReport, redacted};

/// How many misconceptions are listed at once.
const MOST_FREQUENT: usize = 8;
/// How many submissions are named where a misconception is described.
const MOST_NAMED: usize = 20;

/// The page of a class up to its first submission.
#[derive(Template)]
#[template(path = "class.html")]
struct ClassPage<'a> {
    policy: &'a str,
    header: &'a Header,
    overview: &'a Overview,
}

/// One submission on the page of a class.
#[derive(Template)]
#[template(path = "section.html")]
struct Section<'a> {
    number: usize,
    it: &'a SubmissionView,
}

/// The end of the page of a class.
#[derive(Template)]
#[template(path = "foot.html")]
struct Foot<'a> {
    header: &'a Header,
}

/// The page of one submission.
#[derive(Template)]
#[template(path = "student.html")]
struct StudentPage<'a> {
    policy: &'a str,
    header: &'a Header,
    it: &'a SubmissionView,
}

/// Writes the page of a class, for the instructor: all there is, hidden checks too. Each submission is read twice.
///
/// # Errors
/// When a submission cannot be read, or nothing can be written.
pub fn page(
    header: &Header,
    ids: &[&str],
    read: &mut dyn FnMut(&str) -> io::Result<SubmissionReport>,
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut tallies = Tallies::default();
    for id in ids {
        tallies.add(&read(id)?);
    }
    let overview = tallies.overview(header);
    let policy = policy(true);
    let head = ClassPage {
        policy: &policy,
        header,
        overview: &overview,
    };
    head.write_into(to)?;
    let mut listing = Listing::of(tallies.failures());
    for (number, id) in ids.iter().enumerate() {
        let it = SubmissionView::new(&read(id)?, number, &mut Audience::Instructor(&mut listing));
        Section { number, it: &it }.write_into(to)?;
    }
    Foot { header }.write_into(to)?;
    to.flush()
}

/// Writes the page of one submission, for its author: made from [`redacted`], whatever it is given.
///
/// # Errors
/// When nothing can be written.
pub fn student_page(header: &Header, report: &SubmissionReport, to: &mut dyn Write) -> io::Result<()> {
    let it = SubmissionView::new(&redacted(report), 0, &mut Audience::Student);
    let policy = policy(false);
    let page = StudentPage {
        policy: &policy,
        header,
        it: &it,
    };
    page.write_into(to)?;
    to.flush()
}

#[cfg(test)]
mod tests;
