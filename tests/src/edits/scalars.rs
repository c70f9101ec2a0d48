//! Scalars in all their spellings.

use super::style::Writer;
use podproof_source::{Node, Number, Value, yaml};

/// A key. It may be quoted, but never spans lines.
pub(super) fn key(to: &mut Writer<'_>, key: &str, flow: bool) -> String {
    let text = bare_key(to, key, flow);
    if to.chance(to.habits.odd) {
        return [format!("&k {text}"), format!("!!str {text}")][to.rng.usize(..2)].clone();
    }
    text
}

fn bare_key(to: &mut Writer<'_>, key: &str, flow: bool) -> String {
    if key == "true" && to.chance(20) {
        return ["yes", "on", "true", "y"][to.rng.usize(..4)].to_owned();
    }
    if is_plain(key, flow) && !to.chance(to.habits.quotes / 2) {
        return key.to_owned();
    }
    if is_printable(key) && to.rng.bool() { single(key) } else { double(to, key) }
}

/// A value. `indent` is that of the map or list around, if the value may span lines.
pub(super) fn value(to: &mut Writer<'_>, node: &Node, indent: Option<usize>, flow: bool) -> String {
    let among = |to: &mut Writer<'_>, texts: &[&str]| texts[to.rng.usize(..texts.len())].to_owned();
    match &node.value {
        Value::Bool(true) => {
            among(to, &["true", "true", "true", "True", "yes", "on", "!!bool yes"])
        }
        Value::Bool(false) => among(to, &["false", "false", "FALSE", "no", "Off", "n"]),
        Value::Number(Number::Int(int)) if (1..=65_535).contains(int) => match to.rng.usize(..12) {
            0 => format!("0x{int:X}"),
            1 => format!("0{int:o}"),
            2 => format!("!!int {int}"),
            3 if *int > 999 => format!("{}_{:03}", int / 1000, int % 1000),
            _ => int.to_string(),
        },
        Value::Number(number) => number.to_string(),
        Value::String(text) => string(to, text, indent, flow),
        _ => among(to, &["~", "null"]),
    }
}

fn string(to: &mut Writer<'_>, text: &str, indent: Option<usize>, flow: bool) -> String {
    let is_word = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_word && to.chance(10) {
        return format!("!!str {text}");
    }
    let wrapped = indent.filter(|_| to.chance(to.habits.wrapped));
    if is_plain(text, flow) && !to.chance(to.habits.quotes) {
        return wrapped.map_or(text.to_owned(), |indent| wrap(to, text, indent));
    }
    if is_printable(text) && to.rng.bool() {
        let quoted = single(text);
        return wrapped.map_or(quoted.clone(), |indent| wrap(to, &quoted, indent));
    }
    let quoted = double(to, text);
    wrapped.map_or(quoted.clone(), |indent| wrap(to, &quoted, indent))
}

/// Breaks lines at single blanks between letters.
fn wrap(to: &mut Writer<'_>, text: &str, indent: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut wrapped = String::new();
    let more = to.rng.usize(1..4);
    for (at, char) in chars.iter().enumerate() {
        let is_letter = |at: usize| chars.get(at).is_some_and(char::is_ascii_alphabetic);
        let between = at > 0 && is_letter(at - 1) && is_letter(at + 1);
        let plain_before = !chars[..at].contains(&'\\');
        if *char == ' ' && between && plain_before && to.chance(40) {
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', indent + more));
        } else {
            wrapped.push(*char);
        }
    }
    wrapped
}

/// Whether a text means itself without quotes.
fn is_plain(text: &str, flow: bool) -> bool {
    if !is_printable(text) || text.len() > 900 || text.starts_with("<<") {
        return false;
    }
    let line = if flow { format!("k: [{text} , x]\n") } else { format!("k: {text}\n") };
    let first = |text: String| yaml::read(text.as_bytes()).next().and_then(Result::ok);
    let Some(read) = first(line) else { return false };
    let value = read.root.get("k");
    let value = if flow { value.and_then(|list| list.as_list()?.first()) } else { value };
    let is_value = value.and_then(Node::as_str) == Some(text);
    is_value && first(format!("{text}: 1\n")).is_some_and(|read| read.root.get(text).is_some())
}

fn is_printable(text: &str) -> bool {
    let odd =
        |char: char| char.is_control() || matches!(char, '\u{2028}' | '\u{2029}' | '\u{feff}');
    !text.chars().any(odd)
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(to: &mut Writer<'_>, text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        let code = char as u32;
        match char {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            '\n' => quoted += "\\n",
            '\t' => quoted += "\\t",
            _ if !is_printable(char.encode_utf8(&mut [0; 4])) || to.chance(3) => {
                quoted += &match code {
                    0..=0xff => format!("\\x{code:02x}"),
                    0x100..=0xffff => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08x}"),
                };
            }
            _ => quoted.push(char),
        }
    }
    quoted + "\""
}

/// Writes a text as a block, if it can be one and one is wanted.
pub(super) fn block(to: &mut Writer<'_>, text: &str, indent: usize) -> bool {
    let odd = |char: char| char != '\n' && !is_printable(char.encode_utf8(&mut [0; 4]));
    let worth = if text.contains('\n') { to.habits.blocks } else { to.habits.blocks / 10 };
    if text.chars().any(odd) || !to.chance(worth) {
        return false;
    }
    let body = text.trim_end_matches('\n');
    let ends = text.len() - body.len();
    if body.is_empty() && ends > 0 {
        return false;
    }
    let more = to.rng.usize(1..5);
    let first_is_indented =
        body.lines().find(|l| !l.is_empty()).is_some_and(|l| l.starts_with(' '));
    let leading_blank = body.starts_with('\n');
    let indicator = if first_is_indented || leading_blank || to.chance(10) {
        more.to_string()
    } else {
        String::new()
    };
    let folds = !body.contains('\n') && !body.contains("  ") && body.trim() == body;
    let style = if folds && to.rng.bool() { '>' } else { '|' };
    let chomping = match ends {
        0 => "-",
        1 if to.chance(85) => "",
        _ => "+",
    };
    to.out += &match to.rng.usize(..2) {
        0 => format!(" {style}{indicator}{chomping}"),
        _ => format!(" {style}{chomping}{indicator}"),
    };
    to.end_header();
    let wrapped: Vec<String> = if style == '>' {
        let lines = body.split(' ').collect::<Vec<_>>();
        lines.chunks(3).map(|words| words.join(" ")).collect()
    } else {
        body.split('\n').map(str::to_owned).collect()
    };
    for line in wrapped.iter().filter(|_| !body.is_empty()) {
        if !line.is_empty() || to.chance(20) {
            to.spaces(indent + more);
        }
        to.out += line;
        to.out += "\n";
    }
    let blanks = match chomping {
        "+" => ends.saturating_sub(1),
        _ => [0, 0, 1, 2][to.rng.usize(..4)],
    };
    for _ in 0..blanks {
        let blank = if to.chance(20) { to.rng.usize(..=indent + more) } else { 0 };
        to.spaces(blank);
        to.out += "\n";
    }
    to.end_block();
    true
}
