//! Characters that may not stand in YAML, or that cannot be followed.

use crate::{Error, Reason, Span};

const LINE_BREAKS_OF_YAML_1_1: &str = "U+0085, U+2028 and U+2029 are line breaks to kubectl and \
     plain characters to most other programs";

/// Refuses what go-yaml's reader refuses, and the three characters that it takes for line breaks.
///
/// A comment that holds U+2028 ends there for `kubectl`: what follows is a real key.
pub(super) fn check(text: &str, base: usize) -> Result<(), Error> {
    let suspicious = |byte: u8| !(b' '..=b'~').contains(&byte);
    let mut at = 0;
    while let Some(skip) =
        text.as_bytes().get(at..).and_then(|b| b.iter().position(|&b| suspicious(b)))
    {
        at += skip;
        let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let end = at + character.len_utf8();
        let error = |reason| Err(Error::new(reason, Span::new(base + at, base + end)));
        match character {
            '\r' if text.get(end..).is_some_and(|rest| rest.starts_with("\r\n")) => {
                return error(Reason::Ambiguous(
                    "kubectl drops one of two carriage returns before a line feed",
                ));
            }
            '\t' | '\n' | '\r' => {}
            '\u{85}' | '\u{2028}' | '\u{2029}' => {
                return error(Reason::Ambiguous(LINE_BREAKS_OF_YAML_1_1));
            }
            '\u{feff}' if at > 0 => {
                return error(Reason::Ambiguous(
                    "an invisible byte-order mark inside a document is a part of the text to kubectl",
                ));
            }
            '\0'..' ' | '\u{7f}'..'\u{a0}' | '\u{fffe}' | '\u{ffff}' => {
                return error(Reason::Character(character));
            }
            _ => {}
        }
        at = end;
    }
    Ok(())
}
