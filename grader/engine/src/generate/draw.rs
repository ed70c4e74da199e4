//! One value of one case: corners first, then round numbers, then all digits.
//!
//! Only IEEE operations that round correctly, no `ln` or `powf`: those differ in the last digit between platforms.

use grader_abi::{Signature, Value};

use super::random::Random;
use super::{Bounds, Shape, Size, value_of};

/// The longest list that is drawn.
const MAX_LENGTH: i128 = 100_000;

/// The case's place in the list, and what its value can depend on.
pub(super) struct Draw<'a> {
    pub(super) case: u32,
    pub(super) cases: u32,
    pub(super) inputs: &'a [Value],
    pub(super) signature: &'a Signature,
    pub(super) random: Random,
}

/// The ends of a range of reals.
#[derive(Clone, Copy)]
struct Span {
    from: f64,
    to: f64,
    inclusive: bool,
}

impl Draw<'_> {
    pub(super) fn value(&mut self, shape: &Shape) -> Result<Value, String> {
        match shape {
            Shape::Boolean => Ok(Value::Bool(if self.case < 2 {
                self.case == 1
            } else {
                self.random.below(2) == 1
            })),
            Shape::Real(bounds) => self.span(bounds).map(|span| Value::Real(self.real(span))),
            Shape::Integer(bounds) => self.integer(bounds).map(Value::Integer),
            Shape::Vector { length, bounds } => self.vector(length, bounds.as_ref()),
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
            Shape::Choice(from) => self.choice(value_of(from, self.inputs, self.signature)?),
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
        usize::try_from(least + i128::from(more)).map_err(|error| error.to_string())
    }

    /// How far from the smallest values of a span this case goes: all the way from the middle of the cases on.
    fn reach(&self, span: i128) -> i128 {
        span.min(1 + span * i128::from(self.case) * 2 / i128::from(self.cases.max(1)))
    }

    /// The integer nearest 0 and its neighbour, then ones farther and farther away; the last two are the ends.
    fn integer(&mut self, bounds: &Bounds) -> Result<i128, String> {
        let (least, most) = self.ends(bounds)?;
        let span = most.checked_sub(least).filter(|span| u64::try_from(*span).is_ok());
        let span = span.ok_or("a range of integers is too wide: 2^64 of them at most")?;
        let nearest = 0.clamp(least, most);
        let neighbour = if nearest < most {
            nearest + 1
        } else {
            least.max(nearest - 1)
        };
        let (from, to) = match self.case {
            0 => (nearest, nearest),
            1 => (neighbour, neighbour),
            case if case + 2 == self.cases => (least, least),
            case if case + 1 == self.cases => (most, most),
            _ => {
                let reach = self.reach(span);
                (least.max(nearest - reach), most.min(nearest + reach))
            }
        };
        let count = u64::try_from(to - from).map_or(u64::MAX, |more| more.saturating_add(1));
        Ok(from + i128::from(self.random.below(count)))
    }

    fn vector(&mut self, length: &Size, bounds: Option<&Bounds>) -> Result<Value, String> {
        let span = bounds.map_or(
            Ok(Span {
                from: -10.0,
                to: 10.0,
                inclusive: true,
            }),
            |bounds| self.span(bounds),
        )?;
        let length = self.length(length)?;
        Ok(Value::Reals((0..length).map(|_| self.real(span)).collect()))
    }

    fn real(&mut self, span: Span) -> f64 {
        if self.case == 0 {
            return if span.contains(0.0) { 0.0 } else { span.from };
        }
        let round = if self.is_round() { self.round(span) } else { None };
        round.unwrap_or_else(|| {
            let real = span.from + self.random.unit() * (span.to - span.from);
            if span.contains(real) { real } else { span.from }
        })
    }

    /// A small multiple of a power of ten. The power grows with the case, up to one of which the range holds a handful.
    fn round(&mut self, span: Span) -> Option<f64> {
        let largest = exponent((span.to - span.from) / 4.0)?;
        let rounds = i64::from((self.cases / 4).max(8));
        let growing = i64::from(largest) * (i64::from(self.case) + 1) / rounds;
        let power = if largest > 0 { growing as i32 } else { largest };
        // Dividing by a whole power of ten gives the double that a person would write: 0.3, not 0.30000000000000004.
        let (times, by) = if power < 0 {
            (1.0, power_of_ten(-power))
        } else {
            (power_of_ten(power), 1.0)
        };
        let (first, last) = ((span.from / times * by).ceil(), (span.to / times * by).floor());
        let is_outside = !span.inclusive && last * times / by == span.to;
        let last = if is_outside { last - 1.0 } else { last };
        let nearest = 0f64.max(first).min(last);
        let (first, last) = (first.max(nearest - 10.0), last.min(nearest + 10.0));
        let count = (last - first) as u64 + 1;
        let real = (first + self.random.below(count) as f64) * times / by;
        span.contains(real).then_some(real)
    }

    /// Adds up to 1 but for rounding.
    fn distribution(&mut self, length: usize, positive: bool) -> Vec<f64> {
        if self.case == 0 && [1, 2, 4, 5, 8, 10].contains(&length) {
            return vec![1.0 / length as f64; length];
        }
        if self.case == 1 && !positive {
            return (0..length).map(|index| f64::from(u8::from(index == 0))).collect();
        }
        let parts = if length <= 5 { 10 } else { 20 };
        if self.is_round() && length <= parts {
            return self.parts(length, parts, positive);
        }
        let mut shares = self.shares(length);
        if positive {
            let even = 1.0 / length as f64;
            shares
                .iter_mut()
                .for_each(|share| *share = 0.999 * *share + 0.001 * even);
        } else {
            self.empty_some(&mut shares);
        }
        shares
    }

    /// Uniform on the simplex: the pieces of [0, 1] between cuts at random, whose differences are exact.
    fn shares(&mut self, length: usize) -> Vec<f64> {
        let mut cuts: Vec<f64> = (1..length).map(|_| self.random.unit()).collect();
        cuts.sort_by(f64::total_cmp);
        cuts.push(1.0);
        let mut before = 0.0;
        cuts.into_iter()
            .map(|cut| cut - std::mem::replace(&mut before, cut))
            .collect()
    }

    /// Every sixth share goes to its neighbour, which leaves a 0.
    fn empty_some(&mut self, shares: &mut [f64]) {
        let length = shares.len();
        for index in 0..length {
            if length > 1 && self.random.below(6) == 0 {
                let share = std::mem::take(&mut shares[index]);
                shares[(index + 1) % length] += share;
            }
        }
    }

    /// Some tenths, handed out at random.
    fn parts(&mut self, length: usize, parts: usize, positive: bool) -> Vec<f64> {
        let mut shares = vec![usize::from(positive); length];
        for _ in 0..parts - if positive { length } else { 0 } {
            shares[self.random.below(length as u64) as usize] += 1;
        }
        shares.into_iter().map(|share| share as f64 / parts as f64).collect()
    }

    fn probability(&mut self) -> f64 {
        match self.case {
            0 => 1.0,
            1 => 0.5,
            _ if self.is_round() => (1 + self.random.below(10)) as f64 / 10.0,
            _ => 1.0 - self.random.unit(),
        }
    }

    fn logit(&mut self, index: usize, scale: f64) -> f64 {
        match self.case {
            0 => 0.0,
            1 => scale * f64::from(u8::from(index == 0)),
            _ if self.is_round() => scale * (self.random.below(11) as f64 - 5.0) / 5.0,
            _ => scale * (2.0 * self.random.unit() - 1.0),
        }
    }

    fn index(&mut self, of: Value) -> Result<Value, String> {
        let count = match of {
            Value::Integer(count) => count,
            Value::Reals(reals) => reals.len() as i128,
            Value::List(items) => items.len() as i128,
            _ => return Err("a list or a count is wanted".to_owned()),
        };
        let count = u64::try_from(count)
            .ok()
            .filter(|count| *count > 0)
            .ok_or("an empty list has no index")?;
        let index = match self.case {
            0 => 0,
            1 => count - 1,
            _ => self.random.below(count),
        };
        Ok(Value::Integer(index.into()))
    }

    fn mask(&mut self, length: usize) -> Vec<f64> {
        let mut mask: Vec<f64> = match self.case {
            0 => vec![1.0; length],
            _ => (0..length).map(|_| self.random.below(2) as f64).collect(),
        };
        if length > 0 && mask.iter().all(|kept| *kept == 0.0) {
            mask[self.random.below(length as u64) as usize] = 1.0;
        }
        mask
    }

    fn permutation(&mut self, length: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..length).collect();
        match self.case {
            0 => order.reverse(),
            _ => (1..length)
                .rev()
                .for_each(|last| order.swap(last, self.random.below(last as u64 + 1) as usize)),
        }
        order
    }

    fn choice(&mut self, from: Value) -> Result<Value, String> {
        let items = match from {
            Value::Reals(reals) => reals.into_iter().map(Value::Real).collect(),
            Value::List(items) => items,
            _ => Vec::new(),
        };
        let drawn = self.random.below(items.len() as u64) as usize;
        let at = if (self.case as usize) < items.len() {
            self.case as usize
        } else {
            drawn
        };
        items
            .into_iter()
            .nth(at)
            .ok_or_else(|| "there is nothing to choose from".to_owned())
    }

    fn ends(&self, bounds: &Bounds) -> Result<(i128, i128), String> {
        let (from, to) = (self.whole(&bounds.from)?, self.whole(&bounds.to)?);
        let most = if bounds.inclusive { to } else { to - 1 };
        if from <= most {
            Ok((from, most))
        } else {
            Err(format!(
                "the range {from}..{}{to} is empty",
                if bounds.inclusive { "=" } else { "" }
            ))
        }
    }

    fn span(&self, bounds: &Bounds) -> Result<Span, String> {
        let span = Span {
            from: self.number(&bounds.from)?,
            to: self.number(&bounds.to)?,
            inclusive: bounds.inclusive,
        };
        let width = span.to - span.from;
        if !width.is_finite() {
            return Err("a range of reals has finite ends, less than 1e308 apart".to_owned());
        }
        if span.contains(span.from) {
            Ok(span)
        } else {
            Err(format!("the range {:?}..{:?} is empty", span.from, span.to))
        }
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

/// The power of ten that a positive number starts at: 3 for 1000 and for 9999.
fn exponent(real: f64) -> Option<i32> {
    let text = format!("{real:e}");
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok())
}

/// The double nearest to a power of ten.
fn power_of_ten(power: i32) -> f64 {
    format!("1e{power}").parse().unwrap_or(f64::INFINITY)
}

impl Span {
    fn contains(self, real: f64) -> bool {
        self.from <= real && (real < self.to || (self.inclusive && real == self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Generator, Key};
    use super::*;

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
            .draw(case, 100, &[], &signature(), &key)
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
            ("logits(3, sclae = 5)", "`logits` has no argument `sclae`", "5"),
            ("index(q)", "unknown name `q`", "q"),
            ("3", "a generator is wanted here", "3"),
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
}
