use super::*;
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;

/// A folder with these files.
fn folder(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    folder
}

/// Each submission in a line: its id, where its crate lies or what its problem is, and its notes. Of a crate that was
/// laid out there are the names of its files.
fn lines(root: &Path) -> Vec<String> {
    let class = discover(root).unwrap();
    let line = |submission: &Submission| {
        let source = match &submission.source {
            Ok(path) => match path.strip_prefix(root) {
                Ok(inside) => inside.display().to_string(),
                Err(_) => names(&path.join("src")).join(", "),
            },
            Err(problem) => format!("! {problem}"),
        };
        [vec![submission.id.clone(), source], submission.notes.clone()]
            .concat()
            .join(" | ")
    };
    class.submissions.iter().map(line).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = list(folder).unwrap();
    entries.iter().map(Entry::describe).collect()
}

/// A zip archive with these files.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, ::zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A zip archive with these empty files.
fn zip_of(files: &[&str]) -> Vec<u8> {
    zipped(&files.iter().map(|file| (*file, &b""[..])).collect::<Vec<_>>())
}

#[test]
fn every_folder_is_a_submission_in_the_order_of_names() {
    let root = folder(&["b/src/lib.rs", "a/src/lib.rs", "c/notes.txt", "c/x/y.txt"]);
    fs::create_dir(root.path().join("d")).unwrap();
    let expected = [
        "a | a",
        "b | b",
        "c | ! no src/lib.rs; there is notes.txt, x/",
        "d | ! no src/lib.rs; there is nothing",
    ];
    assert_eq!(lines(root.path()), expected);
}

#[test]
fn one_nested_crate_is_used_and_several_are_a_problem() {
    let root = folder(&[
        "deep/1/2/3/src/lib.rs",
        "nested/my work/src/lib.rs",
        "several/x/src/lib.rs",
        "several/y/src/lib.rs",
        "too-deep/1/2/3/4/src/lib.rs",
        "hidden/.git/src/lib.rs",
    ]);
    let expected = [
        "deep | deep/1/2/3 | the crate lies in 1/2/3",
        "hidden | ! no src/lib.rs; there is .git/",
        "nested | nested/my work | the crate lies in my work",
        "several | ! several crates: in x, y",
        "too-deep | ! no src/lib.rs; there is 1/",
    ];
    assert_eq!(lines(root.path()), expected);
}

#[test]
fn stray_files_and_hidden_folders_are_noted() {
    let root = folder(&["a/src/lib.rs", "grades.csv", ".git/config", ".DS_Store"]);
    let class = discover(root.path()).unwrap();
    let notes = [
        ".DS_Store is hidden, so it was left aside",
        ".git is hidden, so it was left aside",
        "grades.csv is no folder, archive or Rust file, so it was left aside",
    ];
    assert_eq!(class.notes, notes);
    assert_eq!(class.submissions.len(), 1);
}

#[test]
fn links_are_not_followed() {
    let outside = folder(&["src/lib.rs"]);
    let root = folder(&["a/src/lib.rs", "b/x.txt", "c/src/main.rs"]);
    symlink(outside.path(), root.path().join("linked")).unwrap();
    symlink(outside.path().join("src"), root.path().join("b/src")).unwrap();
    symlink(outside.path().join("src/lib.rs"), root.path().join("c/src/lib.rs")).unwrap();
    let expected = [
        "a | a",
        "b | ! src is a symbolic link, which is not followed",
        "c | ! src/lib.rs is a symbolic link, which is not followed",
        "linked | ! it is a symbolic link, which is not followed",
    ];
    assert_eq!(lines(root.path()), expected);
}

#[test]
fn a_single_crate_is_a_class_of_one() {
    let root = folder(&["ada/src/lib.rs", "ada/x/src/lib.rs"]);
    let ada = root.path().join("ada");
    assert_eq!(lines(&ada), ["ada | "]);
}

#[test]
fn names_that_are_no_text_are_graded_under_ids_of_their_own() {
    let root = folder(&["ok/src/lib.rs"]);
    for name in [b"caf\xe9".to_vec(), b"caf\xe8".to_vec()] {
        let src = root.path().join(OsString::from_vec(name)).join("src");
        fs::create_dir_all(&src).unwrap();
        fs::write(src.join("lib.rs"), "").unwrap();
    }
    let ids: Vec<_> = discover(root.path()).unwrap().submissions;
    let ids: Vec<_> = ids.iter().map(|submission| submission.id.as_str()).collect();
    assert_eq!(ids, ["caf_", "caf_-2", "ok"]);
}

#[test]
fn a_folder_without_submissions_is_an_error_that_says_what_to_do() {
    let root = folder(&["file", "junk/a/x", "junk/b/y", "files/x"]);
    fs::create_dir(root.path().join("empty")).unwrap();
    for (name, text) in [
        (
            "missing",
            "missing does not exist; name the folder that holds the submissions",
        ),
        (
            "file",
            "file is no folder, archive (.zip, .tar.gz) or Rust file; name what holds the submissions, or one submission",
        ),
        (
            "empty",
            "empty holds no submissions; it should have one folder, archive or Rust file per submission",
        ),
        (
            "files",
            "files holds no submissions; it should have one folder, archive or Rust file per submission",
        ),
        (
            "junk",
            "junk holds a src/lib.rs; is it the folder with the submissions?",
        ),
    ] {
        let error = discover(&root.path().join(name)).unwrap_err().to_string();
        assert!(error.ends_with(text), "{name}: {error}");
    }
}

#[test]
fn rust_files_and_archives_are_submissions() {
    let root = folder(&["alice.rs", "b/src/lib.rs", "notes.txt"]);
    for (name, content) in [
        ("carol.zip", zip_of(&["src/lib.rs", "target/x"])),
        (
            "dave.ZIP",
            zip_of(&["hw1/src/lib.rs", "hw1/src/inner/mod.rs", "hw1/Cargo.toml"]),
        ),
        ("erin.zip", zip_of(&["lib.rs", "helper.rs"])),
        ("frank.zip", zip_of(&["report.pdf", "data/x.csv"])),
        ("grace.zip", b"no archive".to_vec()),
        ("heidi.zip", Vec::new()),
        ("ivan.rar", b"Rar!".to_vec()),
        ("judy.zip", zip_of(&["a/src/lib.rs", "b/src/lib.rs"])),
        ("ken.zip", zipped(&[("src.zip", &zip_of(&["src/lib.rs"]))])),
        ("alice.zip", zip_of(&["main.rs"])),
    ] {
        fs::write(root.path().join(name), content).unwrap();
    }
    let expected = [
        "alice | lib.rs",
        "alice-2 | lib.rs | main.rs is the only Rust file, so it is taken as src/lib.rs | another submission is named alice too",
        "b | b",
        "carol | lib.rs | left out of the archive: target/",
        "dave | inner/, lib.rs | the crate lies in hw1",
        "erin | helper.rs, lib.rs | lib.rs does not lie in src; it and the files beside it are taken as src",
        "frank | ! no src/lib.rs; there is data/, report.pdf",
        "grace | ! the archive is damaged or incomplete (Could not find EOCD)",
        "heidi | ! the archive is empty",
        "ivan | ! this kind of archive is not read; .zip and .tar.gz are",
        "judy | ! several crates: in a, b",
        "ken | ! no src/lib.rs; there is src.zip",
    ];
    assert_eq!(lines(root.path()), expected);
}

#[test]
fn a_folder_without_src_is_laid_out() {
    let root = folder(&[
        "a/lib.rs",
        "a/helper.rs",
        "a/build.rs",
        "b/solution.rs",
        "b/tests/t.rs",
        "c/x.rs",
        "c/y.rs",
        "d/deep/lib.rs",
        "d/other.rs",
        "e/src/main.rs",
    ]);
    fs::create_dir(root.path().join("f")).unwrap();
    fs::write(root.path().join("f/hw.zip"), zip_of(&["src/lib.rs"])).unwrap();
    let expected = [
        "a | helper.rs, lib.rs | lib.rs does not lie in src; it and the files beside it are taken as src",
        "b | lib.rs | solution.rs is the only Rust file, so it is taken as src/lib.rs",
        "c | ! no src/lib.rs; which of these is it? x.rs, y.rs",
        "d | lib.rs | deep/lib.rs does not lie in src; it and the files beside it are taken as src",
        "e | lib.rs | main.rs is the only Rust file, so it is taken as src/lib.rs",
        "f | lib.rs | the crate was looked for in hw.zip",
    ];
    assert_eq!(lines(root.path()), expected);
}

/// What is known of each submission beside its source.
fn owners(class: &Class) -> Vec<String> {
    let line = |submission: &Submission| {
        let student = submission.student.clone().unwrap_or_default();
        let [name, id, email] = [student.name, student.id, student.email].map(Option::unwrap_or_default);
        let submitted = submission.submitted.as_ref().map_or(String::new(), |submitted| {
            let at = submitted.at.map_or(String::new(), |at| at.to_string());
            format!("{at} {} {}", if submitted.late { "late" } else { "" }, submitted.source)
        });
        format!("{} | {name} | {id} | {email} | {submitted}", submission.id)
    };
    class.submissions.iter().map(line).collect()
}

const CANVAS: &[&str] = &[
    "adams_1001_5001_lib.rs",
    "baker_LATE_1002_5002_my_solution.rs",
    "clark_1003_5003_lib.rs",
    "clark_1003_5004_helper.rs",
    "davis_1004_5005_lib-1.rs",
    "evans_1005_5006_report.pdf",
    "fox_1006_text.html",
    "anon_x7Qz2_5007_lib.rs",
    "LATE_anon_k3Ty9_5008_lib.rs",
    "green_1007_5009_lib.rs",
    "green_1007_5010_lib-2.rs",
    "hill_1008_5011_lib.rs",
    "hill_1008_5012_plot.png",
];

const CANVAS_LINES: &[&str] = &[
    "adams_1001 | lib.rs",
    "anon_k3Ty9 | lib.rs",
    "anon_x7Qz2 | lib.rs",
    "baker_1002 | lib.rs | my_solution.rs is the only Rust file, so it is taken as src/lib.rs",
    "clark_1003 | helper.rs, lib.rs",
    "davis_1004 | lib.rs | lib-1.rs is taken for lib.rs, uploaded again",
    "evans_1005 | ! no src/lib.rs; there is report.pdf",
    "fox_1006 | ! no file was handed in | what was typed in or linked to is not read",
    "green_1007 | lib.rs | lib-2.rs is taken for lib.rs, uploaded again",
    "hill_1008 | lib.rs | not read: plot.png",
];

#[test]
fn a_download_of_canvas_is_read_packed_and_unpacked() {
    let root = folder(CANVAS);
    assert_eq!(lines(root.path()), CANVAS_LINES);
    let archive = tempfile::Builder::new().suffix(".zip").tempfile().unwrap();
    fs::write(archive.path(), zip_of(CANVAS)).unwrap();
    assert_eq!(lines(archive.path()), CANVAS_LINES);
    let owners = owners(&discover(archive.path()).unwrap());
    assert_eq!(owners[1], "anon_k3Ty9 |  | k3Ty9 |  |  late name");
    assert_eq!(owners[3], "baker_1002 |  | 1002 |  |  late name");
    assert_eq!(owners[4], "clark_1003 |  | 1003 |  | ");
}

#[test]
fn what_was_unpacked_by_hand_is_read_and_what_cannot_be_is_told() {
    let root = folder(&[
        "adams_1001_5001_hw/src/lib.rs",
        "baker_1002_5002_hw/lib.rs",
        "clark_1003_5003_hw/src/lib.rs",
        "clark_1003_5004_more/src/lib.rs",
        "clark_1003_5005_x.rs",
    ]);
    let expected = [
        "adams_1001 | adams_1001_5001_hw",
        "baker_1002 | lib.rs",
        "clark_1003 | clark_1003_5003_hw | not read: clark_1003_5004_more | not read: clark_1003_5005_x.rs",
    ];
    assert_eq!(lines(root.path()), expected);
    symlink("/etc/passwd", root.path().join("davis_1004_5006_lib.rs")).unwrap();
    let refused = "davis_1004 | ! a file of it is a symbolic link, which is not followed";
    assert_eq!(lines(root.path())[3], refused);
}

#[test]
fn a_lib_rs_beside_submissions_is_one_of_them() {
    let root = folder(&["lib.rs", "a/src/lib.rs"]);
    assert_eq!(lines(root.path()), ["a | a", "lib | lib.rs"]);
    let root = folder(&["lib.rs", "helper.rs", "inner/mod.rs"]);
    assert_eq!(lines(root.path()).len(), 1);
}

#[test]
fn names_with_numbers_that_repeat_are_not_those_of_canvas() {
    let root = folder(&["hw_1_2_alice.rs", "hw_1_2_bob.rs"]);
    assert_eq!(lines(root.path()), ["hw_1_2_alice | lib.rs", "hw_1_2_bob | lib.rs"]);
}

#[test]
fn a_download_of_moodle_is_read_packed_and_unpacked() {
    let files = [
        "Ada Adams_11_assignsubmission_file/src/lib.rs",
        "Zo\u{eb} B_12_assignsubmission_file/lib.rs",
        "Zo\u{eb} B_12_assignsubmission_onlinetext/onlinetext.html",
        "Cy Clark_13_assignsubmission_onlinetext/onlinetext.html",
        "Di Davis_14_assignsubmission_file_lib.rs",
        "Di Davis_14_assignsubmission_file_helper.rs",
    ];
    let expected = [
        "Ada Adams_11 | lib.rs",
        "Cy Clark_13 | ! no file was handed in | what was typed in or linked to is not read",
        "Di Davis_14 | helper.rs, lib.rs",
        "Zo\u{eb} B_12 | lib.rs | what was typed in or linked to is not read",
    ];
    let root = folder(&files);
    assert_eq!(lines(root.path())[1..], expected[1..]);
    let archive = tempfile::Builder::new().suffix(".zip").tempfile().unwrap();
    fs::write(archive.path(), zip_of(&files)).unwrap();
    assert_eq!(lines(archive.path()), expected);
    let owners = owners(&discover(root.path()).unwrap());
    assert_eq!(owners[3], "Zo\u{eb} B_12 | Zo\u{eb} B | 12 |  | ");
}

#[test]
fn clones_tell_whose_they_are() {
    let root = folder(&["cs1-hw1-bob-b/src/lib.rs", "cs1-hw1-alice/src/lib.rs"]);
    let class = discover(root.path()).unwrap();
    assert_eq!(
        owners(&class),
        ["cs1-hw1-alice |  | alice |  | ", "cs1-hw1-bob-b |  | bob-b |  | "]
    );
}

#[test]
fn an_archive_is_a_class_or_one_submission() {
    let root = tempfile::tempdir().unwrap();
    for (files, expected) in [
        (&["a/src/lib.rs", "b/src/lib.rs"][..], &["a", "b"][..]),
        (&["hw1/a/src/lib.rs", "hw1/b.rs"], &["a", "b"]),
        (&["a.rs", "b.rs"], &["a", "b"]),
        (&["a.rs", "readme.txt"], &["handed-in"]),
        (&["src/lib.rs"], &["handed-in"]),
        (&["lib.rs", "helper.rs"], &["handed-in"]),
        (&["hw1/src/lib.rs"], &["handed-in"]),
        (&["doe_1_2_lib.rs"], &["doe_1"]),
        (&["A B_1_assignsubmission_file/src/lib.rs"], &["A B_1"]),
    ] {
        let archive = root.path().join("handed-in.zip");
        fs::write(&archive, zip_of(files)).unwrap();
        let class = discover(&archive).unwrap();
        let ids: Vec<&str> = class.submissions.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, expected, "{files:?}");
        assert!(class.submissions.iter().all(|one| one.source.is_ok()), "{files:?}");
    }
}

#[test]
fn an_archive_that_is_no_class_is_an_error_that_names_it() {
    let root = tempfile::tempdir().unwrap();
    let archive = root.path().join("class.zip");
    for (content, text) in [
        (
            b"junk".to_vec(),
            "class.zip: the archive is damaged or incomplete (Could not find EOCD); unpack it by hand and name the folder",
        ),
        (
            Vec::new(),
            "class.zip: the archive is empty; unpack it by hand and name the folder",
        ),
        (
            zip_of(&[]),
            "class.zip holds no submissions; it should have one folder, archive or Rust file per submission",
        ),
        (
            zip_of(&["a/x.txt", "b/y.txt"]),
            "class.zip holds a src/lib.rs; is it the folder with the submissions?",
        ),
    ] {
        fs::write(&archive, content).unwrap();
        let error = discover(&archive).unwrap_err().to_string();
        assert!(error.ends_with(text), "{error}");
    }
}

/// A class of two of Canvas's and one plain, with a file beside it.
fn class_and(file: &str, content: impl AsRef<[u8]>) -> (Class, tempfile::TempDir) {
    let root = folder(&["doe_77_1_lib.rs", "roe_LATE_78_2_lib.rs", "ada.rs"]);
    let beside = tempfile::tempdir().unwrap();
    fs::write(beside.path().join(file), content).unwrap();
    (discover(root.path()).unwrap(), beside)
}

#[test]
fn a_roster_says_who_is_who_and_who_is_missing() {
    let text = "\u{feff}Email,group,NAME,id,submission\r\n\
        d@x.edu,1,\"Doe, Jane\",,77\r\n,2,Ada L.,900,ada\r\n,3,Bob,901,bob\r\n,3,,902,\r\n";
    let (mut class, beside) = class_and("roster.csv", text);
    class.enrol(&beside.path().join("roster.csv")).unwrap();
    let expected = [
        "ada | Ada L. | 900 |  | ",
        "doe_77 | Doe, Jane | 77 | d@x.edu | ",
        "roe_78 |  | 78 |  |  late name",
    ];
    assert_eq!(owners(&class), expected);
    let notes = [
        "roster.csv: these columns are not used: group",
        "roster.csv: handed nothing in: Bob, 902",
        "roster.csv: no row for: roe_78",
    ];
    assert_eq!(class.notes, notes);
}

#[test]
fn dates_are_read_and_the_system_s_mark_stays() {
    let text =
        "submission;submitted_at\nada;2026-06-01T14:32:01+02:00\n78;1970-01-01T00:00:01Z\nzoe;2026-06-01T14:32:01Z\n";
    let (mut class, beside) = class_and("dates.csv", text);
    class.date(&beside.path().join("dates.csv")).unwrap();
    let expected = [
        "ada |  |  |  | 1780317121  dates.csv",
        "doe_77 |  | 77 |  | ",
        "roe_78 |  | 78 |  | 1 late dates.csv",
    ];
    assert_eq!(owners(&class), expected);
    assert_eq!(class.notes, ["dates.csv: no such submission: zoe"]);
}

#[test]
fn a_wrong_roster_is_an_error_with_its_line() {
    for (text, expected) in [
        (
            &b"name,id\nAda,1\n"[..],
            "line 1: there is no column `submission`; the first line should name the columns: submission,name,id,email",
        ),
        (b"submission,id,id\n", "line 1: the column `id` is there twice"),
        (
            b"submission,id\nada,1,2\n",
            "line 2: there are 3 cells, but the first line has 2",
        ),
        (
            b"submission,id\nada,1\n\nada,2\n",
            "line 4: ada has a row already, on line 2",
        ),
        (
            b"submission,id\n77,1\ndoe_77,2\n",
            "line 3: doe_77 has a row already, on line 2",
        ),
        (
            b"submission,id\nzoe,1\nzoe,2\n",
            "line 3: zoe has a row already, on line 2",
        ),
        (
            b"submission,id\n,\n",
            "line 2: it does not say which submission it is on",
        ),
    ] {
        let (mut class, beside) = class_and("r.csv", text);
        let error = class.enrol(&beside.path().join("r.csv")).unwrap_err().to_string();
        assert!(error.ends_with(&format!("r.csv, {expected}")), "{error}");
    }
    let not_text = "r.csv:3: this is not UTF-8; save it as `CSV UTF-8`, or take the file as it was exported";
    let broken: [(&[u8], &str); 3] = [
        (b"", "r.csv is empty"),
        (b"submission\nada\nJos\xe9\n", not_text),
        (b"submission\n\"ada\n", "r.csv:2:1: this quoted cell has no end"),
    ];
    for (text, expected) in broken {
        let (mut class, beside) = class_and("r.csv", text);
        let error = class.enrol(&beside.path().join("r.csv")).unwrap_err().to_string();
        assert!(error.ends_with(expected), "{error}");
    }
    for (text, expected) in [
        (
            "submission,submitted_at\nada,yesterday\n",
            "line 2: `yesterday` is no time; write it with its zone, as 2026-06-01T14:32:01+02:00",
        ),
        (
            "submission,submitted_at\nada,2026-06-01T14:32:01\n",
            "line 2: `2026-06-01T14:32:01` is no time; write it with its zone, as 2026-06-01T14:32:01+02:00",
        ),
        ("submission,submitted_at\nada,\n", "line 2: there is no time"),
        ("submission\nada\n", "line 2: there is no time"),
        (
            "submission,submitted_at\n77,2026-06-01T14:32:01Z\ndoe_77,2026-06-01T14:32:01Z\n",
            "line 3: doe_77 has a row already, on line 2",
        ),
    ] {
        let (mut class, beside) = class_and("d.csv", text);
        let error = class.date(&beside.path().join("d.csv")).unwrap_err().to_string();
        assert!(error.ends_with(&format!("d.csv, {expected}")), "{error}");
    }
    let (mut class, beside) = class_and("r.csv", "");
    assert!(class.enrol(&beside.path().join("missing.csv")).is_err());
}
