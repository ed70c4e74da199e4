//! What learning systems pack, and what students put into it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};

use tempfile::{NamedTempFile, TempDir};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::files::{submission, temporary, write};
use crate::run::{Run, grade, of};
use crate::specs::small;

/// Files by their names in an archive.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The text of a sample submission.
fn source(name: &str) -> Vec<u8> {
    fs::read(submission(name).join("src/lib.rs")).unwrap()
}

pub(crate) fn zip(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn zip_of(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    zip(&files
        .iter()
        .map(|(name, content)| ((*name).to_owned(), content.clone()))
        .collect())
}

/// A crate as a student packs it on a Mac, with all that lies around.
fn littered() -> Vec<u8> {
    zip_of(&[
        ("hw1/src/lib.rs", source("notebook-port")),
        ("hw1/Cargo.toml", b"[package]".to_vec()),
        ("hw1/target/debug/libhw1.so", vec![0; 1000]),
        ("hw1/.DS_Store", vec![0; 10]),
        ("__MACOSX/hw1/._src", vec![0; 10]),
    ])
}

/// An archive that would write beside the folder it is unpacked to.
fn traversing() -> Vec<u8> {
    let mut bytes = zip_of(&[("yy/evil.rs", b"evil".to_vec())]);
    while let Some(at) = bytes.windows(3).position(|window| window == b"yy/") {
        bytes[at..at + 2].copy_from_slice(b"..");
    }
    bytes
}

fn tar_gz(name: &str, content: &[u8]) -> Vec<u8> {
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut tar = tar::Builder::new(gzip);
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, name, content).unwrap();
    tar.into_inner().unwrap().finish().unwrap()
}

/// What every class has, whatever packs it: file names and contents of one student each.
fn students() -> Vec<Vec<(&'static str, Vec<u8>)>> {
    let right = || source("notebook-port");
    let mut students = vec![
        vec![("lib.rs", right())],
        vec![("lib.rs", source("kl-reversed"))],
        vec![("lib.rs", source("untouched"))],
        vec![("lib.rs", source("does-not-compile"))],
        vec![("lib.rs", Vec::new())],
        vec![("lib.rs", vec![0xff, 0xfe, 0])],
        vec![("my_solution.rs", right())],
        vec![("lib.rs", right()), ("helper.rs", b"//! Unused.".to_vec())],
        vec![("lib.rs", right()), ("plot.png", vec![0x89])],
        vec![("one.rs", right()), ("two.rs", right())],
        vec![("report.pdf", b"%PDF".to_vec())],
        vec![("hw1.zip", littered())],
        vec![("hw1.tar.gz", tar_gz("hw1/src/lib.rs", &right()))],
        vec![("hw1.zip", traversing())],
        vec![("hw1.zip", littered()[..200].to_vec())],
        vec![("hw1.zip", Vec::new())],
        vec![(
            "hw1.zip",
            zip_of(&[("a/src/lib.rs", right()), ("b/src/lib.rs", right())]),
        )],
        vec![("hw1.rar", b"Rar!".to_vec())],
    ];
    // Most hand in what they should.
    students.resize(25, vec![("lib.rs", source("kl-reversed"))]);
    students
}

pub(crate) fn canvas() -> Files {
    let mut files = Files::new();
    let mut number = 90_000;
    let mut add = |owner: &str, name: &str, content: Vec<u8>| {
        number += 1;
        files.insert(format!("{owner}_{number}_{name}"), content);
    };
    for (index, student) in students().into_iter().enumerate() {
        let late = if index % 6 == 1 { "_LATE" } else { "" };
        for (name, content) in student {
            add(&format!("student{index:02}{late}_{}", 4000 + index), name, content);
        }
    }
    add("anon_x7Qz2", "lib.rs", source("kl-reversed"));
    add("LATE_anon_k3Ty9", "lib.rs", source("notebook-port"));
    add("again_5000", "lib.rs", source("untouched"));
    add("again_5000", "lib-1.rs", source("notebook-port"));
    add("only_5001", "lib-2.rs", source("notebook-port"));
    files.insert("typed_LATE_5002_text.html".to_owned(), b"<p>Sorry".to_vec());
    files
}

pub(crate) fn moodle() -> Files {
    let mut files = Files::new();
    let mut add = |name: &str, content| files.insert(name.to_owned(), content);
    for (index, student) in students().into_iter().enumerate() {
        for (name, content) in student {
            // Those with even numbers come as folders.
            let between = if index % 2 == 0 { "/" } else { "_" };
            add(
                &format!(
                    "Stu Dent {index:02}_{}_assignsubmission_file{between}{name}",
                    4000 + index
                ),
                content,
            );
        }
    }
    add("Participant_5000_assignsubmission_file/lib.rs", source("kl-reversed"));
    add(
        "Participant_5001_assignsubmission_file/src/lib.rs",
        source("notebook-port"),
    );
    add(
        "Zo\u{eb} \u{674e}_5002_assignsubmission_file/hw/src/lib.rs",
        source("notebook-port"),
    );
    add(
        "Zo\u{eb} \u{674e}_5002_assignsubmission_onlinetext/onlinetext.html",
        b"see file".to_vec(),
    );
    add(
        "Typ Ed_5003_assignsubmission_onlinetext/onlinetext.html",
        b"<p>Sorry".to_vec(),
    );
    add("Late Comer_5004_assignsubmission_file/lib.rs", source("untouched"));
    files
}

/// A class as it is downloaded, and what the instructor has beside it.
struct Download {
    folder: TempDir,
    spec: NamedTempFile,
}

impl Download {
    fn new(files: &Files) -> Self {
        let folder = temporary();
        write(&folder.path().join("class.zip"), zip(files));
        for (name, content) in files {
            write(&folder.path().join("class").join(name), content);
        }
        Self {
            folder,
            spec: small(&[]),
        }
    }

    /// Grades one of the forms that it comes in.
    fn grade(&self, form: &str, options: &[&str]) -> Run {
        let spec = self.spec.path().to_str().unwrap();
        let run = grade(&self.folder.path().join(form), [&["--spec", spec], options].concat());
        run.ends(0, &[]);
        run
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        write(&path, text);
        path.to_str().unwrap().to_owned()
    }
}

#[test]
fn a_download_of_canvas_is_graded_packed_or_not() {
    let download = Download::new(&canvas());
    let packed = download.grade("class.zip", &[]);
    assert!(packed.stderr.contains("30 submissions in "), "{}", packed.stderr);
    insta::assert_snapshot!("canvas", packed.stdout);
    assert_eq!(packed.stdout, download.grade("class", &[]).stdout);
}

#[test]
fn a_download_of_moodle_is_graded_packed_or_not_with_a_roster_and_dates() {
    let download = Download::new(&moodle());
    let roster = download.file(
        "roster.csv",
        "submission,name,id,email\n4000,Ada Adams,a1,ada@x.edu\n,Nobody,9999,\n",
    );
    let dates = download.file("dates.csv", "submission,submitted_at\n5004,2026-06-02T00:00:00Z\n");
    let options = ["--roster", &roster, "--submitted", &dates];
    let packed = download.grade("class.zip", &options);
    assert!(packed.stderr.contains("30 submissions in "), "{}", packed.stderr);
    insta::assert_snapshot!("moodle", packed.stdout);
    assert_eq!(packed.stdout, download.grade("class", &options).stdout);
}

#[test]
fn one_file_is_a_class_of_one() {
    let folder = temporary();
    let right = source("notebook-port");
    for (name, content) in [
        ("ada.rs", right.clone()),
        ("ada.zip", littered()),
        ("ada.tar.gz", tar_gz("lib.rs", &right)),
    ] {
        let file = folder.path().join(name);
        write(&file, content);
        let spec = small(&[]);
        let run = grade(&file, ["--format", "json", "--spec", spec.path().to_str().unwrap()]);
        run.ends(0, &[]);
        assert_eq!(of(&run.report(), "ada").score.unwrap().earned, 10.0, "{name}");
    }
}

#[test]
fn a_download_that_is_broken_is_refused_and_nothing_is_graded() {
    let folder = temporary();
    let class = zip(&canvas());
    let refused = |name: &str, content: &[u8], why: &str| {
        let file = folder.path().join(name);
        write(&file, content);
        let run = grade(&file, [""; 0]);
        run.ends(2, &[name, why, "unpack it by hand"]);
        assert_eq!(run.stdout, "");
    };
    refused("cut.zip", &class[..class.len() / 2], "the archive is damaged");
    refused("empty.zip", b"", "the archive is empty");
    refused("evil.zip", &traversing(), "leads out of the archive");
    refused("class.7z", b"7z", "this kind of archive is not read");
}
