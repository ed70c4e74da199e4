//! What a second run does not do again, and what a run that was ended does not lose.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use grader::report::{Report, Status};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::{NamedTempFile, TempDir};

use crate::files::{copy, repository, submission, temporary, write};
use crate::run::{Run, RunExt, grader, of, unmeasured};
use crate::specs::small;

/// A class of its own, graded by the small assignment into a folder of its own.
struct Class {
    folder: TempDir,
    out: TempDir,
    spec: NamedTempFile,
}

impl Class {
    /// With these submissions.
    fn new(names: &[&str]) -> Self {
        let class = Self {
            folder: temporary(),
            out: temporary(),
            spec: small(&[]),
        };
        names.iter().for_each(|name| copy(&submission(name), &class.of(name)));
        class
    }

    /// With so many right submissions, no two of them alike and none like one of another test.
    fn of_right_ones(count: usize, mark: &str) -> Self {
        let class = Self::new(&[]);
        for number in 0..count {
            let folder = class.of(&format!("student-{number:02}"));
            copy(&submission("correct-differently"), &folder);
            let file = folder.join("src/lib.rs");
            let source = fs::read_to_string(&file).unwrap();
            write(
                &file,
                format!("{source}\n// {mark} {number} {:?}\n", class.folder.path()),
            );
        }
        class
    }

    fn of(&self, id: &str) -> PathBuf {
        self.folder.path().join(id)
    }

    fn command(&self, options: &[&str]) -> Command {
        let mut command = grader();
        command.arg("grade").arg(self.folder.path());
        command.arg("--spec").arg(self.spec.path());
        command.arg("--out").arg(self.out.path()).args(options);
        command
    }

    fn grade(&self, options: &[&str]) -> Run {
        self.command(options).run()
    }

    /// Grades, which must succeed; what the summary says was built, taken from the cache, and left as it is.
    #[track_caller]
    fn work(&self, options: &[&str]) -> [usize; 3] {
        let run = self.grade(options);
        run.ends(0, &[]);
        work(&run.stderr)
    }

    /// What is in the run folder, without what differs from run to run.
    fn report(&self) -> Report {
        unmeasured(serde_json::from_str(&self.saved("report.json")).unwrap())
    }

    fn saved(&self, name: &str) -> String {
        fs::read_to_string(self.out.path().join(name)).unwrap()
    }

    /// How many submissions the journal has, in whole lines.
    fn journal(&self) -> usize {
        let journal = fs::read(self.out.path().join("journal.jsonl")).unwrap_or_default();
        let lines = journal.split_inclusive(|byte| *byte == b'\n');
        lines
            .filter(|line| line.starts_with(b"{\"graded\"") && line.ends_with(b"\n"))
            .count()
    }
}

#[track_caller]
fn work(stderr: &str) -> [usize; 3] {
    let summary = stderr.lines().find(|line| line.contains(" built, ")).expect(stderr);
    let numbers = summary.split_once(": ").unwrap().1.split(", ").take(3);
    let numbers: Vec<usize> = numbers
        .map(|part| part.split(' ').next().unwrap().parse().unwrap())
        .collect();
    numbers.try_into().unwrap()
}

#[test]
fn an_unchanged_class_is_not_graded_again_and_the_report_is_the_same() {
    let class = Class::new(&["correct-differently", "does-not-compile", "empty", "naive-softmax"]);
    let first = class.grade(&["--fresh"]);
    assert_eq!(work(&first.stderr), [3, 1, 0], "the empty one cannot be built");
    let (report, journal) = (class.saved("report.json"), class.saved("journal.jsonl"));
    let second = class.grade(&[]);
    assert_eq!(work(&second.stderr), [0, 0, 4]);
    assert_eq!(second.stdout, first.stdout);
    assert_eq!(class.saved("report.json"), report);
    assert_eq!(class.saved("journal.jsonl"), journal);
    assert_eq!(class.work(&["--fresh"]), [3, 1, 0]);
}

#[test]
fn in_another_folder_nothing_is_built_or_run_again() {
    let class = Class::new(&["correct-differently", "does-not-compile"]);
    class.work(&[]);
    let report = class.report();
    fs::remove_file(class.out.path().join("journal.jsonl")).unwrap();
    assert_eq!(class.work(&[]), [0, 2, 0]);
    assert_eq!(class.report(), report);
    let measured: Report = serde_json::from_str(&class.saved("report.json")).unwrap();
    assert_eq!(of(&measured, "correct-differently").measured["workers"], 0.0);
}

#[test]
fn one_changed_submission_costs_one_submission() {
    let class = Class::of_right_ones(3, "changed");
    assert_eq!(class.work(&[]), [3, 0, 0]);
    let file = class.of("student-01").join("src/lib.rs");
    let source = fs::read_to_string(&file).unwrap();
    write(&file, source.replace("0.0", "0.5"));
    assert_eq!(class.work(&[]), [1, 0, 2]);
    let report = class.report();
    let earned = |id| of(&report, id).score.unwrap().earned;
    assert!(earned("student-01") < earned("student-02"));
}

#[test]
fn a_changed_spec_builds_nothing_and_runs_only_what_asks_something_else() {
    let mut class = Class::of_right_ones(2, "spec");
    assert_eq!(class.work(&[]), [2, 0, 0]);
    let workers = |class: &Class| {
        let report: Report = serde_json::from_str(&class.saved("report.json")).unwrap();
        report
            .submissions
            .iter()
            .map(|submission| submission.measured["workers"])
            .collect::<Vec<_>>()
    };
    assert_eq!(
        workers(&class),
        [2.0, 2.0],
        "one for visible checks, one for hidden ones"
    );
    for (from, to, want) in [
        ("a fair coin", "an honest coin", [0.0, 0.0]),
        ("points: 4", "points: 4\n    all_or_nothing: true", [0.0, 0.0]),
        (
            "kl_divergence([0.75, 0.25], p)",
            "kl_divergence([0.5, 0.5], p)",
            [1.0, 1.0],
        ),
        ("one_hot(1, 2)", "one_hot(0, 2)", [1.0, 1.0]),
    ] {
        class.spec = small(&[(from, to)]);
        assert_eq!(class.work(&[]), [0, 2, 0], "{to}");
        assert_eq!(workers(&class), want, "{to}");
    }
}

#[test]
fn equal_sources_are_built_once() {
    let class = Class::of_right_ones(1, "equal");
    for number in 1..5 {
        copy(&class.of("student-00"), &class.of(&format!("student-{number:02}")));
    }
    assert_eq!(class.work(&[]), [1, 4, 0]);
    let report = class.report();
    assert!(
        report
            .submissions
            .iter()
            .all(|submission| submission.score == report.submissions[0].score)
    );
}

#[test]
fn one_can_be_graded_again_into_a_run() {
    let mut class = Class::of_right_ones(3, "only");
    class.work(&[]);
    // Of this run of the test alone: what does not compile is kept, too.
    let nonsense = format!("nonsense {:?}", class.folder.path());
    write(&class.of("student-01").join("src/lib.rs"), &nonsense);
    write(&class.of("student-02").join("src/lib.rs"), &nonsense);
    assert_eq!(class.work(&["--only", "student-01"]), [1, 0, 0]);
    let statuses = |report: &Report| report.submissions.iter().map(|one| one.status).collect::<Vec<_>>();
    assert_eq!(
        statuses(&class.report()),
        [Status::Graded, Status::BuildFailed, Status::Graded]
    );
    class
        .grade(&["--only", "nobody"])
        .ends(2, &["there is no submission `nobody`"]);
    class.spec = small(&[("a fair coin", "another coin")]);
    class
        .grade(&["--only", "student-01"])
        .ends(2, &["student-00 was graded with another spec"]);
}

#[test]
fn a_time_out_is_tried_again_once_its_run_has_ended() {
    let class = Class::new(&["correct-differently"]);
    let source = fs::read_to_string(submission("untouched").join("src/lib.rs")).unwrap();
    let endless = source.replacen("todo!(", "if !p.is_empty() { loop {} }\n        todo!(", 1);
    assert_ne!(endless, source);
    write(&class.of("endless").join("src/lib.rs"), endless);
    assert_eq!(class.work(&["--fresh"]), [2, 0, 0]);
    assert_eq!(class.work(&[]), [0, 1, 1]);
    // Ended between the last submission and the end of the run: what was graded in it counts.
    let journal = class.saved("journal.jsonl");
    let underway = journal.trim_end().trim_end_matches("\"ended\"");
    write(&class.out.path().join("journal.jsonl"), underway);
    assert_eq!(class.work(&[]), [0, 0, 2]);
}

#[test]
fn a_damaged_journal_costs_what_is_damaged() {
    let class = Class::of_right_ones(3, "damaged");
    class.work(&["--jobs", "1"]);
    let (report, journal) = (class.report(), class.saved("journal.jsonl"));
    let file = class.out.path().join("journal.jsonl");
    for (damaged, want, words) in [
        // Torn in the middle of the last submission.
        (journal.as_bytes()[..journal.len() - 30].to_vec(), [0, 1, 2], ""),
        (
            journal
                .replacen("\"id\":\"student-01\"", "\"id\":\"\\xff", 1)
                .into_bytes(),
            [0, 1, 2],
            "in line 3 is graded again",
        ),
        (
            journal.replace("student-01", "stud\u{fffd}nt").into_bytes(),
            [0, 1, 2],
            "not in ",
        ),
        (b"\0\xff\n".repeat(3), [0, 3, 0], "in line 1, 2, 3 is graded again"),
        (Vec::new(), [0, 3, 0], ""),
        (
            b"{\"graded\":{}}\n[[[[[[".to_vec(),
            [0, 3, 0],
            "in line 1 is graded again",
        ),
        (journal.repeat(2).into_bytes(), [0, 0, 3], ""),
    ] {
        fs::write(&file, damaged).unwrap();
        let run = class.grade(&[]);
        run.ends(0, &[words]);
        assert_eq!(work(&run.stderr), want);
        assert_eq!(class.report(), report);
        assert_eq!(class.journal(), 3 + usize::from(words == "not in "));
    }
}

#[test]
fn two_graders_do_not_write_to_one_run() {
    let class = Class::of_right_ones(1, "two");
    class.work(&[]);
    let journal = fs::File::open(class.out.path().join("journal.jsonl")).unwrap();
    journal.lock().unwrap();
    class.grade(&[]).ends(2, &["another grader is writing to "]);
    journal.unlock().unwrap();
    assert_eq!(class.work(&[]), [0, 0, 1]);
}

#[test]
fn two_graders_share_a_cache() {
    let class = Class::of_right_ones(4, "share");
    let outs = [temporary(), temporary()];
    let runs = outs.each_ref().map(|out| {
        let mut command = grader();
        command
            .arg("grade")
            .arg(class.folder.path())
            .arg("--spec")
            .arg(class.spec.path());
        command
            .arg("--out")
            .arg(out.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    });
    for mut run in runs {
        assert_eq!(run.wait().unwrap().code(), Some(0));
    }
    let [one, other] = outs.each_ref().map(|out| {
        let text = fs::read_to_string(out.path().join("report.json")).unwrap();
        unmeasured(serde_json::from_str(&text).unwrap())
    });
    assert_eq!(one, other);
}

/// A grader that was started, and its lines on stderr.
struct Started(Child);

impl Started {
    fn new(mut command: Command) -> Self {
        Self(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Waits until so many submissions are finished; whether there were as many.
    fn wait_for(&mut self, count: usize) -> bool {
        let lines = BufReader::new(self.0.stderr.as_mut().unwrap()).lines();
        let graded = lines.map_while(Result::ok).filter(|line| line.starts_with("graded "));
        graded.take(count).count() == count
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).unwrap();
    }
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_as_if_nothing_had_been() {
    let class = Class::of_right_ones(40, "killed");
    let mut done = 0;
    let mut kills = 0;
    while done < 36 {
        // Each time after another number of submissions, so that it hits other moments.
        let mut started = Started::new(class.command(&[]));
        assert!(started.wait_for(1 + kills % 3));
        started.signal(Signal::KILL);
        started.0.wait().unwrap();
        kills += 1;
        let now = class.journal();
        assert!(now > done, "{now} after {done}");
        done = now;
    }
    assert!(kills >= 10, "{kills}");
    let run = class.grade(&[]);
    run.ends(0, &[]);
    let [built, cached, unchanged] = work(&run.stderr);
    assert_eq!((built + cached, unchanged), (40 - done, done));
    let resumed = class.report();
    class.work(&["--fresh"]);
    assert_eq!(class.report(), resumed);
}

#[test]
fn ctrl_c_ends_a_run_in_order_and_the_next_one_goes_on() {
    let class = Class::of_right_ones(12, "interrupted");
    let mut started = Started::new(class.command(&["--jobs", "1"]));
    assert!(started.wait_for(2));
    started.signal(Signal::INT);
    let mut rest = String::new();
    started.0.stderr.as_mut().unwrap().read_to_string(&mut rest).unwrap();
    assert_eq!(started.0.wait().unwrap().code(), Some(130), "{rest}");
    assert!(rest.contains("interrupted after "), "{rest}");
    assert!(rest.contains("the same command goes on from there"), "{rest}");
    let done = class.journal();
    assert!((2..12).contains(&done), "{done}");
    assert_eq!(class.work(&[]), [12 - done, 0, done]);
}

#[test]
fn a_full_disk_loses_what_is_underway_and_says_so() {
    const MEGABYTES: usize = 4;
    let class = Class::of_right_ones(12, "full");
    let garbage = vec![b'x'; MEGABYTES << 20];
    write(&class.out.path().join("journal.jsonl"), [&garbage[..], b"\n"].concat());
    // A file may have so many blocks of 512 bytes and no more, which leaves the journal room for a few submissions; who
    // goes beyond that is told so instead of killed.
    let blocks = MEGABYTES * 2048 + 100;
    let grader = class.command(&[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
    shell.arg(grader.get_program()).args(grader.get_args());
    for (name, value) in grader.get_envs() {
        shell.env(name, value.unwrap());
    }
    let run = shell.current_dir(repository()).run();
    run.ends(
        3,
        &[
            "error: stopped after ",
            "journal.jsonl: ",
            "the same command goes on from there",
        ],
    );
    let done = class.journal();
    assert!((1..12).contains(&done), "{done}");
    let [built, cached, unchanged] = class.work(&[]);
    assert_eq!((built + cached, unchanged), (12 - done, done));
}
