//! Values that are replaced as a whole.

use super::plan::{Place, Planner};
use super::write::{self, Flow, Style};
use super::{Refusal, Replacement, UNUSUAL};
use crate::yaml::Dialect;
use crate::yaml::syntax::{Kind, Syntax};
use crate::{Entry, Map, Node, Value};
use std::ops::Range;

/// What shall stand at a place.
pub(super) struct Content<'n> {
    pub(super) value: &'n Node,
    /// An alias whose entries come first, by a merge.
    pub(super) merged: Option<&'n str>,
}

impl Content<'_> {
    fn inline(&self) -> Option<String> {
        if self.merged.is_some() { None } else { write::inline(self.value) }
    }

    fn block(&self, column: usize, style: Style) -> String {
        let merge = self.merged.map(|alias| format!("<<: {alias}{}", write::line(column, style)));
        merge.unwrap_or_default() + &write::block(self.value, column, style)
    }

    fn flow(&self, how: Flow) -> String {
        let value = write::flow(self.value, how);
        match (self.merged, value.strip_prefix('{')) {
            (Some(alias), Some(rest)) => format!("{{<<: {alias}, {rest}"),
            _ => value,
        }
    }
}

impl Planner<'_> {
    /// Makes an alias say something else: a merge of it with more entries, where that will do.
    pub(super) fn split_alias(
        &mut self,
        syntax: &Syntax,
        old: &Node,
        new: &Node,
        place: &Place,
    ) -> Result<(), Refusal> {
        let (Some(old), Some(entries)) = (old.as_map(), new.as_map()) else {
            return self.replace(syntax, &Content { value: new, merged: None }, place);
        };
        if old.entries().iter().any(|entry| entries.get(&entry.key).is_none()) {
            return self.replace(syntax, &Content { value: new, merged: None }, place);
        }
        let differs = |entry: &&Entry| {
            old.get(&entry.key).is_none_or(|current| !current.value.equals(&entry.value))
        };
        let more = entries.entries().iter().filter(differs).cloned().collect();
        let more = Node::new(Value::Map(Map::from_entries(more)));
        let alias = self.text.get(syntax.content.clone()).unwrap_or_default();
        self.replace(syntax, &Content { value: &more, merged: Some(alias) }, place)
    }

    /// Puts something else in the place of a value as a whole. Its own anchor stays.
    pub(super) fn replace(
        &mut self,
        syntax: &Syntax,
        new: &Content<'_>,
        place: &Place,
    ) -> Result<(), Refusal> {
        if self.anchors.are_used_outside(&syntax.content) {
            return Err(Refusal::AnchorInUse);
        }
        let old = self.without_tag(syntax);
        if matches!(syntax.kind, Kind::Block) {
            return self.replace_block_of_text(&old, syntax.content.start, new);
        }
        // An object or a list on lines below its key or dash.
        let is_lines = self.is_first_on_line(syntax.content.start)
            && matches!(
                syntax.kind,
                Kind::Map { flow: false, .. } | Kind::List { flow: false, .. }
            );
        let separator = if old.is_empty() {
            place.separator.ok_or(Refusal::Unusual("a `?` has no value"))?
        } else {
            ""
        };
        if place.in_flow || self.dialect == Dialect::Json {
            let text = format!("{separator}{}", new.flow(self.flow_style(None)));
            let text = self.with_comments(text, &old)?;
            let is_absent = matches!(syntax.kind, Kind::Absent);
            let range = if is_absent { self.with_blanks_of_flow(&old) } else { self.swept(&old) };
            self.push(vec![Replacement { range, text }]);
        } else if let (Some(after), Some(text), true) = (place.after, new.inline(), is_lines) {
            let at = self.end_of_properties(syntax).max(after);
            let behind_key = Replacement { range: at..at, text: format!(" {text}") };
            let lines = self.without_lines(&old);
            self.push(vec![behind_key, lines]);
        } else if let Some(text) = new.inline() {
            let text = self.with_comments(format!("{separator}{text}"), &old)?;
            self.push(vec![Replacement { range: self.swept(&old), text }]);
        } else if self.comments_in(&old).is_empty() {
            self.replace_by_lines(old, new, place);
        } else {
            return Err(Refusal::CommentLost);
        }
        Ok(())
    }

    /// What goes, with the blanks that would become a part of a comment in it.
    fn swept(&self, old: &Range<usize>) -> Range<usize> {
        let has_comments = !self.comments_in(old).is_empty();
        old.start..if has_comments { self.end_with_blanks(old.end) } else { old.end }
    }

    /// The place of a value that is not there between brackets, with the blanks in front of what
    /// follows it.
    fn with_blanks_of_flow(&self, at: &Range<usize>) -> Range<usize> {
        let rest = self.text.get(at.end..).unwrap_or_default();
        let next = rest.trim_start_matches([' ', '\t']);
        let blanks = if next.starts_with(',') { rest.len() - next.len() } else { 0 };
        at.start..at.end + blanks
    }

    /// What goes with a value: its tag too, which would make something else of the new one. Its
    /// anchor stays.
    fn without_tag(&mut self, syntax: &Syntax) -> Range<usize> {
        let Some(tag) = syntax.tag.clone() else { return syntax.content.clone() };
        let behind = self.text.get(tag.end..syntax.content.start).unwrap_or_default();
        if behind.trim().is_empty() {
            return tag.start..syntax.content.end;
        }
        let blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
        let ends_line = behind.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
        let start = if ends_line { self.start_with_blanks(tag.start) } else { tag.start };
        let range = start..tag.end + blanks;
        self.push(vec![Replacement { range, text: String::new() }]);
        syntax.content.clone()
    }

    /// Puts several lines in the place of a value.
    fn replace_by_lines(&mut self, old: Range<usize>, new: &Content<'_>, place: &Place) {
        let line_end = self.line_end(old.end);
        let has_comment = !self.comments_in(&(old.end..line_end)).is_empty();
        let before = self.text.get(place.after.unwrap_or(0)..old.start).unwrap_or_default();
        let is_behind_key = place.after.is_some() && !before.contains(['\n', '\r']);
        // An anchor would become that of the first key.
        let has_anchor = !before.trim().is_empty();
        if is_behind_key && (!place.in_list || has_comment || has_anchor) {
            let is_list = new.value.as_list().is_some();
            let indent = match (place.in_list, is_list) {
                (true, _) => 2,
                (false, true) => self.style.dash,
                (false, false) => self.style.step,
            };
            let column = place.column + indent;
            let start = self.start_with_blanks(old.start);
            let text = write::line(column, self.style) + &new.block(column, self.style);
            self.push(vec![
                Replacement { range: start..old.end, text: String::new() },
                Replacement { range: line_end..line_end, text },
            ]);
            return;
        }
        let (separator, column) = match place.after {
            Some(_) if old.is_empty() && is_behind_key => (" ", place.column + 2),
            _ => ("", self.column(old.start)),
        };
        let text = format!("{separator}{}", new.block(column, self.style));
        self.push(vec![Replacement { range: old, text }]);
    }

    /// The comment behind the `|` stays where it is.
    fn replace_block_of_text(
        &mut self,
        old: &Range<usize>,
        start: usize,
        new: &Content<'_>,
    ) -> Result<(), Refusal> {
        let text = new.inline().ok_or(UNUSUAL)?;
        let header = self.text.get(start..old.end).unwrap_or_default();
        let header = header.split([' ', '\t', '\n', '\r', '#']).next().unwrap_or_default();
        let header_end = start + header.len();
        let line_end = self.line_end(header_end);
        self.push(vec![
            Replacement { range: old.start..header_end, text },
            Replacement { range: line_end..old.end.max(line_end), text: String::new() },
        ]);
        Ok(())
    }
}
