//! The names that learning systems and classrooms give to what was handed in.
//!
//! Canvas packs `name[_LATE]_userid_attachmentid_file`, anonymously `[LATE_]anon_id_attachmentid_file`; Moodle
//! `Full name_id_assignsubmission_file/…` or, all in one folder, `Full name_id_assignsubmission_file_NAME`; classrooms
//! clone `<classroom>-<assignment>-<user>`.

/// What a name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// Whose it is: the same for all files of a student.
    pub(super) owner: String,
    /// Their id in the learning system.
    pub(super) user: Option<String>,
    /// Their name, where the system spells it out.
    pub(super) name: Option<String>,
    /// Whether the system calls it late.
    pub(super) late: bool,
    /// What it is.
    pub(super) part: Part,
}

/// What was handed in, of all that may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// A file, under the name that its author gave it. On Canvas it has a number that no other file has.
    File { name: String, number: Option<u64> },
    /// A folder of files.
    Folder,
    /// Something typed into a form, or a link: not for us.
    Text,
}

/// Reads a name that a system gave.
pub(super) fn read(name: &str) -> Option<Mark> {
    moodle(name).or_else(|| canvas(name))
}

fn canvas(name: &str) -> Option<Mark> {
    let parts: Vec<&str> = name.split('_').collect();
    let anonymous = match parts.as_slice() {
        ["anon", "LATE", ..] | ["LATE", "anon", ..] => Some(2),
        ["anon", ..] => Some(1),
        _ => None,
    };
    let user = match anonymous {
        Some(at) => at,
        None => (1..parts.len()).find(|at| is_number(parts[*at]) && canvas_part(&parts[at + 1..]).is_some())?,
    };
    let part = canvas_part(parts.get(user + 1..)?)?;
    let late = match anonymous {
        Some(_) => parts[..user].contains(&"LATE"),
        None => parts[user - 1] == "LATE",
    };
    let end = if late && anonymous.is_none() { user - 1 } else { user };
    let named = if anonymous.is_some() {
        "anon".to_owned()
    } else {
        parts[..end].join("_")
    };
    let id = parts[user].to_owned();
    let is_whole = !named.is_empty() && !id.is_empty();
    is_whole.then(|| Mark {
        owner: format!("{named}_{id}"),
        user: Some(id),
        name: None,
        late,
        part,
    })
}

/// What follows the user's id.
fn canvas_part(parts: &[&str]) -> Option<Part> {
    match parts {
        ["text.html" | "link.html"] => Some(Part::Text),
        [number, name @ ..] if is_number(number) && !name.concat().is_empty() => Some(Part::File {
            name: name.join("_"),
            number: Some(number.parse().ok()?),
        }),
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn moodle(name: &str) -> Option<Mark> {
    let (owner, rest) = name.split_once("_assignsubmission_")?;
    let part = match rest.split_once('_').unwrap_or((rest, "")) {
        ("file", "") => Part::Folder,
        ("file", name) => Part::File {
            name: name.to_owned(),
            number: None,
        },
        _ => Part::Text,
    };
    let (name, user) = match owner.rsplit_once('_') {
        Some((name, id)) if is_number(id) => (name, Some(id.to_owned())),
        _ => (owner, None),
    };
    (!name.is_empty()).then(|| Mark {
        owner: owner.to_owned(),
        user,
        name: Some(name.to_owned()),
        late: false,
        part,
    })
}

/// The name that a file had before Canvas numbered it as one that was uploaded again, and its number.
pub(super) fn before_upload(name: &str) -> Option<(String, u32)> {
    let (stem, end) = name.split_once('.')?;
    let (stem, number) = stem.rsplit_once('-')?;
    let is_short = number.len() <= 2 && is_number(number) && !stem.is_empty();
    is_short.then(|| Some((format!("{stem}.{end}"), number.parse().ok()?)))?
}

/// The users of clones: what follows a beginning of at least two parts that all names share.
pub(super) fn users<'a>(names: &[&'a str]) -> Option<Vec<&'a str>> {
    let (first, others) = names.split_first()?;
    let shared = |name: &&str| first.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
    let length = others.iter().map(shared).min()?;
    let end = first.as_bytes()[..length].iter().rposition(|byte| *byte == b'-')? + 1;
    let parts = first[..end].split('-').filter(|part| !part.is_empty()).count();
    let users: Vec<&str> = names.iter().map(|name| &name[end..]).collect();
    (parts >= 2 && users.iter().all(|user| !user.is_empty())).then_some(users)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str) -> String {
        let Some(mark) = read(name) else {
            return "-".to_owned();
        };
        let part = match mark.part {
            Part::File { name, number } => {
                format!("{name} {}", number.map_or(String::new(), |number| number.to_string()))
            }
            Part::Folder => "a folder".to_owned(),
            Part::Text => "a text".to_owned(),
        };
        let late = if mark.late { "late" } else { "" };
        format!(
            "{} | {} | {} | {late} | {}",
            mark.owner,
            mark.user.unwrap_or_default(),
            mark.name.unwrap_or_default(),
            part.trim()
        )
    }

    #[test]
    fn names_of_canvas_are_read() {
        for (name, expected) in [
            ("doejane_4567_89012_lib.rs", "doejane_4567 | 4567 |  |  | lib.rs 89012"),
            (
                "doejane_LATE_4567_89012_lib.rs",
                "doejane_4567 | 4567 |  | late | lib.rs 89012",
            ),
            (
                "doejane_4567_89012_my_own_lib.rs",
                "doejane_4567 | 4567 |  |  | my_own_lib.rs 89012",
            ),
            ("doe_jane_4567_89012_x.zip", "doe_jane_4567 | 4567 |  |  | x.zip 89012"),
            ("anon_x7Qz2_89012_lib.rs", "anon_x7Qz2 | x7Qz2 |  |  | lib.rs 89012"),
            (
                "LATE_anon_x7Qz2_89012_lib.rs",
                "anon_x7Qz2 | x7Qz2 |  | late | lib.rs 89012",
            ),
            (
                "anon_LATE_x7Qz2_89012_lib.rs",
                "anon_x7Qz2 | x7Qz2 |  | late | lib.rs 89012",
            ),
            ("doejane_4567_text.html", "doejane_4567 | 4567 |  |  | a text"),
            ("doejane_LATE_4567_link.html", "doejane_4567 | 4567 |  | late | a text"),
            ("李明_4567_89012_lib.rs", "李明_4567 | 4567 |  |  | lib.rs 89012"),
            ("doejane_4567_89012_", "-"),
            ("doejane_4567_lib.rs", "-"),
            ("_4567_89012_lib.rs", "-"),
            ("anon__89012_lib.rs", "-"),
            ("anon", "-"),
            ("LATE_4567_1_x.rs", "-"),
            ("4567_89012_lib.rs", "-"),
            ("doejane_4567_99999999999999999999999_lib.rs", "-"),
            ("alice.rs", "-"),
            ("", "-"),
            ("____", "-"),
        ] {
            assert_eq!(line(name), expected, "{name}");
        }
    }

    #[test]
    fn names_of_moodle_are_read() {
        for (name, expected) in [
            (
                "Jane Doe_4567_assignsubmission_file",
                "Jane Doe_4567 | 4567 | Jane Doe |  | a folder",
            ),
            (
                "Jane Doe_4567_assignsubmission_file_",
                "Jane Doe_4567 | 4567 | Jane Doe |  | a folder",
            ),
            (
                "Jane Doe_4567_assignsubmission_file_my_lib.rs",
                "Jane Doe_4567 | 4567 | Jane Doe |  | my_lib.rs",
            ),
            (
                "Jane Doe_4567_assignsubmission_onlinetext",
                "Jane Doe_4567 | 4567 | Jane Doe |  | a text",
            ),
            (
                "Default group_assignsubmission_file",
                "Default group |  | Default group |  | a folder",
            ),
            ("_4567_assignsubmission_file", "-"),
            ("Jane Doe_4567_assignsubmission", "-"),
        ] {
            assert_eq!(line(name), expected, "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_name_makes_it_panic(name in "(anon|LATE|[a-zé]{0,3}|[0-9]{1,25}|_|-|[.]|assignsubmission|file|text.html){0,9}") {
            let _ = (read(&name), before_upload(&name), users(&[&name, "a-b-c"]), users(&[&name, &name]));
        }
    }

    #[test]
    fn a_second_upload_has_a_number() {
        for (name, expected) in [
            ("lib-1.rs", Some(("lib.rs", 1))),
            ("hw-12.tar.gz", Some(("hw.tar.gz", 12))),
            ("lib.rs", None),
            ("cs-101.rs", None),
            ("-1.rs", None),
            ("lib-x.rs", None),
            ("lib-1", None),
        ] {
            let expected = expected.map(|(name, number)| (name.to_owned(), number));
            assert_eq!(before_upload(name), expected, "{name}");
        }
    }

    #[test]
    fn users_follow_what_all_clones_share() {
        for (names, expected) in [
            (&["cs101-hw1-alice", "cs101-hw1-bob"][..], Some(&["alice", "bob"][..])),
            (&["cs101-hw1-anna", "cs101-hw1-annika-b"], Some(&["anna", "annika-b"])),
            (&["cs101-hw1-é", "cs101-hw1-è"], Some(&["é", "è"])),
            (&["hw1-alice", "hw1-bob"], None),
            (&["cs101-hw1-alice", "cs101-hw2-bob"], None),
            (&["cs101-hw1-", "cs101-hw1-bob"], None),
            (&["cs101-hw1-alice"], None),
            (&["--a", "--b"], None),
            (&[], None),
        ] {
            assert_eq!(users(names).as_deref(), expected, "{names:?}");
        }
    }
}
