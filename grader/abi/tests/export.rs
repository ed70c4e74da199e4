//! What `export!` makes of a crate, as the grader builds it: with the symbol, and without unsafe code of its own.
#![cfg(unix)]

use std::ffi::{CString, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use grader_abi::{Bytes, Decoder, ENTRY_SYMBOL, Encoder, Entry, Reply, Signature, Type, VERSION, Value};

/// A contract, a solution that exports itself, and a patch of it that does so too.
const CRATES: [(&str, &str, &str); 3] = [
    (
        "contract",
        "grader-abi.path = ABI",
        "/// A contract.
         #[grader_abi::contract]
         pub trait Double {
             /// Twice `x`.
             fn double(&self, x: f64) -> f64;
         }",
    ),
    (
        "solution",
        "contract.path = '../contract'",
        "//! A solution.
         #![deny(warnings, missing_docs, unexpected_cfgs)]
         use contract::Double;
         /// The solution.
         #[derive(Default)]
         pub struct Solution;
         impl Double for Solution {
             fn double(&self, x: f64) -> f64 { 2.0 * x }
         }
         contract::export!(Solution);",
    ),
    (
        "bug",
        "contract.path = '../contract'\nsolution.path = '../solution'",
        "//! A labelled bug.
         #![deny(warnings, missing_docs, unexpected_cfgs)]
         use solution::Solution;
         #[derive(Default)]
         struct Bug(Solution);
         impl contract::Patch for Bug {
             type Base = Solution;
             fn base(&self) -> &Self::Base { &self.0 }
             fn double(&self, x: f64) -> f64 { 3.0 * x }
         }
         contract::export!(contract::Patched<Bug>);",
    ),
];

/// A workspace of these crates, which has the versions of this one's lock file.
fn workspace() -> PathBuf {
    let abi = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("export");
    write(
        &root.join("Cargo.toml"),
        "[workspace]\nresolver = '3'\nmembers = ['contract', 'solution', 'bug']",
    );
    let lock = std::fs::read_to_string(abi.join("../../Cargo.lock")).expect("the workspace has a lock file");
    write(&root.join("Cargo.lock"), &lock);
    for (name, dependencies, code) in CRATES {
        let dependencies = dependencies.replace("ABI", &format!("{abi:?}"));
        let manifest = format!("[package]\nname = '{name}'\nedition = '2024'\n[dependencies]\n{dependencies}\n");
        write(&root.join(name).join("Cargo.toml"), &manifest);
        write(&root.join(name).join("src/lib.rs"), code);
    }
    root
}

/// Writes a file unless it is so already, so that nothing is built twice.
fn write(path: &Path, text: &str) {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    std::fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder can be made");
    std::fs::write(path, text).expect("the file can be written");
}

/// Builds the patch, and with it the solution that it depends on. Only the patch gets the flags.
fn build(root: &Path, flags: &[&str]) -> Output {
    Command::new(env!("CARGO"))
        .current_dir(root)
        .args([
            "rustc",
            "--quiet",
            "--offline",
            "--package",
            "bug",
            "--crate-type",
            "cdylib",
            "--",
        ])
        .args(flags)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("cargo starts")
}

fn library(root: &Path) -> PathBuf {
    let name = format!("{}bug{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    root.join("target/debug").join(name)
}

unsafe extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, symbol: *const c_char) -> *mut c_void;
}

/// The entry of a library, if it has one. The library stays loaded.
fn entry(library: &Path) -> Option<&'static Entry> {
    const RTLD_NOW: c_int = 2;
    let path = CString::new(library.as_os_str().as_bytes()).expect("a path has no zero byte");
    let symbol = CString::new(ENTRY_SYMBOL).expect("a symbol has no zero byte");
    // SAFETY: both texts end with a zero byte. The library is one that this test built, without constructors.
    let entry = unsafe {
        let library = dlopen(path.as_ptr(), RTLD_NOW);
        assert!(!library.is_null(), "{path:?} can be loaded");
        dlsym(library, symbol.as_ptr())
    };
    // SAFETY: what has this name is an `Entry`, and it lives as long as the library, which is never closed.
    unsafe { entry.cast::<Entry>().as_ref() }
}

fn read(bytes: &Bytes) -> &[u8] {
    // SAFETY: an entry's bytes are not null and readable for their length until the next call.
    unsafe { std::slice::from_raw_parts(bytes.start, bytes.length) }
}

#[test]
fn one_crate_of_two_that_export_has_the_symbol_and_only_for_the_grader() {
    let root = workspace();

    let built = build(&root, &[]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    assert_eq!(String::from_utf8_lossy(&built.stderr), "");
    assert!(entry(&library(&root)).is_none());

    let built = build(&root, &["--cfg", "grader_artifact", "-F", "unsafe_code"]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    assert_eq!(String::from_utf8_lossy(&built.stderr), "");
    // A loader does not load one path twice.
    let artifact = root.join("artifact.so");
    std::fs::copy(library(&root), &artifact).expect("the library can be copied");
    let entry = entry(&artifact).expect("the library has an entry");

    assert_eq!(entry.version, VERSION);
    let signature = (entry.signature)();
    let signature = Signature::decode(&mut Decoder::new(read(&signature))).expect("a signature");
    assert_eq!(signature.functions[0].to_string(), "double(x: f64) -> f64");

    let mut arguments = Encoder::new();
    arguments.f64(1.5);
    let arguments = arguments.bytes();
    // SAFETY: the solution is one that `open` gave; the arguments are readable for their length.
    let reply = unsafe { (entry.call)((entry.open)(), true, 0, arguments.as_ptr(), arguments.len()) };
    let Ok(Reply::Returned(bytes)) = Reply::decode(read(&reply)) else {
        panic!("{:?} is no value", Reply::decode(read(&reply)));
    };
    assert_eq!(Value::from_bytes(&Type::F64, bytes), Ok(Value::Real(4.5)));
}
