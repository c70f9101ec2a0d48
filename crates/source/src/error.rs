//! Why a text could not be read as the cluster reads it.

use crate::{MAX_DEPTH, Span};
use std::fmt;

/// A text that is not a manifest, with the place and a next step.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    /// What is wrong.
    pub reason: Reason,
    /// Where, in bytes of the whole text.
    pub span: Span,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Broken YAML or JSON; the parser's own words.
    Syntax(String),
    /// Something `kubectl` refuses although it is well-formed YAML.
    Refused(&'static str),
    /// Something that `kubectl` reads in a way that cannot be followed here.
    Ambiguous(&'static str),
    /// A `---` line with something after the dashes.
    Separator,
    /// A Helm template or another text with `{{ }}`.
    Template,
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// A character that may not stand in YAML.
    Character(char),
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Aliases that grow into a huge document.
    TooManyAliases,
    /// A text over 4 GiB, or a key or value that a bound of the parser stops.
    TooLarge,
}

impl Error {
    /// An error at a place.
    pub fn new(reason: Reason, span: Span) -> Self {
        Self { reason, span }
    }

    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self.reason {
            Reason::Syntax(_) => "correct the syntax here or on the lines before",
            Reason::Refused(_) => "write it in a way that kubectl accepts",
            Reason::Ambiguous(_) => "write it in a way that can only be read as one thing",
            Reason::Separator => {
                "put nothing but a comment after `---`: kubectl refuses the whole file"
            }
            Reason::Template => "render it first, for example with `helm template`, and check that",
            Reason::NotUtf8 => "save the file as UTF-8",
            Reason::Character(_) => {
                "remove the character, or write it as an escape in double quotes"
            }
            Reason::TooDeep => "flatten the value",
            Reason::TooManyAliases => "write the values out instead of using aliases",
            Reason::TooLarge => "split it into smaller files",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Syntax(message) => f.write_str(message),
            Reason::Refused(what) | Reason::Ambiguous(what) => f.write_str(what),
            Reason::Separator => f.write_str("text after the document separator `---`"),
            Reason::Template => f.write_str("this is a template, not a manifest yet"),
            Reason::NotUtf8 => f.write_str("this is not UTF-8 text"),
            Reason::Character(character) => {
                write!(f, "the character U+{:04X} cannot stand here", u32::from(*character))
            }
            Reason::TooDeep => write!(f, "nested more than {MAX_DEPTH} levels deep"),
            Reason::TooManyAliases => f.write_str("the aliases grow into too large a document"),
            Reason::TooLarge => f.write_str("too large to read"),
        }
    }
}

impl std::error::Error for Error {}
