//! What a class costs, in ratios that are measured side by side in one run.
//!
//! `cargo bench --bench class` takes a few minutes. `cargo bench --bench class -- 10 100 1000` names the sizes of the
//! classes; one that is named three times is measured three times. Submissions are distinct, and no class shares one with
//! another.
//!
//! The floor is one bare `rustc --crate-type cdylib --edition 2024 -C strip=debuginfo` per submission, with the contract's
//! library, on as many threads as the grader has; with `--cfg grader_artifact`, without which there is nothing in the
//! library. The grader's numbers are those of whole runs, with isolation, checks and report; what is built once per
//! assignment was built before.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and stops at what goes wrong"
)]

mod cost;
mod source;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cost::Cost;
use tempfile::TempDir;

/// The sizes of the classes when none are given.
const SIZES: [usize; 2] = [10, 60];

/// Optimised, the common generics are of no help to the floor, which is to stay where a plain contract has it.
const COLD: &str = "profile.dev.package.grader-abi-warm.opt-level=2";

/// How often one core is measured against all.
const PAIRS: usize = 3;

/// How many submissions are tested with cargo.
const TESTED: usize = 1;

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { SIZES.to_vec() } else { sizes };
    let mut bench = Bench::new();
    let per_submission = sizes.iter().map(|size| bench.size(*size)).last().unwrap();
    bench.cores(sizes[0].max(20));
    bench.cargo_test(per_submission);
}

/// A course, and how to compile for it without the grader.
struct Bench {
    folder: TempDir,
    repository: PathBuf,
    /// The compiler itself, not what chooses one.
    rustc: PathBuf,
    cores: usize,
    jobs: usize,
    /// How many submissions there have been.
    used: usize,
}

/// Submissions in a folder.
struct Class {
    folder: PathBuf,
    submissions: Vec<PathBuf>,
}

impl Bench {
    /// A course whose assignment is built.
    fn new() -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned();
        let sysroot = Command::new("rustc")
            .args(["--print", "sysroot"])
            .output()
            .unwrap()
            .stdout;
        let cores = std::thread::available_parallelism().unwrap().get();
        let mut bench = Self {
            folder: TempDir::new().unwrap(),
            rustc: Path::new(String::from_utf8(sysroot).unwrap().trim()).join("bin/rustc"),
            repository,
            cores,
            // As many as the grader has of its own accord.
            jobs: cores + 1,
            used: 0,
        };
        bench.write_spec("seed: 42");
        let mut cargo = Command::new("cargo");
        cargo.args([
            "build",
            "-q",
            "--offline",
            "-p",
            "contract",
            "--config",
            COLD,
            "--target-dir",
        ]);
        cost::run(cargo.arg(bench.path("cargo")).current_dir(&bench.repository)).unwrap();
        let first = bench.class(1);
        bench.grade(&first, bench.jobs);
        println!(
            "{} cores, {} jobs; CPU and wall are per submission",
            bench.cores, bench.jobs
        );
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write_spec(&self, seed: &str) {
        let spec = fs::read_to_string(self.repository.join("specs/cross-entropy.yaml")).unwrap();
        let spec =
            ["contract", "reference", "student-template"]
                .iter()
                .fold(spec.replace("seed: 42", seed), |spec, name| {
                    let folder = self.repository.join(name);
                    spec.replace(&format!("../{name}"), folder.to_str().unwrap())
                });
        fs::write(self.path("spec.yaml"), spec).unwrap();
    }

    /// A class of submissions that nobody has seen before.
    fn class(&mut self, size: usize) -> Class {
        let numbers = self.used..self.used + size;
        self.used += size;
        let folder = self.path(&format!("class-{}", numbers.start));
        let submissions: Vec<_> = numbers
            .map(|number| {
                let submission = folder.join(format!("student-{number}"));
                source::write(&self.repository, number, &submission).unwrap();
                submission
            })
            .collect();
        Class { folder, submissions }
    }

    /// Grades a class. What it cost, and the most memory that the grader's own process held.
    fn grade(&self, class: &Class, jobs: usize) -> (Cost, u64) {
        let mut grader = Command::new(env!("CARGO_BIN_EXE_grader"));
        grader.arg("grade").arg(&class.folder);
        for (option, value) in [
            ("--spec", self.path("spec.yaml")),
            ("--cache", self.path("cache")),
            ("--out", class.folder.with_extension("grades")),
            ("--jobs", jobs.to_string().into()),
        ] {
            grader.arg(option).arg(value);
        }
        let ((_, peak), cost) = cost::of(|| cost::run(&mut grader).unwrap());
        (cost, peak)
    }

    /// Compiles these submissions with nothing but the compiler.
    fn floor(&self, submissions: &[PathBuf]) -> Cost {
        let libraries = self.path("cargo").join("debug/deps");
        let is_contract = |name: &OsStr| name.to_string_lossy().starts_with("libcontract-");
        let contract = fs::read_dir(&libraries).unwrap().map(|file| file.unwrap().path());
        let contract = contract
            .filter(|file| file.extension() == Some(OsStr::new("rlib")))
            .find(|file| is_contract(file.file_name().unwrap()));
        let contract = contract.unwrap();
        let compile = |submission: &PathBuf| {
            let mut rustc = Command::new(&self.rustc);
            rustc
                .args(["--crate-type", "cdylib", "--edition", "2024", "-C", "strip=debuginfo"])
                .args(["--cfg", "grader_artifact", "--extern"])
                .arg(format!("contract={}", contract.display()))
                .arg("-L")
                .arg(format!("dependency={}", libraries.display()))
                .arg("-o")
                .arg(submission.join("floor.so"))
                .arg(submission.join("src/lib.rs"));
            rustc
        };
        let commands = submissions.iter().map(compile).collect();
        cost::of(|| cost::run_all(commands, self.jobs).unwrap()).1
    }

    /// Grades a class between two halves of the floor, then again as it is, then again after the spec has changed. What a
    /// submission cost.
    fn size(&mut self, size: usize) -> Cost {
        let class = self.class(size);
        let (first, second) = class.submissions.split_at(size / 2);
        let before = self.floor(first);
        let (cold, peak) = self.grade(&class, self.jobs);
        let after = self.floor(second);
        let floor = Cost {
            cpu: before.cpu + after.cpu,
            wall: before.wall + after.wall,
        };
        println!("\nclass of {size}");
        line("floor", floor, size);
        line("grader, cold", cold, size);
        println!(
            "  grader / floor: CPU {:.3}, wall {:.3}; wall / (CPU / cores) {:.3}; workers {:.1} % of CPU; peak {:.1} MiB",
            cold.cpu / floor.cpu,
            cold.wall / floor.wall,
            cold.wall / (cold.cpu / self.cores as f64),
            100.0 * checks(&class) / cold.cpu,
            peak as f64 / f64::from(1 << 20)
        );
        line("again, unchanged", self.grade(&class, self.jobs).0, size);
        self.write_spec("seed: 43");
        line("again, changed spec", self.grade(&class, self.jobs).0, size);
        self.write_spec("seed: 42");
        Cost {
            cpu: cold.cpu / size as f64,
            wall: cold.wall / size as f64,
        }
    }

    /// Grades one class on one core and another on all, a few times.
    fn cores(&mut self, size: usize) {
        let mut pairs: Vec<(f64, f64)> = Vec::new();
        for _ in 0..PAIRS {
            let (one, all) = (self.class(size), self.class(size));
            let (one, all) = (self.grade(&one, 1).0, self.grade(&all, self.jobs).0);
            pairs.push((one.wall / all.wall, all.cpu / one.cpu));
        }
        println!(
            "\n{} jobs / 1 job, {size} submissions, medians of {PAIRS} pairs: {:.2} times as fast, CPU {:.3}",
            self.jobs,
            median(pairs.iter().map(|pair| pair.0)),
            median(pairs.iter().map(|pair| pair.1))
        );
    }

    /// Tests some submissions with cargo, each in a fresh folder.
    fn cargo_test(&mut self, grader: Cost) {
        let class = self.class(TESTED);
        let test = |submission: &PathBuf| {
            self.make_template(submission);
            let mut cargo = Command::new("cargo");
            cargo
                .args(["test", "--offline", "-q", "--no-fail-fast"])
                .current_dir(submission);
            cargo.env("CARGO_TARGET_DIR", submission.join("target"));
            // Its exit code is that of the checks.
            cost::of(|| cargo.output().unwrap()).1.cpu
        };
        let cpu = class.submissions.iter().map(test).sum::<f64>() / TESTED as f64;
        println!("\ncargo test in a fresh folder / grader: CPU {:.1}", cpu / grader.cpu);
    }

    /// Makes a submission a crate that cargo can test, as the template is.
    fn make_template(&self, submission: &Path) {
        let template = self.repository.join("student-template");
        let manifest = fs::read_to_string(template.join("Cargo.toml")).unwrap();
        let manifest = manifest.replace("../", &format!("{}/", self.repository.display()));
        fs::write(submission.join("Cargo.toml"), manifest + "\n[workspace]\n").unwrap();
        fs::copy(self.repository.join("Cargo.lock"), submission.join("Cargo.lock")).unwrap();
        fs::copy(template.join("checks.json"), submission.join("checks.json")).unwrap();
        fs::create_dir_all(submission.join("tests")).unwrap();
        fs::copy(template.join("tests/checks.rs"), submission.join("tests/checks.rs")).unwrap();
    }
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Seconds of CPU time of all workers, by the report.
fn checks(class: &Class) -> f64 {
    let report = fs::read(class.folder.with_extension("grades").join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let submissions = report["submissions"].as_array().unwrap().iter();
    submissions
        .map(|submission| submission["measured"]["cpu_seconds"].as_f64().unwrap())
        .sum()
}

fn line(what: &str, cost: Cost, size: usize) {
    let milliseconds = 1000.0 / size as f64;
    let (cpu, wall) = (cost.cpu * milliseconds, cost.wall * milliseconds);
    println!(
        "  {what:20} CPU {cpu:7.1} ms, wall {wall:7.1} ms; in all {:.2} s, {:.2} s",
        cost.cpu, cost.wall
    );
}
