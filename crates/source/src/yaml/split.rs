//! Cutting a file into chunks, as apimachinery's `YAMLOrJSONDecoder` does: before any YAML is
//! read, and without regard for it.

use super::Dialect;
use crate::{Error, Reason, Span};
use serde::de::IgnoredAny;
use std::ops::Range;

/// A piece of the file from which at most one object is read.
pub(super) struct Chunk {
    pub(super) range: Range<usize>,
    pub(super) dialect: Dialect,
}

/// The chunks of a file.
pub(super) struct Chunks<'text> {
    text: &'text [u8],
    at: usize,
    state: State,
}

enum State {
    /// The text began like JSON; so many values were read.
    Json {
        values: usize,
    },
    Yaml,
    Finished,
}

/// The decoder looks at no more of the text to tell JSON from YAML.
const GUESS_WINDOW: usize = 4096;
/// The decoder peeks this many bytes when it changes from JSON to YAML, and gives up with fewer.
const PEEK: usize = 4;
/// From this many JSON values on, the decoder never tries YAML.
const CERTAINLY_JSON: usize = 2;

impl<'text> Chunks<'text> {
    pub(super) fn new(text: &'text [u8]) -> Self {
        // `kubectl` takes a byte-order mark off before anything else.
        let at = if text.starts_with("\u{feff}".as_bytes()) { '\u{feff}'.len_utf8() } else { 0 };
        let head = text.get(at..at + GUESS_WINDOW).or(text.get(at..)).unwrap_or_default();
        let json = trim_start(head).first() == Some(&b'{');
        let state = if json { State::Json { values: 0 } } else { State::Yaml };
        Self { text, at, state }
    }

    fn rest(&self) -> &'text [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next JSON value, or the change to YAML where the text stops being JSON.
    fn next_json(&mut self, values: usize) -> Option<Result<Chunk, Error>> {
        let rest = self.rest();
        let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).count();
        if blanks == rest.len() {
            self.state = State::Finished;
            return None;
        }
        let mut stream = serde_json::Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
        match stream.next()? {
            Ok(IgnoredAny) => {
                let range = self.at + blanks..self.at + stream.byte_offset();
                self.at = range.end;
                self.state = State::Json { values: values + 1 };
                Some(Ok(Chunk { range, dialect: Dialect::Json }))
            }
            Err(_) if let Some(length) = json_literal(rest.get(blanks..).unwrap_or_default()) => {
                let start = self.at + blanks;
                self.at = start + length;
                self.state = State::Json { values: values + 1 };
                Some(Ok(Chunk { range: start..self.at, dialect: Dialect::Json }))
            }
            Err(error) => {
                if let Some(start) = self.start_of_yaml().filter(|_| values < CERTAINLY_JSON) {
                    self.at = start;
                    self.state = State::Yaml;
                    self.next_yaml()
                } else {
                    self.state = State::Finished;
                    let at = self.at + offset_of(&error, rest);
                    let reason = Reason::Syntax(format!("not JSON: {}", without_place(&error)));
                    Some(Err(Error::new(reason, char_at(self.text, at))))
                }
            }
        }
    }

    /// Where YAML begins after JSON: behind blanks, but at most behind one line feed. `None` if the
    /// decoder gives up.
    fn start_of_yaml(&self) -> Option<usize> {
        let mut at = self.at;
        loop {
            let peeked = self.text.get(at..at + PEEK)?;
            let first = first_char(peeked)?;
            if !first.is_whitespace() {
                return Some(at);
            }
            at += first.len_utf8();
            if first == '\n' {
                return Some(at);
            }
        }
    }

    fn next_yaml(&mut self) -> Option<Result<Chunk, Error>> {
        let start = self.at;
        while self.at < self.text.len() {
            let line_start = self.at;
            let rest = self.rest();
            let length = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |at| at + 1);
            let line = rest.get(..length).unwrap_or_default();
            self.at += length;
            let Some(after) = line.strip_prefix(b"---") else { continue };
            if !matches!(trim_start(after).first(), None | Some(b'#')) {
                let end = line_start + line.trim_ascii_end().len();
                return Some(Err(Error::new(Reason::Separator, Span::new(line_start, end))));
            }
            // A separator in front of everything else stays in the chunk, as in apimachinery.
            if start < line_start {
                return Some(Ok(Chunk { range: start..line_start, dialect: Dialect::Yaml }));
            }
        }
        self.state = State::Finished;
        let chunk = Chunk { range: start..self.text.len(), dialect: Dialect::Yaml };
        (!chunk.range.is_empty()).then_some(Ok(chunk))
    }
}

impl Iterator for Chunks<'_> {
    type Item = Result<Chunk, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.state {
            State::Json { values } => self.next_json(values),
            State::Yaml => self.next_yaml(),
            State::Finished => None,
        }
    }
}

/// The length of a number or word at the start of a text. Go's decoder is content when something
/// else follows it at once: `5x` is the value 5, and then an error.
fn json_literal(text: &[u8]) -> Option<usize> {
    for word in ["true", "false", "null"] {
        if text.starts_with(word.as_bytes()) {
            return Some(word.len());
        }
    }
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let start = usize::from(text.first() == Some(&b'-'));
    let mut end = if text.get(start) == Some(&b'0') { start + 1 } else { digits(start) };
    if end == start {
        return None;
    }
    if text.get(end) == Some(&b'.') {
        let fraction = end + 1;
        end = Some(digits(fraction)).filter(|end| *end > fraction)?;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = end + 1 + sign;
        end = Some(digits(exponent)).filter(|end| *end > exponent)?;
    }
    Some(end)
}

/// Without leading white space, in Unicode's sense, as Go's `unicode.IsSpace` has it.
fn trim_start(mut text: &[u8]) -> &[u8] {
    while let Some(blank) = first_char(text).filter(|first| first.is_whitespace()) {
        text = text.get(blank.len_utf8()..).unwrap_or_default();
    }
    text
}

fn first_char(text: &[u8]) -> Option<char> {
    let head = text.get(..PEEK).unwrap_or(text);
    let valid = match std::str::from_utf8(head) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?,
    };
    valid.chars().next()
}

/// The character at an offset, which may lie inside of it.
fn char_at(text: &[u8], at: usize) -> Span {
    let continues = |at: &usize| text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let start = (0..=at.min(text.len())).rev().find(|at| !continues(at)).unwrap_or(0);
    let end = (start + 1..text.len()).find(|at| !continues(at)).unwrap_or(text.len());
    Span::new(start, end.max(start))
}

/// `serde_json` gives a line and a column in bytes.
fn offset_of(error: &serde_json::Error, text: &[u8]) -> usize {
    let lines_before = error.line().saturating_sub(1);
    let line_start: usize =
        text.split_inclusive(|&b| b == b'\n').take(lines_before).map(<[u8]>::len).sum();
    (line_start + error.column().saturating_sub(1)).min(text.len())
}

/// The message alone: its place is that of the piece, not of the file.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let cut = message.rfind(" at line ").unwrap_or(message.len());
    message.get(..cut).unwrap_or_default().to_owned()
}
