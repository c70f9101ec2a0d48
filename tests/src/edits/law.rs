//! What must be true of every edit.

use super::patch;
use podproof_source::edit::{Edited, Refusal};
use podproof_source::yaml::{self, Document};
use podproof_source::{Change, Entry, Node, Value, change};
use std::collections::BTreeSet;
use std::ops::Range;

/// A function that edits, right or wrong.
pub type Editor<'e> = &'e dyn Fn(&[u8], usize, &[Change]) -> Result<Edited, Refusal>;

/// A text, a document in it, and what is to change there.
#[derive(Clone, Debug)]
pub struct Case {
    /// The text.
    pub text: Vec<u8>,
    /// Which document.
    pub document: usize,
    /// The changes.
    pub changes: Vec<Change>,
    /// Whether the old text of each entry is where its place says: not so for keys that are written
    /// twice.
    pub has_places: bool,
}

/// What an editor did with a case.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The text cannot be read.
    Unreadable,
    /// The changes do not fit, or the cluster does not read all of the document, and the editor
    /// says so.
    RightlyRefused,
    /// Refused.
    Refused(Refusal),
    /// Edited, and all laws hold.
    Held(Edited),
    /// A law is broken.
    Broken(Broken),
}

/// A law that is broken.
#[derive(Clone, Debug)]
pub struct Broken {
    /// Which.
    pub law: &'static str,
    /// How.
    pub detail: String,
    /// The new text, if there is one.
    pub new: Option<Vec<u8>>,
}

/// The documents, if all can be read.
pub fn read(text: &[u8]) -> Result<Vec<Document>, String> {
    yaml::read(text).collect::<Result<_, _>>().map_err(|error| error.to_string())
}

/// Edits, and looks whether all laws hold.
pub fn check(editor: Editor<'_>, case: &Case) -> Outcome {
    let Ok(documents) = read(&case.text) else { return Outcome::Unreadable };
    let Some(document) = documents.get(case.document) else { return Outcome::Unreadable };
    let broken = |law, detail: String| Outcome::Broken(Broken { law, detail, new: None });
    let Ok(edited) = run(editor, &case.text, case) else {
        return broken("no panic", String::new());
    };
    let expected = change::apply(&document.root, &case.changes);
    let (edited, expected) = match (edited, expected, document.ignored) {
        (Err(Refusal::PartlyRead), _, Some(_)) | (Err(Refusal::Misfit(_)), Err(_), _) => {
            return Outcome::RightlyRefused;
        }
        (_, _, Some(_)) => {
            return broken("a document that is read in part is refused", String::new());
        }
        (edited, Err(misfit), _) => {
            return broken("what does not fit is refused", format!("{misfit:?}, but {edited:?}"));
        }
        (Err(refusal), Ok(_), _) => return Outcome::Refused(refusal),
        (Ok(edited), Ok(expected), _) => (edited, expected),
    };
    match laws(editor, case, &documents, &expected, &edited) {
        Ok(()) => Outcome::Held(edited),
        Err((law, detail)) => Outcome::Broken(Broken { law, detail, new: Some(edited.text) }),
    }
}

/// `Err` is a panic.
fn run(editor: Editor<'_>, text: &[u8], case: &Case) -> Result<Result<Edited, Refusal>, ()> {
    let run = || editor(text, case.document, &case.changes);
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).map_err(drop)
}

type Law = Result<(), (&'static str, String)>;

fn laws(
    editor: Editor<'_>,
    case: &Case,
    old: &[Document],
    expected: &Node,
    edited: &Edited,
) -> Law {
    replacements(&case.text, edited)?;
    objects(case, old, expected, edited)?;
    comments(&case.text, &edited.text)?;
    line_ends(&case.text, &edited.text)?;
    json(&case.text, &edited.text)?;
    blanks(&case.text, &edited.text)?;
    extent(case, &old[case.document].root, expected, edited)?;
    second_run(editor, case, expected, edited)?;
    json_patch(&old[case.document].root, expected, edited, case.document)
}

fn ensure(holds: bool, law: &'static str, detail: impl FnOnce() -> String) -> Law {
    if holds { Ok(()) } else { Err((law, detail())) }
}

/// Outside of the replacements the text is what it was.
fn replacements(text: &[u8], edited: &Edited) -> Law {
    let mut made = Vec::new();
    let mut at = 0;
    for replacement in &edited.replacements {
        let Range { start, end } = replacement.range;
        ensure(
            at <= start && start <= end && end <= text.len(),
            "replacements are in order",
            || format!("{:?}", edited.replacements),
        )?;
        let goes = &text[start..end];
        ensure(goes != replacement.text.as_bytes(), "every replacement changes something", || {
            format!("{replacement:?}")
        })?;
        made.extend_from_slice(&text[at..start]);
        made.extend_from_slice(replacement.text.as_bytes());
        at = end;
    }
    made.extend_from_slice(&text[at..]);
    ensure(made == edited.text, "the replacements make the new text", || {
        format!("{:?}", edited.replacements)
    })
}

/// The document is the changed one, and all others are what they were.
fn objects(case: &Case, old: &[Document], expected: &Node, edited: &Edited) -> Law {
    let new = read(&edited.text).map_err(|error| ("the new text can be read", error))?;
    ensure(new.len() == old.len(), "as many documents as before", || new.len().to_string())?;
    for (index, (old, new)) in old.iter().zip(&new).enumerate() {
        let ignores = |document: &Document| document.ignored.is_some();
        ensure(ignores(old) == ignores(new), "nothing more is ignored", || index.to_string())?;
        let is_edited = index == case.document;
        let wanted = if is_edited { expected } else { &old.root };
        let law = if is_edited { "the object is the changed one" } else { "other objects stay" };
        ensure(new.root.equals(wanted), law, || {
            let json = |node: &Node| serde_json::to_string(node).unwrap_or_default();
            format!("expected {}\n     got {}", json(wanted), json(&new.root))
        })?;
    }
    Ok(())
}

fn comments(old: &[u8], new: &[u8]) -> Law {
    // Where the old text as a whole is no YAML stream there is nothing to compare.
    let Ok(old) = comments_of(old) else { return Ok(()) };
    let new = comments_of(new).map_err(|error| ("the new text is YAML", error))?;
    ensure(old == new, "every comment is still there", || format!("{old:?}\n  {new:?}"))
}

/// The texts of all comments, in order.
pub fn comments_of(text: &[u8]) -> Result<Vec<String>, String> {
    if is_json(text) {
        return Ok(Vec::new());
    }
    let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
    let options = granit_parser::options! {
        emit_comments: true,
        max_buffered_comment_events: 1_000_000,
        bom_inside_document_as_content: true,
    };
    let mut comments = Vec::new();
    for event in granit_parser::Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        if let granit_parser::Event::Comment(text, _) = event {
            let start = span.byte_range().map_or(0, |range| range.start);
            comments.push((start, text.into_owned()));
        }
    }
    comments.sort_by_key(|(start, _)| *start);
    Ok(comments.into_iter().map(|(_, text)| text).collect())
}

fn line_ends(old: &[u8], new: &[u8]) -> Law {
    let (before, after) = (breaks(old), breaks(new));
    let is_known = before == [false; 3] || (0..3).all(|kind| before[kind] || !after[kind]);
    ensure(is_known, "line ends are those of the file", || format!("{before:?} {after:?}"))?;
    let mark = "\u{feff}".as_bytes();
    ensure(old.starts_with(mark) == new.starts_with(mark), "a byte-order mark stays", String::new)
}

/// Whether there are line feeds, carriage returns, and both together.
fn breaks(text: &[u8]) -> [bool; 3] {
    let mut found = [false; 3];
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'\n' if at > 0 && text[at - 1] == b'\r' => found[2] = true,
            b'\n' => found[0] = true,
            b'\r' if text.get(at + 1) != Some(&b'\n') => found[1] = true,
            _ => {}
        }
    }
    found
}

/// Whether a text is JSON objects, one after the other.
pub fn is_json(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<serde_json::Value>();
    text.trim_ascii_start().starts_with(b"{") && values.all(|value| value.is_ok())
}

fn json(old: &[u8], new: &[u8]) -> Law {
    ensure(!is_json(old) || is_json(new), "JSON stays JSON", String::new)
}

/// No line gets blanks at its end, and no blank lines come in.
fn blanks(old: &[u8], new: &[u8]) -> Law {
    let feeds = |text: &[u8]| String::from_utf8_lossy(text).replace("\r\n", "\n");
    let (old, new) = (feeds(old), feeds(new));
    let count = |text: &str, is_counted: fn(&str) -> bool| {
        let lines = text.split_inclusive(['\n', '\r']);
        lines.filter(|line| is_counted(line.trim_end_matches(['\n', '\r']))).count()
    };
    let comes_in = |law, is_counted| {
        let (before, after) = (count(&old, is_counted), count(&new, is_counted));
        ensure(after <= before, law, || format!("{before} before, {after} now"))
    };
    comes_in("no line gets blanks at its end", |line| line.ends_with([' ', '\t']))?;
    comes_in("no blank lines come in", |line| line.trim().is_empty())
}

/// No more of the old text goes than what differs, and little around it.
fn extent(case: &Case, old: &Node, expected: &Node, edited: &Edited) -> Law {
    if !case.has_places {
        return Ok(());
    }
    let starts: Vec<usize> =
        (0..case.text.len()).filter(|&at| at == 0 || ends_line(&case.text, at - 1)).collect();
    let line = |at: usize| starts.partition_point(|start| *start <= at);
    let differing = Differing { line: &line };
    // Where others still want what the owner of an anchor has changed, each alias is written out.
    let aliases = case.text.iter().filter(|byte| **byte == b'*').map(|_| differing.place(0..0));
    let differing = differing.between(old, expected, &old.span.range());
    let differing = aliases.fold(differing, |sum, alias| sum + alias);
    let changed = edited.replacements.iter().map(|replacement| &replacement.range);
    let changed: Vec<_> = changed.filter(|range| !range.is_empty()).collect();
    let is_blank = |byte: usize| case.text[byte].is_ascii_whitespace();
    let touched = changed.iter().flat_map(|range| (*range).clone());
    let lines = touched.filter(|byte| !is_blank(*byte)).map(line);
    let lines = lines.collect::<BTreeSet<_>>().len();
    let bytes: usize = changed.iter().map(|range| range.len()).sum();
    let holds = lines <= differing.lines && bytes <= differing.bytes;
    ensure(holds, "only what differs is touched", || {
        let all = &edited.replacements;
        format!("{lines} lines and {bytes} bytes go, {differing:?} differ: {all:?}")
    })
}

fn ends_line(text: &[u8], at: usize) -> bool {
    text[at] == b'\n' || (text[at] == b'\r' && text.get(at + 1) != Some(&b'\n'))
}

/// How much of a text differs from what is expected, with some more around each difference: a new
/// entry may need a comma behind the one before it, and one that goes has a line break.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Amount {
    bytes: usize,
    lines: usize,
}

impl std::ops::Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, lines: self.lines + other.lines }
    }
}

impl Amount {
    fn or_more(self, other: Self) -> Self {
        Self { bytes: self.bytes.max(other.bytes), lines: self.lines.max(other.lines) }
    }
}

struct Differing<'a> {
    line: &'a dyn Fn(usize) -> usize,
}

impl Differing<'_> {
    fn place(&self, Range { start, end }: Range<usize>) -> Amount {
        const LINES_AROUND: usize = 3;
        const BYTES_AROUND: usize = 100;
        let lines = (self.line)(end.max(start)) - (self.line)(start) + 1;
        Amount { bytes: end.saturating_sub(start) + BYTES_AROUND, lines: lines + LINES_AROUND }
    }

    fn between(&self, old: &Node, new: &Node, place: &Range<usize>) -> Amount {
        if old.equals(new) {
            return Amount::default();
        }
        let end = old.span.range().end;
        let added = self.place(end..end);
        match (&old.value, &new.value) {
            (Value::Map(old), Value::Map(new)) => {
                let mut sum = Amount::default();
                for Entry { key, key_span, value } in old.entries() {
                    let place = key_span.range().start..value.span.range().end;
                    sum = sum
                        + match new.get(key) {
                            Some(new) => self.between(value, &new.value, &place),
                            None => self.place(place),
                        };
                }
                let is_new = |entry: &&Entry| old.get(&entry.key).is_none();
                new.entries().iter().filter(is_new).fold(sum, |sum, _| sum + added)
            }
            (Value::List(old), Value::List(new)) => self.lists(old, new, added),
            _ => self.place(place.clone()),
        }
    }

    /// With the items taken for each other of which least differs.
    fn lists(&self, old: &[Node], new: &[Node], added: Amount) -> Amount {
        let mut row: Vec<Amount> = vec![Amount::default()];
        for _ in new {
            row.push(row[row.len() - 1] + added);
        }
        for item in old {
            let place = item.span.range();
            // Which of equal items goes is all the same.
            let equal = old.iter().filter(|other| other.equals(item));
            let removed = equal
                .map(|item| self.place(item.span.range()))
                .fold(Amount::default(), Amount::or_more);
            let mut next = vec![row[0] + removed];
            for (index, other) in new.iter().enumerate() {
                let kept = row[index] + self.between(item, other, &place);
                next.push(kept.min(row[index + 1] + removed).min(next[index] + added));
            }
            row = next;
        }
        row[new.len()]
    }
}

/// What is done needs not be done again.
fn second_run(editor: Editor<'_>, case: &Case, expected: &Node, edited: &Edited) -> Law {
    const LAW: &str = "a second run changes nothing";
    // Appending to a list, or removing by index, is something new each time.
    if !change::apply(expected, &case.changes).is_ok_and(|again| again.equals(expected)) {
        return Ok(());
    }
    match run(editor, &edited.text, case) {
        Ok(Ok(again)) => {
            ensure(again.replacements.is_empty() && again.text == edited.text, LAW, || {
                format!("{:?}", again.replacements)
            })
        }
        other => Err((LAW, format!("{other:?}"))),
    }
}

fn json_patch(old: &Node, expected: &Node, edited: &Edited, document: usize) -> Law {
    const LAW: &str = "the JSON Patch does the same as the edit";
    let error = |error: String| (LAW, error);
    let operations = change::json_patch(old, expected);
    let json = |node: &Node| serde_json::to_value(node).map_err(|e| error(e.to_string()));
    let patched = patch::apply(&json(old)?, &operations).map_err(error)?;
    let new = read(&edited.text).map_err(error)?;
    let new = new.get(document).ok_or_else(|| error("no document".into()))?;
    ensure(json(&new.root)? == patched, LAW, || format!("{operations:?}"))
}
