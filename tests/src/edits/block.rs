//! Lists with dashes, and maps of lines.

use super::scalars;
use super::style::{Class, Writer};
use podproof_source::{Entry, Map, Node, Value};

impl Writer<'_> {
    pub(super) fn key(&mut self, key: &str, flow: bool) {
        let text = scalars::key(self, key, flow);
        self.out += &text;
        if !flow && self.chance(1) {
            self.out += " ";
        }
        self.out += ":";
    }

    pub(super) fn block_map(&mut self, map: &Map, indent: usize, mut joined: bool) {
        let merge_at = self.merge_place(map.entries().len());
        for (index, Entry { key, value, .. }) in map.entries().iter().enumerate() {
            if merge_at.contains(&index) {
                self.start_entry(indent, &mut joined);
                self.merge();
                self.end_line();
            }
            if self.habits.class == Class::Duplicates && self.chance(8) {
                self.start_entry(indent, &mut joined);
                self.key(key, false);
                let other = super::objects::scalar(self.rng);
                self.value(&other, indent);
            }
            self.start_entry(indent, &mut joined);
            if self.chance(self.habits.odd) {
                self.explicit_key(key, indent);
            } else {
                self.key(key, false);
            }
            self.value(value, indent);
        }
        if merge_at.contains(&map.entries().len()) {
            self.start_entry(indent, &mut joined);
            self.merge();
            self.end_line();
        }
    }

    /// `? key`, and the colon on the next line.
    fn explicit_key(&mut self, key: &str, indent: usize) {
        let text = scalars::key(self, key, false);
        self.out += "? ";
        self.out += &text;
        self.end_line();
        self.spaces(indent);
        self.out += ":";
    }

    fn start_entry(&mut self, indent: usize, joined: &mut bool) {
        if !std::mem::take(joined) {
            self.lines_between(indent);
            self.spaces(indent);
        }
    }

    /// Before which entries merges stand.
    fn merge_place(&mut self, entries: usize) -> Vec<usize> {
        let has_maps = self.anchors.iter().any(|(_, node)| node.as_map().is_some());
        if self.habits.class != Class::Anchors || !has_maps || !self.chance(30) {
            return Vec::new();
        }
        let count = if self.chance(15) { 2 } else { 1 };
        let places = [0, self.rng.usize(..=entries), entries];
        (0..count).map(|_| places[self.rng.usize(..places.len())]).collect()
    }

    fn merge(&mut self) {
        let is_map = |(name, node): &(String, Node)| node.as_map().map(|_| format!("*{name}"));
        let maps: Vec<String> = self.anchors.iter().filter_map(is_map).collect();
        let one = maps[self.rng.usize(..maps.len())].clone();
        self.out += "<<: ";
        if self.chance(25) {
            let other = maps[self.rng.usize(..maps.len())].clone();
            self.out += &format!("[{one}, {other}]");
        } else {
            self.out += &one;
        }
    }

    pub(super) fn block_list(&mut self, items: &[Node], indent: usize, mut joined: bool) {
        for item in items {
            self.start_entry(indent, &mut joined);
            self.out += "-";
            let gap = if self.chance(self.habits.wide_dash) { 3 } else { 1 };
            let is_compact = !self.chance(self.habits.lone_dash) && !self.wants_flow(item);
            match &item.value {
                Value::Map(map) if is_compact && !map.entries().is_empty() => {
                    self.spaces(gap);
                    self.block_map(map, indent + 1 + gap, true);
                }
                Value::List(items) if is_compact && !items.is_empty() => {
                    self.spaces(gap);
                    self.block_list(items, indent + 1 + gap, true);
                }
                _ => {
                    self.spaces(gap - 1);
                    self.item(item, indent);
                }
            }
        }
    }

    /// An item of a list: lists in it are indented in any case.
    pub(super) fn item(&mut self, node: &Node, indent: usize) {
        let indentless = std::mem::take(&mut self.habits.indentless);
        self.value(node, indent);
        self.habits.indentless = indentless;
    }

    pub(super) fn wants_flow(&mut self, node: &Node) -> bool {
        let size = match &node.value {
            Value::Map(map) => map.entries().len(),
            Value::List(items) => items.len(),
            _ => 0,
        };
        let percent = if size > 4 { self.habits.flow / 4 } else { self.habits.flow };
        self.chance(percent)
    }

    /// What stands behind `key:` or `-`, with the end of the line.
    pub(super) fn value(&mut self, node: &Node, indent: usize) {
        if self.alias(node) {
            return self.end_line();
        }
        let anchor = self.anchor();
        if let Some(name) = &anchor {
            self.out += &format!(" &{name}");
        }
        let is_odd = self.chance(self.habits.odd);
        if is_odd {
            self.out += [" !!str", " !<tag:yaml.org,2002:map>", " !local"][self.rng.usize(..3)];
        }
        match &node.value {
            Value::Map(map) if !map.entries().is_empty() && !self.wants_flow(node) => {
                if !is_odd && self.chance(self.habits.tags) {
                    self.out += " !!map";
                }
                self.end_line();
                let step = self.habits.step;
                self.block_map(map, indent + step, false);
            }
            Value::List(items) if !items.is_empty() && !self.wants_flow(node) => {
                if !is_odd && self.chance(self.habits.tags) {
                    self.out += " !!seq";
                }
                self.end_line();
                let step = if self.habits.indentless { 0 } else { self.habits.step };
                self.block_list(items, indent + step, false);
            }
            Value::Map(_) | Value::List(_) => {
                self.break_before_value(indent);
                self.flow(node, indent);
                self.end_line();
            }
            Value::Null => {
                let texts = ["", "", " ~", " null", " !!null", " NULL"];
                let text = texts[self.rng.usize(..texts.len())];
                self.out += text;
                self.end_line();
            }
            Value::String(text) if scalars::block(self, text, indent) => {}
            _ => {
                self.break_before_value(indent);
                let text = scalars::value(self, node, Some(indent), false);
                self.out += &text;
                self.end_line();
            }
        }
        self.anchors.extend(anchor.map(|name| (name, node.clone())));
    }

    /// A space, or a whole new line.
    fn break_before_value(&mut self, indent: usize) {
        if self.chance(self.habits.next_line) {
            self.end_line();
            self.lines_between(indent + 1);
            let more = self.rng.usize(1..4);
            self.spaces(indent + more);
        } else if self.chance(self.habits.tabs) {
            self.out += "\t";
        } else {
            self.spaces(1);
        }
    }

    pub(super) fn alias(&mut self, node: &Node) -> bool {
        let found = self.anchors.iter().find(|(_, anchored)| anchored.equals(node));
        let Some(name) = found.map(|(name, _)| name.clone()) else { return false };
        let is_alias = self.chance(60);
        if is_alias {
            self.out += &format!(" *{name}");
        }
        is_alias
    }

    pub(super) fn anchor(&mut self) -> Option<String> {
        // Now and then the same name again.
        let wanted = self.habits.class == Class::Anchors && self.chance(25);
        wanted.then(|| format!("a{}", self.rng.usize(..8)))
    }
}
