//! Fixes as replacements of text, made by the editor that `podproof fix` uses.

use super::region;
use crate::fix::parts::{Part, parts_from};
use crate::{ObjectReport, mask};
use podproof_policy::{Finding, Fix, FixClass, objects};
use podproof_source::edit::{Edited, Replacement, edit};
use podproof_source::{Change, Lines, Pointer, Span, yaml};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;

/// Each fix means that the document is read again: a longer one would take too long.
const LONGEST_DOCUMENT: usize = 64 * 1024;

/// The fixes of a file. The same fix of several findings is made once.
pub(super) struct Fixes<'t> {
    text: &'t [u8],
    lines: &'t Lines<'t>,
    artifact: Value,
    /// The text in pieces, each with few documents: none as long as nobody asked.
    parts: Option<Vec<Part>>,
    made: BTreeMap<(usize, Pointer, String), Option<Value>>,
}

impl<'t> Fixes<'t> {
    pub(super) fn new(text: &'t [u8], lines: &'t Lines<'t>, artifact: Value) -> Self {
        Self { text, lines, artifact, parts: None, made: BTreeMap::new() }
    }

    /// What a viewer may offer to do about a finding: what `podproof fix` does unasked, if it
    /// changes nothing but the object.
    pub(super) fn of(&mut self, finding: &Finding, object: &ObjectReport) -> Option<Value> {
        let fix = finding.fix.as_deref()?;
        if !is_offered(fix) || object.by_shape || finding.suppressed.is_some() {
            return None;
        }
        let key = (object.document, object.at.clone(), fix.title.clone());
        if let Some(made) = self.made.get(&key) {
            return made.clone();
        }
        let made = self.make(fix, object);
        self.made.insert(key, made.clone());
        made
    }

    fn make(&mut self, fix: &Fix, object: &ObjectReport) -> Option<Value> {
        let parts = self.parts.get_or_insert_with(|| parts_from(self.text, 1));
        let behind = parts.partition_point(|part| part.first_document <= object.document);
        let part = parts.get(behind.checked_sub(1)?)?;
        let (start, document) = (part.range.start, object.document - part.first_document);
        let text =
            self.text.get(part.range.clone()).filter(|text| text.len() <= LONGEST_DOCUMENT)?;
        let changes: Vec<Change> =
            fix.changes.iter().map(|change| change.behind(&object.at)).collect();
        let edited = edit(text, document, &changes).ok()?;
        if edited.replacements.is_empty() || !may_be_shown(&edited, document) {
            return None;
        }
        let replacements: Vec<Value> =
            edited.replacements.iter().map(|piece| self.replacement(start, piece)).collect();
        Some(json!({
            "description": { "text": fix.title },
            "artifactChanges": [{
                "artifactLocation": self.artifact,
                "replacements": replacements,
            }],
        }))
    }

    fn replacement(&self, start: usize, piece: &Replacement) -> Value {
        let deleted = Span::new(start + piece.range.start, start + piece.range.end);
        let mut replacement = json!({ "deletedRegion": region(deleted, self.lines) });
        if !piece.text.is_empty() {
            replacement["insertedContent"] = json!({ "text": piece.text });
        }
        replacement
    }
}

fn is_offered(fix: &Fix) -> bool {
    let is_mild = matches!(fix.class, FixClass::Safe | FixClass::Hardening);
    is_mild && !fix.changes.is_empty() && !fix.concerns_others() && fix.commands.is_empty()
}

/// Whether nothing that an edit writes may be a credential. It may copy what stood there before.
fn may_be_shown(edited: &Edited, document: usize) -> bool {
    let Some(Ok(read)) = yaml::read(&edited.text).nth(document) else { return false };
    let mut masked = Vec::new();
    mask::collect(&read.root, "", &mut masked);
    masked.extend(&read.overridden);
    for object in objects(&read.root) {
        mask::collect(object.node, object.kind, &mut masked);
        // Without a kind nobody knows where its secrets stand.
        masked.extend((!object.is_kubernetes()).then_some(object.node.span));
    }
    mask::join(&mut masked);
    let shown = mask::masked_text(&edited.text, 0..edited.text.len(), &masked, &[]);
    let inserted = inserted_ranges(&edited.replacements);
    inserted.into_iter().all(|range| shown.as_bytes().get(range.clone()) == edited.text.get(range))
}

/// Where the texts of replacements stand in the new text.
fn inserted_ranges(replacements: &[Replacement]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut added, mut removed) = (0, 0);
    for Replacement { range, text } in replacements {
        let start = (range.start + added).saturating_sub(removed);
        ranges.push(start..start + text.len());
        added += text.len();
        removed += range.len();
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::inserted_ranges;
    use podproof_source::edit::Replacement;

    #[test]
    fn inserted_texts_are_found_in_the_new_text() {
        let piece = |range, text: &str| Replacement { range, text: text.into() };
        let pieces = [piece(1..3, "xyz"), piece(4..4, "w"), piece(5..7, "")];
        // "abcdefg" becomes "axyzdwe".
        assert_eq!(inserted_ranges(&pieces), [1..4, 5..6, 7..7]);
    }
}
