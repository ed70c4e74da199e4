//! Two lists of one length -> which entries go together, so that as many pairs as possible agree.
//!
//! A tolerance makes agreement no equivalence: what agrees with two entries must be left the one that nobody else can take.
//! So this looks for a largest matching, by augmenting paths (Kuhn, 1955), and never sorts.

/// For each entry of `got`, its partner in `want`. Entries that agree with no partner left are paired in their order.
pub(super) fn partners<T>(got: &[T], want: &[T], agree: impl Fn(&T, &T) -> bool) -> Vec<usize> {
    let edges = got.iter().map(|got| {
        let agreeing = want.iter().enumerate().filter(|(_, want)| agree(got, want));
        agreeing.map(|(index, _)| index).collect()
    });
    let mut matching = Matching {
        edges: edges.collect(),
        taken_by: vec![None; want.len()],
    };
    for index in 0..got.len() {
        matching.augment(index, &mut vec![false; want.len()]);
    }
    matching.complete(got.len())
}

struct Matching {
    /// For each entry of `got`, those of `want` that it agrees with.
    edges: Vec<Vec<usize>>,
    taken_by: Vec<Option<usize>>,
}

impl Matching {
    /// Finds a partner for an entry, for which others may have to take another one.
    fn augment(&mut self, got: usize, seen: &mut [bool]) -> bool {
        for at in 0..self.edges[got].len() {
            let want = self.edges[got][at];
            if std::mem::replace(&mut seen[want], true) {
                continue;
            }
            let is_free = match self.taken_by[want] {
                None => true,
                Some(other) => self.augment(other, seen),
            };
            if is_free {
                self.taken_by[want] = Some(got);
                return true;
            }
        }
        false
    }

    fn complete(self, count: usize) -> Vec<usize> {
        let mut partners = vec![None; count];
        for (want, got) in self.taken_by.iter().enumerate() {
            if let Some(got) = got {
                partners[*got] = Some(want);
            }
        }
        let mut left = (0..count).filter(|want| self.taken_by[*want].is_none());
        let paired = partners.into_iter().map(|partner| partner.or_else(|| left.next()));
        paired
            .map(|partner| partner.expect("both lists have as many entries without a partner"))
            .collect()
    }
}
