//! The numbers that differ most, as a person reads them.

/// A pair of numbers that differ.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "spec", derive(serde::Serialize, serde::Deserialize))]
pub struct Worst {
    /// Where in the nested lists; empty for a number by itself.
    pub index: Vec<usize>,
    /// What came.
    pub got: f64,
    /// What was wanted.
    pub want: f64,
    /// `|got - want|`; infinite or NaN where they are.
    pub difference: f64,
    /// How large it may be.
    pub allowed: f64,
}

impl Worst {
    pub(super) fn describe(&self) -> String {
        let place = place(&self.index);
        let (got, want) = (self.got, self.want);
        if !self.index.is_empty() && !self.difference.is_finite() {
            return format!("{place}is {got:?}, wanted {want:?}");
        }
        if got.is_nan() || want.is_nan() {
            return "a NaN equals nothing".to_owned();
        }
        if got.is_infinite() || want.is_infinite() {
            return "an infinity equals only itself".to_owned();
        }
        let off = format!("off by {}, allowed {}", short(self.difference), short(self.allowed));
        if self.index.is_empty() {
            off
        } else {
            format!("{place}is {got:?}, wanted {want:?}: {off}")
        }
    }

    /// How far outside the allowance, then how far at all; NaN and infinity are farthest.
    pub(super) fn badness(&self) -> (f64, f64) {
        let number = |real: f64| if real.is_nan() { f64::INFINITY } else { real };
        (number(self.difference / self.allowed), number(self.difference))
    }
}

/// `entry [1][2] `, or nothing for a value by itself.
pub(super) fn place(index: &[usize]) -> String {
    if index.is_empty() {
        return String::new();
    }
    let index: String = index.iter().map(|index| format!("[{index}]")).collect();
    format!("entry {index} ")
}

/// Four digits, as a person would write them.
fn short(real: f64) -> String {
    if real == 0.0 || (1e-3..1e6).contains(&real) {
        let rounded: f64 = format!("{real:.3e}").parse().unwrap_or(real);
        rounded.to_string()
    } else {
        format!("{real:.3e}")
    }
}
