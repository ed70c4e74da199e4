//! What is wrong with a trait, collected so that its author sees all of it at once.

use quote::ToTokens;
use syn::Error;

/// No complaint, or all of them.
#[derive(Default)]
pub(crate) struct Complaints(Option<Error>);

impl Complaints {
    /// One more, at these tokens.
    pub(crate) fn add(&mut self, tokens: impl ToTokens, message: impl Into<String>) {
        let error = Error::new_spanned(tokens, message.into());
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// One more, at these tokens, if there are any.
    pub(crate) fn add_if(&mut self, tokens: Option<impl ToTokens>, message: &str) {
        if let Some(tokens) = tokens {
            self.add(tokens, message);
        }
    }

    /// The value, unless there was a complaint.
    pub(crate) fn or<T>(self, value: T) -> syn::Result<T> {
        self.0.map_or(Ok(value), Err)
    }
}
