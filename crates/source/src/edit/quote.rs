//! Texts, so written that every reader takes them for texts: quoted wherever YAML 1.1 or 1.2, or a
//! bracket around them, would make something else of them.

use std::fmt::Write as _;

/// A text as it may stand anywhere, in brackets too.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { double_quoted(text) }
}

/// A text in double quotes: JSON, and YAML too.
pub(super) fn double_quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{fffe}'
            | '\u{ffff}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a text means itself without quotes. Strict: quotes never harm.
fn is_plain(text: &str) -> bool {
    let starts_like_a_word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let is_simple =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | ' ');
    starts_like_a_word
        && text.chars().all(is_simple)
        && !text.ends_with([':', ' '])
        && !text.contains(": ")
        && !is_word_with_a_meaning(text)
}

/// YAML 1.1's booleans and nulls, in any case; and what only some readers take for a number.
fn is_word_with_a_meaning(text: &str) -> bool {
    const WORDS: [&str; 12] =
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "inf", "nan", "infinity"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}
