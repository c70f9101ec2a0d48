//! Edits of objects and lists between brackets: YAML's and JSON's.

use super::plan::Planner;
use super::write::{self, Flow};
use super::{Refusal, Replacement};
use crate::yaml::Dialect;
use crate::yaml::syntax::{Item, Kind, Pair, Syntax};
use crate::{Entry, Node};
use std::ops::Range;

/// Where lines between brackets start.
struct Lines<'a> {
    /// A line break and the indentation of a member.
    line: &'a str,
    /// What each level adds to it.
    unit: &'a str,
}

impl Planner<'_> {
    /// New keys, behind the last pair.
    pub(super) fn insert_pairs_in_flow(
        &mut self,
        whole: &Syntax,
        pairs: &[Pair],
        missing: &[&Entry],
    ) {
        let members: Vec<_> = pairs.iter().map(|pair| pair.start..pair.end()).collect();
        let how = self.flow_style(Some(&members));
        let text = |entry: &Entry, lines: Option<&Lines<'_>>| match lines {
            Some(Lines { line, unit }) => write::spread_pair(entry, how, line, unit),
            None => write::flow_pair(entry, how),
        };
        if let Some(last) = members.last() {
            self.insert_in_flow(last, whole, how, &|lines| {
                missing.iter().map(|entry| text(entry, lines)).collect()
            });
        }
    }

    /// Puts a pair that stands in a list without braces into braces, with new keys.
    pub(super) fn brace(&mut self, pair: &Syntax, missing: &[&Entry]) {
        let texts = missing.iter().map(|entry| write::flow_pair(entry, Flow::YAML));
        let text = texts.map(|text| format!(", {text}")).collect::<String>() + "}";
        let Range { start, end } = pair.content;
        self.push(vec![
            Replacement { range: start..start, text: "{".into() },
            Replacement { range: end..end, text },
        ]);
    }

    /// New items, behind the item before them.
    pub(super) fn insert_items_in_flow(
        &mut self,
        whole: &Syntax,
        items: &[Item],
        index: usize,
        values: &[&Node],
    ) {
        let members: Vec<_> = items.iter().map(|item| item.value.start..item.value.end()).collect();
        let how = self.flow_style(Some(&members));
        let text = |value: &Node, lines: Option<&Lines<'_>>| match lines {
            Some(Lines { line, unit }) => write::spread(value, how, line, unit),
            None => write::flow(value, how),
        };
        let texts =
            |lines: Option<&Lines<'_>>| values.iter().map(|value| text(value, lines)).collect();
        if let Some(before) = index.checked_sub(1).and_then(|index| members.get(index)) {
            self.insert_in_flow(before, whole, how, &texts);
        } else if let Some(Range { start, .. }) = members.first().cloned() {
            let separator = if how.spaced { ", " } else { "," };
            let texts: Vec<String> = texts(None);
            let text = texts.iter().flat_map(|text| [text, separator]).collect();
            self.push(vec![Replacement { range: start..start, text }]);
        }
    }

    /// Inserts members behind another one: on a line of its own each, if that one has its own.
    fn insert_in_flow(
        &mut self,
        before: &Range<usize>,
        whole: &Syntax,
        how: Flow,
        texts: &dyn Fn(Option<&Lines<'_>>) -> Vec<String>,
    ) {
        let comma = self.comma_behind(before.end);
        let end = comma.unwrap_or(before.end);
        let rest = self.text.get(end..self.line_end(end)).unwrap_or_default().trim_start();
        let ends_line = rest.is_empty() || rest.starts_with('#');
        let is_in_brackets = self.line_end(end) < whole.content.end;
        if !(self.is_first_on_line(before.start) && ends_line && is_in_brackets) {
            let separator = if how.spaced { ", " } else { "," };
            let text: String = texts(None).iter().flat_map(|text| [separator, text]).collect();
            // A colon that a comma follows directly would be a part of the key.
            let is_colon = self.text.get(..before.end).is_some_and(|text| text.ends_with(':'));
            let text = if is_colon { format!(" {text}") } else { text };
            self.push(vec![Replacement { range: before.end..before.end, text }]);
            return;
        }
        let indent = self.indent(before.start);
        let unit = indent.strip_prefix(self.indent(whole.content.start)).unwrap_or("  ");
        let line = format!("{}{indent}", self.style.line_break);
        // YAML in brackets is short; JSON has no other way to write anything.
        let lines = Lines { line: &line, unit };
        let texts = texts(how.quoted.then_some(&lines));
        let mut text =
            texts.iter().map(|text| format!("{line}{text}")).collect::<Vec<_>>().join(",");
        let at = self.line_end(end);
        if comma.is_some() {
            text.push(',');
            self.push(vec![Replacement { range: at..at, text }]);
        } else {
            self.push(vec![
                Replacement { range: before.end..before.end, text: ",".into() },
                Replacement { range: at..at, text },
            ]);
        }
    }

    fn line_breaks(&self, range: &Range<usize>) -> usize {
        self.text.get(range.clone()).unwrap_or_default().lines().count()
    }

    /// The blanks that the line starts with.
    fn indent(&self, at: usize) -> &str {
        let line = self.text.get(self.line_start(at)..).unwrap_or_default();
        let width = line.len() - line.trim_start_matches([' ', '\t']).len();
        line.get(..width).unwrap_or_default()
    }

    /// Takes a member away, with a comma next to it. Comments around it stay.
    pub(super) fn remove_from_flow(
        &mut self,
        members: &[Range<usize>],
        index: usize,
        whole: &Syntax,
    ) -> Result<(), Refusal> {
        let Some(member) = members.get(index).cloned() else { return Ok(()) };
        if self.anchors.are_used_outside(&member) {
            return Err(Refusal::AnchorInUse);
        }
        let before = index.checked_sub(1).and_then(|index| members.get(index));
        // A key without a value needs it: kubectl wants no line break behind such a key.
        let keeps_comma = self.comma_behind(member.end).is_none()
            && match (&whole.kind, index.checked_sub(1)) {
                (Kind::Map { pairs, .. }, Some(before)) => {
                    pairs.get(before).is_some_and(|pair| pair.colon_end == pair.key_end)
                }
                _ => false,
            };
        let clean = match (before, members.get(index + 1)) {
            (_, Some(next)) => member.start..next.start,
            (Some(before), None) if keeps_comma => {
                self.comma_behind(before.end).unwrap_or(before.end)..member.end
            }
            (Some(before), None) => before.end..member.end,
            (None, None) => whole.content.start + 1..whole.content.end - 1,
        };
        let lines_around = self.line_breaks(&clean) - self.line_breaks(&member);
        let is_json = self.dialect == Dialect::Json;
        if is_json || (lines_around <= 2 && self.comments_in(&clean).is_empty()) {
            self.push(vec![Replacement { range: clean, text: String::new() }]);
            return Ok(());
        }
        let comma = self.comma_behind(member.end);
        let member = member.start..comma.unwrap_or(member.end);
        let rest = self.text.get(member.end..self.line_end(member.end)).unwrap_or_default();
        let ends_line = rest.trim_start().is_empty() || rest.trim_start().starts_with('#');
        let mut group = if self.is_first_on_line(member.start) && ends_line {
            vec![self.without_lines(&member)]
        } else {
            let text = self.with_comments(String::new(), &member)?;
            let takes_blanks = rest.trim().is_empty() || !text.is_empty();
            let start =
                if takes_blanks { self.start_with_blanks(member.start) } else { member.start };
            let end = if text.is_empty() { member.end } else { self.end_with_blanks(member.end) };
            vec![Replacement { range: start..end, text }]
        };
        // The last member has no comma, unless it had one before.
        let is_last = index + 1 == members.len();
        if let (true, None, Some(before)) = (is_last && !keeps_comma, comma, before) {
            let comma = self.comma_behind(before.end).unwrap_or(before.end);
            group.push(Replacement { range: before.end..comma, text: String::new() });
        }
        self.push(group);
        Ok(())
    }

    /// A text with the comments of what it replaces behind it, and a new line if something follows.
    pub(super) fn with_comments(
        &self,
        mut text: String,
        replaced: &Range<usize>,
    ) -> Result<String, Refusal> {
        let comments = self.comments_in(replaced);
        if self.dialect == Dialect::Json && !comments.is_empty() {
            return Err(Refusal::CommentLost);
        }
        let line = write::line(self.column(replaced.start).max(1), self.style);
        for (index, comment) in comments.into_iter().enumerate() {
            text += if index == 0 { " " } else { &line };
            text += self.text.get(comment).unwrap_or_default();
        }
        let rest = self.text.get(replaced.end..self.line_end(replaced.end)).unwrap_or_default();
        if self.comments_in(replaced).is_empty() || rest.trim().is_empty() {
            return Ok(text);
        }
        Ok(text + &line)
    }

    /// Where the line ends, if only blanks are left of it: otherwise a comment would get them.
    pub(super) fn end_with_blanks(&self, end: usize) -> usize {
        let line_end = self.line_end(end);
        let rest = self.text.get(end..line_end).unwrap_or_default();
        if rest.trim().is_empty() { line_end } else { end }
    }

    /// Behind the comma that follows a member.
    fn comma_behind(&self, end: usize) -> Option<usize> {
        let at = self.skip_blanks(end);
        (self.text.as_bytes().get(at) == Some(&b',')).then_some(at + 1)
    }
}
