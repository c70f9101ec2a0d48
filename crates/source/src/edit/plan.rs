//! Where the text still says something else than the expected object, and what to do about it.

use super::anchors::Anchors;
use super::replace::Content;
use super::style::style;
use super::write::{self, Flow, Style};
use super::{Refusal, Replacement, UNUSUAL};
use crate::align::{Step, align};
use crate::yaml::Dialect;
use crate::yaml::syntax::{self, Item, Kind, Pair, Syntax, Written};
use crate::{Entry, Map, Node, Value};
use std::ops::Range;

/// The replacements of one round: sorted, apart from each other.
pub(super) fn round(
    text: &str,
    dialect: Dialect,
    written: &Written,
    old: &Node,
    expected: &Node,
) -> Result<Vec<Replacement>, Refusal> {
    // Mostly an alias needs nothing once its anchor is edited. Where that leads nowhere, it is
    // edited itself.
    for waits_for_anchors in [true, false] {
        let mut planner = Planner {
            text,
            dialect,
            comments: &written.comments,
            anchors: Anchors::of(&written.root),
            style: style(text, &written.root),
            json_is_spaced: text.contains("\": "),
            expected,
            waits_for_anchors,
            groups: Vec::new(),
        };
        planner.value(&written.root, old, expected, &Place::ROOT)?;
        let replacements = apart(planner.groups);
        if !replacements.is_empty() {
            return Ok(replacements);
        }
    }
    Ok(Vec::new())
}

/// The replacements of groups that keep apart from each other: the rest has its turn in the next
/// round.
fn apart(groups: Vec<Vec<Replacement>>) -> Vec<Replacement> {
    let extent = |group: &Vec<Replacement>| {
        let start = group.iter().map(|replacement| replacement.range.start).min();
        let end = group.iter().map(|replacement| replacement.range.end).max();
        start.unwrap_or(0)..end.unwrap_or(0)
    };
    let mut groups: Vec<_> = groups.into_iter().map(|group| (extent(&group), group)).collect();
    groups.sort_by_key(|(extent, _)| (extent.start, extent.end));
    let mut chosen: Vec<Replacement> = Vec::new();
    let mut last_end = None;
    for (extent, mut group) in groups {
        if last_end.is_none_or(|end| extent.start > end) {
            last_end = Some(extent.end);
            group.sort_by_key(|replacement| replacement.range.start);
            chosen.extend(group);
        }
    }
    chosen
}

/// One round over a text.
pub(super) struct Planner<'a> {
    pub(super) text: &'a str,
    pub(super) dialect: Dialect,
    pub(super) comments: &'a [Range<usize>],
    pub(super) anchors: Anchors<'a>,
    pub(super) style: Style,
    /// Whether JSON has blanks behind its colons.
    json_is_spaced: bool,
    expected: &'a Node,
    /// Whether an alias is left alone whose anchored value becomes what the alias shall be.
    waits_for_anchors: bool,
    /// Replacements that only make sense together.
    groups: Vec<Vec<Replacement>>,
}

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Between brackets.
    pub(super) in_flow: bool,
    /// Behind a dash.
    pub(super) in_list: bool,
    /// Behind the colon or dash that it belongs to. The root has none.
    pub(super) after: Option<usize>,
    /// Where its key or dash stands; between brackets nobody asks.
    pub(super) column: usize,
    /// What a value needs in front of it where there is none yet; nothing if none can be there.
    pub(super) separator: Option<&'static str>,
}

/// What differs in a map.
struct Differences<'p> {
    /// Entries that need a pair.
    missing: Vec<&'p Entry>,
    /// The indices of pairs that go, in order.
    gone: Vec<usize>,
    /// Pairs with the values that they have and shall have.
    changed: Vec<(&'p Pair, &'p Node, &'p Node)>,
}

impl Place {
    const ROOT: Self =
        Self { in_flow: false, in_list: false, after: None, column: 0, separator: Some("") };
}

impl Planner<'_> {
    pub(super) fn push(&mut self, group: Vec<Replacement>) {
        self.groups.push(group);
    }

    fn value(
        &mut self,
        syntax: &Syntax,
        old: &Node,
        new: &Node,
        place: &Place,
    ) -> Result<(), Refusal> {
        if old.equals(new) {
            return Ok(());
        }
        match (&syntax.kind, &old.value, &new.value) {
            (Kind::Alias(anchor), ..) => {
                let of_anchor = self.anchors.expected(*anchor, self.expected);
                if self.waits_for_anchors && of_anchor.is_some_and(|value| value.equals(new)) {
                    return Ok(());
                }
                self.split_alias(syntax, old, new, place)
            }
            (Kind::Map { flow, pairs }, Value::Map(old), Value::Map(entries))
                if !pairs.is_empty() =>
            {
                self.map((syntax, *flow, pairs), (old, entries, new), place)
            }
            (Kind::List { flow, items }, Value::List(old), Value::List(new))
                if !items.is_empty() =>
            {
                self.list((syntax, *flow, items), (old, new), place)
            }
            _ => self.replace(syntax, &Content { value: new, merged: None }, place),
        }
    }

    fn map(
        &mut self,
        (syntax, flow, pairs): (&Syntax, bool, &[Pair]),
        (old, new, whole): (&Map, &Map, &Node),
        place: &Place,
    ) -> Result<(), Refusal> {
        let Differences { missing, gone, changed } = self.differences((flow, pairs), old, new)?;
        // A pair in a list, without braces, has no place for another one.
        let is_bare = flow && self.text.as_bytes().get(syntax.content.start) != Some(&b'{');
        if is_bare && missing.is_empty() && !gone.is_empty() {
            return self.replace(syntax, &Content { value: whole, merged: None }, place);
        }
        if is_bare && !missing.is_empty() {
            self.brace(syntax, &missing);
        } else if !missing.is_empty() {
            if flow {
                self.insert_pairs_in_flow(syntax, pairs, &missing);
            } else {
                self.insert_pairs(pairs, &missing);
            }
        } else {
            let ranges: Vec<_> = pairs.iter().map(|pair| pair.start..pair.end()).collect();
            self.remove(&ranges, gone, ("{}", flow), syntax, place)?;
        }
        for (pair, old, new) in changed {
            let has_colon = pair.colon_end > pair.key_end;
            let place = Place {
                in_flow: flow,
                in_list: false,
                after: Some(pair.colon_end),
                column: if flow { 0 } else { self.column(pair.start) },
                separator: if has_colon { Some(" ") } else { flow.then_some(": ") },
            };
            self.value(&pair.value, old, new, &place)?;
        }
        Ok(())
    }

    /// What must be done about the pairs of a map. What a merge gives is left to the anchored value,
    /// where that becomes right by itself.
    fn differences<'p>(
        &self,
        (in_flow, pairs): (bool, &'p [Pair]),
        old: &'p Map,
        new: &'p Map,
    ) -> Result<Differences<'p>, Refusal> {
        let (mut missing, mut gone, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        for entry in new.entries() {
            let Some(current) = old.get(&entry.key) else {
                let waits = |pair: &Pair| self.waits(pair, &entry.key, Some(&entry.value));
                if !pairs.iter().any(|pair| pair.key.is_none() && waits(pair)) {
                    missing.push(entry);
                }
                continue;
            };
            if current.value.equals(&entry.value) {
                continue;
            }
            let index = self.anchors.provider(pairs, &entry.key).ok_or(UNUSUAL)?;
            let pair = &pairs[index];
            if pair.key.is_none() {
                if self.waits(pair, &entry.key, Some(&entry.value)) {
                    continue;
                }
                // One that the merge overrides would be there twice.
                match pairs.iter().position(|pair| pair.key.as_ref() == Some(&entry.key)) {
                    Some(overridden) => gone.push(overridden),
                    None => missing.push(entry),
                }
            } else if self.must_go_first(&pair.value, &entry.value, in_flow) {
                gone.push(index);
            } else {
                changed.push((pair, &current.value, &entry.value));
            }
        }
        for entry in old.entries().iter().filter(|entry| new.get(&entry.key).is_none()) {
            let index = self.anchors.provider(pairs, &entry.key).ok_or(UNUSUAL)?;
            let pair = &pairs[index];
            if pair.key.is_some() || !self.waits(pair, &entry.key, None) {
                gone.push(index);
            }
        }
        // A merge can give several keys.
        gone.sort_unstable();
        gone.dedup();
        Ok(Differences { missing, gone, changed })
    }

    /// Takes members away, as many of them as can go in one round. The last one of all goes alone.
    fn remove(
        &mut self,
        members: &[Range<usize>],
        mut gone: Vec<usize>,
        (brackets, flow): (&str, bool),
        whole: &Syntax,
        place: &Place,
    ) -> Result<(), Refusal> {
        if gone.len() == members.len() && gone.len() > 1 {
            gone.remove(0);
        }
        let mut first_refusal = Ok(());
        let groups = self.groups.len();
        for index in gone {
            let removed = if flow {
                self.remove_from_flow(members, index, whole)
            } else {
                self.remove_from_block(members, index, brackets, whole, place)
            };
            first_refusal = first_refusal.and(removed);
        }
        // An anchor may go when its alias is gone.
        if self.groups.len() > groups { Ok(()) } else { first_refusal }
    }

    /// Whether a merged value becomes right when the anchored one is edited.
    fn waits(&self, merge: &Pair, key: &str, wanted: Option<&Node>) -> bool {
        let Kind::Alias(anchor) = merge.value.kind else { return false };
        let Some(expected) = self.anchors.expected(anchor, self.expected) else { return false };
        self.waits_for_anchors
            && match (expected.get(key), wanted) {
                (Some(expected), Some(wanted)) => expected.equals(wanted),
                (None, None) => true,
                _ => false,
            }
    }

    /// Whether a value is of another shape than the one in its place, and has comments that must find
    /// another one: its key is best taken away, and set again in the next round.
    fn must_go_first(&self, syntax: &Syntax, new: &Node, in_flow: bool) -> bool {
        let keeps_shape = match &syntax.kind {
            Kind::List { items, .. } => items.is_empty() || new.as_list().is_some(),
            Kind::Map { pairs, .. } => pairs.is_empty() || new.as_map().is_some(),
            Kind::Block => write::inline(new).is_some(),
            _ => true,
        };
        let has_comments = || !self.comments_in(&syntax.content).is_empty();
        !in_flow && !keeps_shape && (matches!(syntax.kind, Kind::Block) || has_comments())
    }

    fn list(
        &mut self,
        (syntax, flow, items): (&Syntax, bool, &[Item]),
        (old, new): (&[Node], &[Node]),
        place: &Place,
    ) -> Result<(), Refusal> {
        if old.len() != items.len() {
            return Err(UNUSUAL);
        }
        let (mut index, mut gone) = (0, Vec::new());
        // All that goes in at the first place where something does.
        let mut missing: Option<(usize, Vec<&Node>)> = None;
        let mut changed = Vec::new();
        for step in align(old, new) {
            match step {
                Step::Keep(old, new) => {
                    changed.push((&items[index], old, new));
                    index += 1;
                }
                Step::Remove => {
                    gone.push(index);
                    index += 1;
                }
                Step::Insert(new) => {
                    let (at, values) = missing.get_or_insert((index, Vec::new()));
                    if *at == index {
                        values.push(new);
                    }
                }
            }
        }
        if let Some((index, values)) = missing {
            if flow {
                self.insert_items_in_flow(syntax, items, index, &values);
            } else {
                self.insert_items(items, index, &values);
            }
        } else {
            let ranges: Vec<_> =
                items.iter().map(|item| item.start..item.value.end().max(item.start + 1)).collect();
            self.remove(&ranges, gone, ("[]", flow), syntax, place)?;
        }
        for (item, old, new) in changed {
            let place = Place {
                in_flow: flow,
                in_list: true,
                after: Some(if flow { item.start } else { item.start + 1 }),
                column: if flow { 0 } else { self.column(item.start) },
                separator: Some(" "),
            };
            self.value(&item.value, old, new, &place)?;
        }
        Ok(())
    }

    /// How the text writes between brackets: as their own members show it, if there are any.
    pub(super) fn flow_style(&self, members: Option<&[Range<usize>]>) -> Flow {
        if self.dialect == Dialect::Json {
            return Flow { quoted: true, spaced: self.json_is_spaced };
        }
        let members = members.unwrap_or_default();
        let is_quoted = |range: &Range<usize>| self.text.as_bytes().get(range.start) == Some(&b'"');
        let quoted = !members.is_empty() && members.iter().all(is_quoted);
        let all = members.first().zip(members.last()).map(|(first, last)| first.start..last.end);
        let all = all.and_then(|range| self.text.get(range)).unwrap_or_default();
        let is_dense = !all.contains([' ', '\n']) && (all.contains("\":") || all.contains("\",\""));
        Flow { quoted, spaced: !(quoted && is_dense) }
    }

    pub(super) fn comments_in(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let first = self.comments.partition_point(|comment| comment.start < range.start);
        let rest = self.comments.get(first..).unwrap_or_default();
        rest.iter().take_while(|comment| comment.start < range.end).cloned().collect()
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.rfind(['\n', '\r']).map_or(0, |found| found + 1)
    }

    pub(super) fn line_end(&self, at: usize) -> usize {
        syntax::line_end(self.text, at)
    }

    pub(super) fn next_line(&self, at: usize) -> usize {
        syntax::next_line(self.text, at)
    }

    pub(super) fn column(&self, at: usize) -> usize {
        self.text.get(self.line_start(at)..at).unwrap_or_default().chars().count()
    }

    /// Whether only blanks are in front of it on its line.
    pub(super) fn is_first_on_line(&self, at: usize) -> bool {
        self.text.get(self.line_start(at)..at).is_some_and(|before| before.trim().is_empty())
    }

    /// Where the blanks in front of it on its line start.
    pub(super) fn start_with_blanks(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']).len()
    }

    pub(super) fn skip_blanks(&self, at: usize) -> usize {
        syntax::skip_blanks(self.text, at)
    }
}
