//! name: Recursion in place of loops
//! why: A list is its first half and its second half, which also adds up with less rounding.

use contract::{Patch, Patched};

#[derive(Default)]
pub struct Variant(reference::Solution);

impl Patch for Variant {
    type Base = reference::Solution;

    fn base(&self) -> &Self::Base {
        &self.0
    }

    fn entropy(&self, p: &[f64]) -> f64 {
        match p {
            [] => 0.0,
            [p] => {
                if *p == 0.0 {
                    0.0
                } else {
                    -p * p.ln()
                }
            }
            _ => {
                let (left, right) = p.split_at(p.len() / 2);
                self.entropy(left) + self.entropy(right)
            }
        }
    }

    fn cross_entropy(&self, p: &[f64], q: &[f64]) -> f64 {
        assert_eq!(p.len(), q.len(), "p and q differ in length");
        match (p, q) {
            ([], _) | (_, []) | ([0.0], _) => 0.0,
            ([p], [q]) => -p * q.ln(),
            _ => {
                let (p_left, p_right) = p.split_at(p.len() / 2);
                let (q_left, q_right) = q.split_at(p_left.len());
                self.cross_entropy(p_left, q_left) + self.cross_entropy(p_right, q_right)
            }
        }
    }

    fn perplexity(&self, nll: &[f64]) -> f64 {
        (total(nll) / nll.len() as f64).exp()
    }

    fn softmax(&self, z: &[f64]) -> Vec<f64> {
        let (first, rest) = z.split_first().expect("at least one logit");
        let largest = largest(*first, rest);
        let exps: Vec<f64> = z.iter().map(|logit| (logit - largest).exp()).collect();
        let total = total(&exps);
        exps.iter().map(|exp| exp / total).collect()
    }
}

contract::export!(Patched<Variant>);

fn total(terms: &[f64]) -> f64 {
    match terms {
        [] => 0.0,
        [term] => *term,
        _ => {
            let (left, right) = terms.split_at(terms.len() / 2);
            total(left) + total(right)
        }
    }
}

fn largest(so_far: f64, rest: &[f64]) -> f64 {
    match rest {
        [] => so_far,
        [first, rest @ ..] => largest(so_far.max(*first), rest),
    }
}
