//! How a document is written: brackets, dashes, colons, anchors and comments, each with its place.
//! The editor works on this; what the document means is told by [`super::compose`] alone.

use super::Dialect;
use super::keys::is_merge;
use super::scalar::Scalar;
use crate::MAX_DEPTH;
use granit_parser::{Event, Parser, ScalarStyle, StrInput, StructureStyle};
use std::collections::HashMap;
use std::ops::Range;

/// A document as it is written. Offsets count from the start of its chunk.
pub(crate) struct Written {
    pub(crate) root: Syntax,
    /// From the `#` to the end of the line.
    pub(crate) comments: Vec<Range<usize>>,
}

/// A value as it is written.
pub(crate) struct Syntax {
    /// Where it starts, an anchor or a tag in front of it included.
    pub(crate) start: usize,
    /// Quotes, brackets, the `|` of a block of text included. Empty for a value that is not there:
    /// then behind the colon or dash, and behind anchor and tag.
    pub(crate) content: Range<usize>,
    pub(crate) anchor: Option<usize>,
    pub(crate) tag: Option<Range<usize>>,
    pub(crate) kind: Kind,
}

/// In what way a value is written.
pub(crate) enum Kind {
    /// Nothing is written.
    Absent,
    /// A plain or quoted text.
    Scalar,
    /// A block of text behind `|` or `>`.
    Block,
    /// The value with this anchor.
    Alias(usize),
    List {
        flow: bool,
        items: Vec<Item>,
    },
    Map {
        flow: bool,
        pairs: Vec<Pair>,
    },
}

pub(crate) struct Item {
    /// The dash; in brackets the item itself.
    pub(crate) start: usize,
    pub(crate) value: Syntax,
}

pub(crate) struct Pair {
    /// The key, its anchor, its tag, or the `?` in front of all that.
    pub(crate) start: usize,
    /// Nothing for a `<<`.
    pub(crate) key: Option<Box<str>>,
    pub(crate) key_end: usize,
    /// Behind the colon; behind the key if there is none.
    pub(crate) colon_end: usize,
    pub(crate) value: Syntax,
}

impl Syntax {
    /// Behind the last byte of it.
    pub(crate) fn end(&self) -> usize {
        self.content.end
    }
}

impl Pair {
    pub(crate) fn end(&self) -> usize {
        self.value.end().max(self.colon_end)
    }
}

/// Where the comments of a chunk stand. `None` if it cannot be read.
pub(crate) fn comments(text: &str) -> Option<Vec<Range<usize>>> {
    let mut comments = Vec::new();
    let mut parser = parser(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.ok()?;
        if let Event::Comment(..) = event {
            comments.push(span.byte_range()?);
        }
    }
    Some(comments)
}

fn parser(text: &str) -> Parser<'_, StrInput<'_>> {
    let options = granit_parser::options! {
        emit_comments: true,
        emit_anchor_events: true,
        bom_inside_document_as_content: true,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    Parser::new_from_str_with_options(text, options)
}

/// Reads the first document of a chunk, which [`super::compose`] has read without an error. `None`
/// if it is written in a way that is not understood here.
pub(crate) fn read(text: &str, dialect: Dialect) -> Option<Written> {
    let mut reader = Reader {
        parser: parser(text),
        text,
        dialect,
        comments: Vec::new(),
        key_texts: HashMap::new(),
    };
    let from = loop {
        let (event, place) = reader.next()?;
        match event {
            Event::StreamStart => {}
            Event::DocumentStart(..) => break place.end,
            _ => return None,
        }
    };
    let first = reader.next()?;
    let root = reader.value(first, from)?;
    while reader.next().is_some() {}
    Some(Written { root, comments: reader.comments })
}

struct Reader<'text> {
    parser: Parser<'text, StrInput<'text>>,
    text: &'text str,
    dialect: Dialect,
    comments: Vec<Range<usize>>,
    /// Anchored scalars as keys.
    key_texts: HashMap<usize, Box<str>>,
}

/// An event with the places of what it is about and of its tag.
type Placed<'text> = (Event<'text>, Place);

struct Place {
    start: usize,
    end: usize,
    tag: Option<Range<usize>>,
}

impl<'text> Reader<'text> {
    fn next(&mut self) -> Option<Placed<'text>> {
        loop {
            let (event, span) = self.parser.next_event()?.ok()?;
            let range = span.byte_range().unwrap_or_default();
            if let Event::Comment(..) = event {
                self.comments.push(range);
                continue;
            }
            let tag = span.tag_span().and_then(|tag| tag.byte_range());
            return Some((event, Place { start: range.start, end: range.end, tag }));
        }
    }

    /// Reads a value. Before it lie only blanks, comments, its anchor and its tag, from `from` on.
    fn value(&mut self, (event, place): Placed<'text>, from: usize) -> Option<Syntax> {
        let anchor = match event {
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(_, anchor, _)
            | Event::MappingStart(_, anchor, _) => Some(anchor).filter(|anchor| *anchor != 0),
            _ => None,
        };
        let mut properties = place.tag.clone().into_iter().collect::<Vec<_>>();
        if anchor.is_some() {
            let (Event::Anchor(..), place) = self.next()? else { return None };
            properties.push(place.start..place.end);
        }
        let first = properties.iter().map(|range| range.start).min();
        // Behind anchor and tag, where the content may begin.
        let from = properties.iter().map(|range| range.end).fold(from, usize::max);
        let (content, kind) = match event {
            Event::Alias(id) => (place.start..place.end, Kind::Alias(id)),
            Event::Scalar(text, style, _, tag) => {
                if let Some(anchor) = anchor {
                    let scalar = Scalar::resolve(&text, style, tag.as_deref(), self.dialect);
                    if let Some((key, _)) = scalar.ok().and_then(|scalar| scalar.into_key().ok()) {
                        self.key_texts.insert(anchor, key);
                    }
                }
                match style {
                    ScalarStyle::Literal | ScalarStyle::Folded => {
                        (self.block_of_text(&place, from)?, Kind::Block)
                    }
                    ScalarStyle::Plain if place.start == place.end => (from..from, Kind::Absent),
                    _ => (place.start..place.end, Kind::Scalar),
                }
            }
            Event::SequenceStart(style, ..) => self.list(style, &place, from)?,
            Event::MappingStart(style, ..) => self.map(style, &place, from)?,
            _ => return None,
        };
        let start = first.unwrap_or(content.start);
        Some(Syntax { start, content, anchor, tag: place.tag, kind })
    }

    /// From the `|` or `>` to the end of the last line, without its line break.
    fn block_of_text(&self, place: &Place, from: usize) -> Option<Range<usize>> {
        let start = self.skip_blanks(from);
        let header = self.text.get(start..)?;
        let indicators = header.strip_prefix(['|', '>'])?;
        let marks = indicators.bytes().take_while(|b| matches!(b, b'0'..=b'9' | b'+' | b'-'));
        let keeps = marks.clone().any(|mark| mark == b'+');
        let is_indent_given = marks.clone().any(|mark| mark.is_ascii_digit());
        let header_end = start + 1 + marks.count();
        let words = self.text.get(place.start..place.end)?.trim_end();
        let words_end = if words.is_empty() { header_end } else { place.start + words.len() };
        let first = place.start + words.len() - words.trim_start().len();
        let before = self.text.get(..first)?;
        let indent = before.len() - before.trim_end_matches(' ').len();
        // Of the blank lines behind the words a block keeps all, or those with blanks of their own.
        let is_part = |blanks: usize| keeps || blanks > if is_indent_given { 0 } else { indent };
        let mut end = words_end;
        let mut at = next_line(self.text, words_end);
        while at < self.text.len() {
            let line_end = line_end(self.text, at);
            let blanks = self.text.get(at..line_end)?;
            if !blanks.trim().is_empty() {
                break;
            }
            if is_part(blanks.len()) {
                end = line_end;
            }
            at = next_line(self.text, at);
        }
        Some(start..end)
    }

    fn list(
        &mut self,
        style: StructureStyle,
        place: &Place,
        from: usize,
    ) -> Option<(Range<usize>, Kind)> {
        let flow = style == StructureStyle::Flow;
        let mut items: Vec<Item> = Vec::new();
        let mut from = if flow { place.start + 1 } else { from };
        loop {
            let (event, place_of_item) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                let content = if flow {
                    place.start..place_of_item.end
                } else {
                    items.first()?.start..items.last()?.value.end()
                };
                return Some((content, Kind::List { flow, items }));
            }
            let mut start = self.skip_to_next(from, flow);
            if !flow {
                if self.byte(start) != Some(b'-') {
                    return None;
                }
                from = start + 1;
            }
            let value = self.value((event, place_of_item), from)?;
            if flow {
                start = value.start;
            }
            from = value.end();
            items.push(Item { start, value });
        }
    }

    fn map(
        &mut self,
        style: StructureStyle,
        place: &Place,
        from: usize,
    ) -> Option<(Range<usize>, Kind)> {
        let flow = style == StructureStyle::Flow;
        // A map in a flow list may do without braces: `[a: b]`.
        let braced = self.byte(place.start) == Some(b'{');
        let mut pairs: Vec<Pair> = Vec::new();
        let mut from = if flow && braced { place.start + 1 } else { from };
        loop {
            let (event, place_of_key) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                let content = if flow && braced {
                    place.start..place_of_key.end
                } else {
                    pairs.first()?.start..pairs.last()?.end()
                };
                return Some((content, Kind::Map { flow, pairs }));
            }
            let start = self.skip_to_next(from, flow);
            let is_merge = is_merge(&event);
            let (key, key_end) = self.key(event, place_of_key, start)?;
            let colon = self.skip_blanks(key_end);
            let colon_end = if self.byte(colon) == Some(b':') { colon + 1 } else { key_end };
            let first = self.next()?;
            let value = self.value(first, colon_end)?;
            from = value.end().max(colon_end);
            pairs.push(Pair { start, key: key.filter(|_| !is_merge), key_end, colon_end, value });
        }
    }

    /// A key, and where it ends.
    fn key(
        &mut self,
        event: Event<'text>,
        place: Place,
        from: usize,
    ) -> Option<(Option<Box<str>>, usize)> {
        if let Event::Alias(id) = event {
            return Some((Some(self.key_texts.get(&id)?.clone()), place.end));
        }
        let Event::Scalar(text, style, _, tag) = &event else { return None };
        let text = if place.start == place.end { "" } else { &**text };
        let scalar = Scalar::resolve(text, *style, tag.as_deref(), self.dialect).ok()?;
        let key = scalar.into_key().ok().map(|(key, _)| key);
        let written = self.value((event, place), from)?;
        Some((key, written.end()))
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The next item or pair: in brackets behind a comma.
    fn skip_to_next(&self, from: usize, flow: bool) -> usize {
        let mut at = self.skip_blanks(from);
        while flow && self.byte(at) == Some(b',') {
            at = self.skip_blanks(at + 1);
        }
        at
    }

    /// The next byte that is neither blank nor in a comment.
    fn skip_blanks(&self, from: usize) -> usize {
        skip_blanks(self.text, from)
    }
}

/// The next byte that is neither blank nor in a comment.
pub(crate) fn skip_blanks(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'#' => {
                let rest = bytes.get(at..).unwrap_or_default();
                let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                at += end.unwrap_or(rest.len());
            }
            _ => break,
        }
    }
    at
}

/// Where the line ends, without its line break.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find(['\n', '\r']).map_or(text.len(), |found| at + found)
}

/// Where the next line starts.
pub(crate) fn next_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    let rest = text.get(end..).unwrap_or_default();
    end + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) }
}
