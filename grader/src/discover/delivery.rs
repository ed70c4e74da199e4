//! The entries of a folder -> deliveries, one per student -> submissions.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::folder::{Entry, Kind, list, stem};
use super::package::{self, Loose};
use super::shelf::Shelf;
use super::system::{self, Mark, Part};
use super::{Problem, Student, Submission, Submitted, commit, name};

/// What one student handed in, as it lies there.
pub(super) struct Delivery {
    id: String,
    content: Content,
    student: Option<Student>,
    late: bool,
    notes: Vec<String>,
}

enum Content {
    Folder(PathBuf),
    /// One file, which the submission is named after.
    File(Loose),
    /// What a learning system has of a student.
    Files(Vec<Loose>),
    Refused(&'static str),
}

/// One delivery per folder, file or student, and what was left aside, in sentences.
pub(super) fn sort(entries: Vec<Entry>) -> (Vec<Delivery>, Vec<String>) {
    let mut asides = Vec::new();
    let mut plain = Vec::new();
    let mut marked: BTreeMap<String, Delivery> = BTreeMap::new();
    let is_canvas = numbers_differ(&entries);
    for entry in entries {
        let mark = entry.name.to_str().and_then(system::read);
        match mark.filter(|mark| is_canvas || !is_numbered(mark)) {
            _ if entry.is_hidden() || entry.name == "__MACOSX" => asides.push(aside(&entry, "is hidden")),
            Some(mark) => {
                let owner = marked.entry(mark.owner.clone());
                owner.or_insert_with(|| Delivery::marked(&mark)).add(mark, entry);
            }
            None => match Delivery::plain(&entry) {
                Some(delivery) => plain.push(delivery),
                None => asides.push(aside(&entry, "is no folder, archive or Rust file")),
            },
        }
    }
    name_users(&mut plain);
    plain.extend(marked.into_values());
    (plain, asides)
}

/// On Canvas no two files have one number. Where two have, the names are of another making.
fn numbers_differ(entries: &[Entry]) -> bool {
    let mut seen = BTreeSet::new();
    let marks = entries.iter().filter_map(|entry| system::read(entry.name.to_str()?));
    marks.into_iter().all(|mark| match mark.part {
        Part::File {
            number: Some(number), ..
        } => seen.insert(number),
        Part::File { number: None, .. } | Part::Folder | Part::Text => true,
    })
}

fn is_numbered(mark: &Mark) -> bool {
    matches!(mark.part, Part::File { number: Some(_), .. })
}

fn aside(entry: &Entry, why: &str) -> String {
    format!("{} {why}, so it was left aside", name::safe(&entry.name))
}

/// Clones of an assignment's repositories tell whose they are.
fn name_users(deliveries: &mut [Delivery]) {
    if !deliveries.iter().all(Delivery::is_plain_folder) {
        return;
    }
    let ids: Vec<String> = deliveries.iter().map(|delivery| delivery.id.clone()).collect();
    let Some(users) = system::users(&ids.iter().map(String::as_str).collect::<Vec<_>>()) else {
        return;
    };
    for (delivery, user) in deliveries.iter_mut().zip(users) {
        delivery.student = Some(Student {
            id: Some(user.to_owned()),
            ..Student::default()
        });
    }
}

impl Delivery {
    fn new(id: &OsStr, content: Content) -> Self {
        Self {
            id: name::safe(id),
            content,
            student: None,
            late: false,
            notes: Vec::new(),
        }
    }

    pub(super) fn of_folder(name: &OsStr, folder: PathBuf) -> Self {
        Self::new(name, Content::Folder(folder))
    }

    /// A Rust file or an archive.
    pub(super) fn of_file(name: &OsStr, path: PathBuf) -> Self {
        let loose = Loose {
            name: name.to_string_lossy().into_owned(),
            path,
        };
        Self::new(stem(name).as_ref(), Content::File(loose))
    }

    /// A link may be meant as a submission, so that it has to be in the report.
    fn plain(entry: &Entry) -> Option<Self> {
        if entry.kind.is_symlink() {
            let why = "it is a symbolic link, which is not followed";
            Some(Self::new(&entry.name, Content::Refused(why)))
        } else if entry.kind.is_dir() {
            Some(Self::of_folder(&entry.name, entry.path.clone()))
        } else if entry.is(Kind::Source) || entry.is(Kind::Archive) {
            Some(Self::of_file(&entry.name, entry.path.clone()))
        } else {
            None
        }
    }

    fn marked(mark: &Mark) -> Self {
        let student = Student {
            name: mark.name.clone(),
            id: mark.user.clone(),
            email: None,
        };
        Self {
            student: Some(student),
            ..Self::new(mark.owner.as_ref(), Content::Files(Vec::new()))
        }
    }

    /// Adds an entry of its student's.
    fn add(&mut self, mark: Mark, entry: Entry) {
        self.late |= mark.late;
        let unread = format!("not read: {}", name::safe(&entry.name));
        let (path, is_folder) = (entry.path, entry.kind.is_dir());
        match (mark.part, &mut self.content) {
            _ if entry.kind.is_symlink() => {
                self.content = Content::Refused("a file of it is a symbolic link, which is not followed");
            }
            (Part::Text, _) => self.notes.push("what was typed in or linked to is not read".to_owned()),
            // An archive that was unpacked by hand keeps the name that the system gave it.
            (Part::Folder | Part::File { .. }, Content::Files(files)) if is_folder && files.is_empty() => {
                self.content = loose_files(&path).map_or(Content::Folder(path), Content::Files);
            }
            (Part::File { name, .. }, Content::Files(files)) if !is_folder => files.push(Loose { name, path }),
            (Part::Folder | Part::File { .. }, _) => self.notes.push(unread),
        }
    }

    /// A folder that no learning system has named.
    pub(super) fn is_plain_folder(&self) -> bool {
        self.student.is_none() && matches!(self.content, Content::Folder(_) | Content::Refused(_))
    }

    /// Finds the crate in it.
    pub(super) fn open(self, shelf: &mut Shelf) -> Submission {
        let mut notes = self.notes;
        let mut submitted = self.late.then(|| Submitted {
            at: None,
            late: true,
            source: "name".to_owned(),
        });
        let source = match self.content {
            Content::Refused(why) => Err(Problem(why.to_owned())),
            Content::Folder(folder) => {
                match commit::time(&folder) {
                    None => {}
                    Some(Ok(at)) => submitted = Some(of_commit(at, self.late)),
                    Some(Err(why)) => notes.push(format!("the time of its last commit is not known: {why}")),
                }
                package::in_folder(&folder, shelf, &mut notes)
            }
            Content::File(file) if Kind::of(file.name.as_ref()) == Kind::Source => {
                shelf.lay_out([("lib.rs".as_ref(), file.path.as_path())].into_iter())
            }
            Content::File(file) => package::in_archive(&file.path, shelf, &mut notes),
            Content::Files(files) => package::of_files(&latest(files, &mut notes), shelf, &mut notes),
        };
        Submission {
            id: self.id,
            source: source.map_err(|problem| Problem(name::plain(&problem.0))),
            notes: notes.iter().map(|note| name::plain(note)).collect(),
            student: self.student,
            submitted,
        }
    }
}

/// What is in a folder that has only files in it.
fn loose_files(folder: &Path) -> Option<Vec<Loose>> {
    let loose = |entry: Entry| {
        let name = entry.name.to_str()?.to_owned();
        let path = entry.path;
        entry.kind.is_file().then_some(Loose { name, path })
    };
    let entries = list(folder).ok()?;
    entries
        .into_iter()
        .filter(|entry| !entry.is_hidden())
        .map(loose)
        .collect()
}

fn of_commit(at: i64, late: bool) -> Submitted {
    Submitted {
        at: Some(at),
        late,
        source: "commit".to_owned(),
    }
}

/// Of files that were uploaded again, the last ones, under the names that they had first.
fn latest(files: Vec<Loose>, notes: &mut Vec<String>) -> Vec<Loose> {
    let mut latest: BTreeMap<String, (u32, Loose)> = BTreeMap::new();
    for file in files {
        let read = Kind::of(file.name.as_ref()) != Kind::Other;
        let (first, number) = system::before_upload(&file.name)
            .filter(|_| read)
            .unwrap_or_else(|| (file.name.clone(), 0));
        let newer = latest.get(&first).is_none_or(|(other, _)| *other <= number);
        if newer {
            latest.insert(first, (number, file));
        }
    }
    let mut renamed = |(first, (_, file)): (String, (u32, Loose))| {
        if first != file.name {
            notes.push(format!(
                "{} is taken for {first}, uploaded again",
                name::safe(file.name.as_ref())
            ));
        }
        Loose { name: first, ..file }
    };
    latest.into_iter().map(&mut renamed).collect()
}
