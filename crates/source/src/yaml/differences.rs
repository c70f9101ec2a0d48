//! Where go-yaml v2 and a YAML 1.2 parser read the same text differently.
//!
//! Found by comparing millions of mutated texts; whatever cannot be read as `kubectl` reads it is
//! refused. `docs/reading.md` lists what is refused although `kubectl` reads it.

use crate::{Error, Reason, Span};
use std::ops::Range;

/// Something that may be read differently.
pub(super) enum Place<'a> {
    /// The name of an anchor.
    Anchor(&'a str),
    /// A plain scalar between brackets or braces.
    PlainInFlow(&'a str),
    /// A scalar in double quotes.
    DoubleQuoted,
    /// An item of a list with dashes.
    BlockItem,
    /// A key.
    Key { in_flow: bool },
    /// A tag.
    Tag,
    /// An anchor or tag between brackets or braces.
    PropertyInFlow,
}

const TAB: Reason = Reason::Refused("kubectl does not allow a tab here");

/// Why a piece of a chunk cannot be read as go-yaml reads it.
pub(super) fn reason(place: &Place<'_>, text: &str, range: Range<usize>) -> Option<Reason> {
    let written = text.get(range.clone()).unwrap_or_default();
    match place {
        Place::Anchor(name) => {
            let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            let reason = "kubectl allows only letters, digits, `-` and `_` in an anchor's name";
            (!name.chars().all(allowed)).then_some(Reason::Refused(reason))
        }
        Place::PlainInFlow(scalar) => {
            let reason =
                "kubectl reads `?`, and `:` at either end of a word, differently between brackets";
            let after = text.get(range.end..).unwrap_or_default().trim_start_matches([' ', '\t']);
            let colon_belongs_to_it = after
                .strip_prefix(':')
                .is_some_and(|next| next.starts_with([',', '?', '[', ']', '{', '}']));
            (scalar.contains('?')
                || scalar.starts_with(':')
                || scalar.ends_with(':')
                || colon_belongs_to_it)
                .then_some(Reason::Ambiguous(reason))
        }
        Place::DoubleQuoted => {
            let reason = "kubectl knows neither `\\/` nor surrogates such as `\\ud83d` in YAML";
            has_unknown_escape(written).then_some(Reason::Refused(reason))
        }
        Place::Tag => {
            let after = text.get(range.end..).unwrap_or_default();
            let reason = "kubectl reads a tag on past this character";
            after.starts_with([',', '[', ']', '{', '}']).then_some(Reason::Ambiguous(reason))
        }
        Place::PropertyInFlow => {
            let after = text.get(range.end..).unwrap_or_default();
            let content = after.trim_start_matches([' ', '\t']);
            let leaves_line = content.starts_with(['\n', '\r', '#']);
            // A whole value may follow on the next line, but a key may not.
            let value = after.lines().skip(1).find(|line| !line.trim().is_empty());
            let is_collection = value.is_some_and(|line| is_collection(line.trim_start()));
            let reason = "kubectl wants a key on the line of its anchor and tag";
            (leaves_line && !is_collection).then_some(Reason::Refused(reason))
        }
        Place::BlockItem => {
            let before = text.get(..range.start).unwrap_or_default();
            let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
            let (line, blanks) = before.split_at(before.len() - blanks);
            (line.ends_with('-') && blanks.contains('\t')).then_some(TAB)
        }
        Place::Key { in_flow } => {
            let after = text.get(range.end..).unwrap_or_default().trim_start_matches([' ', '\t']);
            let colon_elsewhere = *in_flow && after.starts_with(['\n', '\r']);
            let reason = "kubectl wants a key and its colon on one line";
            (written.contains(['\n', '\r']) && !is_collection(written) || colon_elsewhere)
                .then_some(Reason::Refused(reason))
        }
    }
}

fn is_collection(written: &str) -> bool {
    written.starts_with(['{', '['])
}

fn has_unknown_escape(written: &str) -> bool {
    let mut rest = written;
    while let Some(at) = rest.find('\\') {
        let escape = rest.get(at + 1..).unwrap_or_default();
        let mut chars = escape.chars();
        match (chars.next(), chars.next(), chars.next()) {
            (Some('/'), _, _)
            | (Some('u'), Some('d' | 'D'), Some('8'..='9' | 'a'..='f' | 'A'..='F')) => {
                return true;
            }
            (Some(first), _, _) => rest = escape.get(first.len_utf8()..).unwrap_or_default(),
            (None, _, _) => return false,
        }
    }
    false
}

/// Refuses lines that begin with a tab (outside of the given pieces, in which tabs are content or
/// allowed), and a document end before any document.
pub(super) fn check_lines(text: &str, tabs_allowed: &mut [Range<usize>]) -> Result<(), Error> {
    // Most texts have neither.
    if !text.as_bytes().contains(&b'\t') && !text.contains("...") {
        return Ok(());
    }
    tabs_allowed.sort_unstable_by_key(|piece| piece.start);
    let mut pieces = tabs_allowed.iter().peekable();
    let mut allowed_until = 0;
    let mut start = 0;
    let mut is_first = true;
    for line in text.split_inclusive(['\n', '\r']) {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        let content = line.trim_start_matches('\u{feff}').trim();
        let tab = line.get(..blanks).and_then(|blanks| blanks.find('\t'));
        if let Some(tab) = tab.map(|tab| start + tab) {
            while let Some(piece) = pieces.next_if(|piece| piece.start <= tab) {
                allowed_until = allowed_until.max(piece.end);
            }
            if tab >= allowed_until {
                return Err(Error::new(TAB, Span::new(tab, tab + 1)));
            }
        }
        if is_first && content.starts_with("...") && blanks == 0 {
            let reason = "kubectl does not allow `...` before the first value";
            return Err(Error::new(Reason::Refused(reason), Span::new(start, start + 3)));
        }
        is_first &= content.is_empty() || content.starts_with('#');
        start += line.len();
    }
    Ok(())
}
