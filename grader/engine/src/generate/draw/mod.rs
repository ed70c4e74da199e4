//! One value of one case: corners first, then round numbers, then all digits.
//!
//! Only IEEE operations that round correctly, no `ln` or `powf`: those differ in the last digit between platforms.

mod distribution;
mod list;
mod number;
mod text;

use grader_abi::{Signature, Value};

use super::random::Random;
use super::shape::{Shape, Size};
use super::value_of;
use crate::expression::canonical;

/// The longest list that is drawn.
const MAX_LENGTH: i128 = 100_000;
/// How many seeds there are: they fit into every integer of 32 bits, and so do those that follow.
const SEEDS: u64 = 1 << 30;
/// How many entries the lists of one value have together.
const MAX_ENTRIES: usize = 1_000_000;

/// The case's place in the list, and what its value can depend on.
pub(super) struct Draw<'a> {
    pub(super) case: u32,
    pub(super) cases: u32,
    pub(super) inputs: &'a [Value],
    pub(super) signature: &'a Signature,
    pub(super) random: Random,
    /// How many entries its lists have so far.
    pub(super) entries: usize,
}

impl Draw<'_> {
    pub(super) fn value(&mut self, shape: &Shape) -> Result<Value, String> {
        match shape {
            Shape::Boolean => Ok(Value::Bool(if self.case < 2 {
                self.case == 1
            } else {
                self.random.below(2) == 1
            })),
            Shape::Real(reals) => Ok(Value::Real(self.reals(reals, 1)?[0])),
            Shape::Integer(bounds) => self.integer(bounds).map(Value::Integer),
            Shape::Vector { length, reals } => {
                let length = self.length(length)?;
                self.reals(reals, length).map(Value::Reals)
            }
            Shape::Matrix { sizes, reals } => {
                let [rows, columns] = &**sizes;
                let (rows, columns) = (self.length(rows)?, self.length(columns)?);
                self.count(rows.saturating_mul(columns))?;
                let entries = self.reals(reals, rows * columns)?;
                let row = |row: usize| Value::Reals(entries[row * columns..][..columns].to_vec());
                Ok(Value::List((0..rows).map(row).collect()))
            }
            Shape::Character(alphabet) => self.character(alphabet).map(Value::Char),
            Shape::Text { length, alphabet } => {
                let length = self.length(length)?;
                self.text(length, alphabet).map(Value::Text)
            }
            Shape::List { length, item } => {
                let length = self.length(length)?;
                let items = (0..length).map(|_| self.value(item)).collect::<Result<_, _>>()?;
                Ok(canonical(Value::List(items), &item.kind().list()))
            }
            Shape::Option(some) => Ok(Value::Option(match self.is_other() {
                true => None,
                false => Some(Box::new(self.value(some)?)),
            })),
            Shape::Result(ok, err) => Ok(Value::Result(match self.is_other() {
                true => Err(Box::new(self.value(err)?)),
                false => Ok(Box::new(self.value(ok)?)),
            })),
            Shape::Tuple(members) => {
                let members = members.iter().map(|member| self.value(member));
                members.collect::<Result<_, _>>().map(Value::Tuple)
            }
            Shape::Distribution { length, positive } => {
                let length = self.length(length)?;
                if length == 0 {
                    return Err("a distribution has at least one entry".to_owned());
                }
                Ok(Value::Reals(self.distribution(length, *positive)))
            }
            Shape::Probabilities(length) => {
                let length = self.length(length)?;
                Ok(Value::Reals((0..length).map(|_| self.probability()).collect()))
            }
            Shape::Logits { length, scale } => {
                let scale = scale.as_ref().map_or(Ok(5.0), |scale| self.number(scale))?;
                let length = self.length(length)?;
                Ok(Value::Reals(
                    (0..length).map(|index| self.logit(index, scale)).collect(),
                ))
            }
            Shape::Seed => Ok(Value::Integer(self.random.below(SEEDS).into())),
            Shape::Index(of) => self.index(value_of(of, self.inputs, self.signature)?),
            Shape::Mask(length) => {
                let length = self.length(length)?;
                Ok(Value::Reals(self.mask(length)))
            }
            Shape::Permutation(length) => {
                let length = self.length(length)?;
                Ok(Value::List(
                    self.permutation(length)
                        .into_iter()
                        .map(|index| Value::Integer(index as i128))
                        .collect(),
                ))
            }
            Shape::Choice { from, .. } => self.choice(value_of(from, self.inputs, self.signature)?),
        }
    }

    /// The first quarter of the cases has round numbers, eight at least.
    fn is_round(&self) -> bool {
        self.case < (self.cases / 4).max(8)
    }

    fn length(&mut self, size: &Size) -> Result<usize, String> {
        let (least, most) = match size {
            Size::Exactly(formula) => {
                let length = self.whole(formula)?;
                (length, length)
            }
            Size::Within(bounds) => self.ends(bounds)?,
        };
        if least < 0 || most > MAX_LENGTH {
            return Err(format!("a list cannot have from {least} to {most} entries"));
        }
        // The first three are as short as can be; half-way through, all lengths come.
        let reach = if self.case < 3 { 0 } else { self.reach(most - least) };
        let more = self.random.below(u64::try_from(reach + 1).unwrap_or(1));
        let length = usize::try_from(least + i128::from(more)).map_err(|error| error.to_string())?;
        self.count(length).map(|()| length)
    }

    fn count(&mut self, entries: usize) -> Result<(), String> {
        self.entries = self.entries.saturating_add(entries);
        let fits = self.entries <= MAX_ENTRIES;
        fits.then_some(())
            .ok_or_else(|| format!("the lists of one input have more than {MAX_ENTRIES} entries together"))
    }

    /// Whether a `None` or an `Err` comes: in the second case, and then in every fourth.
    fn is_other(&mut self) -> bool {
        self.case == 1 || (self.case > 1 && self.random.below(4) == 0)
    }

    /// How far from the smallest values of a span this case goes: all the way from the middle of the cases on.
    fn reach(&self, span: i128) -> i128 {
        span.min(1 + span * i128::from(self.case) * 2 / i128::from(self.cases.max(1)))
    }

    fn whole(&self, formula: &crate::expression::Formula) -> Result<i128, String> {
        match value_of(formula, self.inputs, self.signature)? {
            Value::Integer(integer) => Ok(integer),
            _ => Err("an integer is wanted".to_owned()),
        }
    }

    fn number(&self, formula: &crate::expression::Formula) -> Result<f64, String> {
        match value_of(formula, self.inputs, self.signature)? {
            Value::Integer(integer) => Ok(integer as f64),
            Value::Real(real) => Ok(real),
            _ => Err("a number is wanted".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Case, Generator, Key};
    use super::*;
    use crate::compare::numbers;

    const FROZEN: [(&str, &str); 11] = [
        ("boolean()", "true"),
        ("real(-2..2)", "0.12325380919202145"),
        ("integer(0..=99)", "32"),
        (
            "vector(2..=4, 0..5)",
            "[4.8682868904071634, 0.2907380573276708, 0.45486784901636546]",
        ),
        ("distribution(3)", "[0.0, 0.9736573780814327, 0.02634262191856729]"),
        (
            "positive_distribution(3)",
            "[0.058422797187401954, 0.9149275901826159, 0.026649612629982056]",
        ),
        ("probabilities(2)", "[0.02634262191856729, 0.9418523885344658]"),
        ("logits(2)", "[4.736573780814327, -4.4185238853446585]"),
        ("mask(5)", "[1.0, 0.0, 0.0, 1.0, 0.0]"),
        ("permutation(5)", "[2, 1, 3, 0, 4]"),
        ("choice([0.5, 1.5, 2.5])", "1.5"),
    ];

    fn signature() -> Signature {
        Signature {
            contract: "Test".into(),
            functions: Vec::new(),
        }
    }

    fn draw(text: &str, case: u32) -> Value {
        let key = Key {
            seed: 42,
            exercise: "e",
            check: "c",
            name: "x",
        };
        Generator::new(text, &Vec::new(), &signature())
            .unwrap()
            .draw(
                Case {
                    place: case,
                    attempt: 0,
                },
                100,
                &[],
                &signature(),
                &key,
            )
            .unwrap()
    }

    fn reals(value: &Value) -> Vec<f64> {
        match value {
            Value::Reals(reals) => reals.clone(),
            other => panic!("{other:?} is no list of reals"),
        }
    }

    #[test]
    fn the_first_cases_are_ones_a_person_can_work_by_hand() {
        for (text, case, want) in [
            ("distribution(2..=8)", 0, vec![0.5, 0.5]),
            ("distribution(2..=8)", 1, vec![1.0, 0.0]),
            ("positive_distribution(2..=8)", 0, vec![0.5, 0.5]),
            ("logits(2..=8)", 0, vec![0.0, 0.0]),
            ("logits(2..=8, scale = 1e6)", 1, vec![1e6, 0.0]),
            ("mask(3)", 0, vec![1.0, 1.0, 1.0]),
            ("vector(2, 0.5..1)", 0, vec![0.5, 0.5]),
        ] {
            assert_eq!(reals(&draw(text, case)), want, "{text} case {case}");
        }
        for case in 0..20 {
            let digits = format!("{:?}", reals(&draw("positive_distribution(2..=5)", case)));
            assert!(
                digits
                    .split(", ")
                    .all(|number| number.trim_matches(['[', ']']).len() <= 4),
                "{digits}"
            );
        }
    }

    #[test]
    fn numbers_start_small_and_round_and_end_at_the_ends() {
        let drawn = |text: &str, cases: &[u32]| -> Vec<String> {
            cases.iter().map(|case| crate::show::show(&draw(text, *case))).collect()
        };
        for (text, cases, want) in [
            ("integer(1..=12)", &[0, 1, 98, 99][..], ["1", "2", "1", "12"]),
            ("integer(-3..=3)", &[0, 1, 98, 99], ["0", "1", "-3", "3"]),
            ("integer(-9..-2)", &[0, 1, 98, 99], ["-3", "-4", "-9", "-3"]),
            ("integer(7..=7)", &[0, 1, 50, 99], ["7", "7", "7", "7"]),
            ("real(-2000..2000)", &[0, 2, 4, 8], ["0.0", "8.0", "-6.0", "80.0"]),
            ("real(0.01..0.99)", &[0, 1, 2, 4], ["0.01", "0.5", "0.8", "0.2"]),
            ("real(3..=3)", &[0, 1, 50, 99], ["3.0", "3.0", "3.0", "3.0"]),
        ] {
            assert_eq!(drawn(text, cases), want, "{text}");
        }
        for text in [
            "real(-5..5)",
            "real(0..=1)",
            "vector(3, 0..5)",
            "probabilities(3)",
            "logits(3, scale = 20)",
        ] {
            for shown in drawn(text, &(0..25).collect::<Vec<_>>()) {
                let mut numbers = shown.trim_matches(['[', ']']).split(", ");
                assert!(numbers.all(|number| number.len() <= 5), "{text} gives {shown}");
            }
        }
    }

    #[test]
    fn integers_go_as_far_as_their_range_and_no_farther() {
        let wide = "integer(-9223372036854775808..=9223372036854775807)";
        for case in 0..100 {
            let Value::Integer(integer) = draw(wide, case) else {
                panic!("an integer")
            };
            assert!(i64::try_from(integer).is_ok());
        }
        assert_eq!(draw(wide, 99), Value::Integer(i64::MAX.into()));
        let mut seen: Vec<String> = (0..100)
            .map(|case| format!("{:?}", draw("integer(1..=6)", case)))
            .collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 6);
    }

    /// Submissions of one assignment are compared over years and machines: a change here changes everyone's inputs.
    #[test]
    fn inputs_never_change() {
        for (text, want) in FROZEN {
            assert_eq!(crate::show::show(&draw(text, 30)), want, "{text}");
        }
    }

    #[test]
    fn every_case_keeps_what_its_generator_promises() {
        for case in 0..100 {
            for text in [
                "distribution(1..=9)",
                "positive_distribution(1..=9)",
                "distribution(1000)",
            ] {
                let p = reals(&draw(text, case));
                assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{p:?}");
                assert!(
                    p.iter()
                        .all(|p| *p >= 0.0 && (*p > 0.0 || !text.starts_with("positive"))),
                    "{p:?}"
                );
            }
            assert!(
                reals(&draw("probabilities(1..=9)", case))
                    .iter()
                    .all(|p| *p > 0.0 && *p <= 1.0)
            );
            assert!(
                reals(&draw("vector(3, -1..1)", case))
                    .iter()
                    .all(|x| (-1.0..1.0).contains(x))
            );
            assert!(
                reals(&draw("logits(4, scale = 100)", case))
                    .iter()
                    .all(|x| x.abs() <= 100.0)
            );
            assert!(reals(&draw("mask(1..=4)", case)).iter().sum::<f64>() >= 1.0);
            let Value::List(mut order) = draw("permutation(5)", case) else {
                panic!("a list")
            };
            order.sort_by_key(|index| if let Value::Integer(index) = index { *index } else { -1 });
            assert_eq!(order, (0..5).map(Value::Integer).collect::<Vec<_>>());
            for (text, from, to) in [
                ("real(0..1e-300)", 0.0, 1e-300),
                ("real(-8e307..=8e307)", -8e307, 8e307),
                ("real(5e-324..=2e-323)", 5e-324, 2e-323),
                ("real(0.1..=0.1)", 0.1, 0.1),
            ] {
                let Value::Real(real) = draw(text, case) else {
                    panic!("a real")
                };
                assert!((from..=to).contains(&real), "{text} gives {real:?}");
            }
            let Value::Integer(integer) = draw("integer(-3..3)", case) else {
                panic!("an integer")
            };
            assert!((-3..3).contains(&integer));
        }
    }

    #[test]
    fn lengths_grow_to_the_full_range() {
        let lengths: Vec<usize> = (0..100).map(|case| reals(&draw("vector(2..=8)", case)).len()).collect();
        assert_eq!(lengths[..3], [2, 2, 2]);
        assert_eq!((lengths.iter().min(), lengths.iter().max()), (Some(&2), Some(&8)));
    }

    #[test]
    fn a_misused_generator_is_refused_with_its_place() {
        for (text, message, part) in [
            ("distributoin(2)", "unknown generator `distributoin`", "distributoin"),
            (
                "distribution()",
                "this generator is used in another way",
                "distribution()",
            ),
            (
                "distribution(0.5)",
                "an integer is wanted here, but this is real",
                "0.5",
            ),
            ("real(3)", "a range is wanted here", "3"),
            ("logits(3, sclae = 5)", "`logits` has no argument `sclae`", "sclae"),
            ("index(q)", "unknown name `q`", "q"),
            ("3", "a generator is wanted here", "3"),
            ("list(3, 4)", "a generator is wanted here", "4"),
            ("option(rael(0..1))", "unknown generator `rael`", "rael"),
            (
                "text(3, 4)",
                "a text of characters is wanted here, but this is integer",
                "4",
            ),
            (
                "real(0..1, special = 3)",
                "`true` or a list of numbers is wanted here, but this is integer",
                "3",
            ),
            ("list(3)", "this generator is used in another way", "list(3)"),
            (
                "logits(3, special = true)",
                "`logits` has no argument `special`",
                "special",
            ),
            ("vector(2, 1e400..2)", "`1e400` is too large for an f64", "1e400"),
        ] {
            let error = Generator::new(text, &Vec::new(), &signature()).map(|_| ()).unwrap_err();
            assert_eq!(
                (error.message.as_str(), &text[error.span.clone()]),
                (message, part),
                "{text}"
            );
        }
    }

    #[test]
    fn every_type_has_a_generator_whose_first_cases_are_plain() {
        for (text, wanted) in [
            ("character()", ["'a'", "'b'", "'c'"]),
            ("text(0..=4)", [r#""""#, r#""""#, r#""""#]),
            ("text(2, 'xy')", [r#""xx""#, r#""yx""#, r#""xy""#]),
            ("list(1..=3, integer(0..=9))", ["[0]", "[1]", "[0]"]),
            (
                "list(2, list(1, real(0..5)))",
                ["[[0.0], [0.0]]", "[[0.0], [2.0]]", "[[3.0], [4.0]]"],
            ),
            ("option(integer(0..=9))", ["Some(0)", "None", "Some(0)"]),
            ("result(real(0..1), character('e'))", ["Ok(0.0)", "Err('e')", "Ok(0.1)"]),
            (
                "tuple(integer(0..=9), boolean())",
                ["(0, false)", "(1, true)", "(1, false)"],
            ),
            ("matrix(1, 2, 0..5)", ["[[0.0, 0.0]]", "[[0.0, 2.0]]", "[[3.0, 1.0]]"]),
            ("single(0.1..=0.1)", ["0.10000000149011612"; 3]),
        ] {
            let drawn = [0, 1, 2].map(|case| crate::show::show(&draw(text, case)));
            assert_eq!(drawn, wanted.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn drawn_values_have_the_kind_that_their_generator_says() {
        for text in [
            "text(0..=9)",
            "list(0..=3, text(1..=2))",
            "option(list(2, real(0..1)))",
            "result(matrix(0..=2, 0..=2), tuple(boolean(), character()))",
            "list(0..=2, vector(0..=2, special = true))",
            "integer(0..=18446744073709551615)",
            "integer(-170141183460469231731687303715884105727..=-170141183460469231731687303715884105720)",
        ] {
            let kind = Generator::new(text, &Vec::new(), &signature()).unwrap().kind;
            for case in 0..100 {
                let value = draw(text, case);
                let data = crate::data::Data::from(&value);
                let back = data
                    .read(&kind)
                    .unwrap_or_else(|error| panic!("{text}: {}", error.message));
                assert_eq!(format!("{back:?}"), format!("{value:?}"), "{text}");
            }
        }
    }

    #[test]
    fn special_numbers_come_where_they_are_asked_for_and_not_first() {
        let all = |text: &str| -> Vec<u64> {
            let mut bits: Vec<u64> = (0..100)
                .flat_map(|case| numbers(&draw(text, case)))
                .map(f64::to_bits)
                .collect();
            bits.sort_unstable();
            bits.dedup();
            bits
        };
        for text in [
            "real(1..2, special = true)",
            "vector(3, 1..2, special = true)",
            "matrix(2, 2, 1..2, special = true)",
        ] {
            for special in [
                0.0,
                -0.0,
                5e-324,
                -1e-310,
                1e308,
                f64::INFINITY,
                f64::NEG_INFINITY,
                f64::NAN,
            ] {
                assert!(all(text).contains(&special.to_bits()), "{text} gives no {special:?}");
            }
            assert!(
                numbers(&draw(text, 0)).iter().all(|real| (1.0..2.0).contains(real)),
                "{text}"
            );
        }
        let chosen = all("real(1..2, special = [-0.0, inf])");
        assert!(chosen.contains(&(-0.0f64).to_bits()) && chosen.contains(&f64::INFINITY.to_bits()));
        assert!(!chosen.contains(&f64::NAN.to_bits()));
        assert!(all("real(1..2)").iter().all(|bits| f64::from_bits(*bits).is_finite()));
    }

    #[test]
    fn lists_in_lists_do_not_grow_without_bound() {
        for text in [
            "list(100000, list(100000, boolean()))",
            "matrix(100000, 100000)",
            "list(2000, text(1000))",
        ] {
            let generator = Generator::new(text, &Vec::new(), &signature()).unwrap();
            let key = Key {
                seed: 1,
                exercise: "e",
                check: "c",
                name: "x",
            };
            let case = Case { place: 0, attempt: 0 };
            let why = generator.draw(case, 1, &[], &signature(), &key).unwrap_err();
            assert!(why.contains("more than 1000000 entries"), "{why}");
        }
    }
}
