//! Characters and texts: a few plain letters first, then what breaks code that takes a byte for a character.

use super::super::shape::Alphabet;
use super::{Draw, value_of};

/// The letters of the first cases.
const PLAIN: &str = "abc";
/// Those of the later ones: of one to four bytes, upper case, digits, quotes, and a mark that joins the letter before it.
const WIDE: &str = "abcxyzABZ019 .,-_'\"\\\n\téßÅ漢字🦀\u{301}";

impl Draw<'_> {
    pub(super) fn text(&mut self, length: usize, alphabet: &Alphabet) -> Result<String, String> {
        let characters = self.alphabet(alphabet)?;
        Ok((0..length).map(|_| self.one_of(&characters)).collect())
    }

    pub(super) fn character(&mut self, alphabet: &Alphabet) -> Result<char, String> {
        let characters = self.alphabet(alphabet)?;
        Ok(self.one_of(&characters))
    }

    fn one_of(&mut self, characters: &[char]) -> char {
        match self.case {
            0 => characters[0],
            _ => characters[self.random.below(characters.len() as u64) as usize],
        }
    }

    /// The characters to choose from, one at least.
    fn alphabet(&self, alphabet: &Alphabet) -> Result<Vec<char>, String> {
        let Some(formula) = &alphabet.0 else {
            let default = if self.is_round() { PLAIN } else { WIDE };
            return Ok(default.chars().collect());
        };
        match value_of(formula, self.inputs, self.signature)? {
            grader_abi::Value::Text(text) if !text.is_empty() => Ok(text.chars().collect()),
            _ => Err("there are no characters to choose from".to_owned()),
        }
    }
}
