//! Lists that mean something together: distributions, probabilities, logits.

use super::Draw;

impl Draw<'_> {
    /// Adds up to 1 but for rounding.
    pub(super) fn distribution(&mut self, length: usize, positive: bool) -> Vec<f64> {
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

    pub(super) fn probability(&mut self) -> f64 {
        match self.case {
            0 => 1.0,
            1 => 0.5,
            _ if self.is_round() => (1 + self.random.below(10)) as f64 / 10.0,
            _ => 1.0 - self.random.unit(),
        }
    }

    pub(super) fn logit(&mut self, index: usize, scale: f64) -> f64 {
        match self.case {
            0 => 0.0,
            1 => scale * f64::from(u8::from(index == 0)),
            _ if self.is_round() => scale * (self.random.below(11) as f64 - 5.0) / 5.0,
            _ => scale * (2.0 * self.random.unit() - 1.0),
        }
    }
}
