//! Reading a file as `kubectl` reads it.
//!
//! `kubectl` cuts the text into chunks without looking at the YAML in them ([`split`]), reads the
//! first document of each chunk ([`compose`]) and takes scalars as YAML 1.1 does ([`scalar`]). The
//! measured reference is `k8s.io/apimachinery`'s `YAMLOrJSONDecoder` over `sigs.k8s.io/yaml`.

mod characters;
mod compose;
mod differences;
mod keys;
mod scalar;
mod split;
pub(crate) mod syntax;

use crate::{Error, Node, Reason, Span};
use split::{Chunk, Chunks};
use std::ops::Range;

/// How the text of a chunk is to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// YAML 1.1 as in go-yaml.
    Yaml,
    /// Plain JSON.
    Json,
}

/// One object of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The object (or whatever else the document holds).
    pub root: Node,
    /// Text after the object that the cluster never sees, although it is no comment.
    pub ignored: Option<Span>,
    /// Keys and values that a later one of the same key overrides: they are not in the object.
    pub overridden: Vec<Span>,
    /// The keys among them that stand twice in one object, in the order of the text. The others came
    /// with a merge (`<<`).
    pub duplicates: Vec<Span>,
}

/// The documents of a text, in order. Empty ones are left out, as the cluster does.
///
/// An error concerns one piece of the text; reading goes on behind it, so that one run shows all
/// problems of a file. (`kubectl` stops at the first error.)
pub fn read(text: &[u8]) -> impl Iterator<Item = Result<Document, Error>> + use<'_> {
    // An offset in a span has 32 bits.
    let too_large = u32::try_from(text.len()).is_err();
    let text = if too_large { &[] } else { text };
    let error = too_large.then(|| Err(Error::new(Reason::TooLarge, Span::new(0, 0))));
    let documents = Chunks::new(text).filter_map(move |chunk| {
        let read = chunk.and_then(|chunk| document(text, &chunk));
        read.transpose()
    });
    error.into_iter().chain(documents)
}

/// The documents of a text whose own piece of it passes a test, with their numbers among all. What
/// cannot be read is left out.
pub fn read_where(
    text: &[u8],
    is_wanted: impl Fn(&[u8]) -> bool,
) -> impl Iterator<Item = (usize, Document)> {
    let text = if u32::try_from(text.len()).is_err() { &[] } else { text };
    let mut number = 0;
    Chunks::new(text).filter_map(move |chunk| {
        let Ok(chunk) = chunk else {
            number += 1;
            return None;
        };
        let bytes = text.get(chunk.range.clone()).unwrap_or_default();
        if !is_wanted(bytes) && !may_be_null(bytes) {
            number += 1;
            return None;
        }
        let read = self::document(text, &chunk);
        let own = number;
        number += usize::from(!matches!(read, Ok(None)));
        read.ok().flatten().filter(|_| is_wanted(bytes)).map(|document| (own, document))
    })
}

/// The comments of a text, from the `#` to the end of the line: only real ones, so neither what
/// looks like one in a quoted text or a block of text, nor any in JSON. Pieces of the text that do not
/// pass a test, or that cannot be read, are left out.
pub fn comments(text: &[u8], is_wanted: impl Fn(&[u8]) -> bool) -> Vec<Span> {
    let text = if u32::try_from(text.len()).is_err() { &[] } else { text };
    let mut comments = Vec::new();
    for chunk in Chunks::new(text).flatten() {
        let bytes = text.get(chunk.range.clone()).unwrap_or_default();
        if chunk.dialect == Dialect::Json || !is_wanted(bytes) {
            continue;
        }
        let own = std::str::from_utf8(bytes).ok().and_then(syntax::comments);
        let base = chunk.range.start;
        let placed = |range: Range<usize>| Span::new(base + range.start, base + range.end);
        comments.extend(own.unwrap_or_default().into_iter().map(placed));
    }
    comments
}

/// The piece of the text that holds a document (counted from 0, as [`read`] does), and how it is to
/// be understood. `None` if there is none, or if it is not UTF-8.
pub(crate) fn chunk(text: &[u8], document: usize) -> Option<(Range<usize>, Dialect)> {
    let is_document = |chunk: &Result<Chunk, Error>| match chunk {
        Err(_) => true,
        Ok(chunk) => {
            let bytes = text.get(chunk.range.clone()).unwrap_or_default();
            !may_be_null(bytes) || !matches!(self::document(text, chunk), Ok(None))
        }
    };
    let chunk = Chunks::new(text).filter(is_document).nth(document)?.ok()?;
    std::str::from_utf8(text.get(chunk.range.clone())?).ok()?;
    Some((chunk.range, chunk.dialect))
}

/// The last piece of the text from which an object is read, or what is wrong with it. It may hold
/// nothing but comments.
pub(crate) fn last_chunk(text: &[u8]) -> Option<Result<(Range<usize>, Dialect), Error>> {
    let last = Chunks::new(text).last()?;
    Some(last.map(|chunk| (chunk.range, chunk.dialect)))
}

/// Whether a chunk could turn out to be empty or null: its first word begins like `null`, `~`, or
/// something that could stand in front of them.
fn may_be_null(chunk: &[u8]) -> bool {
    let lines = chunk.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty() && !matches!(line, [b'#' | b'-', ..]));
    !lines.next().is_some_and(|line| {
        matches!(line, [first, ..] if !matches!(first, b'n' | b'N')
            && (first.is_ascii_alphabetic() || matches!(first, b'{' | b'"')))
    })
}

/// Reads the text of a chunk that starts `base` bytes into the file.
pub(crate) fn read_chunk(
    text: &str,
    base: usize,
    dialect: Dialect,
) -> Result<Option<Document>, Error> {
    if dialect == Dialect::Yaml {
        characters::check(text, base)?;
    }
    compose::compose(text, base, dialect)
}

fn document(text: &[u8], chunk: &Chunk) -> Result<Option<Document>, Error> {
    let bytes = text.get(chunk.range.clone()).unwrap_or_default();
    let base = chunk.range.start;
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = base + error.valid_up_to();
        Error::new(Reason::NotUtf8, Span::new(at, at + error.error_len().unwrap_or(1)))
    })?;
    let read = read_chunk(text, base, chunk.dialect);
    read.map_err(|error| template_or(error, text, base))
}

/// A chunk that breaks at `{{` is a template: the YAML error would only confuse.
fn template_or(error: Error, text: &str, base: usize) -> Error {
    let unreadable = matches!(error.reason, Reason::Syntax(_) | Reason::Refused(_));
    let at = (error.span.start as usize).saturating_sub(base);
    if unreadable && breaks_at_braces(text, at) {
        return Error { reason: Reason::Template, ..error };
    }
    error
}

/// Whether `{{` stands on the line of an error, in front of it, and neither in a comment nor in
/// quotes, where `kubectl` would not mind it.
fn breaks_at_braces(text: &str, at: usize) -> bool {
    let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let before = text.as_bytes().get(..at).unwrap_or_default();
    let line_start = before.iter().rposition(is_break).map_or(0, |at| at + 1);
    let line = text.as_bytes().get(line_start..).unwrap_or_default();
    let line = line.split(is_break).next().unwrap_or_default();
    let Some(braces) = line.windows(2).position(|pair| pair == b"{{") else { return false };
    let in_front = line.get(..braces).unwrap_or_default();
    let hides = |byte: &u8| matches!(byte, b'#' | b'"' | b'\'');
    line_start + braces <= at + 1 && !in_front.iter().any(hides)
}

#[cfg(test)]
mod tests;
