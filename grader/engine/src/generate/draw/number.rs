//! Single numbers: 0 and its neighbours first, then round ones, then all digits; special ones where they are asked for.

use super::super::shape::{Bounds, Reals, Special};
use super::{Draw, value_of};

/// The ends of a range of reals.
#[derive(Clone, Copy)]
struct Span {
    from: f64,
    to: f64,
    inclusive: bool,
}

/// What breaks code that was tried on ordinary numbers only: zeros of both signs, what is hardly a number, and what is none.
const SPECIAL: [f64; 9] = [
    0.0,
    -0.0,
    f64::INFINITY,
    f64::NAN,
    5e-324,
    -1e-310,
    1e308,
    f64::NEG_INFINITY,
    -1e308,
];

impl Draw<'_> {
    pub(super) fn reals(&mut self, reals: &Reals, count: usize) -> Result<Vec<f64>, String> {
        let span = match &reals.bounds {
            Some(bounds) => self.span(bounds)?,
            None => Span {
                from: -10.0,
                to: 10.0,
                inclusive: true,
            },
        };
        let mut drawn: Vec<f64> = (0..count).map(|_| self.real(span)).collect();
        self.mix_in(&self.special(reals)?, &mut drawn);
        if reals.single {
            drawn.iter_mut().for_each(|real| *real = f64::from(*real as f32));
        }
        Ok(drawn)
    }

    fn special(&self, reals: &Reals) -> Result<Vec<f64>, String> {
        let Special::Of(formula) = &reals.special else {
            let all = if matches!(reals.special, Special::All) {
                &SPECIAL[..]
            } else {
                &[]
            };
            return Ok(all.to_vec());
        };
        Ok(crate::compare::numbers(&value_of(
            formula,
            self.inputs,
            self.signature,
        )?))
    }

    /// In every fourth case special numbers take the place of some, of one at least; each comes in its turn.
    fn mix_in(&mut self, special: &[f64], drawn: &mut [f64]) {
        if self.case % 4 != 3 || special.is_empty() || drawn.is_empty() {
            return;
        }
        if drawn.len() > 1 {
            for real in drawn.iter_mut() {
                if self.random.below(4) == 0 {
                    *real = special[self.random.below(special.len() as u64) as usize];
                }
            }
        }
        let place = self.random.below(drawn.len() as u64) as usize;
        drawn[place] = special[self.case as usize / 4 % special.len()];
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

    /// The integer nearest 0 and its neighbour, then ones farther and farther away; the last two are the ends.
    pub(super) fn integer(&mut self, bounds: &Bounds) -> Result<i128, String> {
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

    pub(super) fn ends(&self, bounds: &Bounds) -> Result<(i128, i128), String> {
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
}

impl Span {
    fn contains(self, real: f64) -> bool {
        self.from <= real && (real < self.to || (self.inclusive && real == self.to))
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
