//! Lists and maps in brackets and braces.

use super::scalars;
use super::style::Writer;
use podproof_source::{Node, Value};

impl Writer<'_> {
    pub(super) fn flow(&mut self, node: &Node, indent: usize) {
        let lines = self.chance(self.habits.lines_in_flow);
        match &node.value {
            Value::Map(map) => {
                let entries = map.entries().iter().map(|e| (Some(&*e.key), &e.value)).collect();
                self.flow_entries(entries, indent, lines, ["{", "}"]);
            }
            Value::List(items) => {
                let items = items.iter().map(|item| (None, item)).collect();
                self.flow_entries(items, indent, lines, ["[", "]"]);
            }
            _ => {
                let indent = (self.habits.lines_in_flow > 0).then_some(indent);
                let text = scalars::value(self, node, indent, true);
                self.out += &text;
            }
        }
    }

    fn flow_entries(
        &mut self,
        entries: Vec<(Option<&str>, &Node)>,
        indent: usize,
        lines: bool,
        [open, close]: [&str; 2],
    ) {
        self.out += open;
        let count = entries.len();
        if count == 0 {
            let pad = if self.chance(15) { " " } else { "" };
            self.out += pad;
            self.out += close;
            return;
        }
        let inner = indent + self.habits.step;
        let pad = if self.chance(30) { " " } else { "" };
        let trailing_comma = self.chance(15);
        if lines {
            self.end_line();
        } else {
            self.out += pad;
        }
        for (index, (key, value)) in entries.into_iter().enumerate() {
            let is_last = index + 1 == count;
            if lines && self.out.ends_with('\n') {
                self.lines_between(inner);
                self.spaces(inner);
            }
            self.flow_entry(key, value, inner);
            if !is_last || trailing_comma {
                let comma = if self.chance(2) { " ," } else { "," };
                self.out += comma;
            }
            if lines && (is_last || !self.chance(20)) {
                self.end_line();
            } else if !is_last && !self.chance(5) {
                self.out += " ";
            }
        }
        if lines {
            self.lines_between(inner);
            let column = if self.chance(70) { indent } else { inner };
            self.spaces(column);
        } else {
            self.out += pad;
        }
        self.out += close;
    }

    fn flow_entry(&mut self, key: Option<&str>, value: &Node, indent: usize) {
        if let Some(key) = key {
            if self.chance(self.habits.odd) {
                self.out += "? ";
            }
            if value.is_null() && self.chance(40) {
                // A key alone has the value null.
                let text = scalars::key(self, key, true);
                self.out += &text;
                return;
            }
            let start = self.out.len();
            self.key(key, true);
            let is_json_like = self.out[start..].starts_with('"');
            if self.chance(self.habits.lines_in_flow / 10) {
                // The value stands on a line of its own.
                self.end_line();
                self.lines_between(indent);
                self.spaces(indent + 1);
            } else if !(is_json_like && self.chance(20)) {
                self.out += " ";
            }
        } else if self.chance(self.habits.odd) {
            // An object of one key, without braces.
            self.out += "pair: ";
        }
        let before = self.out.len();
        if self.alias(value) {
            // It was written behind a space.
            self.out.remove(before);
            self.out += " ";
            return;
        }
        let anchor = self.anchor();
        if let Some(name) = &anchor {
            self.out += &format!("&{name} ");
        }
        self.flow(value, indent);
        self.anchors.extend(anchor.map(|name| (name, value.clone())));
    }
}
