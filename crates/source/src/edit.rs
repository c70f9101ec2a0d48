//! Changes of objects as changes of their text, and of nothing else in it.

mod anchors;
mod batch;
mod block;
mod documents;
mod flow;
mod pieces;
mod plan;
mod quote;
mod replace;
mod style;
mod write;

use crate::change::{Change, Misfit, apply};
use crate::yaml::{self, Dialect, syntax};
use crate::{Node, Value};
pub use batch::{Batch, additions};
pub use documents::{append_document, remove_document};
use pieces::{Pieces, replaced};
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
            Self::CommentLost => "a comment would be lost",
            Self::Unusual(how) => how,
            Self::NotProven => "the edited text would not say what it should",
        })
    }
}

/// Changes a document of a text (counted from 0, empty ones left out). All changes are made, or
/// none: the new text is read again, and must hold exactly the changed object and every comment.
pub fn edit(text: &[u8], document: usize, changes: &[Change]) -> Result<Edited, Refusal> {
    let (range, dialect) = yaml::chunk(text, document).ok_or(Refusal::Unread)?;
    let chunk = std::str::from_utf8(&text[range.clone()]).map_err(|_| Refusal::Unread)?;
    let old = read(chunk, dialect)?;
    let expected = apply(&old, changes).map_err(Refusal::Misfit)?;
    let (new, pieces) = edited_until_equal(chunk, dialect, old, &expected)?;
    let replacements = pieces.replacements(range.start);
    let new_text = [&text[..range.start], new.as_bytes(), &text[range.end..]].concat();
    // A text that begins with a brace is cut like JSON, for example.
    let is_cut_alike =
        yaml::chunk(&new_text, document) == Some((range.start..range.start + new.len(), dialect));
    if is_cut_alike || reads_as(&new_text, text, document, &expected) {
        Ok(Edited { text: new_text, replacements })
    } else {
        Err(Refusal::NotProven)
    }
}

/// Whether a text has the documents of another one, with this object in the place of one of them.
fn reads_as(new: &[u8], old: &[u8], document: usize, expected: &Node) -> bool {
    let mut old = yaml::read(old).enumerate();
    let is_equal = |new: Result<yaml::Document, crate::Error>| match (new, old.next()) {
        (Ok(new), Some((index, Ok(old)))) => {
            let root = if index == document { expected } else { &old.root };
            new.ignored.is_none() && new.root.equals(root)
        }
        _ => false,
    };
    yaml::read(new).all(is_equal) && old.next().is_none()
}

/// More rounds than this are needed by no text that a person wrote.
const MOST_ROUNDS: usize = 200;

/// Edits in rounds, each on the text as the one before left it. The edits of a round keep apart from
/// each other, so that no two of them ever meet.
fn edited_until_equal(
    chunk: &str,
    dialect: Dialect,
    old: Node,
    expected: &Node,
) -> Result<(String, Pieces), Refusal> {
    let mut written = syntax::read(chunk, dialect).ok_or(UNUSUAL)?;
    let comments = comments(chunk, &written);
    let mut pieces = Pieces::new(chunk.len());
    let (mut text, mut node) = (chunk.to_owned(), old);
    for _ in 0..MOST_ROUNDS {
        if node.equals(expected) {
            // Nothing may be lost, whatever each edit promised.
            let is_proven = self::comments(&text, &written) == comments
                && (dialect != Dialect::Json || is_json(&text));
            return if is_proven { Ok((text, pieces)) } else { Err(Refusal::CommentLost) };
        }
        let replacements = plan::round(&text, dialect, &written, &node, expected)?;
        if replacements.is_empty() {
            return Err(Refusal::NotProven);
        }
        text = replaced(&text, &replacements);
        pieces.replace(&replacements);
        node = read(&text, dialect).map_err(|_| Refusal::NotProven)?;
        written = syntax::read(&text, dialect).ok_or(UNUSUAL)?;
    }
    Err(Refusal::NotProven)
}

const UNUSUAL: Refusal = Refusal::Unusual("it is written in a way that is not understood here");

/// The object of a chunk, if the cluster reads all of it.
fn read(chunk: &str, dialect: Dialect) -> Result<Node, Refusal> {
    match yaml::read_chunk(chunk, 0, dialect) {
        Ok(Some(document)) if document.ignored.is_some() => Err(Refusal::PartlyRead),
        Ok(Some(document)) => Ok(document.root),
        Ok(None) => Ok(Node::new(Value::Null)),
        Err(_) => Err(Refusal::Unread),
    }
}

/// The comments of a chunk, in order.
fn comments<'t>(chunk: &'t str, written: &syntax::Written) -> Vec<&'t str> {
    let comments = written.comments.iter();
    comments.map(|range| chunk.get(range.clone()).unwrap_or_default()).collect()
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
