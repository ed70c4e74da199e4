//! The red team: submissions that attack the grader, the machine or their neighbours, while they run or while they compile.
//!
//! Each attack of `tests/red-team` stands in a table with what its author gets; a file without a row fails, and so does a row
//! without a file. The honest submissions beside them must be graded as if they were alone, and nothing may be left behind.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]

mod killed;
mod table;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

/// What an attack that runs comes to, in the first check that calls it.
#[derive(Debug, Clone, Copy)]
enum Gets {
    /// An outcome of this kind, whose message contains this.
    Outcome(&'static str, &'static str),
    /// An answer, which is the number of the error that it met, negative.
    Error(i32),
    /// An answer that is this number.
    Number(f64),
    /// Nothing at all: the library is not used, for this reason.
    Unused(&'static str),
}

use Gets::{Error, Number, Outcome, Unused};

const EPERM: i32 = 1;
const EAGAIN: i32 = 11;
const EACCES: i32 = 13;
const ENOTTY: i32 = 25;
const ENOSYS: i32 = 38;

const RUN: [(&str, Gets); 50] = [
    ("chatter", Outcome("refused", "print")),
    ("chmod", Outcome("refused", "chmod")),
    ("clone3", Error(ENOSYS)),
    ("closed-descriptors", Number(0.0)),
    ("command", Outcome("refused", "")),
    ("connect", Outcome("refused", "socket")),
    ("duplicate-descriptor", Error(EPERM)),
    ("execve", Outcome("refused", "execve")),
    ("exit-in-constructor", Outcome("exited", "0")),
    ("fork-bomb", Outcome("refused", "fork")),
    ("forged-frames", Unused("the library does not say what it is")),
    ("huge-allocation", Outcome("out_of_memory", "")),
    ("huge-answer", Number(0.0)),
    ("illegal-instruction", Outcome("crashed", "4")),
    ("io-uring", Outcome("refused", "io_uring_setup")),
    ("kept-input", Number(0.0)),
    ("kill-all", Outcome("refused", "kill")),
    ("kill-parent", Outcome("refused", "kill")),
    ("limit-parent", Outcome("refused", "prlimit64")),
    ("list-descriptors", Error(EACCES)),
    ("list-root", Error(EACCES)),
    ("loop-in-constructor", Outcome("timed_out", "")),
    ("memfd", Outcome("refused", "memfd_create")),
    ("memory-bomb", Outcome("out_of_memory", "")),
    ("no-death-signal", Error(EPERM)),
    ("null-write", Outcome("crashed", "11")),
    ("old-entry", Outcome("refused", "")),
    ("own-landlock", Outcome("refused", "landlock_restrict_self")),
    ("own-sigsys-handler", Number(-1.0)),
    ("panic-hook", Outcome("exited", "0")),
    ("panic-payload-drop", Outcome("panicked", "")),
    ("panic-while-panicking", Outcome("crashed", "6")),
    ("pin-parent", Outcome("refused", "sched_setaffinity")),
    ("ptrace", Outcome("refused", "ptrace")),
    ("read-memory-of-parent", Outcome("refused", "process_vm_readv")),
    ("read-own-library", Error(EACCES)),
    ("read-own-maps", Error(EACCES)),
    ("read-parent-environment", Number(-1.0)),
    ("read-parent-memory", Number(-1.0)),
    ("read-passwd", Error(EACCES)),
    ("shared-memory", Outcome("refused", "shmget")),
    ("signal-by-file", Error(EPERM)),
    ("sleep-forever", Outcome("timed_out", "")),
    ("tgkill-parent", Outcome("refused", "tgkill")),
    ("threads", Error(EAGAIN)),
    ("type-into-terminal", Error(ENOTTY)),
    ("user-namespace", Outcome("refused", "unshare")),
    ("write-file", Error(EPERM)),
    ("write-shared-memory", Error(EPERM)),
    ("x32-entry", Error(ENOSYS)),
];

/// What an attack that compiles comes to: a refusal, in which the compiler says this.
const COMPILE: [(&str, &str); 20] = [
    ("asm-include", "include"),
    ("deep-brackets", ""),
    ("endless-constant", ""),
    ("environment", "not defined"),
    ("error-with-file", "Permission denied"),
    ("escape-codes", "\\u{1b}[2J"),
    ("incbin", "incbin"),
    ("include-environment", "Permission denied"),
    ("include-neighbour", "Permission denied"),
    ("include-passwd", "Permission denied"),
    ("include-reference", "Permission denied"),
    ("include-spec", "Permission denied"),
    ("include-zeros", "Permission denied"),
    ("large-static", ""),
    ("link-library", ""),
    ("macro-bomb", ""),
    ("many-errors", ""),
    ("path-module", "Permission denied"),
    ("type-bomb", ""),
    ("unstable-feature", "E0554"),
];

/// A word that stands in the spec, in the reference and in a neighbour's source, and nowhere else.
const CANARY: &str = "canary-c7e1f0a94d";

/// Hidden checks that pass it in and ask again.
const HIDDEN_CHECKS: &str = "      - name: the secret input
        call: entropy([0.123456789, 0.876543211])
        visibility: hidden
        deterministic: false
      - name: what came before
        call: entropy([0.123, 0.877])
        visibility: hidden
        deterministic: false
";

/// The first number of an input that only a hidden check has.
const SECRET_INPUT: &str = "0.123456789";

/// The honest submissions that stand beside the attackers.
const HONEST: [&str; 15] = [
    "correct-chatty",
    "correct-differently",
    "gradient-without-one-hot",
    "half-done",
    "kl-reversed",
    "log-base-2",
    "masked-full-length",
    "missing-function",
    "naive-softmax",
    "nan-everywhere",
    "no-zero-mask",
    "notebook-port",
    "panics",
    "untouched",
    "wrong-lengths",
];

/// A course of its own: an assignment with canaries in it, a class, and the grader's cache.
struct Course {
    folder: TempDir,
}

/// The whole class graded once, the honest ones alone, and those who may start threads.
struct Graded {
    course: Course,
    class: Value,
    alone: Value,
    threaded: Value,
}

static GRADED: LazyLock<Graded> = LazyLock::new(|| {
    let course = Course::new();
    let alone = course.grade("specs/spec.yaml", "honest");
    let class = course.grade("specs/spec.yaml", "class");
    let threaded = course.grade("threaded.yaml", "threaded");
    Graded {
        course,
        class,
        alone,
        threaded,
    }
});

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

impl Course {
    fn new() -> Self {
        let course = Self {
            folder: tempfile::Builder::new()
                .prefix("course-")
                .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
                .unwrap(),
        };
        make_cache(&course.path("cache"));
        let root = root();
        copy(&root.join("reference/src"), &course.path("reference/src"));
        let reference = course.path("reference/src/lib.rs");
        let text = fs::read_to_string(&reference).unwrap();
        fs::write(
            &reference,
            format!("{text}\n// {CANARY}\n#[allow(dead_code)]\nconst CANARY: &str = \"{CANARY}\";\n"),
        )
        .unwrap();
        let spec = fs::read_to_string(root.join("specs/cross-entropy.yaml")).unwrap();
        let spec = spec
            .replace("../contract", root.join("contract").to_str().unwrap())
            .replace("../student-template", root.join("student-template").to_str().unwrap())
            .replace("seed: 42\n", "seed: 42\nunsafe_code: allow\n")
            .replacen("    checks:\n", &format!("    checks:\n{HIDDEN_CHECKS}"), 1);
        fs::create_dir_all(course.path("specs")).unwrap();
        fs::write(course.path("specs/spec.yaml"), format!("{spec}\n# {CANARY}\n")).unwrap();
        for name in HONEST {
            let submission = root.join("tests/submissions").join(name);
            copy(&submission.join("src"), &course.path("honest").join(name).join("src"));
            copy(&submission.join("src"), &course.path("class").join(name).join("src"));
        }
        let neighbour = course.path("class/notebook-port/src/lib.rs");
        for path in [&neighbour, &course.path("honest/notebook-port/src/lib.rs")] {
            let text = fs::read_to_string(path).unwrap();
            fs::write(path, format!("{text}\n// {CANARY}\n")).unwrap();
        }
        for (name, _) in RUN {
            course.add_runner(name);
        }
        for (name, _) in COMPILE {
            course.add_compiled(name);
        }
        course.add_table();
        course.add_threaded();
        course
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The reference with one function replaced by the attack.
    fn add_runner(&self, name: &str) {
        let source = self.path("class").join(format!("run-{name}")).join("src");
        fs::create_dir_all(&source).unwrap();
        let honest = fs::read_to_string(root().join("reference/src/lib.rs")).unwrap();
        let mut lib = replace(
            &honest,
            "expectation(p, |i| -p[i].ln())",
            "attack::attack() + 0.0 * p.len() as f64",
        );
        if name == "kept-input" {
            lib = replace(&lib, "attack::attack() + 0.0 * p.len() as f64", "attack::of(p)");
        }
        if name == "huge-answer" {
            lib = replace(&lib, "exps.iter().map(|exp| exp / total).collect()", "attack::many()");
        }
        let lib = replace(
            &lib,
            "use contract::CrossEntropy;",
            "mod attack;\n\nuse contract::CrossEntropy;",
        );
        fs::write(source.join("lib.rs"), lib).unwrap();
        fs::copy(
            root().join("tests/red-team/run").join(format!("{name}.rs")),
            source.join("attack.rs"),
        )
        .unwrap();
    }

    /// The reference with the attack before it.
    fn add_compiled(&self, name: &str) {
        let source = self.path("class").join(format!("compile-{name}")).join("src");
        fs::create_dir_all(&source).unwrap();
        let attack = fs::read_to_string(root().join("tests/red-team/compile").join(format!("{name}.rs"))).unwrap();
        let errors: String = (0..20_000)
            .map(|number| format!("pub const E{number}: u8 = \"{number}\";\n"))
            .collect();
        let brackets = format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000));
        let attack = attack
            .replace("@SPEC@", self.path("specs/spec.yaml").to_str().unwrap())
            .replace("@REFERENCE@", self.path("reference/src/lib.rs").to_str().unwrap())
            .replace(
                "@NEIGHBOUR@",
                self.path("class/notebook-port/src/lib.rs").to_str().unwrap(),
            )
            .replace("@ERRORS@", &errors)
            .replace("@BRACKETS@", &brackets);
        let honest = fs::read_to_string(root().join("reference/src/lib.rs")).unwrap();
        let honest: String = honest
            .lines()
            .filter(|line| !line.starts_with("//!"))
            .map(|line| format!("{line}\n"))
            .collect();
        fs::write(source.join("lib.rs"), attack + &honest).unwrap();
    }

    /// Every public answer, and nothing that would compute one.
    fn add_table(&self) {
        let source = self.path("class/table/src");
        copy(&root().join("tests/red-team/table"), &source);
        fs::write(source.join("table.txt"), table::of_public_answers()).unwrap();
    }

    /// A class that may start threads: the reference, and the same with threads left over.
    fn add_threaded(&self) {
        let spec = fs::read_to_string(self.path("specs/spec.yaml")).unwrap();
        let threaded = replace(&spec, "\nseed: 42\n", "\nseed: 42\nthreads: 2\n");
        fs::write(
            self.path("threaded.yaml"),
            threaded.replace("../reference", "reference"),
        )
        .unwrap();
        let honest = fs::read_to_string(root().join("reference/src/lib.rs")).unwrap();
        let lib = replace(
            &honest,
            "        expectation(p, |i| -p[i].ln())",
            "        attack::attack();\n        expectation(p, |i| -p[i].ln())",
        );
        let lib = replace(
            &lib,
            "use contract::CrossEntropy;",
            "mod attack;\n\nuse contract::CrossEntropy;",
        );
        let attack = fs::read_to_string(root().join("tests/red-team/threads/left-over.rs")).unwrap();
        for (path, text) in [
            ("honest/src/lib.rs", &honest),
            ("left-over/src/lib.rs", &lib),
            ("left-over/src/attack.rs", &attack),
        ] {
            let path = self.path("threaded").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn grade(&self, spec: &str, class: &str) -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_grader"))
            .args(["grade", class, "--spec", spec, "--format", "json", "--fresh", "--cache"])
            .arg(self.path("cache"))
            .current_dir(self.folder.path())
            .env("GRADER_RED_TEAM_SECRET", CANARY)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// A cache of its own, in which what cargo has built is not built again.
fn make_cache(folder: &Path) {
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache/cargo");
    fs::create_dir_all(&shared).unwrap();
    fs::create_dir_all(folder).unwrap();
    std::os::unix::fs::symlink(shared, folder.join("cargo")).unwrap();
}

/// The command lines of processes that have to do with this folder.
fn processes_in(folder: &Path) -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap();
    let lines = processes.filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(folder.to_str().unwrap())).collect()
}

fn replace(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "`{from}` is in the source once");
    text.replace(from, to)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn submission<'a>(report: &'a Value, id: &str) -> &'a Value {
    report["submissions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|submission| submission["id"] == *id)
        .unwrap()
}

/// The first visible check of the assignment, which calls `entropy`.
fn first_check(submission: &Value) -> &Value {
    let checks = submission["exercises"][0]["checks"].as_array().unwrap();
    checks
        .iter()
        .find(|check| check["visibility"] == "public")
        .unwrap_or(&Value::Null)
}

fn without_measured(mut submission: Value) -> Value {
    submission.as_object_mut().unwrap().remove("measured");
    submission
}

#[test]
fn every_attack_has_a_row_and_every_row_an_attack() {
    for (folder, rows) in [
        (
            "run",
            RUN.iter().map(|(name, _)| (*name).to_owned()).collect::<BTreeSet<_>>(),
        ),
        ("compile", COMPILE.iter().map(|(name, _)| (*name).to_owned()).collect()),
    ] {
        let files = fs::read_dir(root().join("tests/red-team").join(folder)).unwrap();
        let files = files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
        assert_eq!(files.collect::<BTreeSet<_>>(), rows);
    }
}

#[test]
fn an_attack_that_runs_gets_what_the_table_says() {
    let mut wrong = Vec::new();
    for (name, gets) in RUN {
        let submission = submission(&GRADED.class, &format!("run-{name}"));
        let check = first_check(submission);
        let (outcome, got) = (&check["outcome"], &check["observed"][0]["got"]);
        let kind = outcome["kind"].as_str().unwrap_or_default();
        let message = outcome["message"].as_str().unwrap_or_default();
        let as_said = match gets {
            Outcome(want, text) => kind == want && message.contains(text),
            Error(number) => got.as_f64() == Some(-f64::from(number)),
            Number(number) => got.as_f64() == Some(number),
            Unused(why) => submission["status"] == "build_failed" && submission["problem"] == why,
        };
        if !as_said {
            wrong.push(format!(
                "{name}: wanted {gets:?}, came {kind} {message} {got} {}",
                submission["problem"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_attack_that_compiles_gets_what_the_table_says() {
    let mut wrong = Vec::new();
    for (name, says) in COMPILE {
        let submission = submission(&GRADED.class, &format!("compile-{name}"));
        let said = format!("{} {}", submission["problem"], submission["diagnostics"]);
        let as_said = submission["status"] == "build_failed" && said.contains(&says.replace('\\', "\\\\"));
        if !as_said {
            let said: String = said.chars().take(400).collect();
            wrong.push(format!("{name}: wanted {says:?}, came {} {said}", submission["status"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn honest_neighbours_are_graded_as_if_they_were_alone() {
    for name in HONEST {
        let beside = without_measured(submission(&GRADED.class, name).clone());
        let alone = without_measured(submission(&GRADED.alone, name).clone());
        assert_eq!(beside, alone, "{name}");
    }
}

#[test]
fn no_attacker_gets_hold_of_a_secret() {
    for submission in GRADED.class["submissions"].as_array().unwrap() {
        let mut seen = vec![
            submission["output"].to_string(),
            submission["problem"].to_string(),
            submission["diagnostics"].to_string(),
        ];
        for exercise in submission["exercises"].as_array().unwrap() {
            for check in exercise["checks"].as_array().unwrap() {
                seen.extend([&check["observed"], &check["outcome"], &check["feedback"]].map(Value::to_string));
            }
        }
        assert!(seen.iter().all(|text| !text.contains(CANARY)), "{}", submission["id"]);
    }
}

#[test]
fn what_a_hidden_check_passes_in_comes_back_in_no_visible_answer() {
    let submission = submission(&GRADED.class, "run-kept-input");
    let mut hidden = 0;
    for check in submission["exercises"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|exercise| exercise["checks"].as_array().unwrap())
    {
        let got = check["observed"][0]["got"].to_string();
        if check["visibility"] == "hidden" {
            hidden += usize::from(got.contains(SECRET_INPUT));
        } else {
            assert!(!got.contains(SECRET_INPUT), "{check}");
        }
    }
    // The attack works as far as it can: within the hidden checks' own process.
    assert!(hidden > 0);
}

#[test]
fn a_table_of_the_public_answers_earns_what_is_public_and_no_more() {
    let submission = submission(&GRADED.class, "table");
    let exercises = submission["exercises"].as_array().unwrap();
    let (public, secret): (Vec<&Value>, Vec<_>) = exercises
        .iter()
        .flat_map(|exercise| exercise["checks"].as_array().unwrap())
        .partition(|check| check["visibility"] == "public");
    let lost: Vec<_> = public
        .iter()
        .filter(|check| check["earned"] != check["possible"])
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
    let won: Vec<_> = secret.iter().filter(|check| check["earned"] != 0.0).collect();
    assert!(won.is_empty(), "{won:?}");
    assert!(
        secret
            .iter()
            .any(|check| check["id"].as_str().unwrap().ends_with("@secret"))
    );
    let score = &submission["score"];
    assert!(score["earned"].as_f64() < score["possible"].as_f64(), "{score}");
}

#[test]
fn threads_that_are_left_over_change_no_grade_and_end_with_their_session() {
    let [honest, left_over] = ["honest", "left-over"].map(|id| submission(&GRADED.threaded, id));
    assert_eq!(honest["score"]["earned"], honest["score"]["possible"]);
    assert_eq!(left_over["exercises"], honest["exercises"]);
    // They were there: nobody else prints.
    assert!(
        left_over["output"].as_str().unwrap().contains("still here"),
        "{left_over}"
    );
}

#[test]
fn nothing_is_left_behind() {
    LazyLock::force(&GRADED);
    for file in [
        std::env::temp_dir().join("grader-red-team"),
        PathBuf::from("/dev/shm/grader-red-team"),
    ] {
        assert!(!file.exists(), "{}", file.display());
    }
    let segments = fs::read_to_string("/proc/sysvipc/shm").unwrap_or_default();
    assert!(!segments.contains(&0x6772_6164.to_string()), "{segments}");
    assert_eq!(processes_in(GRADED.course.folder.path()), Vec::<String>::new());
    let caches = fs::read_dir(GRADED.course.path("cache")).unwrap();
    let names: BTreeSet<_> = caches.map(|entry| entry.unwrap().file_name()).collect();
    let kept = ["artifacts", "cargo", "lock", "prepared", "verdicts"];
    assert_eq!(names, kept.map(Into::into).into());
}
