//! Random numbers that are the same on every machine and in every version: ChaCha8 and our own way from its bits to numbers.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a value is drawn for.
pub(crate) struct Key<'a> {
    pub(crate) seed: u64,
    pub(crate) exercise: &'a str,
    pub(crate) check: &'a str,
    pub(crate) name: &'a str,
}

impl Key<'_> {
    pub(super) fn random(&self, case: u32, attempt: u32) -> Random {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.seed.to_le_bytes()).update(&case.to_le_bytes());
        for part in [self.exercise, self.check, self.name] {
            hasher
                .update(&(part.len() as u64).to_le_bytes())
                .update(part.as_bytes());
        }
        // The first attempt is keyed without its number.
        if attempt > 0 {
            hasher.update(&attempt.to_le_bytes());
        }
        Random(ChaCha8Rng::from_seed(*hasher.finalize().as_bytes()))
    }
}

pub(super) struct Random(ChaCha8Rng);

impl Random {
    /// Uniform on [0, 1), in steps of 2^-53.
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform on 0..count, whose bias is at most count / 2^64. 0 when the count is.
    pub(super) fn below(&mut self, count: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(count)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_never_change() {
        let mut random = Key {
            seed: 42,
            exercise: "e",
            check: "c",
            name: "x",
        }
        .random(0, 0);
        let drawn = (random.unit(), random.unit(), random.below(1000), random.below(1000));
        assert_eq!(drawn, (0.302_705_975_559_434_8, 0.861_598_878_873_821, 223, 564));
        assert_eq!(random.below(0), 0);
    }
}
