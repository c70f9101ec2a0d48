//! Whether a text is, or holds, a credential.
//!
//! What has a shape of its own (a key with a service's mark, a token with a prefix, a connection
//! string) is found [wherever it stands](by_shape). Other passwords are found by the
//! [name](in_variable) they go under, unless the value is plainly none: a reference, a path, a
//! placeholder. The matchers are made by hand, and driven by lists of words: a library for regular
//! expressions would double the Wasm modules.

mod arguments;
mod azure;
mod name;
mod pairs;
mod text;
mod token;

pub use arguments::Arguments;
pub use name::in_variable;
pub use text::{in_text, is_code};

use podproof_source::base64;
use std::ops::Range;

/// How sure it is, from the least on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Not worth much: a default password that everybody knows, a key that only lets one send data.
    Minor,
    /// The name says so, or the shape without the checksum that belongs to it.
    Likely,
    /// The shape proves it.
    Proved,
}

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is, for a message: "a GitHub token".
    pub what: &'static str,
    /// How sure it is.
    pub kind: Kind,
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
}

/// No credential that has a shape is shorter: `a://b:cde@f`.
const SHORTEST: usize = 10;

/// No token that has a shape is shorter: an AWS access key ID.
const SHORTEST_TOKEN: usize = 20;

/// The surest credential in a text that has a shape of its own.
#[inline(never)]
pub fn by_shape(text: &str) -> Option<Hit> {
    let text = text.as_bytes();
    let mut best: Option<Hit> = None;
    let mut start = 0;
    if text.len() < SHORTEST {
        return None;
    }
    // One pass: most of a text is words that are too short for a token, and ends of words that
    // nothing begins at.
    for at in 0..=text.len() {
        let byte = text.get(at).copied().unwrap_or_default();
        if is_of_token(byte) {
            continue;
        }
        let run = start..at;
        start = at + 1;
        let found = if run.len() >= SHORTEST_TOKEN {
            azure::key(text, &run).or_else(|| token::in_run(text, &run))
        } else {
            token::behind_word(text, &run)
        };
        let found = found.or_else(|| match byte {
            b'=' => pairs::behind_key(text, &run),
            b':' => pairs::in_address(text, at),
            _ => None,
        });
        best = surer(best, found);
        if best.as_ref().is_some_and(|hit| hit.kind == Kind::Proved) {
            break;
        }
    }
    best
}

/// Whether the value of a Secret tells something: it is neither empty nor a template nor encrypted.
pub fn is_told(value: &str) -> bool {
    let value = trim(value.as_bytes(), b"");
    let is_template = any("${ $( {{ < ENC[", How::Starts, value)
        || (value.len() > 1 && value.starts_with(b"%") && value.ends_with(b"%"));
    !value.is_empty() && !is_template
}

/// The surer of two; the first, if none is.
fn surer(first: Option<Hit>, second: Option<Hit>) -> Option<Hit> {
    let kind = |hit: &Option<Hit>| hit.as_ref().map(|hit| hit.kind);
    if kind(&second) > kind(&first) { second } else { first }
}

/// Whether a byte is part of tokens, keys in base64 and names.
fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/_.~-".contains(&byte)
}

/// Whether a text has as many different bytes as a random one has at least. Keys in examples are
/// often one character, again and again.
fn is_varied(text: &[u8]) -> bool {
    let seen = text.iter().fold(0_u64, |seen, byte| seen | 1 << (byte & 63));
    seen.count_ones() >= 8
}

/// How a word stands in a text.
#[derive(Clone, Copy)]
enum How {
    Is,
    Starts,
    Ends,
    Has,
}

/// Where in a text a word stands, whatever the case of its ASCII letters.
#[inline(never)]
fn find(text: &[u8], how: How, word: &[u8]) -> Option<usize> {
    let last = text.len().checked_sub(word.len())?;
    let places = match how {
        How::Is if last > 0 => return None,
        How::Is | How::Starts => 0..1,
        How::Ends => last..last + 1,
        How::Has => 0..last + 1,
    };
    places.into_iter().find(|at| {
        text.get(*at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
    })
}

/// Whether one of the words, with blanks between them, stands so in a text.
#[inline(never)]
fn any(words: &'static str, how: How, text: &[u8]) -> bool {
    let mut words = words.as_bytes().split(|byte| *byte == b' ');
    words.any(|word| find(text, how, word).is_some())
}

/// The start of a text up to a byte that is blank or one of these.
#[inline(never)]
fn until<'a>(text: &'a [u8], stops: &[u8]) -> &'a [u8] {
    let is_stop = |byte: &u8| *byte <= b' ' || stops.contains(byte);
    let end = text.iter().position(is_stop).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// The place of a text without what stands around it of these, and of blanks.
#[inline(never)]
fn inner(text: &[u8], of: &[u8]) -> Range<usize> {
    let is_outer = |byte: Option<&u8>| byte.is_some_and(|byte| *byte <= b' ' || of.contains(byte));
    let (mut start, mut end) = (0, text.len());
    while start < end && is_outer(text.get(start)) {
        start += 1;
    }
    while start < end && is_outer(text.get(end - 1)) {
        end -= 1;
    }
    start..end
}

/// A text without what stands around it of these, and of blanks.
fn trim<'a>(text: &'a [u8], of: &[u8]) -> &'a [u8] {
    text.get(inner(text, of)).unwrap_or_default()
}

/// The next piece of a text, up to and with one of these bytes.
#[inline(never)]
fn piece<'a>(text: &'a str, stops: &[u8]) -> (&'a str, &'a str) {
    let end = text.bytes().position(|byte| stops.contains(&byte)).map_or(text.len(), |at| at + 1);
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// What a text in base64 says; nothing if it is none.
fn decoded(text: &[u8]) -> Vec<u8> {
    let text: String = text.iter().map(|byte| char::from(*byte)).collect();
    base64::decode(&text).unwrap_or_default()
}

/// How often a byte stands in a text.
fn count(text: &[u8], byte: u8) -> usize {
    text.iter().map(|other| usize::from(*other == byte)).sum()
}

/// What stands in a text behind a place.
fn behind(text: &[u8], at: usize) -> &[u8] {
    text.get(at..).unwrap_or_default()
}
