//! One value of one case: corners first, then round numbers, then all digits.

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
        let span = most - least;
        let reach = if self.case < 3 {
            0
        } else {
            span.min(1 + span * i128::from(self.case) * 2 / i128::from(self.cases.max(1)))
        };
        let more = self.random.below(u64::try_from(reach + 1).unwrap_or(1));
        usize::try_from(least + i128::from(more)).map_err(|error| error.to_string())
    }

    fn integer(&mut self, bounds: &Bounds) -> Result<i128, String> {
        let (least, most) = self.ends(bounds)?;
        let corners = [0, 1, least, most];
        if let Some(corner) = corners
            .get(self.case as usize)
            .filter(|corner| (least..=most).contains(corner))
        {
            return Ok(*corner);
        }
        let count = most
            .checked_sub(least)
            .and_then(|span| u64::try_from(span).ok())
            .and_then(|span| span.checked_add(1));
        let count = count.ok_or("a range of integers is too wide: 2^64 of them at most")?;
        Ok(least + i128::from(self.random.below(count)))
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

    /// A multiple of a power of ten of which the range holds a handful.
    fn round(&mut self, span: Span) -> Option<f64> {
        let power = ((span.to - span.from) / 4.0).log10().floor();
        // Dividing by a whole power of ten gives the double that a person would write: 0.3, not 0.30000000000000004.
        let (times, by) = if power < 0.0 {
            (1.0, 10f64.powf(-power))
        } else {
            (10f64.powf(power), 1.0)
        };
        let (first, last) = ((span.from / times * by).ceil(), (span.to / times * by).floor());
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
        if self.is_round() && length <= parts && length > 0 {
            return self.parts(length, parts, positive);
        }
        let weights: Vec<f64> = (0..length).map(|_| self.weight(positive)).collect();
        let sum: f64 = weights.iter().sum();
        if sum > 0.0 {
            weights.into_iter().map(|weight| weight / sum).collect()
        } else {
            vec![1.0 / length as f64; length]
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

    /// An exponential weight, so that normalised ones are uniform on the simplex; a sixth of them 0 where that may be.
    fn weight(&mut self, positive: bool) -> f64 {
        let weight = -(1.0 - self.random.unit()).ln();
        if positive {
            weight + 1e-3
        } else if self.random.below(6) == 0 {
            0.0
        } else {
            weight
        }
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

impl Span {
    fn contains(self, real: f64) -> bool {
        self.from <= real && (real < self.to || (self.inclusive && real == self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Generator, Key};
    use super::*;

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
