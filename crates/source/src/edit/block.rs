//! Edits of objects and lists that are written line by line.

use super::plan::{Place, Planner};
use super::{Refusal, Replacement, write};
use crate::yaml::syntax::{Item, Pair, Syntax};
use crate::{Entry, Node};
use std::ops::Range;

impl Planner<'_> {
    /// New keys, behind the last line of the last pair.
    pub(super) fn insert_pairs(&mut self, pairs: &[Pair], missing: &[&Entry]) {
        let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else { return };
        let column = self.column(first.start);
        let line = |entry: &&Entry| {
            write::line(column, self.style) + &write::pair(entry, column, self.style)
        };
        let text = missing.iter().map(line).collect();
        let at = self.line_end(last.end());
        self.push(vec![Replacement { range: at..at, text }]);
    }

    /// New items, behind the last line of the item before them.
    pub(super) fn insert_items(&mut self, items: &[Item], index: usize, values: &[&Node]) {
        let Some(first) = items.first() else { return };
        let column = self.column(first.start);
        let line = write::line(column, self.style);
        let item = |value: &&Node| format!("- {}", write::block(value, column + 2, self.style));
        let Some(before) = index.checked_sub(1).and_then(|index| items.get(index)) else {
            let text = values.iter().map(|value| item(value) + &line).collect();
            self.push(vec![Replacement { range: first.start..first.start, text }]);
            return;
        };
        let text = values.iter().map(|value| line.clone() + &item(value)).collect();
        let at = self.line_end(before.value.end());
        self.push(vec![Replacement { range: at..at, text }]);
    }

    /// Takes a pair or an item away. Comments in it stay, each on a line of its own.
    pub(super) fn remove_from_block(
        &mut self,
        members: &[Range<usize>],
        index: usize,
        brackets: &str,
        whole: &Syntax,
        place: &Place,
    ) -> Result<(), Refusal> {
        let Some(member) = members.get(index).cloned() else { return Ok(()) };
        if self.anchors.are_used_outside(&member) {
            return Err(Refusal::AnchorInUse);
        }
        let group = if members.len() == 1 {
            self.empty(&member, brackets, whole, place)
        } else if self.is_first_on_line(member.start) {
            vec![self.without_lines(&member)]
        } else if let Some(next) = members.get(index + 1) {
            vec![self.joined_to_next(&member, next.start)]
        } else {
            return Err(Refusal::Unusual("an entry shares its line with another one"));
        };
        self.push(group);
        Ok(())
    }

    /// Whole lines go, but for the comments in them.
    pub(super) fn without_lines(&self, member: &Range<usize>) -> Replacement {
        let start = self.line_start(member.start);
        let indent = self.text.get(start..member.start).unwrap_or_default();
        let comments = self.comments_in(&(member.start..self.line_end(member.end)));
        let comments = comments.into_iter().map(|comment| {
            let comment = self.text.get(comment).unwrap_or_default();
            format!("{indent}{comment}{}", self.style.line_break)
        });
        Replacement { range: start..self.next_line(member.end), text: comments.collect() }
    }

    /// The first entry behind a dash goes: the next one takes its place.
    fn joined_to_next(&self, member: &Range<usize>, next: usize) -> Replacement {
        let line = write::line(self.column(member.start), self.style);
        let comments = self.comments_in(&(member.start..next)).into_iter();
        let text = comments
            .map(|comment| format!("{}{line}", self.text.get(comment).unwrap_or_default()))
            .collect();
        Replacement { range: member.start..next, text }
    }

    /// The only entry goes: brackets take its place.
    fn empty(
        &self,
        member: &Range<usize>,
        brackets: &str,
        whole: &Syntax,
        place: &Place,
    ) -> Vec<Replacement> {
        if let (Some(after), true) = (place.after, self.is_first_on_line(member.start)) {
            let at = self.end_of_properties(whole).max(after);
            let behind_key = Replacement { range: at..at, text: format!(" {brackets}") };
            return vec![behind_key, self.without_lines(member)];
        }
        let line_end = self.line_end(member.end);
        let comments = self.comments_in(&(member.start..line_end));
        let Some(first) = comments.first() else {
            return vec![Replacement { range: member.clone(), text: brackets.to_owned() }];
        };
        let is_on_first_line = first.start < self.line_end(member.start);
        let line = write::line(self.column(member.start), self.style);
        let mut text = brackets.to_owned();
        for (index, comment) in comments.into_iter().enumerate() {
            text += if index == 0 && is_on_first_line { " " } else { &line };
            text += self.text.get(comment).unwrap_or_default();
        }
        vec![Replacement { range: member.start..line_end, text }]
    }

    /// Behind anchor and tag of a value; where it starts if it has none.
    pub(super) fn end_of_properties(&self, value: &Syntax) -> usize {
        let mut end = value.start;
        let mut at = value.start;
        while at < value.content.start {
            let rest = self.text.get(at..value.content.start).unwrap_or_default();
            end = at + rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len());
            at = self.skip_blanks(end);
        }
        if value.start == value.content.start { 0 } else { end }
    }
}
