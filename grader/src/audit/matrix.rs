//! Which check kills which wrong solution -> what the checks miss, which of them do nothing, and how few would do.

use std::collections::BTreeMap;

/// How many steps the search for a smallest set may take before the best one so far is good enough.
const STEPS: usize = 200_000;

/// Which check kills which wrong solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Matrix {
    checks: usize,
    /// By wrong solution: the checks that kill it, sorted.
    kills: Vec<Vec<usize>>,
}

impl Matrix {
    /// Of so many checks. For each wrong solution, the checks that kill it.
    pub(super) fn new(checks: usize, mut kills: Vec<Vec<usize>>) -> Self {
        for kills in &mut kills {
            kills.sort_unstable();
            kills.dedup();
        }
        Self { checks, kills }
    }

    /// The checks that kill nothing.
    pub(super) fn idle(&self) -> Vec<usize> {
        let kills = |check: &usize| self.kills.iter().any(|kills| kills.contains(check));
        (0..self.checks).filter(|check| !kills(check)).collect()
    }

    /// As few checks as can be found that still kill all that can be killed.
    pub(super) fn smallest(&self) -> Vec<usize> {
        let open: Vec<&[usize]> = self
            .kills
            .iter()
            .filter(|kills| !kills.is_empty())
            .map(Vec::as_slice)
            .collect();
        let mut search = Search {
            best: greedy(&open),
            chosen: Vec::new(),
            steps: 0,
        };
        search.go(&open);
        search.best.sort_unstable();
        search.best
    }
}

/// Always the check that kills most of what is left.
fn greedy(open: &[&[usize]]) -> Vec<usize> {
    let mut open = open.to_vec();
    let mut chosen = Vec::new();
    while !open.is_empty() {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        open.iter()
            .flat_map(|kills| *kills)
            .for_each(|check| *counts.entry(*check).or_default() += 1);
        let most = counts
            .into_iter()
            .max_by_key(|(check, count)| (*count, std::cmp::Reverse(*check)));
        let (check, _) = most.expect("what is open can be killed");
        chosen.push(check);
        open.retain(|kills| !kills.contains(&check));
    }
    chosen
}

/// Branches on the checks of the wrong solution that fewest kill: one of them has to be chosen.
struct Search {
    best: Vec<usize>,
    chosen: Vec<usize>,
    steps: usize,
}

impl Search {
    fn go(&mut self, open: &[&[usize]]) {
        self.steps += 1;
        if self.steps > STEPS {
            return;
        }
        let Some(hardest) = open.iter().min_by_key(|kills| kills.len()) else {
            if self.chosen.len() < self.best.len() {
                self.best.clone_from(&self.chosen);
            }
            return;
        };
        if self.chosen.len() + 1 >= self.best.len() {
            return;
        }
        for check in *hardest {
            let left: Vec<&[usize]> = open.iter().filter(|kills| !kills.contains(check)).copied().collect();
            self.chosen.push(*check);
            self.go(&left);
            self.chosen.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_checks_miss_and_how_few_would_do() {
        for (checks, kills, idle, smallest) in [
            (0, vec![], vec![], vec![]),
            (2, vec![vec![]], vec![0, 1], vec![]),
            (3, vec![vec![1], vec![1, 2]], vec![0], vec![1]),
            (2, vec![vec![1, 0], vec![0, 1, 1], vec![1]], vec![], vec![1]),
            // The greedy choice, 0, would need two more.
            (
                3,
                vec![vec![0, 1], vec![0, 1], vec![0, 2], vec![0, 2], vec![1], vec![2]],
                vec![],
                vec![1, 2],
            ),
        ] {
            let matrix = Matrix::new(checks, kills);
            assert_eq!(matrix.idle(), idle, "{matrix:?}");
            assert_eq!(matrix.smallest(), smallest, "{matrix:?}");
        }
    }
}
