//! A long text in parts that can be fixed one by one: work on a document then takes a time that
//! depends on its neighbours, not on the whole text.

use podproof_source::{Span, yaml};
use std::ops::Range;

/// A part is at least this long, if it is not the last one.
const LENGTH: usize = 16 * 1024;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Where it stands.
    pub(crate) range: Range<usize>,
    /// The number of its first document in the text.
    pub(crate) first_document: usize,
}

/// The parts of a text; the whole of it if they would not be read like it.
pub(super) fn parts(text: &[u8]) -> Vec<Part> {
    parts_from(text, LENGTH)
}

/// The same with parts of at least a length, if they are not the last one.
pub(crate) fn parts_from(text: &[u8], length: usize) -> Vec<Part> {
    let ranges = ranges(text, length);
    let whole = || vec![Part { range: 0..text.len(), first_document: 0 }];
    if ranges.len() < 2 {
        return whole();
    }
    let mut parts = Vec::new();
    let mut documents = yaml::read(text);
    let mut first_document = 0;
    for range in ranges {
        let part = text.get(range.clone()).unwrap_or_default();
        let mut count = 0;
        for own in yaml::read(part) {
            if !documents.next().is_some_and(|other| is_same(&own, &other, range.start)) {
                return whole();
            }
            count += 1;
        }
        parts.push(Part { range, first_document });
        first_document += count;
    }
    if documents.next().is_none() { parts } else { whole() }
}

/// What is read from a text: a document, or why there is none.
type Read = Result<yaml::Document, podproof_source::Error>;

/// Whether a part that begins at an offset is read as the whole text is.
fn is_same(own: &Read, whole: &Read, offset: usize) -> bool {
    let starts_at = |own: Span, whole: Span| own.range().start + offset == whole.range().start;
    match (own, whole) {
        (Ok(own), Ok(whole)) => {
            own.root.equals(&whole.root)
                && starts_at(own.root.span, whole.root.span)
                && own.ignored.is_some() == whole.ignored.is_some()
        }
        (Err(own), Err(whole)) => starts_at(own.span, whole.span),
        _ => false,
    }
}

/// Cuts in front of lines with nothing but `---`.
fn ranges(text: &[u8], length: usize) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if at - start >= length && matches!(line, b"---\n" | b"---\r\n") {
            ranges.push(start..at);
            start = at;
        }
        at += line.len();
    }
    ranges.push(start..at);
    ranges
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, Part, is_same, parts};
    use podproof_source::yaml;

    fn document(size: usize) -> String {
        format!("kind: Pod\n# {}\n", "x".repeat(size))
    }

    #[test]
    fn a_long_text_is_cut_between_documents() {
        let first = document(LENGTH);
        let text = format!("{first}---\n{first}---\n{}", document(1));
        let own = first.len();
        let expected = [(0..own, 0), (own..2 * own + 4, 1), (2 * own + 4..text.len(), 2)];
        let expected =
            expected.map(|(range, first_document)| Part { range, first_document }).to_vec();
        assert_eq!(parts(text.as_bytes()), expected);
        let short = document(1) + "---\n" + &document(1);
        assert_eq!(parts(short.as_bytes()).len(), 1);
        assert_eq!(parts(b"").len(), 1);
    }

    #[test]
    fn a_part_must_be_read_like_the_whole() {
        let read = |text: &str| yaml::read(text.as_bytes()).next().unwrap();
        let whole = read("\n\nkind: Pod\n");
        assert!(is_same(&read("kind: Pod\n"), &whole, 2));
        assert!(!is_same(&read("kind: Pod\n"), &whole, 3));
        assert!(!is_same(&read("kind: Pop\n"), &whole, 2));
        assert!(!is_same(&read("kind: [Pod\n"), &whole, 2));
    }
}
