//! Building and calling submissions, in real processes.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use grader::build::{Compiled, Options, Recipe};
use grader::sandbox::Isolation;
use grader::session::{self, Limits, Measured, Session, Settings};
use grader_abi::{Encoder, Signature, Value};
use grader_engine::spec::{Spec, UnsafeCode};
use grader_engine::{Call, Caller, Outcome, Plan, ReferenceAnswers, judge};
use tempfile::TempDir;

/// An artifact to call, and its signature.
struct Built {
    artifact: PathBuf,
    /// What it relies on.
    shared: Vec<PathBuf>,
    signature: Signature,
}

/// The submission that behaves in every way, built once for all tests.
static EVERYTHING: LazyLock<Built> = LazyLock::new(|| build("everything", UnsafeCode::Forbid));

/// The submission that asks the kernel for anything.
#[cfg(target_os = "linux")]
static HOSTILE: LazyLock<Built> = LazyLock::new(|| build("hostile", UnsafeCode::Allow));

fn build(name: &str, unsafe_code: UnsafeCode) -> Built {
    let recipe = recipe("tests/assignments/behaviours/template", unsafe_code);
    let out = temporary();
    let source = repository().join("tests/assignments/behaviours").join(name);
    let compiled = recipe.compile(&source, out.path()).unwrap();
    let Compiled::Artifact { path, warnings } = compiled else {
        panic!("{compiled:?}");
    };
    assert_eq!(warnings, []);
    // Test processes may run at the same time: each puts the same library into the one place, in one step.
    let place = |path: &Path| {
        let file = format!("{name}-{unsafe_code:?}-{}", path.file_name().unwrap().to_str().unwrap());
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(file)
    };
    let artifact = place(&path);
    std::fs::rename(path, &artifact).unwrap();
    let keep = |library: &PathBuf| {
        let copy = out.path().join("copy");
        std::fs::copy(library, &copy).unwrap();
        std::fs::rename(copy, place(library)).unwrap();
        place(library)
    };
    let shared: Vec<_> = recipe.shared().iter().map(keep).collect();
    let signature = session::signature(&artifact, &settings_with(LIMITS, &shared)).unwrap();
    Built {
        artifact,
        shared,
        signature,
    }
}

const LIMITS: Limits = Limits {
    call: Duration::from_millis(200),
    total: Duration::from_secs(20),
    memory: 512 << 20,
    stack: 8 << 20,
    output: 64 << 10,
    threads: 0,
};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn temporary() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn recipe(template: &str, unsafe_code: UnsafeCode) -> Recipe {
    prepare(template, &options(unsafe_code))
}

fn prepare(template: &str, options: &Options) -> Recipe {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    Recipe::prepare(&repository().join(template), &cache, options).unwrap()
}

fn options(unsafe_code: UnsafeCode) -> Options {
    Options {
        grader: env!("CARGO_BIN_EXE_grader").into(),
        opt_level: 0,
        unsafe_code,
        limit: Duration::from_secs(60),
        contract: repository().join("tests/assignments/behaviours/contract"),
        isolation: Isolation::Required,
    }
}

fn settings(limits: Limits) -> Settings {
    settings_with(limits, &EVERYTHING.shared)
}

fn settings_with(limits: Limits, shared: &[PathBuf]) -> Settings {
    Settings {
        grader: env!("CARGO_BIN_EXE_grader").into(),
        scratch: env!("CARGO_TARGET_TMPDIR").into(),
        limits,
        isolation: Isolation::Required,
        shared: shared.to_vec(),
    }
}

/// A call of a function, on a fresh instance unless its name starts with `+`.
fn call(function: &str, arguments: &[Value]) -> Call {
    let name = function.trim_start_matches('+');
    let (number, described) = EVERYTHING.signature.function(name).unwrap();
    let mut encoder = Encoder::new();
    for (argument, parameter) in arguments.iter().zip(&described.parameters) {
        argument.encode(&parameter.ty, &mut encoder).unwrap();
    }
    Call {
        function: number,
        arguments: encoder.into_bytes(),
        fresh: name == function,
    }
}

fn act(how: &str) -> Call {
    call("act", &[Value::Text(how.to_owned())])
}

/// A call that answers this number.
fn dot(real: f64) -> Call {
    call("dot", &[Value::Reals(vec![real]), Value::Reals(vec![1.0])])
}

fn answers_within(limits: Limits, waves: &[Vec<Call>]) -> (Vec<Outcome>, Measured) {
    let settings = settings(limits);
    let mut session = Session::new(&EVERYTHING.artifact, &EVERYTHING.signature, &settings);
    let outcomes = waves.iter().flat_map(|calls| session.answer(calls)).collect();
    (outcomes, session.finish())
}

/// What the hostile submission gets from the kernel for each of these, each in a session of its own.
#[cfg(target_os = "linux")]
fn attack(limits: Limits, how: &[&str]) -> Vec<String> {
    let settings = settings(limits);
    let mut session = Session::new(&HOSTILE.artifact, &HOSTILE.signature, &settings);
    let calls: Vec<_> = how.iter().map(|how| act(how)).collect();
    texts(&session.answer(&calls))
}

fn answers(calls: &[Call]) -> (Vec<Outcome>, Measured) {
    answers_within(LIMITS, &[calls.to_vec()])
}

/// What outcomes look like in a line each.
fn texts(outcomes: &[Outcome]) -> Vec<String> {
    let text = |outcome: &Outcome| {
        if let Outcome::Returned(Value::Real(real)) = outcome {
            real.to_string()
        } else if let Outcome::Returned(Value::Integer(integer)) = outcome {
            integer.to_string()
        } else {
            outcome.to_string()
        }
    };
    outcomes.iter().map(text).collect()
}

#[test]
fn each_behaviour_has_its_outcome_and_the_next_call_is_answered() {
    for (how, expected, workers) in [
        ("well", "1", 1),
        ("panic", "panicked at src/lib.rs:47:20: as told", 1),
        ("odd payload", "panicked at src/lib.rs:48:26", 1),
        ("todo", "not implemented", 1),
        (
            "overflow",
            "panicked at src/lib.rs:50:38: attempt to add with overflow",
            1,
        ),
        (
            "loop",
            "timed out: no answer within 0.2 s of CPU time, or 2 s in all",
            2,
        ),
        ("exit 0", "ended the process with exit code 0 instead of answering", 2),
        ("exit 3", "ended the process with exit code 3 instead of answering", 2),
        ("abort", "crashed with signal 6", 2),
        ("recurse", "crashed with signal 6: has overflowed its stack", 2),
        ("hoard", "ran out of memory", 2),
        ("one big allocation", "ran out of memory", 2),
        ("print much", "1", 1),
        (
            "print forever",
            "was stopped by the sandbox: printing more than 64 MiB",
            2,
        ),
        ("read stdin", "1", 1),
        ("environment", "1", 1),
    ] {
        let (outcomes, measured) = answers(&[act(how), act("well")]);
        assert_eq!(texts(&outcomes), [expected, "1"], "{how}");
        assert_eq!(measured.workers, workers, "{how}");
    }
}

#[test]
fn a_library_behaves_the_same_whoever_has_linked_it() {
    let by_compiler = build("everything", UnsafeCode::Allow);
    assert_eq!(by_compiler.shared, [] as [PathBuf; 0]);
    #[cfg(target_os = "linux")]
    assert_eq!(EVERYTHING.shared.len(), 2);
    let calls: Vec<_> = [
        "well",
        "panic",
        "odd payload",
        "todo",
        "overflow",
        "sum overflow",
        "common sum overflow",
        "product overflow",
        "beyond the end",
        "no number",
        "not in order",
        "borrow twice",
        "caught",
        "panic of a thread",
        "kept by thread",
        "kept by thread",
        "text",
        "allocate",
        "exit 3",
        "abort",
        "recurse",
        "hoard",
        "print",
        "environment",
    ]
    .map(act)
    .into();
    let behave = |built: &Built| {
        let settings = settings_with(LIMITS, &built.shared);
        let mut session = Session::new(&built.artifact, &built.signature, &settings);
        (texts(&session.answer(&calls)), session.finish().output.text())
    };
    let (outcomes, printed) = behave(&EVERYTHING);
    assert_eq!((outcomes.clone(), printed), behave(&by_compiler));
    let overflows: Vec<_> = outcomes[5..8]
        .iter()
        .map(|text| text.contains("with overflow"))
        .collect();
    assert_eq!(overflows, [true; 3], "{outcomes:?}");
}

#[test]
fn a_lie_about_memory_gains_nothing_but_the_lie() {
    let (outcomes, measured) = answers(&[act("print a lie"), act("abort"), act("print"), act("abort")]);
    let expected = ["1", "ran out of memory", "1", "crashed with signal 6"];
    assert_eq!(texts(&outcomes), expected);
    let printed = "memory allocation of 1 bytes failed\nprinted\n";
    assert_eq!(measured.output.text(), printed);
}

#[test]
fn a_crash_is_the_fault_of_its_call_although_earlier_answers_were_held_back() {
    let mut calls: Vec<_> = (0..500u32).map(|number| dot(f64::from(number))).collect();
    for (place, how) in [(77, "exit 0"), (78, "abort"), (300, "recurse"), (499, "hoard")] {
        calls[place] = act(how);
    }
    let (outcomes, measured) = answers(&calls);
    for (number, text) in texts(&outcomes).iter().enumerate() {
        let expected = match number {
            77 => "ended the process with exit code 0 instead of answering".to_owned(),
            78 => "crashed with signal 6".to_owned(),
            300 => "crashed with signal 6: has overflowed its stack".to_owned(),
            499 => "ran out of memory".to_owned(),
            _ => number.to_string(),
        };
        assert_eq!(*text, expected, "call {number}");
    }
    assert_eq!(measured.workers, 4);
}

#[test]
fn after_two_time_outs_a_function_is_not_tried_and_others_are() {
    let mut calls = vec![act("loop"), act("sleep"), act("loop"), act("well")];
    calls.push(call("act_too", &[Value::Text("well".to_owned())]));
    let limits = Limits {
        call: Duration::from_millis(100),
        ..LIMITS
    };
    let (outcomes, measured) = answers_within(limits, &[calls]);
    let not_tried = "timed out: not tried, since 2 calls of this function had failed";
    let expected = [
        "timed out: no answer within 0.1 s of CPU time, or 1 s in all",
        "timed out: no answer within 0.1 s of CPU time, or 1 s in all",
        not_tried,
        not_tried,
        "1",
    ];
    assert_eq!(texts(&outcomes), expected);
    assert_eq!(measured.workers, 3);
}

#[test]
fn after_eight_deaths_a_function_is_not_tried() {
    let (outcomes, measured) = answers(&vec![act("abort"); 100]);
    let texts = texts(&outcomes);
    assert!(
        texts[..8].iter().all(|text| text == "crashed with signal 6"),
        "{texts:?}"
    );
    let not_tried = "crashed with signal 6: not tried, since 8 calls of this function had ended the process";
    assert!(texts[8..].iter().all(|text| text == not_tried), "{texts:?}");
    assert_eq!(measured.workers, 8);
}

#[test]
fn all_calls_together_have_a_limit() {
    let limits = Limits {
        call: Duration::from_secs(10),
        total: Duration::from_millis(100),
        ..LIMITS
    };
    let (outcomes, measured) = answers_within(limits, &[vec![act("well"), act("loop"), dot(1.0)], vec![dot(2.0)]]);
    let used_up = "timed out: the 0.1 s for all calls were used up";
    assert_eq!(texts(&outcomes), ["1", used_up, used_up, used_up]);
    assert_eq!(measured.workers, 1);
    assert!(measured.usage.cpu >= limits.total);
}

#[test]
fn a_stack_is_as_deep_as_the_spec_says() {
    for (stack, depth) in [(256 << 10, 0), (8 << 20, 7), (64 << 20, 63)] {
        let limits = Limits {
            stack,
            call: Duration::from_secs(2),
            ..LIMITS
        };
        let (outcomes, measured) = answers_within(limits, &[vec![act(&format!("sink {depth}")), act("recurse")]]);
        let overflow = "crashed with signal 6: has overflowed its stack";
        assert_eq!(texts(&outcomes), ["1", overflow], "{stack} bytes");
        assert_eq!(measured.workers, 1);
    }
}

#[test]
fn an_instance_lives_from_one_fresh_call_to_the_next_also_across_waves() {
    let waves = [
        vec![call("next", &[]), call("+next", &[]), call("next", &[])],
        vec![call("+next", &[]), act("well"), call("+next", &[])],
    ];
    let (outcomes, measured) = answers_within(LIMITS, &waves);
    assert_eq!(texts(&outcomes), ["1", "2", "1", "2", "1", "1"]);
    assert_eq!(measured.workers, 1);
}

#[test]
fn an_interrupted_instance_is_brought_back_and_a_dead_one_is_not() {
    let unless = |how: &str| call("+next_unless", &[Value::Text(how.to_owned())]);
    let waves = [
        vec![
            call("next", &[]),
            call("+next", &[]),
            act("abort"),
            call("next", &[]),
            call("+next", &[]),
        ],
        vec![
            call("+next", &[]),
            unless("exit 3"),
            call("+next", &[]),
            call("next", &[]),
        ],
        vec![unless("exit 3")],
        vec![call("+next", &[]), call("next", &[])],
    ];
    let (outcomes, _) = answers_within(LIMITS, &waves);
    let exited = "ended the process with exit code 3 instead of answering";
    let expected = [
        "1",
        "2",
        "crashed with signal 6",
        "1",
        "2",
        "3",
        exited,
        exited,
        "1",
        exited,
        exited,
        "1",
    ];
    assert_eq!(texts(&outcomes), expected);
}

#[test]
fn answers_have_their_bits_and_a_length_that_is_bounded() {
    let nan = f64::from_bits(0x7ff8_dead_beef_0001);
    let odd = [nan, -0.0, f64::INFINITY, 1e-310, f64::MIN_POSITIVE];
    let dots: Vec<_> = odd.map(dot).into();
    let (outcomes, _) = answers(&dots);
    for (outcome, real) in outcomes
        .iter()
        .zip([f64::NAN, 0.0, f64::INFINITY, 1e-310, f64::MIN_POSITIVE])
    {
        let Outcome::Returned(Value::Real(got)) = outcome else {
            panic!("{outcome}");
        };
        assert!(*got == real || (got.is_nan() && real.is_nan()), "{got} for {real}");
    }
    let fill = |count: i128| call("fill", &[Value::Integer(count)]);
    let (outcomes, measured) = answers(&[fill(1_000_000), fill(2_000_000), fill(3)]);
    assert_eq!(outcomes[0], Outcome::Returned(Value::Reals(vec![0.5; 1_000_000])));
    let text = "gave no usable answer: an answer of 16000005 bytes, 8388608 are the most";
    assert_eq!(outcomes[1].to_string(), text);
    assert_eq!(outcomes[2], Outcome::Returned(Value::Reals(vec![0.5; 3])));
    assert_eq!(measured.workers, 2);
}

#[test]
fn ten_thousand_calls_are_streamed_through_one_worker() {
    let vector = Value::Reals(vec![0.5; 8]);
    let calls = vec![call("dot", &[vector.clone(), vector]); 10_000];
    let (outcomes, measured) = answers(&calls);
    assert!(
        outcomes
            .iter()
            .all(|outcome| *outcome == Outcome::Returned(Value::Real(2.0)))
    );
    assert_eq!(measured.workers, 1);
}

#[test]
fn the_graders_own_memory_is_not_counted_as_a_submissions() {
    let own = std::hint::black_box(vec![1u8; 300 << 20]);
    let (_, measured) = answers(&[act("well")]);
    assert!(measured.usage.peak_memory.unwrap() < 100 << 20);
    drop(own);
}

#[test]
fn what_a_crash_prints_is_the_same_in_every_run() {
    let printed = || answers(&[act("recurse"), act("recurse")]).1.output.text();
    assert!(printed().contains("has overflowed its stack"));
    assert_eq!(printed(), printed());
}

#[test]
fn what_a_session_used_and_printed_is_known() {
    let (_, measured) = answers(&[act("print"), act("exit 3"), act("print much")]);
    assert_eq!(measured.workers, 2);
    assert!(measured.usage.cpu > Duration::ZERO);
    let peak_memory = measured.usage.peak_memory.unwrap();
    assert!((1 << 20..100 << 20).contains(&peak_memory), "{peak_memory}");
    assert_eq!(measured.output.head().len(), LIMITS.output);
    assert_eq!(measured.output.total(), (16 << 20) + 8);
    assert!(measured.output.text().starts_with("printed\nxxx"));
}

#[test]
fn a_worker_that_cannot_start_is_our_fault() {
    let mut missing = settings(LIMITS);
    missing.grader = "/no/such/grader".into();
    let mut not_a_grader = settings(LIMITS);
    not_a_grader.grader = "/bin/true".into();
    for settings in [missing, not_a_grader] {
        let mut session = Session::new(&EVERYTHING.artifact, &EVERYTHING.signature, &settings);
        let outcomes = session.answer(&[act("well"), dot(1.0), dot(2.0)]);
        let is_fault = |outcome: &Outcome| matches!(outcome, Outcome::HarnessFault { .. });
        assert!(outcomes.len() == 3 && outcomes.iter().all(is_fault), "{outcomes:?}");
    }
    let settings = settings(LIMITS);
    let mut session = Session::new(Path::new("/no/such/artifact.so"), &EVERYTHING.signature, &settings);
    let text =
        "not graded, the grader failed: a worker did not get ready: the worker could not get ready: No such file";
    assert!(session.answer(&[dot(1.0)])[0].to_string().starts_with(text));
}

#[test]
fn a_library_that_is_none_is_the_submissions_fault() {
    let folder = temporary();
    let text = folder.path().join("text.so");
    std::fs::write(&text, "no library").unwrap();
    let settings = settings(LIMITS);
    let mut session = Session::new(&text, &EVERYTHING.signature, &settings);
    for outcome in session.answer(&[dot(1.0), dot(2.0), dot(3.0)]) {
        assert!(matches!(outcome, Outcome::BadAnswer { .. }), "{outcome}");
    }
    let other = Signature {
        contract: "Other".to_owned(),
        functions: Vec::new(),
    };
    let mut session = Session::new(&EVERYTHING.artifact, &other, &settings);
    let expected = "gave no usable answer: the library is one of another contract";
    assert_eq!(session.answer(&[dot(1.0)])[0].to_string(), expected);
    assert!(session::signature(&text, &settings).is_err());
}

/// Compiles one file as a submission to the behaviours.
fn compile(recipe: &Recipe, source: &str) -> (Compiled, TempDir) {
    let folder = temporary();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    std::fs::write(folder.path().join("src/lib.rs"), source).unwrap();
    (recipe.compile(folder.path(), folder.path()).unwrap(), folder)
}

/// Where a source is rejected and with which code and message.
fn rejection(recipe: &Recipe, source: &str) -> String {
    let (compiled, _folder) = compile(recipe, source);
    let Compiled::Rejected(errors) = compiled else {
        panic!("{compiled:?}");
    };
    let error = &errors[0];
    let place = error
        .place
        .as_ref()
        .map(|place| format!("{}:{}:{}", place.file, place.line, place.column));
    let code = error.code.as_deref().unwrap_or("-");
    format!("{} {code} {}", place.unwrap_or_default(), error.message)
}

#[test]
fn a_source_with_errors_is_rejected_at_its_place() {
    let recipe = recipe("tests/assignments/behaviours/template", UnsafeCode::Forbid);
    for (source, expected) in [
        ("fn f() -> u8 { 1.5 }", "src/lib.rs:1:16 E0308 mismatched types"),
        (
            "pub fn f() { unsafe { std::hint::unreachable_unchecked() } }",
            "src/lib.rs:1:14 unsafe_code usage of an `unsafe` block",
        ),
        (
            "\ncompile_error!(\"linker `cc` not found\");",
            "src/lib.rs:2:1 - linker `cc` not found",
        ),
        (
            "mod missing;",
            "src/lib.rs:1:1 E0583 file not found for module `missing`",
        ),
    ] {
        assert_eq!(rejection(&recipe, source), expected);
    }
    let secrets = rejection(&recipe, "pub const X: &str = env!(\"HOME\");");
    assert!(secrets.contains("`HOME` not defined at compile time"), "{secrets}");
}

#[test]
fn a_compiler_that_is_led_astray_is_stopped() {
    let options = Options {
        limit: Duration::from_millis(300),
        ..options(UnsafeCode::Forbid)
    };
    let recipe = prepare("tests/assignments/behaviours/template", &options);
    let source = "#![allow(long_running_const_eval)]\npub const X: () = loop {};";
    let (compiled, _folder) = compile(&recipe, source);
    let why = "the compiler used up its 0.3 s of CPU time".to_owned();
    assert_eq!(compiled, Compiled::Failed { why });
}

#[test]
fn a_source_sees_its_own_copy_as_its_crate() {
    let recipe = recipe("tests/assignments/behaviours/template", UnsafeCode::Forbid);
    let source = "pub const X: &str = include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/lib.rs\"));";
    let (compiled, _folder) = compile(&recipe, source);
    assert!(matches!(compiled, Compiled::Artifact { .. }), "{compiled:?}");
}

#[test]
fn a_library_without_an_export_says_what_is_missing() {
    let recipe = recipe("tests/assignments/behaviours/template", UnsafeCode::Forbid);
    let (compiled, _folder) = compile(&recipe, "");
    let Compiled::Artifact { path, .. } = compiled else {
        panic!("{compiled:?}");
    };
    let error = session::signature(&path, &settings(LIMITS)).unwrap_err().to_string();
    assert!(
        error.contains("is `contract::export!(…);` still in `src/lib.rs`?"),
        "{error}"
    );
}

#[test]
fn what_runs_when_a_library_is_loaded_is_the_first_calls_doing() {
    let recipe = recipe("tests/assignments/behaviours/template", UnsafeCode::Allow);
    let source = "#[unsafe(link_section = \".init_array\")]\n#[used]\nstatic START: extern \"C\" fn() = start;\n\
                  extern \"C\" fn start() { std::process::exit(0) }";
    let (compiled, _folder) = compile(&recipe, source);
    let Compiled::Artifact { path, .. } = compiled else {
        panic!("{compiled:?}");
    };
    let settings = settings(LIMITS);
    let mut session = Session::new(&path, &EVERYTHING.signature, &settings);
    let outcomes = session.answer(&vec![act("well"); 100]);
    assert_eq!(outcomes, vec![Outcome::Exited { code: 0 }; 100]);
    assert_eq!(session.finish().workers, 2);
}

#[test]
fn recipes_can_be_prepared_at_the_same_time() {
    let recipes = std::thread::scope(|scope| {
        let prepare = || recipe("tests/assignments/behaviours/template", UnsafeCode::Forbid);
        let threads = [scope.spawn(prepare), scope.spawn(prepare), scope.spawn(prepare)];
        threads.map(|thread| thread.join().unwrap())
    });
    for recipe in recipes {
        let (compiled, _folder) = compile(&recipe, "pub use contract::Behaviours;");
        assert!(matches!(compiled, Compiled::Artifact { .. }), "{compiled:?}");
    }
}

#[test]
fn cargo_runs_again_when_something_has_changed_and_only_then() {
    let (folder, cache) = (temporary(), temporary());
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        std::fs::File::options()
            .write(true)
            .open(file)
            .unwrap()
            .set_modified(long_ago)
            .unwrap();
    };
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
    let template = package("template") + "[dependencies]\ncontract = { path = \"../contract\" }\n[workspace]\n";
    write("template/Cargo.toml", &template);
    write("template/src/lib.rs", "");
    write("contract/Cargo.toml", &package("contract"));
    write(
        "contract/src/lib.rs",
        "pub mod deep; pub const TEXT: &str = include_str!(\"../data.txt\");",
    );
    write("contract/src/deep.rs", "");
    write("contract/data.txt", "one");
    // Whether cargo has run can be seen by the folder that it makes.
    let cargos = cache.path().join("cargo");
    let prepare = || {
        let _ = std::fs::remove_dir_all(&cargos);
        let options = options(UnsafeCode::Forbid);
        let recipe = Recipe::prepare(&folder.path().join("template"), cache.path(), &options).unwrap();
        let (compiled, _folder) = compile(&recipe, "pub use contract::deep;");
        assert!(matches!(compiled, Compiled::Artifact { .. }), "{compiled:?}");
        (cargos.exists(), recipe.key().to_owned())
    };
    // It has just made the lock file, so that nothing is kept the first time.
    let first = prepare();
    assert_eq!((prepare(), prepare()), ((true, first.1.clone()), (false, first.1)));
    let lock = std::fs::read_to_string(folder.path().join("template/Cargo.lock")).unwrap();
    for (name, text) in [
        (
            "contract/src/lib.rs",
            "pub mod deep; pub const OTHER: &str = include_str!(\"../data.txt\");",
        ),
        ("contract/src/deep.rs", "pub struct Deep;"),
        ("contract/data.txt", "two"),
        (
            "contract/Cargo.toml",
            &format!("{}version = \"0.2.0\"\n", package("contract")),
        ),
        ("template/Cargo.toml", &format!("{template}# A remark.\n")),
        ("template/Cargo.lock", &format!("{lock}\n")),
        (".cargo/config.toml", "[profile.dev]\nopt-level = 1\n"),
    ] {
        write(name, text);
        assert!(prepare().0, "{name}");
        // What cargo writes itself is settled by now.
        write(
            "template/Cargo.lock",
            &std::fs::read_to_string(folder.path().join("template/Cargo.lock")).unwrap(),
        );
        assert!([prepare().0, prepare().0].contains(&false), "{name}");
    }
    std::fs::remove_dir_all(cache.path().join("prepared")).unwrap();
    assert!(prepare().0);
}

#[test]
fn a_template_that_does_not_build_is_explained_by_cargo() {
    let folder = temporary();
    let cache = folder.path().join("cache");
    let prepare = || {
        Recipe::prepare(folder.path(), &cache, &options(UnsafeCode::Forbid))
            .unwrap_err()
            .to_string()
    };
    assert!(prepare().ends_with("it has no Cargo.toml"));
    let manifest =
        "[package]\nname = \"t\"\nedition = \"2024\"\n[dependencies]\nmissing = { path = \"missing\" }\n[workspace]";
    std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    std::fs::write(folder.path().join("src/lib.rs"), "").unwrap();
    assert!(prepare().contains("failed to load manifest for dependency `missing`"));
}

#[test]
fn the_reference_and_a_submission_are_built_and_called_alike() {
    let recipe = recipe("student-template", UnsafeCode::Forbid);
    let build = |source: &str| {
        let out = temporary();
        let source = grader::discover::Source::read(&repository().join(source)).unwrap();
        source.write(out.path()).unwrap();
        let compiled = recipe.compile(out.path(), out.path()).unwrap();
        let Compiled::Artifact { path, .. } = compiled else {
            panic!("{compiled:?}");
        };
        (path, out)
    };
    let (reference, _folder) = build("reference");
    let settings = settings_with(LIMITS, recipe.shared());
    let signature = session::signature(&reference, &settings).unwrap();
    let (entropy, described) = signature.function("entropy").unwrap();
    assert_eq!(described.to_string(), "entropy(p: Vec<f64>) -> f64");
    let mut encoder = Encoder::new();
    Value::Reals(vec![0.5, 0.5])
        .encode(&described.parameters[0].ty, &mut encoder)
        .unwrap();
    let call = Call {
        function: entropy,
        arguments: encoder.into_bytes(),
        fresh: true,
    };
    let (submission, _other) = build("tests/submissions/correct-differently");
    for artifact in [reference, submission] {
        let outcomes = Session::new(&artifact, &signature, &settings).answer(std::slice::from_ref(&call));
        let Outcome::Returned(Value::Real(real)) = outcomes[0] else {
            panic!("{outcomes:?}");
        };
        assert!((real - std::f64::consts::LN_2).abs() < 1e-15, "{real}");
    }
}

/// A system call with its arguments, as the hostile submission reads it.
#[cfg(target_os = "linux")]
fn ask(number: i64, arguments: &str) -> String {
    format!("{number} {arguments}")
}

#[cfg(target_os = "linux")]
#[test]
fn a_forbidden_system_call_is_stopped_and_named() {
    for (number, arguments, what) in [
        (
            libc::SYS_socket,
            "2 1 0",
            "using the network (the system call `socket`)",
        ),
        (
            libc::SYS_execve,
            "/bin/true 0 0",
            "starting a process (the system call `execve`)",
        ),
        (
            libc::SYS_clone,
            "17 0 0 0 0",
            "starting a process (the system call `clone`)",
        ),
        (
            libc::SYS_ptrace,
            "16 1",
            "reaching into a process (the system call `ptrace`)",
        ),
        (libc::SYS_kill, "-1 0", "signalling a process (the system call `kill`)"),
        (
            libc::SYS_tgkill,
            "1 1 0",
            "signalling a process (the system call `tgkill`)",
        ),
        (
            libc::SYS_prlimit64,
            "1 7 0 0",
            "changing a limit (the system call `prlimit64`)",
        ),
        (
            libc::SYS_sched_setaffinity,
            "0 8 0",
            "changing a limit (the system call `sched_setaffinity`)",
        ),
        (
            libc::SYS_io_uring_setup,
            "1 0",
            "reaching into the kernel (the system call `io_uring_setup`)",
        ),
        (
            libc::SYS_memfd_create,
            "name 0",
            "sharing memory (the system call `memfd_create`)",
        ),
        (
            libc::SYS_shmget,
            "0 4096 950",
            "sharing memory (the system call `shmget`)",
        ),
        (
            libc::SYS_landlock_restrict_self,
            "0 0",
            "changing its sandbox (the system call `landlock_restrict_self`)",
        ),
        (
            libc::SYS_seccomp,
            "1 0 0",
            "changing its sandbox (the system call `seccomp`)",
        ),
        (
            libc::SYS_setresuid,
            "0 0 0",
            "changing its user (the system call `setresuid`)",
        ),
        (
            libc::SYS_fchmodat,
            "-100 /tmp 511",
            "changing files (the system call `fchmodat`)",
        ),
        (
            libc::SYS_unlinkat,
            "-100 /tmp/x 0",
            "changing files (the system call `unlinkat`)",
        ),
    ] {
        let expected = format!("was stopped by the sandbox: {what}");
        assert_eq!(attack(LIMITS, &[&ask(number, arguments), "well"]), [&expected, "1"]);
    }
    let expected = "was stopped by the sandbox: a forbidden system call, most likely starting a process";
    assert_eq!(attack(LIMITS, &["start a program", "refuse itself"]), [expected; 2]);
}

#[cfg(target_os = "linux")]
#[test]
fn what_the_standard_library_does_in_passing_is_an_error_and_no_end() {
    let errno = |number: i32| format!("-{number}");
    let at = libc::AT_FDCWD;
    for (number, arguments, error) in [
        // No file can be opened: secrets, one's own memory, others' processes, folders.
        (libc::SYS_openat, format!("{at} /etc/passwd 0"), libc::EACCES),
        (
            libc::SYS_openat,
            format!("{at} {} 0", EVERYTHING.artifact.display()),
            libc::EACCES,
        ),
        (libc::SYS_openat, format!("{at} /proc/self/maps 0"), libc::EACCES),
        (
            libc::SYS_openat,
            format!("{at} /proc/{}/environ 0", std::process::id()),
            libc::EACCES,
        ),
        (libc::SYS_openat, format!("{at} / {}", libc::O_DIRECTORY), libc::EACCES),
        (
            libc::SYS_openat,
            format!("{at} /dev/shm/x {}", libc::O_WRONLY | libc::O_CREAT),
            libc::EPERM,
        ),
        (
            libc::SYS_openat,
            format!("{at} /tmp {}", libc::O_TMPFILE | libc::O_RDWR),
            libc::EPERM,
        ),
        (libc::SYS_getdents64, "0 0 0".to_owned(), libc::EACCES),
        (libc::SYS_ioctl, "0 21522 0".to_owned(), libc::ENOTTY),
        (libc::SYS_prctl, format!("{} 0", libc::PR_SET_PDEATHSIG), libc::EPERM),
        (libc::SYS_prctl, format!("{} 1", libc::PR_SET_DUMPABLE), libc::EPERM),
        (libc::SYS_fcntl, format!("0 {} 1", libc::F_SETOWN), libc::EPERM),
        (libc::SYS_fcntl, "0 0 100".to_owned(), libc::EPERM),
        (libc::SYS_prlimit64, "0 7 1 0".to_owned(), libc::EPERM),
        (libc::SYS_clone3, "0 0".to_owned(), libc::ENOSYS),
        (libc::SYS_statx, format!("{at} /etc 0 0 0"), libc::ENOSYS),
        (100_000, String::new(), libc::ENOSYS),
    ] {
        let how = ask(number, &arguments);
        assert_eq!(attack(LIMITS, &[&how]), [errno(error)], "{how}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_has_the_descriptors_and_the_memory_that_it_needs() {
    // The three that every process has, the protocol's two, and the library.
    assert_eq!(attack(LIMITS, &["descriptors", "map 8 GiB"]), ["6", "1"]);
    // An administrator's worker is nobody's.
    let own = rustix::process::getuid();
    let user = if own.is_root() { 65534 } else { own.as_raw() };
    let ids = [libc::SYS_getuid, libc::SYS_geteuid].map(|number| ask(number, ""));
    assert_eq!(
        attack(LIMITS, &ids.each_ref().map(String::as_str)),
        [user.to_string(), user.to_string()]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_handler_of_its_own_does_not_make_a_refused_call_happen() {
    let open = ask(libc::SYS_socket, "2 1 0");
    // What a handled call returns is what its first register held: its own number.
    let number = libc::SYS_socket.to_string();
    assert_eq!(
        attack(LIMITS, &["handle refusals", &open, "descriptors"]),
        ["0", &number, "6"]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn threads_are_for_those_who_may_have_them_and_their_number_has_an_end() {
    let again = format!("-{}", libc::EAGAIN);
    assert_eq!(attack(LIMITS, &["spawn a thread"]), [again]);
    let some = Limits { threads: 2, ..LIMITS };
    assert_eq!(attack(some, &["spawn a thread", "spawn a thread"]), ["7", "7"]);
    let count: f64 = attack(some, &["spawn threads"])[0].parse().unwrap();
    assert!((2.0..1000.0).contains(&count), "{count}");
    let process = "was stopped by the sandbox: starting a process (the system call `clone`)";
    assert_eq!(attack(some, &[&ask(libc::SYS_clone, "17 0 0 0 0")]), [process]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_compiler_reads_nothing_but_its_own_source() {
    let neighbour = temporary();
    let secret = neighbour.path().join("secret.rs");
    std::fs::write(&secret, "\"canary\"").unwrap();
    let secret = secret.display().to_string();
    let reference = repository().join("reference/src/lib.rs").display().to_string();
    let recipe = recipe("tests/assignments/behaviours/template", UnsafeCode::Allow);
    let assembly = |line: &str| format!("std::arch::global_asm!({line:?});");
    for (source, refusal) in [
        (
            format!("pub const X: &str = include_str!({secret:?});"),
            "Permission denied (os error 13)",
        ),
        (
            format!("pub const X: &str = include_str!({reference:?});"),
            "Permission denied (os error 13)",
        ),
        (
            "compile_error!(include_str!(\"/etc/passwd\"));".to_owned(),
            "Permission denied (os error 13)",
        ),
        (
            format!("pub const X: &str = include!({secret:?});"),
            "Permission denied (os error 13)",
        ),
        (
            format!("#[path = {secret:?}]\nmod secret;"),
            "Permission denied (os error 13)",
        ),
        (
            "pub const X: &[u8] = include_bytes!(\"/proc/self/environ\");".to_owned(),
            "Permission denied (os error 13)",
        ),
        (
            "pub const X: &[u8] = include_bytes!(\"/dev/zero\");".to_owned(),
            "Permission denied (os error 13)",
        ),
        (assembly(&format!(".incbin {secret:?}")), "Could not find incbin file"),
        (assembly(&format!(".include {secret:?}")), "Could not find include file"),
        (
            assembly(".section .deplibs,\"MS\",@llvm_dependent_libraries,1\n.asciz \"/etc/passwd\""),
            "cannot open /etc/passwd: Permission denied",
        ),
    ] {
        let (compiled, _folder) = compile(&recipe, &source);
        let said = format!("{compiled:?}");
        assert!(
            !matches!(compiled, Compiled::Artifact { .. }) && said.contains(refusal),
            "{source}: {said}"
        );
        assert!(!said.contains("canary") && !said.contains("root:"), "{source}: {said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_compiler_that_takes_too_much_is_stopped() {
    let recipe = recipe("tests/assignments/behaviours/template", UnsafeCode::Allow);
    for (source, why) in [
        (
            "std::arch::global_asm!(\".fill 134217728\");",
            "the compiler wrote a file of more than 64 MiB",
        ),
        (
            "macro_rules! bomb { ($($x:tt)*) => { bomb!($($x)* $($x)*); } }\n#[allow(unused)] fn f() { bomb!(x); }",
            "the compiler used up its 2 GiB of memory",
        ),
        ("pub static X: [u8; 8 << 40] = [1; 8 << 40];", "E0080"),
        ("#![feature(never_type)]", "E0554"),
    ] {
        let (compiled, _folder) = compile(&recipe, source);
        let said = format!("{compiled:?}");
        assert!(
            !matches!(compiled, Compiled::Artifact { .. }) && said.contains(why),
            "{source}: {said}"
        );
    }
}

/// What a shell prints in the place of a compiler that may run the system's programs, read `/proc` and write one folder.
#[cfg(target_os = "linux")]
fn in_the_cell(folder: &Path, script: &str) -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_grader"))
        .args(["__compile", &std::process::id().to_string(), "60", "required"])
        .args(["run", "/usr", "run", "/bin", "read", "/proc", "write"])
        .arg(folder)
        .args(["--", "/bin/sh", "-c", script])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .current_dir(folder)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn whoever_breaks_out_of_a_compiler_is_in_a_cell() {
    let folder = temporary();
    let outside = folder.path().with_extension("outside");
    let say = |script: &str| in_the_cell(folder.path(), &format!("({script}) && echo yes || echo no"));
    for (script, answer) in [
        ("echo well > inside && cat inside", "well\nyes\n"),
        ("cat /etc/passwd", "no\n"),
        ("ls /", "no\n"),
        (&format!("echo x > {}", outside.display()), "no\n"),
        (&format!("mv inside {}", outside.display()), "no\n"),
        ("cp /bin/true own && ./own", "no\n"),
        (&format!("kill -0 {}", std::process::id()), "no\n"),
        ("mknod device c 1 5", "no\n"),
        (
            "grep -E 'Cap(Eff|Prm|Inh|Amb)' /proc/self/status | grep -v 0000000000000000",
            "no\n",
        ),
        ("grep 'NoNewPrivs:.1' /proc/self/status > inside", "yes\n"),
    ] {
        assert_eq!(say(script), answer, "{script}");
    }
    assert!(!outside.exists());
}

#[test]
fn a_compiler_quotes_the_contract_by_its_name() {
    let recipe = recipe("tests/assignments/behaviours/template", UnsafeCode::Forbid);
    let (compiled, _folder) = compile(&recipe, "pub fn f(b: &dyn contract::Behaviours) -> f64 { b.dot(&[]) }");
    let Compiled::Rejected(errors) = compiled else {
        panic!("{compiled:?}");
    };
    let rendered = &errors[0].rendered;
    assert!(rendered.contains("--> contract/src/lib.rs:7:8\n"), "{rendered}");
    assert!(
        rendered.contains("fn dot(&self, p: &[f64], q: &[f64]) -> f64;"),
        "{rendered}"
    );
    assert!(!rendered.contains(&repository().display().to_string()), "{rendered}");
}

#[test]
fn what_a_linker_says_is_the_same_in_every_run() {
    let recipe = recipe("tests/assignments/behaviours/template", UnsafeCode::Allow);
    let source = "#[link(name = \"nowhere\")]\nunsafe extern \"C\" { safe fn f(); }\n\
                  #[unsafe(no_mangle)]\npub extern \"C\" fn g() { f() }";
    let said = || {
        let (compiled, _folder) = compile(&recipe, source);
        let Compiled::Rejected(errors) = compiled else {
            panic!("{compiled:?}");
        };
        errors[0].rendered.clone()
    };
    let first = said();
    assert!(
        first.contains("unable to find library -lnowhere") || first.contains("cannot find -lnowhere"),
        "{first}"
    );
    assert_eq!(first, said());
}

#[test]
fn a_compiler_that_cannot_be_confined_is_our_fault() {
    let mut options = options(UnsafeCode::Forbid);
    let folder = temporary();
    options.contract = folder.path().to_owned();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    let recipe = prepare("tests/assignments/behaviours/template", &options);
    drop(folder);
    let source = temporary();
    std::fs::create_dir(source.path().join("src")).unwrap();
    std::fs::write(source.path().join("src/lib.rs"), "").unwrap();
    let error = recipe.compile(source.path(), source.path()).unwrap_err().to_string();
    assert!(
        error.contains("the compiler could not be confined") && error.contains("No such file"),
        "{error}"
    );
}

/// Does something on a thread whose children find a kernel that answers these system calls with an error, or with a success
/// that is none.
#[cfg(target_os = "linux")]
fn on_a_kernel_that_answers<T: Send>(error: i32, calls: &[i64], act: impl FnOnce() -> T + Send) -> T {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
    let rules = calls.iter().map(|call| (*call, Vec::new())).collect();
    let answer = SeccompAction::Errno(error as u32);
    let machine = std::env::consts::ARCH.try_into().unwrap();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, answer, machine).unwrap();
    let program: BpfProgram = filter.try_into().unwrap();
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            apply_filter(&program).unwrap();
            act()
        });
        thread.join().unwrap()
    })
}

/// Does something where these system calls do not exist.
#[cfg(target_os = "linux")]
fn on_a_kernel_without<T: Send>(calls: &[i64], act: impl FnOnce() -> T + Send) -> T {
    on_a_kernel_that_answers(libc::ENOSYS, calls, act)
}

#[cfg(target_os = "linux")]
#[test]
fn a_machine_that_does_not_isolate_is_found_out_and_nothing_runs_there() {
    let level = session::probe(&settings(LIMITS)).unwrap();
    assert!(level.is_sound(), "{level}");
    let best_effort = Settings {
        isolation: Isolation::BestEffort,
        ..settings(LIMITS)
    };
    let landlock = libc::SYS_landlock_create_ruleset;
    let recipe = recipe("tests/assignments/behaviours/template", UnsafeCode::Forbid);
    let folder = temporary();
    for (missing, level) in [
        (&[landlock][..], "reduced: files can be read (no Landlock)"),
        (
            &[libc::SYS_seccomp],
            "reduced: system calls are not filtered (no seccomp)",
        ),
        (
            &[landlock, libc::SYS_seccomp],
            "none: processes of their own, time and memory limits",
        ),
    ] {
        let probed = on_a_kernel_without(missing, || session::probe(&settings(LIMITS)));
        let error = probed.unwrap_err().to_string();
        assert!(
            error.starts_with("this machine does not isolate submissions"),
            "{error}"
        );
        let probed = on_a_kernel_without(missing, || session::probe(&best_effort));
        assert_eq!(probed.unwrap().to_string(), level);
        let answer = |settings: &Settings| {
            let mut session = Session::new(&EVERYTHING.artifact, &EVERYTHING.signature, settings);
            session.answer(&[dot(1.0)])[0].kind()
        };
        let required = settings(LIMITS);
        assert_eq!(on_a_kernel_without(missing, || answer(&required)), "harness_fault");
        assert_eq!(on_a_kernel_without(missing, || answer(&best_effort)), "returned");
        let compiled = on_a_kernel_without(missing, || {
            recipe.compile(&repository().join("reference"), folder.path())
        });
        let error = compiled.unwrap_err().to_string();
        assert!(error.contains("the compiler could not be confined"), "{error}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_restriction_that_the_kernel_takes_on_and_does_not_keep_is_found_out() {
    let probed = on_a_kernel_that_answers(0, &[libc::SYS_seccomp], || session::probe(&settings(LIMITS)));
    let error = probed.unwrap_err().to_string();
    assert!(
        error.contains("a worker could make a socket, start a process"),
        "{error}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn who_is_killed_from_outside_has_a_second_try_and_no_third() {
    let settings = settings(LIMITS);
    let mut session = Session::new(&HOSTILE.artifact, &HOSTILE.signature, &settings);
    let outcomes = session.answer(&[act("well"), act("kill itself"), act("well")]);
    assert_eq!(
        texts(&outcomes),
        ["1", "crashed with signal 9: killed from outside the grader", "1"]
    );
    assert_eq!(session.finish().workers, 3);
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_refuses_to_grade_without_isolation_and_says_so_when_it_does() {
    // What is isolated does not depend on which mistakes are known.
    let spec = std::fs::read_to_string(repository().join("specs/cross-entropy.yaml")).unwrap();
    let spec = spec.replace("../", &format!("{}/", repository().display())) + "\ndiagnosis: off\n";
    let folder = temporary();
    let file = folder.path().join("spec.yaml");
    std::fs::write(&file, spec).unwrap();
    let grade = |flag: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_grader"))
            .args(["grade", "tests/submissions/notebook-port", "--spec"])
            .arg(&file)
            .args(["--format", "json", "--cache"])
            .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
            .args(flag)
            .current_dir(repository())
            .output()
            .unwrap()
    };
    let landlock = [libc::SYS_landlock_create_ruleset];
    let refused = on_a_kernel_without(&landlock, || grade(&[]));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(2) && refused.stdout.is_empty(), "{said}");
    assert!(said.contains("this machine does not isolate submissions"), "{said}");
    let graded = on_a_kernel_without(&landlock, || grade(&["--unsafe-no-sandbox"]));
    let report = String::from_utf8(graded.stdout).unwrap();
    let level = "\"sandbox\":\"reduced: files can be read (no Landlock) (--unsafe-no-sandbox)\"";
    assert!(graded.status.code() == Some(0) && report.contains(level), "{report}");
}

/// A spec with one check, whose script stands at the margin.
fn script(steps: &str) -> Plan {
    let steps: String = steps.lines().map(|line| format!("          {line}\n")).collect();
    let text = format!(
        "version: 1\nassignment: Script\ncontract: c\nreference: r\ntemplate: t\npoints: 1\nseed: 1\nsecret_seed: 2\n\
         exercises:\n  - id: e\n    title: E\n    points: 1\n    checks:\n      - name: counts\n        script:\n{steps}"
    );
    let spec = Spec::read("script.yaml", &text).unwrap();
    spec.plan(&EVERYTHING.signature)
        .unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn the_steps_of_a_script_share_an_instance_and_end_with_it() {
    for (steps, word) in [
        (
            "- do: next()\n- call: next_unless('well')\n  expect: 2\n- holds: next() + next() == 7",
            "pass",
        ),
        (
            "- call: fill(next())\n- call: len(fill(next() + 1))\n  expect: 3\n- holds: next() == 3",
            "pass",
        ),
        ("- do: next()\n- call: next()\n  expect: 1", "fail"),
        (
            "- do: next()\n- panics: next_unless('panic')\n- call: next()\n  expect: 2",
            "pass",
        ),
        (
            "- do: next()\n- call: next_unless('exit 3')\n  expect: 2\n- call: next()\n  expect: 3",
            "error",
        ),
        ("- panics: next_unless('well')\n- call: next()\n  expect: 2", "fail"),
    ] {
        let plan = script(steps);
        let settings = settings(LIMITS);
        let mut session = Session::new(&EVERYTHING.artifact, &EVERYTHING.signature, &settings);
        // It is its own reference, on calls that end well.
        let reference = match word {
            "pass" => ReferenceAnswers::ask(&plan, &[0], &mut session),
            _ => ReferenceAnswers::default(),
        };
        let judged = judge(&plan, &[0], &reference, &mut session);
        assert_eq!(judged[0].verdict.word(), word, "{steps}\n{:?}", judged[0].verdict);
    }
}
