//! Keys that are written twice in an object, by the letter: a key that overrides a merged one is
//! written once.

use granit_parser::{Event, Parser};
use std::collections::BTreeSet;

/// The open collections: of an object its keys, and whether one is next.
#[derive(Default)]
struct Open {
    keys: Option<BTreeSet<String>>,
    is_key_next: bool,
}

/// All of them. None if the text is no YAML.
pub(super) fn written_twice(text: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(text).ok()?;
    let mut twice = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.ok()?;
        match event {
            Event::MappingStart(..) => {
                open.push(Open { keys: Some(BTreeSet::new()), is_key_next: true });
            }
            Event::SequenceStart(..) => open.push(Open::default()),
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                end_node(&mut open, None, &mut twice);
            }
            Event::Scalar(text, ..) => end_node(&mut open, Some(&text), &mut twice),
            Event::Alias(_) => end_node(&mut open, None, &mut twice),
            _ => {}
        }
    }
    Some(twice)
}

/// A key or a value, perhaps a scalar, is over.
fn end_node(open: &mut [Open], scalar: Option<&str>, twice: &mut Vec<String>) {
    let Some(Open { keys: Some(keys), is_key_next }) = open.last_mut() else { return };
    if let Some(key) = scalar.filter(|_| *is_key_next)
        && !keys.insert(key.to_owned())
    {
        twice.push(key.to_owned());
    }
    *is_key_next = !*is_key_next;
}
