use super::*;
use std::io::Write;
use std::path::PathBuf;

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};
use proptest::prelude::*;

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    packed(CompressionMethod::Deflated, files)
}

/// A zip archive with these files.
fn packed(method: CompressionMethod, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, content) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A tar archive of members, each of a type, with a name and a content.
fn tar(members: &[(::tar::EntryType, &str, &[u8])]) -> Vec<u8> {
    let mut tar = ::tar::Builder::new(Vec::new());
    for (kind, name, content) in members {
        let mut header = ::tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        // As it stands, where `set_path` would refuse it.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, *content).unwrap();
    }
    tar.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// Other bytes of the same length in place of all of these.
fn replaced(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(from.len()).position(|window| window == from) {
        bytes[at + found..][..to.len()].copy_from_slice(to);
        at += found + 1;
    }
    bytes
}

/// Unpacks an archive: its files with their sizes, and what was left out.
fn unpacked(name: &str, bytes: &[u8], limits: &Limits) -> Result<Vec<String>, String> {
    let root = tempfile::tempdir().unwrap();
    let (archive, place) = (root.path().join(name), root.path().join("place"));
    std::fs::write(&archive, bytes).unwrap();
    std::fs::create_dir(&place).unwrap();
    let result = unpack(&archive, &place, limits);
    let beside: Vec<PathBuf> = std::fs::read_dir(root.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(beside.len(), 2, "{beside:?}");
    let left_out = result.map_err(|problem| problem.0)?;
    let mut lines = Vec::new();
    for entry in walkdir::WalkDir::new(&place).min_depth(1).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(&place).unwrap().display().to_string();
            lines.push(format!("{path} {}", entry.metadata().unwrap().len()));
        }
    }
    lines.extend(left_out.iter().map(|name| format!("- {name}")));
    Ok(lines)
}

fn refusal(name: &str, bytes: &[u8]) -> String {
    unpacked(name, bytes, &SUBMISSION).unwrap_err()
}

const FILES: &[(&str, &[u8])] = &[
    ("hw/src/lib.rs", b"abc"),
    ("hw/src/data.txt", b"data"),
    ("hw/report.pdf", b"long"),
    ("hw/inner.zip", b"zip"),
    ("hw/target/debug/x.rs", b"x"),
    ("__MACOSX/hw/._lib.rs", b"x"),
    ("hw/.git/HEAD", b"x"),
];

const UNPACKED: &[&str] = &[
    "hw/inner.zip 0",
    "hw/report.pdf 0",
    "hw/src/data.txt 4",
    "hw/src/lib.rs 3",
    "- .git/",
    "- __MACOSX/",
    "- target/",
];

#[test]
fn sources_are_unpacked_of_the_others_the_names_and_litter_is_left_out() {
    let members: Vec<_> = FILES
        .iter()
        .map(|(name, content)| (::tar::EntryType::Regular, *name, *content))
        .collect();
    let tar = tar(&members);
    for (name, bytes) in [
        ("a.zip", zip(FILES)),
        ("a.tar", tar.clone()),
        ("a.tgz", gzip(&tar)),
        ("a.tar.gz", [gzip(&tar[..700]), gzip(&tar[700..])].concat()),
        ("misnamed.zip", gzip(&tar)),
        ("misnamed.tar.gz", zip(FILES)),
    ] {
        assert_eq!(unpacked(name, &bytes, &SUBMISSION).unwrap(), UNPACKED, "{name}");
    }
    let class = unpacked("a.zip", &zip(FILES), &CLASS).unwrap();
    assert_eq!(class[0], "hw/inner.zip 3");
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for (name, why) in [
        ("/x.rs", "the archive is refused: /x.rs is an absolute path"),
        ("../x", "the archive is refused: ../x leads out of the archive"),
        ("..\\x", "the archive is refused: ../x leads out of the archive"),
        ("c:/x", "the archive is refused: c:/x is an absolute path"),
        ("a\0/x", "the archive is refused: a_/x has a NUL in its name"),
    ] {
        let plain = "y".repeat(name.len());
        let zip = replaced(zip(&[(&plain, b"")]), plain.as_bytes(), name.as_bytes());
        assert_eq!(refusal("a.zip", &zip), why);
    }
    let tar = tar(&[(::tar::EntryType::Regular, "../x", b"")]);
    assert_eq!(
        refusal("a.tar", &tar),
        "the archive is refused: ../x leads out of the archive"
    );
}

#[test]
fn links_and_devices_are_refused() {
    let mut links = ZipWriter::new(io::Cursor::new(Vec::new()));
    links
        .add_symlink("src/lib.rs", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let links = links.finish().unwrap().into_inner();
    let why = "the archive is refused: src/lib.rs is neither a file nor a folder";
    assert_eq!(refusal("a.zip", &links), why);
    for kind in [
        ::tar::EntryType::Symlink,
        ::tar::EntryType::Link,
        ::tar::EntryType::Char,
        ::tar::EntryType::Block,
        ::tar::EntryType::Fifo,
    ] {
        assert_eq!(refusal("a.tar", &tar(&[(kind, "src/lib.rs", b"")])), why);
    }
}

#[test]
fn two_files_of_one_name_are_refused() {
    let twice = replaced(zip(&[("a.rs", b""), ("b.rs", b"")]), b"b.rs", b"a.rs");
    assert_eq!(
        refusal("a.zip", &twice),
        "the archive is refused: it holds two files of one name"
    );
    let capitals = zip(&[("src/a.rs", b""), ("SRC/b.rs", b"")]);
    assert_eq!(
        refusal("a.zip", &capitals),
        "the archive is refused: SRC differs from src by capitals only"
    );
    let twice = tar(&[
        (::tar::EntryType::Regular, "a", b""),
        (::tar::EntryType::Regular, "./a", b""),
    ]);
    assert_eq!(refusal("a.tar", &twice), "the archive is refused: a is there twice");
    let both = tar(&[
        (::tar::EntryType::Regular, "a", b""),
        (::tar::EntryType::Regular, "a/b", b""),
    ]);
    assert!(refusal("a.tar", &both).starts_with("it cannot be unpacked"));
}

/// A file of 1 GiB of zeros: the same deflated MiB again and again, and nothing that is the last of it.
fn bomb() -> Vec<u8> {
    let mut deflate = flate2::Compress::new(flate2::Compression::best(), false);
    let mut block = Vec::with_capacity(8 << 10);
    deflate
        .compress_vec(&vec![0; 1 << 20], &mut block, flate2::FlushCompress::Full)
        .unwrap();
    let stored = packed(CompressionMethod::Stored, &[("src/lib.rs", &block.repeat(1024))]);
    // Only now it is said to be deflated and of that size: in front of the file, and in the list of files.
    let list = stored.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let mut bomb = stored;
    for (method, size) in [(8, 22), (list + 10, list + 24)] {
        bomb[method] = 8;
        bomb[size..size + 4].copy_from_slice(&(1_u32 << 30).to_le_bytes());
    }
    bomb
}

#[test]
fn a_bomb_is_cut_and_many_are_refused() {
    let bomb = bomb();
    assert!(bomb.len() < 2 << 20);
    assert_eq!(refusal("a.zip", &bomb), "the archive holds more than 16 MiB");
    let cut = format!("src/lib.rs {}", MAX_BYTES + 1);
    assert_eq!(unpacked("a.zip", &bomb, &CLASS).unwrap(), [cut]);

    let large = vec![0; MAX_BYTES as usize];
    let names: Vec<String> = (0..5).map(|number| format!("src/{number}.rs")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), large.as_slice())).collect();
    let why = "the archive holds more than 64 MiB";
    assert_eq!(refusal("a.zip", &zip(&files)), why);
    let members: Vec<_> = files
        .iter()
        .map(|(name, content)| (::tar::EntryType::Regular, *name, *content))
        .collect();
    assert_eq!(refusal("a.tar", &tar(&members)), why);
    // What is not unpacked has to be read through.
    let small = Limits {
        bytes: 1 << 20,
        ..SUBMISSION
    };
    let beside = tar(&[(::tar::EntryType::Regular, "data.bin", &large)]);
    assert!(
        unpacked("a.tgz", &gzip(&beside), &small)
            .unwrap_err()
            .contains("there is too much in it")
    );
}

#[test]
fn more_members_than_there_may_be_are_refused() {
    let names: Vec<String> = (0..100_000).map(|number| number.to_string()).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(
        refusal("a.zip", &zip(&files)),
        "the archive holds more than 20000 files"
    );
    let members = files[..=100]
        .iter()
        .map(|(name, _)| (::tar::EntryType::Directory, *name, &b""[..]));
    let tar = tar(&members.collect::<Vec<_>>());
    let few = Limits {
        members: 100,
        ..SUBMISSION
    };
    let why = "the archive holds more than 100 files";
    assert_eq!(unpacked("a.tar", &tar, &few).unwrap_err(), why);
}

#[test]
fn what_is_broken_encrypted_or_foreign_is_told() {
    let whole = zip(&[("src/lib.rs", b"fn f() {}")]);
    let flagged = |at: usize, magic: &[u8]| {
        let mut bytes = whole.clone();
        let found = bytes.windows(4).position(|window| window == magic).unwrap();
        bytes[found + at] |= 1;
        bytes
    };
    let stored = packed(CompressionMethod::Stored, &[("src/lib.rs", b"fn f() {}")]);
    let encrypted = flagged(8, b"PK\x01\x02");
    for (name, bytes, why) in [
        ("a.zip", encrypted, "the archive is encrypted"),
        ("a.zip", Vec::new(), "the archive is empty"),
        ("a.zip", whole[..whole.len() - 30].to_vec(), "the archive is damaged"),
        (
            "a.zip",
            replaced(stored, b"fn f() {}", b"fn f() {!"),
            "the archive is damaged",
        ),
        ("a.tgz", gzip(&[0; 700])[..15].to_vec(), "the archive is damaged"),
        ("a.tar", vec![1; 600], "the archive is damaged"),
        (
            "a.rar",
            b"Rar!".to_vec(),
            "this kind of archive is not read; .zip and .tar.gz are",
        ),
        (
            "a.tar.xz",
            b"\xfd7zXZ".to_vec(),
            "this kind of archive is not read; .zip and .tar.gz are",
        ),
    ] {
        let refusal = refusal(name, &bytes);
        assert!(refusal.starts_with(why), "{refusal}");
    }
    let small = Limits {
        packed: 10,
        ..SUBMISSION
    };
    assert!(unpacked("a.zip", &whole, &small).is_err());
}

#[test]
fn names_that_are_no_utf_8_are_read_as_far_as_they_can() {
    let bytes = replaced(zip(&[("Zo#.rs", b"")]), b"Zo#.rs", b"Zo\x89.rs");
    assert_eq!(unpacked("a.zip", &bytes, &SUBMISSION).unwrap(), ["Zo\u{eb}.rs 0"]);
    let bytes = replaced(zip(&[("Zo##.rs", b"")]), b"Zo##.rs", "Zo\u{eb}.rs".as_bytes());
    assert_eq!(unpacked("a.zip", &bytes, &SUBMISSION).unwrap(), ["Zo\u{eb}.rs 0"]);
    let bytes = replaced(
        tar(&[(::tar::EntryType::Regular, "Zo#.rs", b"")]),
        b"Zo#.rs",
        b"Zo\x89.rs",
    );
    // The checksum is of other bytes.
    assert!(refusal("a.tar", &bytes).starts_with("the archive is damaged"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 1..600), kind in 0..4_usize) {
        let name = ["a.zip", "a.tar", "a.tgz", "a.zip"][kind];
        let _ = unpacked(name, &bytes, &SUBMISSION);
    }

    #[test]
    fn no_change_of_an_archive_makes_it_panic(changes in prop::collection::vec((any::<u16>(), any::<u8>()), 1..8), kind in 0..3_usize) {
        let tar = tar(&[(::tar::EntryType::Regular, "src/lib.rs", b"abc"), (::tar::EntryType::GNULongName, "x", b"src/y")]);
        let (name, mut bytes) = match kind {
            0 => ("a.zip", zip(FILES)),
            1 => ("a.tar", tar),
            _ => ("a.tgz", gzip(&tar)),
        };
        for (at, byte) in changes {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        let _ = unpacked(name, &bytes, &SUBMISSION);
    }
}
