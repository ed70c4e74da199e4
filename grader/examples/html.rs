//! Renders a `report.json` as pages, as `grader report` does, but of any file: for looking at the pages and measuring them.
//!
//! `cargo run --example html -- report.json FOLDER` writes `FOLDER/report.html` and `FOLDER/<submission>.html`.

use std::collections::BTreeMap;
use std::io::{self, BufWriter};
use std::path::PathBuf;

use grader::report::{Header, Report, SubmissionReport, html};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(file), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: html REPORT.json FOLDER"));
    };
    let report: Report = serde_json::from_slice(&fs_err::read(file)?)?;
    let header = Header {
        schema: report.schema,
        assignment: report.assignment,
        receipt: report.receipt,
        exercises: report.exercises,
        notes: report.notes,
    };
    fs_err::create_dir_all(&folder)?;
    let create = |name: &str| Ok::<_, io::Error>(BufWriter::new(fs_err::File::create(folder.join(name))?));
    for (number, submission) in report.submissions.iter().enumerate().take(30) {
        html::student_page(&header, submission, &mut create(&format!("student-{number}.html"))?)?;
    }
    let by_id: BTreeMap<&str, &SubmissionReport> = report
        .submissions
        .iter()
        .map(|submission| (submission.id.as_str(), submission))
        .collect();
    let ids: Vec<&str> = by_id.keys().copied().collect();
    html::page(
        &header,
        &ids,
        &mut |id| Ok(by_id[id].clone()),
        &mut create("report.html")?,
    )
}
