//! Changes of objects as changes of their text, and of nothing else in it.

use crate::change::{Change, Misfit};
use std::fmt;
use std::ops::Range;

/// A text after changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The new text.
    pub text: Vec<u8>,
    /// The replacements that make it of the old text, in its order, without overlap.
    pub replacements: Vec<Replacement>,
}

/// One piece of a text with another in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The bytes of the old text that go.
    pub range: Range<usize>,
    /// What comes instead.
    pub text: String,
}

/// Why a text was left as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such document, or it cannot be read.
    Unread,
    /// The cluster does not read all of the document.
    PartlyRead,
    /// The change does not fit the object.
    Misfit(Misfit),
    /// The part that goes has an anchor that is used elsewhere.
    AnchorInUse,
    /// The key comes from a `<<` that others use too.
    Merged,
    /// A comment would be lost.
    CommentLost,
    /// Written in a way for which there is no safe edit: says which.
    Unusual(&'static str),
    /// The new text does not say what it should.
    NotProven,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unread => "the document cannot be read",
            Self::PartlyRead => "the cluster does not read all of the document",
            Self::Misfit(_) => "the object has something else there than it should",
            Self::AnchorInUse => "the part that would go has an anchor that is used elsewhere",
            Self::Merged => "the key comes from a `<<` that others use too",
            Self::CommentLost => "a comment would be lost",
            Self::Unusual(how) => how,
            Self::NotProven => "the edited text would not say what it should",
        })
    }
}

/// Changes a document of a text (counted from 0, empty ones left out). All changes are made, or
/// none: the new text is read again, and must hold exactly the changed object and every comment.
pub fn edit(text: &[u8], document: usize, changes: &[Change]) -> Result<Edited, Refusal> {
    let _ = (text, document, changes);
    Err(Refusal::Unusual("not built yet"))
}
