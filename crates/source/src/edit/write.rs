//! Values as text.

use super::quote;
use crate::{Entry, Node, Number, Value};

/// How the text around writes things.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Columns between a key and the keys of its value.
    pub(super) step: usize,
    /// Columns between a key and the dashes of its value.
    pub(super) dash: usize,
    /// The line break.
    pub(super) line_break: &'static str,
}

/// How things are written between brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    /// All texts and keys in double quotes.
    pub(super) quoted: bool,
    /// A blank behind colons and commas.
    pub(super) spaced: bool,
}

impl Flow {
    pub(super) const YAML: Self = Self { quoted: false, spaced: true };
}

/// Lists of at most so many words are written in brackets.
const SHORT_LIST: usize = 3;
/// Longer words are no words.
const SHORT_WORD: usize = 24;

/// The lines of a value in block style, the first without indentation. `column` is where its keys
/// or dashes stand.
pub(super) fn block(value: &Node, column: usize, style: Style) -> String {
    if let Some(text) = inline(value) {
        return text;
    }
    let separator = line(column, style);
    match &value.value {
        Value::Map(map) => {
            let pairs = map.entries().iter().map(|entry| pair(entry, column, style));
            pairs.collect::<Vec<_>>().join(&separator)
        }
        Value::List(items) => {
            let item = |item| format!("- {}", block(item, column + 2, style));
            items.iter().map(item).collect::<Vec<_>>().join(&separator)
        }
        _ => flow(value, Flow::YAML),
    }
}

/// A key and its value in block style.
pub(super) fn pair(entry: &Entry, column: usize, style: Style) -> String {
    let Entry { key, value, .. } = entry;
    format!("{}:{}", quote::scalar(key), behind_key(value, column, style))
}

/// What follows the colon of a key in this column, the blank or the line break included.
pub(super) fn behind_key(value: &Node, column: usize, style: Style) -> String {
    if let Some(text) = inline(value) {
        return format!(" {text}");
    }
    let indent = if value.as_list().is_some() { style.dash } else { style.step };
    format!("{}{}", line(column + indent, style), block(value, column + indent, style))
}

/// A line break and so many blanks.
pub(super) fn line(column: usize, style: Style) -> String {
    format!("{}{}", style.line_break, " ".repeat(column))
}

/// A value that has its place on the line of its key: anything but objects and long lists.
pub(super) fn inline(value: &Node) -> Option<String> {
    let is_word = |item: &Node| match &item.value {
        Value::String(text) => text.len() <= SHORT_WORD && !text.contains('\n'),
        Value::Map(_) | Value::List(_) => false,
        _ => true,
    };
    let fits = match &value.value {
        Value::Map(map) => map.entries().is_empty(),
        Value::List(items) => items.len() <= SHORT_LIST && items.iter().all(is_word),
        _ => true,
    };
    fits.then(|| flow(value, Flow::YAML))
}

/// A value between brackets, on one line.
pub(super) fn flow(value: &Node, how: Flow) -> String {
    let comma = if how.spaced { ", " } else { "," };
    match &value.value {
        Value::Null => "null".into(),
        Value::Bool(bool) => bool.to_string(),
        Value::Number(number) => written_number(*number),
        Value::String(text) => written_text(text, how),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| flow(item, how)).collect();
            format!("[{}]", items.join(comma))
        }
        Value::Map(map) => {
            let pairs: Vec<_> = map.entries().iter().map(|entry| flow_pair(entry, how)).collect();
            format!("{{{}}}", pairs.join(comma))
        }
    }
}

/// A key and its value between brackets.
pub(super) fn flow_pair(entry: &Entry, how: Flow) -> String {
    let colon = if how.spaced { ": " } else { ":" };
    format!("{}{colon}{}", written_text(&entry.key, how), flow(&entry.value, how))
}

/// A key and its value between brackets, each member of an object on a line of its own. `line` is a
/// line break and the indentation of the key, `unit` what each level adds to it.
pub(super) fn spread_pair(entry: &Entry, how: Flow, line: &str, unit: &str) -> String {
    format!("{}: {}", written_text(&entry.key, how), spread(&entry.value, how, line, unit))
}

/// A value between brackets, each member of an object on a line of its own.
pub(super) fn spread(value: &Node, how: Flow, line: &str, unit: &str) -> String {
    let inner = format!("{line}{unit}");
    let (open, members, close): (_, Vec<_>, _) = match &value.value {
        Value::Map(map) if !map.entries().is_empty() => {
            let pair = |entry| spread_pair(entry, how, &inner, unit);
            ('{', map.entries().iter().map(pair).collect(), '}')
        }
        Value::List(items) if !items.is_empty() => {
            ('[', items.iter().map(|item| spread(item, how, &inner, unit)).collect(), ']')
        }
        _ => return flow(value, how),
    };
    format!("{open}{inner}{}{line}{close}", members.join(&format!(",{inner}")))
}

fn written_text(text: &str, how: Flow) -> String {
    if how.quoted { quote::double_quoted(text) } else { quote::scalar(text) }
}

fn written_number(number: Number) -> String {
    // As serde_json writes it: YAML 1.1 reads the same number.
    serde_json::to_string(&Node::new(Value::Number(number))).unwrap_or_default()
}
