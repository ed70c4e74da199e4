//! What goes into other systems, what lies beside a report, a run shown again, and two runs compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use grader::report::{Report, Status};
use serde_json::Value;
use tempfile::{NamedTempFile, TempDir};

use crate::files::{copy, submission, temporary, write};
use crate::run::{Run, RunExt, grader};
use crate::specs::small;

const SUBMISSION_FORMATS: [&str; 7] = [
    "gradescope",
    "classroom50",
    "prairielearn",
    "exercism",
    "autolab",
    "github",
    "markdown",
];

/// A class, its assignment, and a folder for what comes of it.
struct Class {
    folder: TempDir,
    spec: NamedTempFile,
    to: TempDir,
}

impl Class {
    fn new(names: &[&str], edits: &[(&str, &str)]) -> Self {
        let class = Self {
            folder: temporary(),
            spec: small(edits),
            to: temporary(),
        };
        names
            .iter()
            .for_each(|name| copy(&submission(name), &class.folder.path().join(name)));
        class
    }

    fn command(&self, folder: &Path, options: &[&str]) -> Command {
        let mut command = grader();
        command.arg("grade").arg(folder).arg("--spec").arg(self.spec.path());
        // Paths in options are those of this class.
        let to = self.to.path().to_str().unwrap();
        command.args(options.iter().map(|option| option.replace("TO", to)));
        command.env_remove("GITHUB_STEP_SUMMARY");
        command
    }

    fn grade(&self, options: &[&str]) -> Run {
        self.command(self.folder.path(), options).run()
    }

    /// One submission as CI grades it: its folder alone.
    fn grade_one(&self, id: &str, options: &[&str]) -> Run {
        self.command(&self.folder.path().join(id), options).run()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.to.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }
}

/// `grader COMMAND ARGUMENTS`, far from any assignment.
fn elsewhere(command: &str, arguments: &[&str]) -> Run {
    let folder = temporary();
    grader().current_dir(folder.path()).arg(command).args(arguments).run()
}

fn text_of(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// All files below a folder, with when they were changed.
fn files(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| (entry.path().to_owned(), entry.metadata().unwrap().modified().unwrap()))
        .collect()
}

#[test]
fn many_formats_at_once_say_the_same() {
    let class = Class::new(&["correct-differently", "does-not-compile", "naive-softmax"], &[]);
    let run = class.grade(&[
        "--format",
        "table,csv=TO/class.csv,junit=TO/new/junit.xml",
        "--format=json=TO/class.json",
        "--format=gradescope=TO/gradescope/,prairielearn=TO/prairielearn/",
        "--out=TO/out",
    ]);
    run.ends(0, &[]);
    assert!(run.stdout.starts_with("Small\n\n╭"), "{}", run.stdout);
    assert_eq!(class.text("class.json"), class.text("out/report.json"));
    assert_eq!(class.text("class.csv"), class.text("out/grades.csv"));
    let report: Report = serde_json::from_str(&class.text("class.json")).unwrap();
    for submission in &report.submissions {
        let id = &submission.id;
        let points = submission.points().unwrap();
        let gradescope: Value = serde_json::from_str(&class.text(&format!("gradescope/{id}.json"))).unwrap();
        assert_eq!(gradescope["score"].as_f64(), Some(points));
        assert!(class.text("class.csv").contains(&format!("{points},10,{id},")));
        assert!(
            class
                .text(&format!("out/feedback/{id}.md"))
                .contains(&format!("**: {points} of 10 points"))
        );
    }
    let junit = class.text("new/junit.xml");
    assert_eq!(junit.matches("<testsuite ").count(), 3);
    let not_built = class.text("prairielearn/does-not-compile.json");
    assert!(not_built.contains("\"gradable\": false"), "{not_built}");
}

#[test]
fn what_cannot_be_printed_or_written_is_refused_before_the_work() {
    let class = Class::new(&["correct-differently", "untouched"], &[]);
    fs::create_dir(class.path("folder")).unwrap();
    for (options, why) in [
        (
            &["--format", "pdf"][..],
            "there is no such format; there are table, json,",
        ),
        (&["--format", "csv="], "name a file after the ="),
        (
            &["--format", "table,json"],
            "add =FILE to all but one: --format table,json=FILE",
        ),
        (&["--format", "gradescope"], "is on one submission, and there are 2"),
        (
            &["--format", "github=TO/one.txt"],
            "is on one submission, and there are 2",
        ),
        (
            &["--format", "csv=TO/x,junit=TO/x"],
            "another format goes to the same file as junit",
        ),
        (&["--format", "csv=TO/folder"], "is on all submissions, so name a file"),
        (&["--format", "csv=TO/no/"], "is on all submissions, so name a file"),
        (
            &["--format", "csv=TO/x,json=TO/./x"],
            "another format goes to the same file as json",
        ),
        (&["--format", "json=/dev/null"], "/dev/null is no plain file"),
        (&["--format", "json=/dev/stdout"], "/dev/stdout is no plain file"),
        (&["--format", "json=/proc/no/x.json"], "cannot write to /proc/no"),
        (
            &["--out", "TO/out", "--format", "csv=TO/out/report.json"],
            "is what the run itself keeps",
        ),
        (&["--format", "json", "--details"], "cannot be used with"),
    ] {
        let run = class.grade(options);
        run.ends(2, &[why]);
        assert_eq!(run.stdout, "", "{options:?}");
    }
    let inside = class.folder.path().join("grades");
    class
        .grade(&["--out", inside.to_str().unwrap()])
        .ends(2, &["lies among the submissions"]);
    assert!(!inside.exists());
    assert_eq!(files(class.to.path()), BTreeMap::new());
}

#[test]
fn one_submission_is_printed_in_every_format_and_can_be_chosen_by_name() {
    let class = Class::new(&["half-done", "untouched"], &[]);
    for format in SUBMISSION_FORMATS {
        let alone = class.grade_one("half-done", &["--format", format]);
        let chosen = class.grade(&["--only", "half-done", "--format", format]);
        alone.ends(0, &[]);
        chosen.ends(0, &[]);
        let without_token = |text: &str| {
            let token = text
                .strip_prefix("::stop-commands::")
                .and_then(|rest| rest.lines().next());
            token.map_or(text.to_owned(), |token| text.replace(token, ""))
        };
        assert_eq!(without_token(&alone.stdout), without_token(&chosen.stdout), "{format}");
        assert!(alone.stdout.len() > 100, "{}", alone.stdout);
    }
    let autolab = class.grade_one("half-done", &["--format", "autolab"]).stdout;
    let last: Value = serde_json::from_str(autolab.lines().last().unwrap()).unwrap();
    let classroom50 = class.grade_one("half-done", &["--format", "classroom50"]);
    classroom50.ends(0, &["points are given in hundredths"]);
    let result: Value = serde_json::from_str(&classroom50.stdout).unwrap();
    let scores: f64 = last["scores"]
        .as_object()
        .unwrap()
        .values()
        .map(|score| score.as_f64().unwrap())
        .sum();
    assert!((scores * 100.0 - result["score"].as_f64().unwrap()).abs() < 1e-9);
    assert_eq!(result["max-score"], 1000);
}

#[test]
fn github_is_told_the_line_and_gets_a_summary() {
    let class = Class::new(&["panics"], &[]);
    let summary = class.path("summary.md");
    write(&summary, "before\n");
    let run = class
        .command(&class.folder.path().join("panics"), &["--format", "github"])
        .env("GITHUB_STEP_SUMMARY", &summary)
        .run();
    run.ends(0, &[]);
    let source = fs::read_to_string(submission("panics").join("src/lib.rs")).unwrap();
    let line = 1 + source
        .lines()
        .position(|line| line.contains("fn entropy(&self"))
        .unwrap();
    let error =
        format!("::error file=src/lib.rs,line={line},title=Values%3A a fair coin::entropy(p) should be ln(2)%0A");
    assert!(run.stdout.contains(&error), "{}", run.stdout);
    assert!(
        run.stdout.contains("::notice title=grader::public part, "),
        "{}",
        run.stdout
    );
    let text = fs::read_to_string(&summary).unwrap();
    assert!(
        text.starts_with("before\n# Small\n") && text.contains("*public part, "),
        "{text}"
    );
    // A summary that is full takes a line and no more.
    write(&summary, vec![b'x'; (1 << 20) - 100]);
    let mut again = class.command(&class.folder.path().join("panics"), &["--format", "github"]);
    again.env("GITHUB_STEP_SUMMARY", &summary).run().ends(0, &[]);
    assert!(fs::metadata(&summary).unwrap().len() <= 1 << 20);
}

#[cfg(unix)]
#[test]
fn a_link_where_a_file_is_written_is_replaced_and_not_followed() {
    let class = Class::new(&["half-done"], &[]);
    let victim = class.path("victim");
    write(&victim, "untouched");
    fs::create_dir_all(class.path("out/feedback")).unwrap();
    let links = ["result.json", "out/grades.csv", "out/feedback/half-done.md"].map(|name| class.path(name));
    for link in &links {
        std::os::unix::fs::symlink(&victim, link).unwrap();
    }
    let run = class.grade_one("half-done", &["--format", "gradescope=TO/result.json", "--out=TO/out"]);
    run.ends(0, &[]);
    assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
    for link in &links {
        assert!(fs::symlink_metadata(link).unwrap().is_file(), "{link:?}");
    }
}

#[test]
fn an_unchanged_class_rewrites_nothing_and_what_is_missing_comes_back() {
    let class = Class::new(&["correct-differently", "half-done", "untouched"], &[]);
    class.grade(&["--out=TO"]).ends(0, &[]);
    // The journal is opened to be written, and holds the same.
    let written = || {
        let mut files = files(class.to.path());
        files.remove(&class.path("journal.jsonl")).unwrap();
        files
    };
    let first = written();
    assert_eq!(first.len(), 4 + 2 * 3, "four on the class, and two of each submission");
    class.grade(&["--out=TO"]).ends(0, &[]);
    assert_eq!(written(), first);
    let (lost, stale) = (class.path("feedback/half-done.md"), class.path("grades.csv"));
    let (text, grades) = (fs::read(&lost).unwrap(), fs::read(&stale).unwrap());
    fs::remove_file(&lost).unwrap();
    write(&stale, "of another run");
    let long_ago = SystemTime::UNIX_EPOCH;
    fs::File::options()
        .append(true)
        .open(&stale)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
    class.grade(&["--out=TO"]).ends(0, &[]);
    assert_eq!((fs::read(&lost).unwrap(), fs::read(&stale).unwrap()), (text, grades));
    // Of one changed submission, the feedback is another one.
    copy(&submission("panics"), &class.folder.path().join("half-done"));
    class.grade(&["--out=TO"]).ends(0, &[]);
    assert!(class.text("feedback/half-done.md").contains("index out of bounds"));
}

#[test]
fn feedback_on_what_is_gone_goes_and_that_on_the_others_is_not_made_again() {
    let class = Class::new(&["correct-differently", "untouched"], &[]);
    class.grade(&["--out=TO"]).ends(0, &[]);
    let made = files(&class.path("feedback"));
    assert_eq!(made.len(), 4);
    fs::remove_dir_all(class.folder.path().join("untouched")).unwrap();
    class.grade(&["--out=TO"]).ends(0, &["untouched for one, not in"]);
    let left = files(&class.path("feedback"));
    assert!(left.len() == 2 && left.iter().all(|(file, time)| made.get(file) == Some(time)));
}

#[test]
fn a_finished_run_is_shown_again_far_from_its_assignment() {
    let class = Class::new(&["does-not-compile", "half-done", "empty"], &[]);
    for format in ["table", "json", "csv", "junit", "html"] {
        let graded = class.grade(&["--out=TO/out", "--format", format]);
        graded.ends(0, &[]);
        let before = files(class.to.path());
        for place in ["out", "out/report.json"] {
            let again = elsewhere("report", &[text_of(&class.path(place)), "--format", format]);
            again.ends(0, &[]);
            assert_eq!(again.stdout, graded.stdout, "{format}");
        }
        assert_eq!(files(class.to.path()), before);
    }
    let out = class.path("out");
    let only = elsewhere(
        "report",
        &[text_of(&out), "--only", "half-done", "--format", "markdown"],
    );
    assert_eq!(only.stdout, class.text("out/feedback/half-done.md"));
    let details = elsewhere("report", &[text_of(&out), "--details", "half-done"]);
    assert_eq!(details.stdout, class.grade(&["--details", "half-done"]).stdout);
    let only = elsewhere("report", &[text_of(&out), "--only", "half-done", "--format", "csv"]);
    assert_eq!(only.stdout.lines().count(), 2, "{}", only.stdout);
    let own = format!("table={}", out.join("report.json").display());
    elsewhere("report", &[text_of(&out), "--format", &own]).ends(2, &["is what the run itself keeps"]);
    elsewhere("report", &[text_of(&out), "--only", "nobody"]).ends(2, &["there is no submission `nobody`"]);
}

#[test]
fn what_is_no_finished_run_is_told_so() {
    let folder = temporary();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("empty")).unwrap();
    write(&path("underway/journal.jsonl"), "{\"begun\":{}}\n");
    for (name, text) in [
        ("nonsense", &b"nonsense"[..]),
        ("cut", b"{\"schema\":\"grader/report/v1\""),
        ("bytes", b"\xff\xfe"),
        ("nothing", b""),
        ("deep", &[b'['; 100_000]),
    ] {
        write(&path(name).join("report.json"), text);
    }
    let header = "\"assignment\":\"\",\"receipt\":{\"grader\":\"\",\"spec\":\"\",\"contract\":\"\",\"reference\":\"\",\
                  \"toolchain\":\"\",\"seed\":1,\"secret_seed\":\"\",\"sandbox\":\"\"},\"exercises\":[],\"notes\":[],\"measured\":{}";
    let one = "{\"id\":\"a\",\"status\":\"graded\",\"notes\":[],\"source\":\"\",\"exercises\":[],\"diagnoses\":[],\
               \"diagnostics\":[],\"output\":\"\",\"measured\":{}}";
    let later = format!("{{\"schema\":\"grader/report/v9\",{header},\"submissions\":[]}}");
    let twice = format!("{{\"schema\":\"grader/report/v1\",{header},\"submissions\":[{one},{one}]}}");
    write(&path("later/report.json"), later);
    write(&path("twice/report.json"), twice);
    for (name, why) in [
        ("missing", "does not exist"),
        ("empty", "holds no report.json"),
        ("underway", "has not ended"),
        ("nonsense", "is damaged"),
        ("cut", "is damaged"),
        ("bytes", "is damaged"),
        ("nothing", "is damaged"),
        ("deep", "is damaged"),
        ("later", "its schema is \"grader/report/v9\""),
        ("twice", "two submissions \"a\""),
    ] {
        let path = path(name);
        let run = elsewhere("report", &[text_of(&path)]);
        run.ends(2, &[why]);
        assert_eq!(run.stdout, "", "{name}");
        elsewhere("diff", &[text_of(&path), text_of(&path)]).ends(2, &[why]);
    }
}

#[test]
fn a_run_that_is_underway_again_is_shown_as_it_was_with_a_warning() {
    let class = Class::new(&["half-done"], &[]);
    let graded = class.grade(&["--out=TO"]);
    let journal = class.text("journal.jsonl");
    write(&class.path("journal.jsonl"), journal.trim_end_matches("\"ended\"\n"));
    let again = elsewhere("report", &[text_of(class.to.path())]);
    again.ends(0, &["another run has begun"]);
    assert_eq!(again.stdout, graded.stdout);
}

#[test]
fn what_was_not_graded_gets_no_score_and_keeps_its_earlier_file() {
    let class = Class::new(&["half-done", "untouched"], &[]);
    class
        .grade(&["--out=TO/out", "--format=gradescope=TO/scores/"])
        .ends(0, &[]);
    let earlier = class.text("scores/half-done.json");
    let mut report: Report = serde_json::from_str(&class.text("out/report.json")).unwrap();
    report.submissions[0].status = Status::NotGraded;
    report.submissions[0].problem = Some("the disk is full".to_owned());
    report.submissions[0].score = None;
    write(&class.path("faulty.json"), serde_json::to_vec(&report).unwrap());
    let faulty = class.path("faulty.json");
    for format in SUBMISSION_FORMATS {
        let to = format!("{format}={}", text_of(&class.path(&format!("{format}/"))));
        let run = elsewhere("report", &[text_of(&faulty), "--format", &to]);
        let written = files(&class.path(format)).len();
        match format {
            "github" | "markdown" => assert_eq!((run.code, written), (Some(0), 2), "{format}"),
            _ => {
                run.ends(3, &["half-done has no grade", "not graded: half-done"]);
                assert_eq!(written, 1, "{format}");
            }
        }
        let printed = elsewhere("report", &[text_of(&faulty), "--only", "half-done", "--format", format]);
        assert_eq!(printed.stdout.is_empty(), printed.code == Some(3), "{format}");
        assert!(!printed.stdout.contains("the disk is full"), "{}", printed.stdout);
    }
    let to = format!("gradescope={}/", text_of(&class.path("scores")));
    elsewhere("report", &[text_of(&faulty), "--format", &to]).ends(3, &[]);
    assert_eq!(class.text("scores/half-done.json"), earlier);
}

#[test]
fn no_id_leads_out_of_the_folder() {
    let class = Class::new(&["half-done"], &[]);
    class.grade(&["--out=TO/out"]).ends(0, &[]);
    let report = class
        .text("out/report.json")
        .replace("\"id\":\"half-done\"", "\"id\":\"../../half-done\"");
    write(&class.path("odd.json"), report);
    let to = format!("markdown={}", text_of(&class.path("inner/folder/")));
    let before = files(class.to.path());
    let run = elsewhere("report", &[text_of(&class.path("odd.json")), "--format", &to]);
    assert_ne!(run.code, Some(0));
    assert!(run.stderr.contains("is no name of a file"), "{}", run.stderr);
    assert_eq!(files(class.to.path()), before);
}

#[test]
fn diff_says_whose_score_moved_and_because_of_which_check() {
    let old = Class::new(&["correct-differently", "half-done", "untouched"], &[]);
    let new = Class::new(
        &["correct-differently", "half-done", "panics"],
        &[("seed: 1\n", "seed: 3\n")],
    );
    fs::remove_dir_all(new.folder.path().join("half-done")).unwrap();
    copy(&submission("kl-reversed"), &new.folder.path().join("half-done"));
    old.grade(&["--out=TO"]).ends(0, &[]);
    new.grade(&["--out=TO"]).ends(0, &[]);
    let (before, after) = (text_of(old.to.path()), text_of(new.to.path()));
    let run = elsewhere("diff", &[before, after]);
    run.ends(1, &["the grades differ"]);
    let is_hash = |word: &str| word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = |line: &str| {
        let words = line.split(' ').map(|word| if is_hash(word) { "…" } else { word });
        words.collect::<Vec<_>>().join(" ")
    };
    let said: Vec<String> = run.stdout.lines().map(hash).collect();
    insta::assert_snapshot!("diff", said.join("\n"));
    let json: Value = serde_json::from_str(&elsewhere("diff", &[before, after, "--format", "json"]).stdout).unwrap();
    let moved = &json["moved"][0];
    let by: f64 = moved["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["by"].as_f64().unwrap())
        .sum();
    assert!((moved["by"].as_f64().unwrap() - by).abs() < 1e-9 && by != 0.0);
    let same = elsewhere("diff", &[before, before]);
    same.ends(0, &[]);
    assert_eq!(same.stdout, "3 submissions: 0 moved, 0 new, 0 gone, 3 the same\n");
}

/// Words that stand in hidden checks, and the numbers that are passed in and wanted.
const SECRETS: [&str; 6] = ["CANARY", "canary", "0.8765", "0.1235", "0.3193", "0.6913"];

#[test]
fn nothing_of_a_hidden_check_reaches_a_student() {
    let class = Class::new(
        &["correct-differently"],
        &[
            (
                "      - name: the other way round\n        call: kl_divergence([0.75, 0.25], p)\n",
                "      - name: CANARY name\n        id: canary-id\n        call: kl_divergence([0.8765, 0.1235], p)\n        \
                 hint: CANARY hint\n",
            ),
            (
                "        panics: one_hot(2, 2)\n",
                "        panics: one_hot(2, 2)\n        hint: CANARY hint of a named check\n",
            ),
        ],
    );
    // What a hidden check passes in comes out by every way there is.
    let file = class.folder.path().join("correct-differently/src/lib.rs");
    let source = fs::read_to_string(&file).unwrap();
    let right = "self.cross_entropy(p, q) - self.entropy(p)";
    for (name, body) in [
        ("panics", "panic!(\"CANARY {p:?}\")"),
        (
            "prints",
            "println!(\"CANARY {p:?}\"); eprintln!(\"CANARY {p:?}\"); 0.6913",
        ),
        ("exits", "if p[0] == 0.8765 { std::process::exit(7) } 0.6913"),
        (
            "keeps",
            "if p[0] == 0.8765 { std::panic::panic_any(p.to_vec()) } 0.6913",
        ),
    ] {
        assert!(source.contains(right));
        let folder = class.folder.path().join(name);
        copy(&submission("correct-differently"), &folder);
        write(&folder.join("src/lib.rs"), source.replace(right, body));
    }
    let mut options = vec![
        "--out=TO/out".to_owned(),
        "--format=junit=TO/students/junit.xml".to_owned(),
    ];
    options.push("--format=html=TO/students/html/".to_owned());
    options.extend(SUBMISSION_FORMATS.map(|format| format!("--format={format}=TO/students/{format}/")));
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let summary = class.path("students/summary.md");
    let mut command = class.command(class.folder.path(), &options);
    command.env("GITHUB_STEP_SUMMARY", &summary).run().ends(0, &[]);
    let report = class.text("out/report.json");
    for secret in SECRETS {
        assert!(report.contains(secret), "{secret} is there to be leaked");
    }
    let (students, feedback) = (files(&class.path("students")), files(&class.path("out/feedback")));
    assert_eq!((students.len(), feedback.len()), (8 * 5 + 2, 2 * 5));
    for file in students.keys().chain(feedback.keys()) {
        let text = fs::read_to_string(file).unwrap();
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} in {}:\n{text}", file.display());
        }
    }
}

#[test]
fn completions_and_manual_pages_name_what_there_is() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = elsewhere("completions", &[shell]);
        run.ends(0, &[]);
        assert!(
            run.stdout.contains("min-score") && run.stdout.contains("diff"),
            "{shell}"
        );
    }
    elsewhere("completions", &["cmd"]).ends(2, &["invalid value 'cmd'"]);
    let page = elsewhere("man", &[]).stdout;
    assert!(
        page.contains(".TH grader 1") && page.contains("grader\\-report"),
        "{page}"
    );
    assert!(
        elsewhere("man", &["grade"])
            .stdout
            .contains("\\fB\\-\\-min\\-score\\fR")
    );
    elsewhere("man", &["nothing"]).ends(2, &["there is no command `nothing`"]);
}
