//! A grader that is killed in the middle of its work: what it has started ends with it, and what it has left in the cache is
//! removed by the next one.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::{make_cache, processes_in, replace, root};

/// How long anything may take that comes by itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// An assignment whose class takes forever, to run and to compile.
fn endless_course() -> TempDir {
    let folder = tempfile::Builder::new()
        .prefix("killed-")
        .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
        .unwrap();
    make_cache(&folder.path().join("cache"));
    let spec = fs::read_to_string(root().join("specs/cross-entropy.yaml")).unwrap();
    let spec = spec.replace(": ../", &format!(": {}/", root().display()));
    let spec = replace(
        &spec,
        "build: 60 s, call: 1 s, total: 30 s",
        "build: 60 min, call: 60 min, total: 60 min",
    );
    let spec = replace(&spec, "seed: 42\n", "seed: 42\nunsafe_code: allow\n");
    fs::write(folder.path().join("spec.yaml"), spec).unwrap();
    let honest = fs::read_to_string(root().join("reference/src/lib.rs")).unwrap();
    let asleep = replace(
        &honest,
        "        expectation(p, |i| -p[i].ln())",
        "        std::thread::sleep(std::time::Duration::MAX);\n        expectation(p, |i| -p[i].ln())",
    );
    let endless = format!("{honest}\n#[allow(long_running_const_eval)]\npub const ENDLESS: () = loop {{}};\n");
    for (name, lib) in [("asleep", asleep), ("endless", endless)] {
        let source = folder.path().join("class").join(name).join("src");
        fs::create_dir_all(&source).unwrap();
        fs::write(source.join("lib.rs"), lib).unwrap();
    }
    folder
}

fn start(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_grader"))
        .args(["grade", "class", "--spec", "spec.yaml", "--jobs", "2", "--cache"])
        .arg(folder.join("cache"))
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Looks until it is so.
fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what} takes too long");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Once the class is both run and compiled.
fn wait_until_at_work(folder: &Path) {
    // The reference is done with by then: only a submission is compiled while another one runs.
    wait_for("the class", || {
        let processes = processes_in(&folder.join("cache"));
        let is_there = |part: &str| processes.iter().any(|line| line.contains(part));
        is_there(" __worker serve ") && is_there("/bin/rustc ")
    });
}

fn scratch_folders(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder.join("cache")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains('-')).collect()
}

#[test]
fn a_grader_that_is_killed_takes_everything_along_and_the_next_one_cleans_up() {
    let folder = endless_course();
    let folder = folder.path();
    let mut first = start(folder);
    wait_until_at_work(folder);
    let of_first = scratch_folders(folder);
    assert_eq!(of_first.len(), 2, "{of_first:?}");

    // The second makes its folders beside those of the first, which is alive.
    let mut second = start(folder);
    wait_for("the second run", || {
        let is_there = |name: &&String| name.starts_with("libraries-");
        scratch_folders(folder).iter().filter(is_there).count() == 2
    });
    assert!(scratch_folders(folder).is_superset(&of_first));
    first.kill().unwrap();
    second.kill().unwrap();
    first.wait().unwrap();
    second.wait().unwrap();
    wait_for("their end", || processes_in(folder).is_empty());
    let of_both = scratch_folders(folder);
    assert!(of_both.len() >= 4 && of_both.is_superset(&of_first), "{of_both:?}");

    fs::remove_dir_all(folder.join("class/asleep")).unwrap();
    fs::remove_dir_all(folder.join("class/endless")).unwrap();
    let honest = folder.join("class/honest/src");
    fs::create_dir_all(&honest).unwrap();
    fs::copy(root().join("reference/src/lib.rs"), honest.join("lib.rs")).unwrap();
    assert!(start(folder).wait().unwrap().success());
    assert_eq!(scratch_folders(folder), BTreeSet::new());
}
