//! Credentials in the lines of configuration files: `key = value`, `key: value`, `"key": "value"`.

use super::{Hit, How, Kind, any, behind, by_shape, in_variable, piece, trim, until};

/// The ends of names of files that hold programs and prose. There, a line with the word `password`
/// is no password.
const CODE: &str = ".sh .bash .ps1 .py .js .mjs .ts .lua .go .rb .pl .php .java .groovy .sql .html \
    .css .md .tpl .tmpl .rego .cue .jsonnet .libsonnet .proto .vcl .awk";

/// Whether a file holds a program, by its name or its first line.
pub fn is_code(file: &str, text: &str) -> bool {
    any(CODE, How::Ends, file.as_bytes()) || text.starts_with("#!")
}

/// The surest credential in a configuration file, and the key in it that it stands behind, if it is
/// behind one.
pub fn in_text(text: &str) -> Option<(Option<&str>, Hit)> {
    let by_shape = by_shape(text);
    let is_sure = |hit: &Option<Hit>| hit.as_ref().is_some_and(|hit| hit.kind > Kind::Minor);
    let place = by_shape.as_ref().filter(|_| is_sure(&by_shape)).map(|hit| hit.range.start);
    let mut best = by_shape.map(|hit| (None, hit));
    let mut rest = text;
    let mut is_object = false;
    // An object of JSON in one line is several entries.
    while !rest.is_empty() {
        let at = text.len() - rest.len();
        let (part, next) = piece(rest, if is_object { b",{\n" } else { b"{\n" });
        rest = next;
        let entry = entry(part.as_bytes());
        is_object = (is_object || part.ends_with('{')) && !part.ends_with('\n');
        if let Some(place) = place {
            if place < at + part.len() {
                let key = entry.and_then(|(key, _)| part.get(key));
                return best.map(|(_, hit)| (key, hit));
            }
            continue;
        }
        let Some((key, range)) = entry else { continue };
        let (Some(key), Some(value)) = (part.get(key), part.get(range.clone())) else { continue };
        let Some(mut hit) = in_variable(key, value) else { continue };
        if best.as_ref().is_none_or(|(_, before)| hit.kind > before.kind) {
            let from = at + range.start;
            hit.range = from + hit.range.start..from + hit.range.end;
            best = Some((Some(key), hit));
        }
        if best.as_ref().is_some_and(|(_, hit)| hit.kind > Kind::Minor) {
            break;
        }
    }
    best
}

type Place = std::ops::Range<usize>;

/// The places of the key and the value of a line.
#[inline(never)]
fn entry(line: &[u8]) -> Option<(Place, Place)> {
    let mut at = 0;
    let mut skip = |words: &[&[u8]]| {
        while let Some(word) = words.iter().find(|word| behind(line, at).starts_with(word)) {
            at += word.len();
        }
        at
    };
    skip(&[b" ", b"\t", b"- ", b"{", b"export "]);
    let from = skip(&[b"\"", b"'"]);
    let is_of_key = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_.-".contains(byte);
    let length = behind(line, from).iter().take_while(is_of_key).count();
    let key = from..from + length;
    let line_behind = behind(line, key.end);
    let quotes = line_behind.iter().take_while(|byte| b"\"'".contains(byte)).count();
    let mut value = key.end + quotes;
    let blank = |byte: &&u8| b" \t".contains(byte);
    value += behind(line, value).iter().take_while(blank).count();
    let separator = *line.get(value)?;
    value += 1;
    let blanks = behind(line, value).iter().take_while(blank).count();
    // Without a blank a `:` is part of a word.
    let is_entry = separator == b'=' || (separator == b':' && (blanks > 0 || quotes > 0));
    value += blanks;
    let rest = behind(line, value);
    let (length, tail) = if let Some(quote @ (b'"' | b'\'')) = rest.first() {
        value += 1;
        let inner = behind(rest, 1);
        let end = inner.iter().position(|byte| byte == quote)?;
        (end, trim(behind(inner, end + 1), b",}"))
    } else {
        let word = until(rest, b"()[]{}\"'`<>|&");
        if any("; ,", How::Ends, word) {
            return None;
        }
        (word.len(), trim(behind(rest, word.len()), b""))
    };
    let is_entry = is_entry && (tail.is_empty() || tail.starts_with(b"#"));
    (is_entry && !key.is_empty()).then_some((key, value..value + length))
}
