use super::*;
use grader_engine::Points;
use proptest::prelude::*;

const CANVAS: &str = "\u{feff}Student,ID,SIS User ID,SIS Login ID,Section,HW1 (123),HW2 (124),Final Score\r\n\
    ,,,,,Manual Posting,,\r\n\
    \"    Points Possible\",,,,,20,10,(read only)\r\n\
    \"Doe, Jane\",4567,s1,jdoe,001,,7,\"3,5\"\r\n\
    \"Ray, Bob\",4568,s2,bob@x.edu,001,\"1\",,\r\n\
    \"Ray, Bob\",4569,s3,ray,001,EX,,\r\n\
    \"Student, Test\",9,,test,001,,,\r\n";

const MOODLE: &str = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments\n\
    Participant 11,Jane Doe,j@x.edu,Submitted,,10.00,Yes,-,-,\n\
    Participant 12,Bob Ray,b@x.edu,Submitted,3.00,10.00,No,-,-,\"by \"\"me\"\"\"\n\
    Participant 13,Eve Poe,E@x.edu,Submitted,3.00,10.00,Yes,-,-,well done\n";

const GERMAN: &str = "ID;\"Vollständiger Name\";E-Mail-Adresse;Status;Bewertung;Bestwertung;\"Bewertung kann geändert werden\";\"Feedback als Kommentar\"\n\
    Teilnehmer/in11;\"Jane Doe\";j@x.edu;Abgegeben;;10,00;Ja;\n\
    Teilnehmer/in12;\"Bob Ray\";b@x.edu;Abgegeben;-;10,00;Nein;\n";

fn entry(id: &str, points: impl Into<Option<f64>>) -> Entry {
    Entry {
        id: id.to_owned(),
        student: None,
        points: points.into().map(|points| (points, 10.0)),
        excused: false,
        feedback: "Automatic grading: fine".to_owned(),
    }
}

/// Of a student with this id, address and name.
fn of(id: &str, known: [&str; 3], points: f64) -> Entry {
    let [number, email, name] = known.map(|text| (!text.is_empty()).then(|| text.to_owned()));
    let student = StudentReport {
        name,
        id: number,
        email,
    };
    Entry {
        student: Some(student),
        ..entry(id, points)
    }
}

fn book(text: &str, column: Option<&str>) -> Result<Gradebook, String> {
    let sheet = Sheet::read("s.csv", text.into()).map_err(|error| error.to_string())?;
    Gradebook::read(sheet, "hw1", column).map_err(|error| error.to_string())
}

/// The lines that are not as they were, and the notes.
#[track_caller]
fn filled(text: &str, entries: &[Entry]) -> (Vec<String>, Vec<String>) {
    let filled = book(text, None).unwrap().fill(entries).unwrap();
    let lines = |text: &str| text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(text).len(), lines(&filled.text).len());
    let changed = lines(&filled.text)
        .into_iter()
        .zip(lines(text))
        .filter(|(new, old)| new != old);
    (changed.map(|(new, _)| new).collect(), filled.notes)
}

#[test]
fn a_canvas_gradebook_gets_scaled_points_and_excuses_and_nothing_else_changes() {
    let entries = [
        of("a", ["4567", "", ""], 8.5),
        of("b", ["4568", "", ""], 3.33),
        of("c", ["4569", "", ""], 7.0),
        entry("nobody", 1.0),
    ];
    let (lines, notes) = filled(CANVAS, &entries);
    let want = [
        "\"Doe, Jane\",4567,s1,jdoe,001,17.00,7,\"3,5\"\r\n",
        "\"Ray, Bob\",4568,s2,bob@x.edu,001,\"6.66\",,\r\n",
    ];
    assert_eq!(lines, want);
    let want = [
        "points were scaled from 10 to 20, the most in this sheet",
        "1 submission without a row in this sheet: nobody",
        "1 submission excused in the sheet already; left as they are: c",
        "1 student in this sheet without a submission, left as they are: Student, Test",
    ];
    assert_eq!(notes, want);
}

#[test]
fn a_moodle_worksheet_gets_points_and_feedback_but_for_what_is_locked_or_somebody_elses() {
    let entries = [
        of("a", ["11", "", ""], 8.5),
        of("b", ["12", "", ""], 4.0),
        of("c", ["13", "", ""], 5.0),
    ];
    let (lines, notes) = filled(MOODLE, &entries);
    let want = [
        "Participant 11,Jane Doe,j@x.edu,Submitted,8.50,10.00,Yes,-,-,Automatic grading: fine\n",
        "Participant 13,Eve Poe,E@x.edu,Submitted,5.00,10.00,Yes,-,-,well done\n",
    ];
    assert_eq!(lines, want);
    let want = [
        "1 submission with a grade that cannot be changed; left as they are: b",
        "1 submission with a comment of somebody else, which stays: c",
    ];
    assert_eq!(notes, want);
}

#[test]
fn a_worksheet_in_another_language_is_read_by_what_is_in_it() {
    let (lines, notes) = filled(GERMAN, &[of("a", ["11", "", ""], 8.5), of("b", ["12", "", ""], 4.0)]);
    let want = ["Teilnehmer/in11;\"Jane Doe\";j@x.edu;Abgegeben;8,50;10,00;Ja;Automatic grading: fine\n"];
    assert_eq!(lines, want);
    assert_eq!(
        notes,
        ["1 submission with a grade that cannot be changed; left as they are: b"]
    );
}

#[test]
fn a_row_is_found_by_id_then_login_address_name_and_the_submissions_name() {
    for (sheet, entry, line) in [
        (CANVAS, of("x", ["4567", "bob@x.edu", "Bob Ray"], 1.0), "4567"),
        (CANVAS, of("x", ["jdoe", "", ""], 1.0), "4567"),
        (CANVAS, of("x", ["s2", "", ""], 1.0), "4568"),
        (CANVAS, of("x", ["", "Bob@X.edu", "Jane Doe"], 1.0), "4568"),
        (CANVAS, of("x", ["0", "", "jane  DOE"], 1.0), "4567"),
        (CANVAS, entry("jdoe", 1.0), "4567"),
        (CANVAS, entry("Doe, Jane", 1.0), "4567"),
        (CANVAS, entry("4568", 1.0), "4568"),
        (MOODLE, of("x", ["", "e@x.edu", ""], 1.0), "Participant 13"),
        (MOODLE, entry("Jane Doe", 1.0), "Participant 11"),
    ] {
        let (lines, _) = filled(sheet, std::slice::from_ref(&entry));
        assert!(lines.len() == 1 && lines[0].contains(line), "{entry:?}: {lines:?}");
    }
}

#[test]
fn what_is_not_graded_and_who_is_excused_in_moodle_stay_as_they_are() {
    let excused = Entry {
        excused: true,
        ..entry("Eve Poe", None)
    };
    let (lines, notes) = filled(MOODLE, &[entry("Jane Doe", None), excused]);
    assert_eq!(lines, [""; 0]);
    assert_eq!(notes[0], "1 submission not graded, left as they are: Jane Doe");
    assert!(notes[1].starts_with("1 submission excused, for which"), "{notes:?}");
    let (lines, _) = filled(
        CANVAS,
        &[Entry {
            excused: true,
            ..entry("jdoe", None)
        }],
    );
    assert_eq!(lines, ["\"Doe, Jane\",4567,s1,jdoe,001,EX,7,\"3,5\"\r\n"]);
}

#[test]
fn a_row_with_another_name_is_filled_and_told() {
    for (name, want) in [
        ("Jane Doe", None),
        ("doejane", None),
        ("Doe-Smith, Jane", None),
        ("Bob Ray", Some("a (Bob Ray) as Doe, Jane")),
    ] {
        let (lines, notes) = filled(CANVAS, &[of("a", ["4567", "", name], 1.0)]);
        let told = notes.iter().find_map(|note| {
            note.strip_prefix("1 submission found by id or address in a row with another name; look at it: ")
        });
        assert_eq!((lines.len(), told), (1, want), "{name}");
    }
}

#[test]
fn between_two_students_nobody_guesses() {
    for (entries, want) in [
        (
            vec![entry("Bob Ray", 1.0)],
            "s.csv: the name `bob ray` of Bob Ray stands in the lines 5 and 6;",
        ),
        (
            vec![of("a", ["4567", "", ""], 1.0), of("b", ["jdoe", "", ""], 2.0)],
            "s.csv:4: a and b are both of this student;",
        ),
    ] {
        let error = book(CANVAS, None).unwrap().fill(&entries).unwrap_err().to_string();
        assert!(error.starts_with(want), "{error}");
    }
    let twice = CANVAS.replace("4568", "4567");
    let error = book(&twice, None)
        .unwrap()
        .fill(&[of("a", ["4567", "", ""], 1.0)])
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("s.csv: the id `4567` of a stands in the lines 4 and 5;"),
        "{error}"
    );
}

#[test]
fn the_column_is_the_one_that_is_named_or_the_assignments() {
    for (column, want) in [(None, 5), (Some("HW2"), 6), (Some("HW2 (124)"), 6)] {
        assert_eq!(book(CANVAS, column).unwrap().columns.grade, want);
    }
    assert_eq!(book(GERMAN, Some("Bestwertung")).unwrap().columns.grade, 5);
}

#[test]
fn what_cannot_be_filled_is_told() {
    for (text, column, want) in [
        ("a,b\n1,2\n".to_owned(), None, "s.csv is neither a Canvas gradebook"),
        (
            CANVAS.replace("HW1 (123)", "HW3"),
            None,
            "s.csv:1: no column is named `hw1`; name the column with --column, one of: Student | ID",
        ),
        (
            CANVAS.replace("HW2 (124)", "HW1 (125)"),
            None,
            "s.csv:1: 2 columns are named `hw1`;",
        ),
        (
            CANVAS.to_owned(),
            Some("Section"),
            "s.csv:1: `Section` is no assignment;",
        ),
        (
            CANVAS.to_owned(),
            Some("Final Score"),
            "s.csv:1: `Final Score` is no assignment;",
        ),
        (CANVAS.to_owned(), Some("HW9"), "s.csv:1: no column is named `HW9`;"),
        (
            CANVAS.replace("4568,s2,bob@x.edu,001,\"1\",,", "4568,s2"),
            None,
            "s.csv:5: this line has no cell in the column `HW1 (123)`",
        ),
        (
            MOODLE.replace("Last modified (grade)", "x"),
            None,
            "s.csv: there is no column `Last modified (grade)`",
        ),
        (MOODLE.to_owned(), Some("Note"), "s.csv:1: no column is named `Note`;"),
        (
            GERMAN.replace(";10,00", ";"),
            None,
            "s.csv:1: it is not plain which column is the grade;",
        ),
    ] {
        match book(&text, column) {
            Err(error) => assert!(error.starts_with(want), "{error}"),
            Ok(book) => panic!("{want}: column {}", book.columns.grade),
        }
    }
}

proptest! {
    #[test]
    fn what_is_filled_in_is_what_counts(hundredths in proptest::collection::vec(0_u32..=1500, 1..40), comma in any::<bool>()) {
        let (delimiter, possible) = if comma { (";", "10,00") } else { (",", "10.00") };
        let header = ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"].join(delimiter);
        let row = |number: usize| [&format!("Participant {number}"), "A B", "", possible, "-"].join(delimiter);
        let rows: Vec<String> = (0..hundredths.len()).map(row).collect();
        let text = format!("{header}\r\n{}\r\n", rows.join("\r\n"));
        let points = |hundredths: &u32| Points::hundredths(*hundredths).as_f64();
        let entries: Vec<Entry> = hundredths.iter().enumerate().map(|(number, hundredths)| of("x", [&number.to_string(), "", ""], points(hundredths))).collect();
        let filled = book(&text, None).unwrap().fill(&entries).unwrap();
        let again = Sheet::read("s.csv", filled.text.into()).unwrap();
        let read: Vec<Option<f64>> = again.rows()[1..].iter().map(|row| column::number(&again.text(&row[2]))).collect();
        let want: Vec<Option<f64>> = hundredths.iter().map(|hundredths| Some(points(hundredths))).collect();
        prop_assert_eq!(read, want);
    }
}
