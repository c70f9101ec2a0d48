//! Keys of objects: merges, and texts that more than one kind of key can have.

use super::scalar::KeyKind;
use crate::{Entry, Error, Reason};
use granit_parser::{Event, ScalarStyle};
use std::collections::HashMap;

/// A merge: an untagged, unquoted `<<`, or one with YAML's merge tag or with the tag `!`, which
/// go-yaml takes for none.
pub(super) fn is_merge(event: &Event<'_>) -> bool {
    let Event::Scalar(text, style, _, tag) = event else { return false };
    text == "<<"
        && match tag {
            None => *style == ScalarStyle::Plain,
            Some(tag) => {
                let name = tag.suffix_in_namespace("tag:yaml.org,2002:");
                name.as_deref() == Some("merge") || tag.original() == "!"
            }
        }
}

/// Which keys of a map are not texts: two keys of different kinds with the same text stay two keys
/// in go-yaml, and which of them then wins is left to chance.
#[derive(Default)]
pub(super) struct KeyKinds {
    not_texts: Vec<(usize, KeyKind)>,
}

impl KeyKinds {
    pub(super) fn note(&mut self, index: usize, kind: KeyKind) {
        if kind != KeyKind::Text {
            self.not_texts.push((index, kind));
        }
    }

    pub(super) fn check(&self, entries: &[Entry]) -> Result<(), Error> {
        const COLLISION: Reason = Reason::Ambiguous(
            "two keys of different kinds have the same text: which one wins is left to chance",
        );
        let kind_of = |index: usize| {
            let found = self.not_texts.binary_search_by_key(&index, |&(at, _)| at);
            found
                .ok()
                .and_then(|at| self.not_texts.get(at))
                .map_or(KeyKind::Text, |&(_, kind)| kind)
        };
        if self.not_texts.is_empty() {
            return Ok(());
        }
        let mut seen: HashMap<&str, KeyKind> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let kind = kind_of(index);
            if *seen.entry(&entry.key).or_insert(kind) != kind {
                return Err(Error::new(COLLISION, entry.key_span));
            }
        }
        Ok(())
    }
}
