use super::*;
use std::io::Write;
use std::os::unix::fs::symlink;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use tempfile::TempDir;

const HASH: &str = "ce013625030ba8dba906f756967f9e9ca394464a";

const TEXT: &str = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a> 1 +0000\ncommitter B C <b> 1780317121 +0200\n\ncommitter <x> 5 +0000\n";

fn zlib(text: &str) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(text.as_bytes()).unwrap();
    zlib.finish().unwrap()
}

/// A folder whose `.git` has these files.
fn clone(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, content) in files {
        let path = folder.path().join(".git").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn loose(text: &str) -> Vec<u8> {
    zlib(&format!("commit {}\0{text}", text.len()))
}

/// A pack with one object, and its index.
fn pack(kind: u8, text: &str) -> (Vec<u8>, Vec<u8>) {
    let mut pack = b"PACK\0\0\0\x02\0\0\0\x01".to_vec();
    pack.extend([0x80 | kind << 4 | (text.len() & 15) as u8, (text.len() >> 4) as u8]);
    pack.extend(zlib(text));
    let hash = parse_hash(HASH).unwrap();
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    for byte in 0..=255 {
        index.extend(u32::from(byte >= hash[0]).to_be_bytes());
    }
    index.extend(hash);
    index.extend([0; 4]);
    index.extend(12_u32.to_be_bytes());
    (pack, index)
}

fn object() -> String {
    format!("objects/{}/{}", &HASH[..2], &HASH[2..])
}

#[test]
fn the_time_of_a_commit_is_found_wherever_git_keeps_it() {
    let (object, loose) = (object(), loose(TEXT));
    let (pack, index) = pack(1, TEXT);
    let refs = format!("# pack-refs with: peeled\n{HASH} refs/heads/main\n");
    let detached = HASH.as_bytes();
    let main = &b"ref: refs/heads/main\n"[..];
    let in_pack = [
        ("objects/pack/p.pack", pack.as_slice()),
        ("objects/pack/p.idx", index.as_slice()),
    ];
    for (what, files) in [
        ("detached", vec![("HEAD", detached), (&object, &loose)]),
        (
            "a branch",
            vec![("HEAD", main), ("refs/heads/main", detached), (&object, &loose)],
        ),
        (
            "a packed branch",
            vec![("HEAD", main), ("packed-refs", refs.as_bytes()), (&object, &loose)],
        ),
        ("a pack", [vec![("HEAD", detached)], in_pack.to_vec()].concat()),
    ] {
        assert_eq!(time(clone(&files).path()), Some(Ok(1_780_317_121)), "{what}");
    }
    assert_eq!(time(tempfile::tempdir().unwrap().path()), None);
}

#[test]
fn what_cannot_be_read_is_told() {
    let object = object();
    let of = |text: &str| vec![("HEAD", HASH.as_bytes().to_vec()), (object.as_str(), loose(text))];
    let head = |text: &str| vec![("HEAD", text.as_bytes().to_vec())];
    let packed = |kind| {
        let (pack, index) = pack(kind, TEXT);
        vec![
            ("HEAD", HASH.as_bytes().to_vec()),
            ("objects/pack/p.pack", pack),
            ("objects/pack/p.idx", index),
        ]
    };
    let mut cut = packed(1);
    cut[1].1.truncate(12);
    let mut short = packed(1);
    short[2].1.truncate(1040);
    for (files, why) in [
        (head(""), "HEAD is no hash"),
        (head("é"), "HEAD is no hash"),
        (head("ref: /etc/passwd"), "HEAD names nothing"),
        (head("ref: refs/../../secret"), "there is no commit"),
        (head("ref: refs/heads/none"), "there is no commit"),
        (head(HASH), "its commit is not there"),
        (of("tree x\n"), "the commit has no time"),
        (of("committer B <b> soon +0200\n"), "the commit has no time"),
        (of("committer B <b> -5 +0200\n"), "the commit has no time"),
        (of("committer B <b> 99999999999999 +0200\n"), "the commit has no time"),
        (
            vec![("HEAD", HASH.as_bytes().to_vec()), (&object, zlib("blob 1\0x"))],
            "HEAD is no commit",
        ),
        (
            vec![("HEAD", HASH.as_bytes().to_vec()), (&object, b"junk".to_vec())],
            "it is damaged: corrupt deflate stream",
        ),
        (packed(7), "it is packed as a difference from another one"),
        (cut, "its pack is damaged"),
        (short, "its commit is not there"),
    ] {
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(name, content)| (*name, content.as_slice()))
            .collect();
        assert_eq!(time(clone(&files).path()), Some(Err(why.to_owned())));
    }
}

#[test]
fn a_commit_larger_than_any_is_read_so_far() {
    let zeros = "\0".repeat(1 << 20);
    let object = object();
    let bomb = loose(&format!("{TEXT}{zeros}"));
    let folder = clone(&[("HEAD", HASH.as_bytes()), (&object, &bomb)]);
    assert_eq!(time(folder.path()), Some(Ok(1_780_317_121)));
}

#[test]
fn no_link_is_followed() {
    let elsewhere = clone(&[("HEAD", HASH.as_bytes()), (&object(), &loose(TEXT))]);
    let there = |path: &str| -> PathBuf { elsewhere.path().join(".git").join(path) };
    let linked = tempfile::tempdir().unwrap();
    symlink(there(""), linked.path().join(".git")).unwrap();
    assert_eq!(time(linked.path()), Some(Err(".git is no folder".to_owned())));
    let linked = tempfile::tempdir().unwrap();
    fs::create_dir(linked.path().join(".git")).unwrap();
    symlink(there("HEAD"), linked.path().join(".git/HEAD")).unwrap();
    assert_eq!(time(linked.path()), Some(Err("HEAD is a symbolic link".to_owned())));
    let linked = clone(&[("HEAD", HASH.as_bytes())]);
    symlink(there("objects"), linked.path().join(".git/objects")).unwrap();
    assert_eq!(time(linked.path()), Some(Err("its commit is not there".to_owned())));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 100, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_bytes_make_it_panic(changes in proptest::collection::vec((0..1100_usize, proptest::num::u8::ANY), 1..20)) {
        let (mut pack, mut index) = pack(1, TEXT);
        for (at, byte) in changes {
            let length = index.len();
            index[at % length] = byte;
            let length = pack.len();
            pack[at % length] = byte;
        }
        let files = [("HEAD", HASH.as_bytes()), ("objects/pack/p.pack", &pack), ("objects/pack/p.idx", &index)];
        let _ = time(clone(&files).path());
    }
}
