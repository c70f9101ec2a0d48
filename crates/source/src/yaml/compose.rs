//! Composing a tree from parser events, with aliases, merges and keys as go-yaml and
//! sigs.k8s.io/yaml treat them.

use super::differences::{self, Place};
use super::keys::{KeyKinds, is_merge};
use super::scalar::{KeyKind, Scalar};
use super::{Dialect, Document};
use crate::{Entry, Error, MAX_DEPTH, Map, Node, Reason, Span, Value};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput, StructureStyle};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Nodes that aliases may add to one document. `kubectl` allows about 400,000; this bounds memory.
const MAX_ALIASED_NODES: usize = 100_000;
/// Bytes of memory that copies for anchors and aliases may take, beside four times the text.
const MAX_COPIED_BYTES: usize = 16 << 20;
/// Bytes of memory that a node takes besides its text, about.
const NODE_BYTES: usize = 64;

/// Reads the first document of a chunk that starts `base` bytes into the file. `None` if it is
/// empty or null.
pub(super) fn compose(
    text: &str,
    base: usize,
    dialect: Dialect,
) -> Result<Option<Document>, Error> {
    let ended = with_last_line_ended(text);
    let mut composer = Composer {
        parser: Parser::new_from_str_with_options(&ended, options()),
        text: &ended,
        base,
        end: base + text.len(),
        dialect,
        anchors: HashMap::new(),
        nodes: 0,
        aliased_nodes: 0,
        bytes: 0,
        copied_bytes: 0,
        flow_depth: 0,
        tabs_allowed: Vec::new(),
        overridden: Vec::new(),
        duplicates: Vec::new(),
    };
    composer.document()
}

/// apimachinery ends every line. It matters where a last line of blanks belongs to a block of text.
fn with_last_line_ended(text: &str) -> Cow<'_, str> {
    match text.strip_suffix([' ', '\t']) {
        Some(_) => Cow::Owned(format!("{text}\n")),
        None => Cow::Borrowed(text),
    }
}

fn options() -> granit_parser::Options {
    granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        bom_inside_document_as_content: true,
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    }
}

struct Composer<'text> {
    parser: Parser<'text, StrInput<'text>>,
    text: &'text str,
    /// Where the chunk starts in the file.
    base: usize,
    /// Where it ends.
    end: usize,
    dialect: Dialect,
    /// By the parser's number. `None` while the anchored value is being read.
    anchors: HashMap<usize, Option<Anchored>>,
    /// Nodes read so far, as go-yaml counts them.
    nodes: usize,
    /// Those of them that aliases added.
    aliased_nodes: usize,
    /// Bytes of memory in the tree so far.
    bytes: usize,
    /// Bytes of memory copied for anchors and aliases.
    copied_bytes: usize,
    /// Flow collections that are open.
    flow_depth: usize,
    /// Pieces of the chunk in which a line may start with a tab.
    tabs_allowed: Vec<Range<usize>>,
    /// Entries that later ones override, in the file.
    overridden: Vec<Span>,
    /// The keys of those that no merge brought in.
    duplicates: Vec<Span>,
}

/// A value with an anchor.
struct Anchored {
    node: Node,
    /// The scalar it was, for use as a key.
    scalar: Option<Scalar>,
    /// Nodes in it, as go-yaml counts them.
    nodes: usize,
    /// Bytes of memory in it.
    bytes: usize,
    /// Levels of nesting in it.
    height: usize,
}

/// A node with what an anchor needs to know about it.
struct Composed {
    node: Node,
    scalar: Option<Scalar>,
    height: usize,
}

impl<'text> Composer<'text> {
    fn document(&mut self) -> Result<Option<Document>, Error> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart => {}
                Event::DocumentStart(_, version) => {
                    if version.is_some_and(|version| (version.major, version.minor) != (1, 1)) {
                        let reason =
                            Reason::Refused("kubectl reads no other YAML version than 1.1");
                        return Err(Error::new(reason, span));
                    }
                    break;
                }
                _ => {
                    self.check_lines(self.text.len())?;
                    return Ok(None);
                }
            }
        }
        let (event, span) = self.next()?;
        if matches!(event, Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..)) {
            let reason = "kubectl indents a block of text that is a whole document differently";
            return Err(Error::new(Reason::Ambiguous(reason), span));
        }
        let root = self.node(event, span, 0)?.node;
        let (ignored, end) = self.ignored_rest()?;
        self.check_lines(end)?;
        if root.is_null() && ignored.is_none() {
            return Ok(None);
        }
        let overridden = std::mem::take(&mut self.overridden);
        let mut duplicates = std::mem::take(&mut self.duplicates);
        duplicates.sort_unstable();
        Ok(Some(Document { root, ignored, overridden, duplicates }))
    }

    /// What stands behind the first document and is no comment, and where the document ends.
    fn ignored_rest(&mut self) -> Result<(Option<Span>, usize), Error> {
        let (_, end) = self.next()?;
        let end = end.start as usize - self.base;
        if matches!(self.parser.next_event(), None | Some(Ok((Event::StreamEnd, _)))) {
            return Ok((None, self.text.len()));
        }
        let mut start = end;
        let mut lines = self.text.get(start..).unwrap_or_default().split_inclusive('\n');
        let first = loop {
            let Some(line) = lines.next() else { break "" };
            let content = line.trim();
            if !(content.is_empty() || content.starts_with('#') || content.starts_with("...")) {
                break line;
            }
            start += line.len();
        };
        Ok((Some(self.span(start..start + first.trim_end().len())), end))
    }

    /// Refuses lines before the end of the document that go-yaml refuses.
    fn check_lines(&mut self, end: usize) -> Result<(), Error> {
        if self.dialect == Dialect::Json {
            return Ok(());
        }
        let read = self.text.get(..end).unwrap_or(self.text);
        differences::check_lines(read, &mut self.tabs_allowed).map_err(|error| self.in_file(&error))
    }

    /// A range of the chunk as a place in the file.
    fn span(&self, range: Range<usize>) -> Span {
        let in_file = |offset: usize| (self.base + offset).min(self.end);
        Span::new(in_file(range.start), in_file(range.end))
    }

    /// An error with a place in the chunk as one with a place in the file.
    fn in_file(&self, error: &Error) -> Error {
        let Span { start, end } = error.span;
        Error::new(error.reason.clone(), self.span(start as usize..end as usize))
    }

    /// Refuses what go-yaml reads differently from the parser.
    fn check(&self, place: &Place<'_>, span: Span) -> Result<(), Error> {
        if self.dialect == Dialect::Json {
            return Ok(());
        }
        let start = (span.start as usize).saturating_sub(self.base);
        let end = (span.end as usize).saturating_sub(self.base);
        match differences::reason(place, self.text, start..end) {
            Some(reason) => Err(Error::new(reason, span)),
            None => Ok(()),
        }
    }

    /// Refuses an anchor or a tag that go-yaml does not join to the next line.
    fn check_property(&self, span: Span) -> Result<(), Error> {
        if self.flow_depth == 0 { Ok(()) } else { self.check(&Place::PropertyInFlow, span) }
    }

    /// Notes that lines inside this piece of the file may start with tabs.
    fn allow_tabs(&mut self, span: Span) {
        let start = (span.start as usize).saturating_sub(self.base);
        let end = (span.end as usize).saturating_sub(self.base);
        let lines = self.text.as_bytes().get(start..end).unwrap_or_default();
        if lines.contains(&b'\n') || lines.contains(&b'\r') {
            self.tabs_allowed.push(start..end);
        }
    }

    /// The next event, with its place in the file.
    fn next(&mut self) -> Result<(Event<'text>, Span), Error> {
        loop {
            let (event, span, tag) = match self.parser.next_event() {
                Some(Ok((event, span))) => {
                    let tag = span.tag_span().and_then(|tag| tag.byte_range());
                    (event, span.byte_range().unwrap_or_default(), tag)
                }
                Some(Err(error)) => return Err(self.syntax_error(&error)),
                None => (Event::StreamEnd, 0..0, None),
            };
            let span = self.span(span);
            if let Some(tag) = tag {
                self.check(&Place::Tag, self.span(tag.clone()))?;
                self.check_property(self.span(tag))?;
            }
            match event {
                Event::Anchor(_, name) => {
                    self.check(&Place::Anchor(&name), span)?;
                    self.check_property(span)?;
                }
                event => return Ok((event, span)),
            }
        }
    }

    fn syntax_error(&self, error: &ScanError) -> Error {
        let at = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
        let width = self.text.get(at..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
        let reason = match error.kind() {
            ErrorKind::RecursionLimitExceeded => Reason::TooDeep,
            kind => Reason::Syntax(kind.to_string()),
        };
        Error::new(reason, self.span(at..at + width))
    }

    /// Reads the node that begins with an event, inside `depth` lists and objects.
    fn node(&mut self, event: Event<'text>, span: Span, depth: usize) -> Result<Composed, Error> {
        if depth > MAX_DEPTH {
            return Err(Error::new(Reason::TooDeep, span));
        }
        let (nodes_before, bytes_before) = (self.nodes, self.bytes);
        self.nodes += 1;
        self.bytes += NODE_BYTES;
        let (anchor, composed) = match event {
            Event::Alias(id) => return self.alias(id, span, depth),
            Event::Scalar(text, style, anchor, tag) => {
                let text = self.scalar_text(&text, style, span)?;
                let scalar = Scalar::resolve(text, style, tag.as_deref(), self.dialect)
                    .map_err(|reason| Error::new(reason, span))?;
                // Only an anchored scalar can also become a key, through an alias.
                let as_key = (anchor != 0).then(|| scalar.clone());
                let value = scalar.into_value().map_err(|reason| Error::new(reason, span))?;
                (anchor, Composed { node: Node { value, span }, scalar: as_key, height: 0 })
            }
            Event::SequenceStart(style, anchor, _) => {
                self.begin(anchor);
                (anchor, self.collection(style, |this| this.list(span, style, depth))?)
            }
            Event::MappingStart(style, anchor, _) => {
                self.begin(anchor);
                (anchor, self.collection(style, |this| this.map(span, style, depth))?)
            }
            _ => {
                let reason = Reason::Syntax("a value is missing here".into());
                return Err(Error::new(reason, span));
            }
        };
        if anchor != 0 {
            let bytes = self.bytes - bytes_before;
            self.copy(bytes, span)?;
            let anchored = Anchored {
                bytes,
                node: composed.node.clone(),
                scalar: composed.scalar.clone(),
                nodes: self.nodes - nodes_before,
                height: composed.height,
            };
            self.anchors.insert(anchor, Some(anchored));
        }
        Ok(composed)
    }

    /// The text of a scalar, if go-yaml reads it the same.
    fn scalar_text<'t>(
        &mut self,
        text: &'t str,
        style: ScalarStyle,
        span: Span,
    ) -> Result<&'t str, Error> {
        self.bytes += text.len();
        // The parser writes `~` for a value that is not there at all.
        if span.start == span.end && style == ScalarStyle::Plain {
            return Ok("");
        }
        match style {
            ScalarStyle::Plain if self.flow_depth > 0 => {
                self.check(&Place::PlainInFlow(text), span)?;
            }
            ScalarStyle::Plain => {}
            ScalarStyle::DoubleQuoted => {
                self.check(&Place::DoubleQuoted, span)?;
                self.allow_tabs(span);
            }
            ScalarStyle::SingleQuoted | ScalarStyle::Literal | ScalarStyle::Folded => {
                self.allow_tabs(span);
            }
        }
        Ok(text)
    }

    fn collection(
        &mut self,
        style: StructureStyle,
        read: impl FnOnce(&mut Self) -> Result<Composed, Error>,
    ) -> Result<Composed, Error> {
        let is_flow = style == StructureStyle::Flow;
        self.flow_depth += usize::from(is_flow);
        let composed = read(self)?;
        self.flow_depth -= usize::from(is_flow);
        if is_flow && self.flow_depth == 0 {
            self.allow_tabs(composed.node.span);
        }
        Ok(composed)
    }

    fn begin(&mut self, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, None);
        }
    }

    fn alias(&mut self, id: usize, span: Span, depth: usize) -> Result<Composed, Error> {
        let Some(Some(anchored)) = self.anchors.get(&id) else {
            let reason = Reason::Refused("the anchored value contains this alias of itself");
            return Err(Error::new(reason, span));
        };
        if depth + anchored.height > MAX_DEPTH {
            return Err(Error::new(Reason::TooDeep, span));
        }
        self.nodes += anchored.nodes;
        self.aliased_nodes += anchored.nodes;
        if self.aliased_nodes > MAX_ALIASED_NODES || excessive(self.nodes, self.aliased_nodes) {
            return Err(Error::new(Reason::TooManyAliases, span));
        }
        let bytes = anchored.bytes;
        self.copy(bytes, span)?;
        let Some(Some(Anchored { node, scalar, height, .. })) = self.anchors.get(&id) else {
            return Err(Error::new(Reason::TooManyAliases, span));
        };
        Ok(Composed { node: node.clone(), scalar: scalar.clone(), height: *height })
    }

    /// Counts a copy of a value before it is made.
    fn copy(&mut self, bytes: usize, span: Span) -> Result<(), Error> {
        self.bytes += bytes;
        self.copied_bytes += bytes;
        if self.copied_bytes > MAX_COPIED_BYTES + 4 * self.text.len() {
            return Err(Error::new(Reason::TooManyAliases, span));
        }
        Ok(())
    }

    fn list(
        &mut self,
        start: Span,
        style: StructureStyle,
        depth: usize,
    ) -> Result<Composed, Error> {
        let mut items = Vec::new();
        let mut height = 0;
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                let end = Self::end_of(span, items.last());
                let span = Span { start: start.start, end: end.max(start.end) };
                let node = Node { value: Value::List(items), span };
                return Ok(Composed { node, scalar: None, height });
            }
            if style == StructureStyle::Block {
                self.check(&Place::BlockItem, span)?;
            }
            let item = self.node(event, span, depth + 1)?;
            height = height.max(item.height + 1);
            items.push(item.node);
        }
    }

    fn map(&mut self, start: Span, style: StructureStyle, depth: usize) -> Result<Composed, Error> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut kinds = KeyKinds::default();
        let mut merged = HashSet::new();
        let mut height = 0;
        let mut last_end = start.end;
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                kinds.check(&entries)?;
                let end = if span.start == span.end { last_end } else { span.end };
                let span = Span { start: start.start, end };
                let map = Map::from_entries_and(entries, |entry| {
                    // Others were merged in, and stand elsewhere.
                    if entry.key_span.start >= start.start {
                        let (key, value) = (entry.key_span, entry.value.span);
                        if !merged.contains(&key) {
                            self.duplicates.push(key);
                        }
                        let end = key.end.max(if value.start >= key.end { value.end } else { 0 });
                        self.overridden.push(Span { start: key.start, end });
                    }
                });
                let node = Node { value: Value::Map(map), span };
                return Ok(Composed { node, scalar: None, height });
            }
            if is_merge(&event) {
                let (value, value_span) = self.next()?;
                last_end = last_end.max(value_span.end);
                let before = entries.len();
                height = height.max(self.merge(value, value_span, depth, &mut entries)?);
                merged.extend(entries.iter().skip(before).map(|entry| entry.key_span));
                continue;
            }
            self.check(&Place::Key { in_flow: style == StructureStyle::Flow }, span)?;
            let (key, kind) = self.key(event, span, depth)?;
            let (event, value_span) = self.next()?;
            let value = self.node(event, value_span, depth + 1)?;
            height = height.max(value.height + 1);
            // An alias stands where it is written, its value elsewhere.
            last_end = last_end.max(value_span.end).max(span.end);
            if value_span == value.node.span || value.node.span.start == value_span.start {
                last_end = last_end.max(value.node.span.end);
            }
            kinds.note(entries.len(), kind);
            entries.push(Entry { key, key_span: span, value: value.node });
        }
    }

    /// Where a collection ends: block ones have no closing token, only their last child.
    fn end_of(closing: Span, last: Option<&Node>) -> u32 {
        if closing.start != closing.end {
            return closing.end;
        }
        last.map_or(closing.start, |last| last.span.end.min(closing.start))
    }

    fn key(
        &mut self,
        event: Event<'text>,
        span: Span,
        depth: usize,
    ) -> Result<(Box<str>, KeyKind), Error> {
        const COLLECTION: Reason = Reason::Refused("a key cannot be a list or an object");
        let error = |reason| Error::new(reason, span);
        let scalar = match event {
            Event::Scalar(text, style, 0, tag) => {
                self.nodes += 1;
                let text = self.scalar_text(&text, style, span)?;
                Scalar::resolve(text, style, tag.as_deref(), self.dialect).map_err(error)?
            }
            event => self.node(event, span, depth + 1)?.scalar.ok_or_else(|| error(COLLECTION))?,
        };
        scalar.into_key().map_err(error)
    }

    /// `<<`: sets the entries of one or more maps here, in document order. Earlier maps of a list
    /// win over later ones. Returns the height of what came in.
    fn merge(
        &mut self,
        event: Event<'text>,
        span: Span,
        depth: usize,
        entries: &mut Vec<Entry>,
    ) -> Result<usize, Error> {
        const NO_MAP: Reason = Reason::Refused("`<<` needs an object or a list of objects");
        let written_here = !matches!(event, Event::Alias(_));
        let merged = self.node(event, span, depth)?;
        let maps = match merged.node.value {
            Value::Map(map) => vec![map],
            Value::List(items) if written_here => {
                let map = |item: Node| match item.value {
                    Value::Map(map) => Some(map),
                    _ => None,
                };
                let maps: Option<Vec<Map>> = items.into_iter().map(map).collect();
                maps.ok_or_else(|| Error::new(NO_MAP, span))?
            }
            _ => return Err(Error::new(NO_MAP, span)),
        };
        for map in maps.into_iter().rev() {
            entries.extend(map.into_entries());
        }
        Ok(merged.height)
    }
}

/// go-yaml's guard: for documents of usual size at most 99 % of the nodes may come from aliases.
fn excessive(nodes: usize, aliased: usize) -> bool {
    aliased > 100 && nodes > 1000 && aliased.saturating_mul(100) > nodes.saturating_mul(99)
}
