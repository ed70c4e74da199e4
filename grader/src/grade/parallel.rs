//! Things in a list, worked on by several threads.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

/// Has `jobs` threads `make` something of each item, which this thread then `take`s, in any order. Once something is not
/// taken, no further item is begun.
pub(crate) fn in_parallel<'a, I: Sync, T: Send>(
    items: &'a [I],
    jobs: usize,
    make: &(dyn Fn(usize, &'a I) -> T + Sync),
    take: &mut dyn FnMut(usize, T) -> ControlFlow<()>,
) {
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let jobs = jobs.clamp(1, items.len().max(1));
    // When results are taken slower than they are made, making them waits: memory does not grow with the list.
    let (sender, receiver) = sync_channel(jobs);
    std::thread::scope(|scope| {
        // A worker dies with the thread that started it, and these threads live as long as there is work.
        for _ in 0..jobs {
            let (sender, next, stopped) = (sender.clone(), &next, &stopped);
            scope.spawn(move || {
                while !stopped.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    if sender.send((index, make(index, item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for (index, made) in receiver {
            if take(index, made).is_break() {
                stopped.store(true, Ordering::Relaxed);
            }
        }
    });
}
