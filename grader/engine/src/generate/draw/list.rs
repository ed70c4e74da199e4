//! Places in lists, and lists of them.

use grader_abi::Value;

use super::Draw;

impl Draw<'_> {
    pub(super) fn index(&mut self, of: Value) -> Result<Value, String> {
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

    pub(super) fn mask(&mut self, length: usize) -> Vec<f64> {
        let mut mask: Vec<f64> = match self.case {
            0 => vec![1.0; length],
            _ => (0..length).map(|_| self.random.below(2) as f64).collect(),
        };
        if length > 0 && mask.iter().all(|kept| *kept == 0.0) {
            mask[self.random.below(length as u64) as usize] = 1.0;
        }
        mask
    }

    pub(super) fn permutation(&mut self, length: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..length).collect();
        match self.case {
            0 => order.reverse(),
            _ => (1..length)
                .rev()
                .for_each(|last| order.swap(last, self.random.below(last as u64 + 1) as usize)),
        }
        order
    }

    pub(super) fn choice(&mut self, from: Value) -> Result<Value, String> {
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
}
