//! Whole documents: put behind a text, or taken out of it.

use super::style::style;
use super::write::{self, Style};
use super::{Refusal, UNUSUAL, read};
use crate::yaml::{self, Dialect, Document, syntax};
use crate::{Error, Node};
use std::ops::Range;

const JSON: Refusal =
    Refusal::Unusual("it is JSON: documents are put behind each other only in YAML");

/// A text with one more object, as a YAML document at its end. All that was read before is still
/// read, and the object after it; or nothing is changed.
pub fn append_document(text: &[u8], object: &Node) -> Result<Vec<u8>, Refusal> {
    let Ending { style, has_separator } = ending(text)?;
    let mut new = text.to_vec();
    let ends_line = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text).last();
    if ends_line.is_some_and(|last| *last != b'\n') {
        new.extend(style.line_break.bytes());
    }
    if !has_separator {
        new.extend([b"---", style.line_break.as_bytes()].concat());
    }
    new.extend(write::block(object, 0, style).bytes());
    new.extend(style.line_break.bytes());
    let added = Document {
        root: object.clone(),
        ignored: None,
        overridden: Vec::new(),
        duplicates: Vec::new(),
    };
    prove(new, yaml::read(text).chain([Ok(added)]))
}

/// A text without one of its documents (counted from 0, empty ones left out) and the line that
/// separates it from another one. All others are still read; or nothing is changed.
pub fn remove_document(text: &[u8], document: usize) -> Result<Vec<u8>, Refusal> {
    let (range, dialect) = yaml::chunk(text, document).ok_or(Refusal::Unread)?;
    if dialect == Dialect::Json {
        return Err(JSON);
    }
    let chunk = std::str::from_utf8(&text[range.clone()]).map_err(|_| Refusal::Unread)?;
    read(chunk, dialect)?;
    let written = syntax::read(chunk, dialect).ok_or(UNUSUAL)?;
    if !written.comments.is_empty() {
        return Err(Refusal::CommentLost);
    }
    let range = with_separator(text, range)?;
    let new = [&text[..range.start], &text[range.end..]].concat();
    let others = yaml::read(text).enumerate().filter(|(index, _)| *index != document);
    prove(new, others.map(|(_, read)| read))
}

/// How a text ends.
struct Ending {
    style: Style,
    /// Whether nothing that belongs to a document stands in front of what comes next.
    has_separator: bool,
}

fn ending(text: &[u8]) -> Result<Ending, Refusal> {
    let mut style = Style { step: 2, dash: 2, line_break: "\n" };
    let Some(last) = yaml::last_chunk(text) else {
        return Ok(Ending { style, has_separator: true });
    };
    let (range, dialect) = last.map_err(|_| Refusal::Unread)?;
    if dialect == Dialect::Json {
        return Err(JSON);
    }
    let chunk = std::str::from_utf8(&text[range.clone()]).map_err(|_| Refusal::Unread)?;
    yaml::read_chunk(chunk, 0, dialect).map_err(|_| Refusal::Unread)?;
    match syntax::read(chunk, dialect) {
        Some(written) => style = self::style(chunk, &written.root),
        None if chunk.contains("\r\n") => style.line_break = "\r\n",
        None => {}
    }
    // Documents are told apart only by line feeds.
    if style.line_break == "\r" {
        style.line_break = "\n";
    }
    let has_separator = range.end < text.len() || matches!(chunk.trim(), "" | "---");
    Ok(Ending { style, has_separator })
}

/// A chunk, and the separator that goes with it: the one in front, or, for the first chunk, the one
/// behind.
fn with_separator(text: &[u8], chunk: Range<usize>) -> Result<Range<usize>, Refusal> {
    let own = text.get(chunk.clone()).unwrap_or_default();
    if let Some(start) = separator_in_front(text, chunk.start) {
        let separator = text.get(start..chunk.start).unwrap_or_default();
        let is_told = separator.contains(&b'#');
        return if is_told { Err(Refusal::CommentLost) } else { Ok(start..chunk.end) };
    }
    let behind = text.get(chunk.end..).unwrap_or_default();
    let separator = behind.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    let next = behind.get(separator.len()..).unwrap_or_default();
    // What begins with a brace is cut like JSON, unless a separator stands in front of it.
    let is_needed = own.starts_with(b"---")
        || separator.contains(&b'#')
        || next.trim_ascii_start().starts_with(b"{");
    Ok(if is_needed { chunk } else { chunk.start..chunk.end + separator.len() })
}

/// Where the line in front of a place starts, if it separates documents.
fn separator_in_front(text: &[u8], at: usize) -> Option<usize> {
    let before = text.get(..at)?.strip_suffix(b"\n")?;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    before.get(start..)?.starts_with(b"---").then_some(start)
}

/// What is read from a piece of text.
type Read = Result<Document, Error>;

/// The text, if it is read as it should.
fn prove(text: Vec<u8>, expected: impl Iterator<Item = Read>) -> Result<Vec<u8>, Refusal> {
    let mut read = yaml::read(&text);
    let is_same = |expected: Read| match (expected, read.next()) {
        (Ok(expected), Some(Ok(read))) => {
            read.root.equals(&expected.root) && read.ignored.is_some() == expected.ignored.is_some()
        }
        (Err(expected), Some(Err(read))) => read.reason == expected.reason,
        _ => false,
    };
    let is_proven = { expected }.all(is_same) && read.next().is_none();
    drop(read);
    if is_proven { Ok(text) } else { Err(Refusal::NotProven) }
}

#[cfg(test)]
mod tests {
    use super::{JSON, Refusal, append_document, remove_document};
    use crate::Node;

    fn object() -> Node {
        let metadata = Node::map([("name", Node::from("b"))]);
        let args = Node::list([Node::map([("x", Node::from("1"))])]);
        Node::map([("kind", Node::from("B")), ("metadata", metadata), ("args", args)])
    }

    const WRITTEN: &str = "kind: B\nmetadata:\n  name: b\nargs:\n  - x: \"1\"\n";

    fn appended(text: &str) -> Result<String, Refusal> {
        let new = append_document(text.as_bytes(), &object())?;
        Ok(String::from_utf8(new).unwrap_or_default())
    }

    fn removed(text: &str, document: usize) -> Result<String, Refusal> {
        let new = remove_document(text.as_bytes(), document)?;
        Ok(String::from_utf8(new).unwrap_or_default())
    }

    #[test]
    fn an_object_is_put_behind_the_others() {
        for (text, between) in [
            ("", ""),
            ("\u{feff}", ""),
            ("\n", ""),
            ("---\n", ""),
            ("---", "\n"),
            ("kind: A\n", "---\n"),
            ("kind: A", "\n---\n"),
            ("\u{feff}kind: A\n", "---\n"),
            ("kind: A\n---\n", ""),
            ("kind: A\n--- # next", "\n"),
            ("kind: A\n---\n# nothing\n", "---\n"),
            ("kind: A\n...\n", "---\n"),
            ("# a\nkind: A # b\n# c\n", "---\n"),
            ("kind: [\n---\nkind: A\n", "---\n"),
            ("a: |+\n  x\n\n", "---\n"),
            ("null\n", "---\n"),
        ] {
            assert_eq!(appended(text), Ok(format!("{text}{between}{WRITTEN}")), "{text:?}");
        }
    }

    #[test]
    fn the_object_is_written_as_the_text_is() {
        let text = "kind: A\r\nspec:\r\n    a:\r\n    - b: c\r\n";
        let written = "kind: B\r\nmetadata:\r\n    name: b\r\nargs:\r\n- x: \"1\"\r\n".to_owned();
        assert_eq!(appended(text), Ok(format!("{text}---\r\n{written}")));
        assert_eq!(appended("a: 1\rb: 2\r"), Ok(format!("a: 1\rb: 2\r\n---\n{WRITTEN}")));
    }

    #[test]
    fn nothing_is_put_behind_json_or_what_cannot_be_read() {
        assert_eq!(appended("{\"kind\": \"A\"}\n"), Err(JSON));
        assert_eq!(appended("kind: A\n---\nkind: [\n"), Err(Refusal::Unread));
        assert_eq!(appended("kind: A\n--- x\n"), Err(Refusal::Unread));
        // Its last line would get a line break that it does not have.
        let text = "kind: A\na: |\n  x";
        assert!(
            appended(text).is_ok_and(|new| new.starts_with(text))
                || appended(text) == Err(Refusal::NotProven)
        );
    }

    #[test]
    fn a_document_goes_with_one_separator() {
        let three = "a: 1\n---\nb: 2\n---\nc: 3\n";
        assert_eq!(removed(three, 0).as_deref(), Ok("b: 2\n---\nc: 3\n"));
        assert_eq!(removed(three, 1).as_deref(), Ok("a: 1\n---\nc: 3\n"));
        assert_eq!(removed(three, 2).as_deref(), Ok("a: 1\n---\nb: 2\n"));
        let crlf = three.replace('\n', "\r\n");
        assert_eq!(removed(&crlf, 1).as_deref(), Ok("a: 1\r\n---\r\nc: 3\r\n"));
        for (text, document, expected) in [
            ("a: 1\n", 0, ""),
            ("\u{feff}a: 1\n---\nb: 2\n", 0, "\u{feff}b: 2\n"),
            ("---\na: 1\n---\nb: 2\n", 0, "---\nb: 2\n"),
            ("---\na: 1\n---\nb: 2\n", 1, "---\na: 1\n"),
            ("a: 1\n---\nb: 2", 1, "a: 1\n"),
            ("a: 1\n---\nb: 2\n---\n", 1, "a: 1\n---\n"),
            ("a: 1\n--- # b\nb: 2\n", 0, "--- # b\nb: 2\n"),
            ("a: 1\n---\n{b: 2}\n", 0, "---\n{b: 2}\n"),
            ("# text\n---\na: 1\n---\nb: 2\n", 0, "# text\n---\nb: 2\n"),
            ("a: [\n---\nb: 2\n", 1, "a: [\n"),
            ("{\"a\": 1}\n---\nb: 2\n", 1, "{\"a\": 1}\n"),
        ] {
            assert_eq!(removed(text, document).as_deref(), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn no_comment_goes_with_a_document() {
        for (text, document) in [
            ("# a\na: 1\n", 0),
            ("a: 1 # a\n", 0),
            ("a: 1\n# a\n", 0),
            ("--- # a\na: 1\n", 0),
            ("a: 1\n--- # b\nb: 2\n", 1),
            ("a: 1\n---\nb: 2\n...\n# b\n", 1),
        ] {
            assert_eq!(removed(text, document), Err(Refusal::CommentLost), "{text:?}");
        }
        assert_eq!(removed("{\"a\": 1}\n", 0), Err(JSON));
        assert_eq!(removed("a: 1\n...\nb: 2\n", 0), Err(Refusal::PartlyRead));
        assert_eq!(removed("a: 1\n", 1), Err(Refusal::Unread));
    }
}
