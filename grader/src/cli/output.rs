//! `--format` -> what is printed, and what is written where.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use fs_err as fs;

use super::failure::Failure;
use super::{out, say};
use crate::report::format::{self, ClassFormat, Format, SubmissionFormat};
use crate::report::{Header, Row, SubmissionReport, details, html, plural, summary, table};
use crate::store::{self, Results};

/// How much of a step's summary GitHub takes, in bytes.
const MAX_SUMMARY: u64 = 1 << 20;

#[derive(Debug, Args)]
pub(super) struct OutputArguments {
    /// What to print, or with =FILE to write; any number of them
    ///
    /// On all submissions: table, json, csv, junit, html. On one submission, or with =FOLDER/ a file for each: gradescope,
    /// classroom50, prairielearn, exercism, autolab, github, markdown; html=FOLDER/ too.
    #[arg(
        long = "format",
        value_name = "NAME[=FILE]",
        value_delimiter = ',',
        default_value = "table"
    )]
    format: Vec<Output>,
}

/// A format, and where it goes.
#[derive(Debug, Clone)]
struct Output {
    format: Format,
    file: Option<PathBuf>,
}

/// Where a format goes.
enum Target<'a> {
    Stdout,
    File(&'a Path),
    /// A file for each submission.
    Folder(&'a Path),
}

/// What is shown: results, all of the submissions that are reported on, and those of them that are asked for by name.
pub(super) struct Shown<'a> {
    pub(super) results: &'a mut dyn Results,
    pub(super) all: &'a [&'a str],
    pub(super) chosen: &'a [&'a str],
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("name a file after the =".to_owned()),
            Some((name, file)) => (name, Some(file.into())),
            None => (text, None),
        };
        let names = || Format::ALL.map(|(name, _)| name).join(", ");
        let format = Format::named(name).ok_or_else(|| format!("there is no such format; there are {}", names()))?;
        Ok(Self { format, file })
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{}={}", self.format.name(), file.display()),
            None => f.write_str(self.format.name()),
        }
    }
}

impl Output {
    /// A page for each submission is another than the one on the class.
    fn format(&self) -> Format {
        match (self.format, self.target()) {
            (Format::Class(ClassFormat::Html), Target::Folder(_)) => Format::Submission(SubmissionFormat::Page),
            (format, _) => format,
        }
    }

    fn target(&self) -> Target<'_> {
        match self.file.as_deref() {
            None => Target::Stdout,
            Some(path) if is_folder(path) => Target::Folder(path),
            Some(path) => Target::File(path),
        }
    }

    /// Where it goes: the path as it is, and in a folder how the names of the files end.
    fn place(&self) -> (Option<PathBuf>, &'static str) {
        let path = self.file.as_deref().map(|file| file.components().collect());
        match self.format() {
            Format::Submission(format) if matches!(self.target(), Target::Folder(_)) => (path, format.extension()),
            Format::Class(_) | Format::Submission(_) => (path, ""),
        }
    }

    /// Whether this can be done for so many submissions; makes the folder that it is written to.
    fn check(&self, chosen: usize) -> Result<(), String> {
        let name = self.format.name();
        match (self.format(), self.target()) {
            (Format::Class(_), Target::Folder(path)) => Err(format!(
                "{} is a folder; {name} is on all submissions, so name a file",
                path.display()
            )),
            (Format::Submission(_), Target::Stdout | Target::File(_)) if chosen != 1 => Err(format!(
                "{name} is on one submission, and there are {chosen}; write a file for each with --format {name}=FOLDER/, or \
                 name one with --only"
            )),
            (_, Target::Stdout) => Ok(()),
            (_, Target::File(path)) => check_file(path),
            (_, Target::Folder(path)) => prepare(path),
        }
    }
}

/// Whether it is one already, or ends as one.
fn is_folder(path: &Path) -> bool {
    let last = path.as_os_str().as_encoded_bytes().last();
    last.is_some_and(|last| std::path::is_separator(char::from(*last))) || path.is_dir()
}

/// What is there may be replaced if it is a file or a link to one; a device may not, nor a link among the devices.
fn check_file(path: &Path) -> Result<(), String> {
    let system = ["/dev", "/proc"].map(Path::new);
    let is_system = fs::canonicalize(parent(path)).is_ok_and(|real| system.iter().any(|place| real.starts_with(place)));
    if is_system || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(format!(
            "{} is no plain file; without =FILE, a format is printed",
            path.display()
        ));
    }
    prepare(parent(path))
}

fn parent(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Whether a path is one of the files that a run keeps in its folder.
fn is_of_run(path: &Path, run: &Path) -> bool {
    let in_run = match (fs::canonicalize(parent(path)), fs::canonicalize(run)) {
        (Ok(folder), Ok(run)) => folder == run,
        (Err(_), _) | (_, Err(_)) => parent(path) == run,
    };
    in_run
        && path
            .file_name()
            .is_some_and(|name| store::KEPT.iter().any(|kept| name == *kept))
}

fn prepare(folder: &Path) -> Result<(), String> {
    store::prepare(folder).map_err(|error| format!("cannot write to {}: {error}", folder.display()))
}

impl OutputArguments {
    /// Whether all of it can be done for so many submissions of the run in a folder. Before the work, not after it.
    pub(super) fn check(&self, chosen: usize, run: Option<&Path>) -> Result<(), Failure> {
        let usage = |why: String| Failure::Usage(format!("error: {why}"));
        let of_run = |file: &&Path| run.is_some_and(|run| is_of_run(file, run));
        if let Some(file) = self
            .format
            .iter()
            .filter_map(|output| output.file.as_deref())
            .find(of_run)
        {
            let file = file.display();
            return Err(usage(format!("{file} is what the run itself keeps; name another file")));
        }
        let printed: Vec<&Output> = self.format.iter().filter(|output| output.file.is_none()).collect();
        if let [first, second, ..] = printed.as_slice() {
            return Err(usage(format!(
                "{first} and {second} cannot both be printed; add =FILE to all but one: --format {first},{second}=FILE"
            )));
        }
        let mut targets = BTreeSet::new();
        let mut files = self.format.iter().filter(|output| output.file.is_some());
        if let Some(output) = files.find(|output| !targets.insert(output.place())) {
            return Err(usage(format!("another format goes to the same file as {output}")));
        }
        self.format
            .iter()
            .try_for_each(|output| output.check(chosen))
            .map_err(usage)
    }

    /// Prints and writes all of it.
    pub(super) fn show(&self, shown: &mut Shown<'_>) -> Result<(), Failure> {
        let mut without_grade = BTreeSet::new();
        for output in &self.format {
            without_grade.extend(output.show(shown)?);
        }
        if without_grade.is_empty() {
            Ok(())
        } else {
            Err(Failure::NotGraded(format!(
                "error: not graded: {}",
                names(&without_grade)
            )))
        }
    }
}

impl Output {
    /// Gives the submissions that were not graded and so are not in it.
    fn show(&self, shown: &mut Shown<'_>) -> Result<Vec<String>, Failure> {
        match (self.format(), self.target()) {
            (Format::Class(format), Target::Stdout) => out(|stdout| class(format, shown, stdout))?,
            (Format::Class(format), Target::File(file) | Target::Folder(file)) => {
                write_file(file, &mut |to| class(format, shown, to))?;
            }
            (Format::Submission(format), target) => return self.show_each(format, &target, shown),
        }
        Ok(Vec::new())
    }

    fn show_each(
        &self,
        format: SubmissionFormat,
        target: &Target<'_>,
        shown: &mut Shown<'_>,
    ) -> Result<Vec<String>, Failure> {
        let header = shown.results.header().clone();
        let (mut without_grade, mut roundings) = (Vec::new(), BTreeSet::new());
        for id in shown.chosen {
            let report = shown.results.report(id).map_err(|error| unreadable(&error))?;
            if format.needs_points() && report.points().is_none() {
                say(&format!("{self}: {id} has no grade, so that nothing is written of it"));
                without_grade.extend(Row::from(&report).is_fault().then(|| (*id).to_owned()));
                continue;
            }
            roundings.extend(format.rounding(&report));
            let mut write = |to: &mut dyn Write| format::submission(format, &header, &report, to);
            match target {
                Target::Stdout => out(write)?,
                Target::File(file) => write_file(file, &mut write)?,
                Target::Folder(folder) => {
                    let name = store::file_name(id, format.extension()).map_err(|error| unreadable(&error))?;
                    write_file(&folder.join(name), &mut write)?;
                }
            }
            if format == SubmissionFormat::Github {
                summarize(&header, &report)?;
            }
        }
        roundings
            .iter()
            .for_each(|rounding| say(&format!("{self}: {rounding}")));
        Ok(without_grade)
    }
}

/// The submissions that are asked for by name; without a name, all.
pub(super) fn chosen<'a>(ids: &[&'a str], names: &[String]) -> Vec<&'a str> {
    let is_chosen = |id: &&str| names.is_empty() || names.iter().any(|name| name == id);
    ids.iter().copied().filter(is_chosen).collect()
}

/// Refuses the name of a submission that there is not.
pub(super) fn unknown<'a>(ids: &[&str], mut names: impl Iterator<Item = &'a String>) -> Result<(), Failure> {
    let unknown = names.find(|name| !ids.contains(&name.as_str()));
    unknown.map_or(Ok(()), |unknown| {
        Err(Failure::Usage(format!("error: there is no submission `{unknown}`")))
    })
}

/// Everything about each of these submissions, for the instructor.
pub(super) fn print_details(results: &mut dyn Results, ids: &[&str]) -> Result<(), Failure> {
    out(|stdout| {
        for (number, id) in ids.iter().enumerate() {
            let gap = if number == 0 { "" } else { "\n" };
            write!(stdout, "{gap}{}", details(&results.report(id)?))?;
        }
        Ok(())
    })
}

fn class(format: ClassFormat, shown: &mut Shown<'_>, to: &mut dyn Write) -> io::Result<()> {
    let Shown { results, all, .. } = shown;
    let header = results.header().clone();
    let mut reports = all.iter();
    match format {
        ClassFormat::Table => {
            let rows: Vec<Row> = reports.map(|id| results.row(id)).collect::<io::Result<_>>()?;
            let rows: Vec<&Row> = rows.iter().collect();
            write!(to, "{}\n{}", table(&header, &rows), summary(&header, &rows))
        }
        ClassFormat::Json => results.write(all, to),
        ClassFormat::Csv => format::csv(&header, &mut reports.by_ref().map(|id| results.report(id)), to),
        ClassFormat::Html => html::page(&header, all, &mut |id| results.report(id), to),
        ClassFormat::Junit => format::junit(&header, &mut reports.by_ref().map(|id| results.report(id)), to),
    }
}

fn write_file(file: &Path, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let written = store::replace_with(file, |new| {
        let mut new = io::BufWriter::new(new);
        write(&mut new)?;
        new.flush()
    });
    written.map_err(|error| Failure::NotGraded(format!("error: cannot write {}: {error}", file.display())))
}

/// Appends to the summary of the step, where GitHub's runner asks for one.
fn summarize(header: &Header, report: &SubmissionReport) -> Result<(), Failure> {
    let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) else {
        return Ok(());
    };
    append_summary(Path::new(&file), header, report).map_err(|error| {
        let file = file.display();
        Failure::NotGraded(format!("error: cannot write the step's summary to {file}: {error}"))
    })
}

fn append_summary(file: &Path, header: &Header, report: &SubmissionReport) -> io::Result<()> {
    let mut text = Vec::new();
    format::summary(header, report, &mut text)?;
    let mut file = fs::OpenOptions::new().append(true).create(true).open(file)?;
    if file.metadata()?.len() + text.len() as u64 > MAX_SUMMARY {
        text = b"The feedback is too long for a summary; it is in the log.\n".to_vec();
    }
    file.write_all(&text)
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::Internal(format!("error: {error}"))
}

fn names(ids: &BTreeSet<String>) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<&str> = ids.iter().take(SHOWN).map(String::as_str).collect();
    match ids.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {}", shown.join(", "), plural(more, "other")),
    }
}
