//! Takes code of a student, gives what it returned or how it panicked.
//!
//! Panics are caught inside the library, since each library has a standard library, and so a panic hook, of its own. A
//! panic's payload is forgotten, never dropped: its `Drop` is the student's code and could panic again.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;

/// How a call panicked.
pub(crate) struct Panic {
    /// The message, or the empty text when it was none.
    pub(crate) message: String,
    /// `file:line:column`, or the empty text when it is not known.
    pub(crate) place: String,
}

/// Runs a student's code. Its panics print nothing; those of other threads go to the hook that was there before.
pub(crate) fn catch<T>(code: impl FnOnce() -> T) -> Result<T, Panic> {
    install_hook();
    PLACE.set(Some(String::new()));
    let outcome = catch_unwind(AssertUnwindSafe(code));
    let place = PLACE.take().unwrap_or_default();
    outcome.map_err(|payload| Panic {
        message: message(payload),
        place,
    })
}

impl Panic {
    /// Whether it is `todo!()` or `unimplemented!()`.
    pub(crate) fn is_not_implemented(&self) -> bool {
        ["not yet implemented", "not implemented"].iter().any(|text| {
            let rest = self.message.strip_prefix(text);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(": "))
        })
    }
}

thread_local! {
    /// While this thread runs a student's code: where it panicked last, or the empty text.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The hook only keeps the place. The message is taken from the payload, so that a solution that replaces the hook loses
/// no more than the place.
fn install_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !keep_place(info) {
                previous(info);
            }
        }));
    });
}

/// Whether the panic is one that [`catch`] catches. It must not panic itself, not even when the thread is at its end.
fn keep_place(info: &PanicHookInfo<'_>) -> bool {
    let keep = |place: &mut String| *place = info.location().map(ToString::to_string).unwrap_or_default();
    PLACE
        .try_with(|place| place.borrow_mut().as_mut().map(keep).is_some())
        .unwrap_or(false)
}

fn message(payload: Box<dyn Any + Send>) -> String {
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().copied().unwrap_or_default().to_owned();
            std::mem::forget(payload);
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(code: impl FnOnce()) -> Panic {
        catch(code).expect_err("the code panics")
    }

    #[test]
    fn only_the_texts_of_the_two_macros_are_not_implemented() {
        for (message, expected) in [
            ("not yet implemented", true),
            ("not yet implemented: exercise 1", true),
            ("not implemented", true),
            ("not implemented: sparse input", true),
            ("not implemented for empty input", false),
            ("this is not implemented", false),
            ("", false),
        ] {
            let panic = Panic {
                message: message.to_owned(),
                place: String::new(),
            };
            assert_eq!(panic.is_not_implemented(), expected, "{message}");
        }
    }

    #[test]
    fn after_the_code_panics_go_where_they_went_before() {
        caught(|| panic!("first"));
        assert!(PLACE.take().is_none());
    }

    #[test]
    fn a_panic_that_the_code_caught_itself_leaves_no_place() {
        let first = caught(|| panic!("first"));
        assert!(first.place.contains("panic.rs"), "{}", first.place);
        let resumed = caught(|| std::panic::resume_unwind(Box::new("no hook ran")));
        assert_eq!((resumed.message.as_str(), resumed.place.as_str()), ("no hook ran", ""));
    }
}
