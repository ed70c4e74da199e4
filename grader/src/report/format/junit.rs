//! A class as JUnit's XML: a suite per submission, a case per test. What XML cannot hold is left out.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::sheet::{Mark, Sheet, Test};
use super::{Header, Reports};
use crate::report::redacted;

/// Writes all submissions, as their authors may see them.
///
/// # Errors
/// When a report cannot be read, or nothing can be written.
pub fn write(header: &Header, reports: Reports<'_>, to: &mut dyn Write) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(&mut *to, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let name = allowed(&header.assignment);
    let suites = writer
        .create_element("testsuites")
        .with_attribute(("name", name.as_str()));
    suites.write_inner_content(|writer| {
        for report in reports {
            suite(&Sheet::of(&redacted(&report?)), writer)?;
        }
        Ok(())
    })?;
    writeln!(to)
}

fn suite<W: Write>(sheet: &Sheet<'_>, writer: &mut Writer<W>) -> io::Result<()> {
    // What was not graded has not failed.
    let mark = |test: &Test| {
        if sheet.total.is_some() {
            test.mark
        } else {
            Mark::NotGraded
        }
    };
    let count = |wanted: &[Mark]| {
        let counted = sheet.tests.iter().filter(|test| wanted.contains(&mark(test)));
        counted.count().to_string()
    };
    let suite = writer.create_element("testsuite").with_attributes([
        ("name", allowed(&sheet.report.id).as_str()),
        ("tests", &sheet.tests.len().to_string()),
        ("failures", &count(&[Mark::Fail])),
        ("errors", &count(&[Mark::Error])),
        ("skipped", &count(&[Mark::Skipped, Mark::NotGraded])),
    ]);
    suite.write_inner_content(|writer| {
        properties(sheet, writer)?;
        sheet
            .tests
            .iter()
            .try_for_each(|test| case(sheet, test, mark(test), writer))?;
        text("system-out", &sheet.report.output, writer)
    })?;
    Ok(())
}

fn properties<W: Write>(sheet: &Sheet<'_>, writer: &mut Writer<W>) -> io::Result<()> {
    let points = sheet.total.map(|total| ("points", total.to_string()));
    let all = points.into_iter().chain([("possible", sheet.possible.to_string())]);
    writer.create_element("properties").write_inner_content(|writer| {
        for (name, value) in all {
            let property = writer.create_element("property");
            property
                .with_attributes([("name", name), ("value", &value)])
                .write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn case<W: Write>(sheet: &Sheet<'_>, test: &Test, mark: Mark, writer: &mut Writer<W>) -> io::Result<()> {
    let exercise = test
        .exercise
        .checked_sub(1)
        .and_then(|index| sheet.report.exercises.get(index));
    let class = exercise.map_or("submission", |exercise| exercise.id.as_str());
    let case = writer
        .create_element("testcase")
        .with_attributes([("name", allowed(&test.name).as_str()), ("classname", &allowed(class))]);
    let (element, kind) = match mark {
        Mark::Pass => return case.write_empty().map(drop),
        Mark::Fail => ("failure", "wrong"),
        Mark::Error => ("error", "error"),
        Mark::Skipped => ("skipped", "skipped"),
        Mark::NotGraded => ("skipped", "not_graded"),
    };
    let message = allowed(test.message.as_deref().unwrap_or(mark.word()));
    let first = message.lines().next().unwrap_or_default();
    case.write_inner_content(|writer| {
        let failure = writer
            .create_element(element)
            .with_attributes([("type", kind), ("message", first)]);
        failure.write_text_content(BytesText::new(&message)).map(drop)
    })?;
    Ok(())
}

fn text<W: Write>(element: &str, text: &str, writer: &mut Writer<W>) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let element = writer.create_element(element);
    element.write_text_content(BytesText::new(&allowed(text)))?;
    Ok(())
}

/// Text without the characters that XML 1.0 forbids, escaped or not.
fn allowed(text: &str) -> String {
    let is_allowed =
        |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_allowed).collect()
}
