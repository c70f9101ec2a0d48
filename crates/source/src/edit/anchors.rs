//! Anchors and their aliases: who uses what, and what each is to become.

use crate::yaml::syntax::{Kind, Pair, Syntax};
use crate::{Node, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The anchors of a document.
pub(super) struct Anchors<'w> {
    anchored: BTreeMap<usize, Anchored<'w>>,
    /// The anchor and the place of every alias.
    aliases: Vec<(usize, usize)>,
}

struct Anchored<'w> {
    syntax: &'w Syntax,
    /// The way to it in the object, if it is there.
    path: Option<Vec<Box<str>>>,
}

impl<'w> Anchors<'w> {
    pub(super) fn of(root: &'w Syntax) -> Self {
        let mut anchors = Self { anchored: BTreeMap::new(), aliases: Vec::new() };
        anchors.collect(root, Some(&mut Vec::new()));
        anchors
    }

    fn collect(&mut self, syntax: &'w Syntax, mut path: Option<&mut Vec<Box<str>>>) {
        if let Some(anchor) = syntax.anchor {
            self.anchored.insert(anchor, Anchored { syntax, path: path.as_deref().cloned() });
        }
        match &syntax.kind {
            Kind::Alias(anchor) => self.aliases.push((*anchor, syntax.start)),
            Kind::List { items, .. } => {
                for (index, item) in items.iter().enumerate() {
                    self.collect_at(&item.value, path.as_deref_mut(), &index.to_string());
                }
            }
            Kind::Map { pairs, .. } => {
                // Aliases come behind their anchors: only then the keys of a merge are known.
                for pair in pairs {
                    match &pair.key {
                        Some(key) => self.collect_at(&pair.value, path.as_deref_mut(), key),
                        None => self.collect(&pair.value, None),
                    }
                }
            }
            Kind::Absent | Kind::Scalar | Kind::Block => {}
        }
    }

    fn collect_at(&mut self, syntax: &'w Syntax, path: Option<&mut Vec<Box<str>>>, step: &str) {
        let Some(path) = path else { return self.collect(syntax, None) };
        path.push(step.into());
        self.collect(syntax, Some(path));
        path.pop();
    }

    /// What the anchored value is to become, if it is a part of the object.
    pub(super) fn expected<'n>(&self, anchor: usize, expected: &'n Node) -> Option<&'n Node> {
        let path = self.anchored.get(&anchor)?.path.as_ref()?;
        path.iter().try_fold(expected, |node, step| match &node.value {
            Value::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => node.get(step),
        })
    }

    /// Whether an anchor in a range is used outside it.
    pub(super) fn are_used_outside(&self, range: &Range<usize>) -> bool {
        let inside: BTreeSet<usize> = self
            .anchored
            .iter()
            .filter(|(_, anchored)| range.contains(&anchored.syntax.start))
            .map(|(anchor, _)| *anchor)
            .collect();
        self.aliases.iter().any(|(anchor, at)| inside.contains(anchor) && !range.contains(at))
    }

    /// Which pair of a map gives a key its value: the last one that has it, itself or by a merge.
    pub(super) fn provider(&self, pairs: &[Pair], key: &str) -> Option<usize> {
        pairs.iter().rposition(|pair| match &pair.key {
            Some(own) => **own == *key,
            None => self.has_key(&pair.value, key),
        })
    }

    fn has_key(&self, syntax: &Syntax, key: &str) -> bool {
        match &syntax.kind {
            Kind::Map { pairs, .. } => self.provider(pairs, key).is_some(),
            Kind::List { items, .. } => items.iter().any(|item| self.has_key(&item.value, key)),
            Kind::Alias(anchor) => {
                self.anchored.get(anchor).is_some_and(|found| self.has_key(found.syntax, key))
            }
            Kind::Absent | Kind::Scalar | Kind::Block => false,
        }
    }
}
