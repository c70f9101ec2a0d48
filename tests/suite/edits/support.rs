//! How the tests say what is to change.

use podproof_source::edit::{Edited, Refusal, edit};
use podproof_source::{Change, Node, Pointer, yaml};
use podproof_tests::edits::{Case, Outcome, check};

fn pointer(at: &str) -> Pointer {
    Pointer::new(at.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")))
}

/// A value as YAML on one line.
pub fn value(written: &str) -> Node {
    let text = format!("value: {written}\n");
    let document = yaml::read(text.as_bytes()).next().unwrap().unwrap();
    document.root.get("value").unwrap().clone()
}

pub fn set(at: &str, written: &str) -> Change {
    Change::Set { at: pointer(at), value: value(written) }
}

pub fn set_text(at: &str, text: &str) -> Change {
    Change::Set { at: pointer(at), value: text.into() }
}

pub fn remove(at: &str) -> Change {
    Change::Remove { at: pointer(at) }
}

pub fn remove_item(list: &str, written: &str) -> Change {
    Change::RemoveItem { list: pointer(list), index: 0, value: value(written) }
}

/// Texts may start on a line of their own.
fn text(written: &str) -> &str {
    written.strip_prefix('\n').unwrap_or(written)
}

/// Edits the first document, and compares the whole text. All laws of edits must hold, too.
#[track_caller]
pub fn edited<const N: usize>(old: &str, changes: [Change; N], expected: &str) {
    edited_in(0, old, changes, expected);
}

#[track_caller]
pub fn edited_in<const N: usize>(document: usize, old: &str, changes: [Change; N], expected: &str) {
    let edited = lawful(document, text(old), &changes).unwrap();
    let new = String::from_utf8(edited.text).unwrap();
    let expected = text(expected);
    assert!(new == expected, "got:\n{new}\nexpected:\n{expected}\n\n{new:?}\n{expected:?}");
}

/// What the editor does; all laws must hold.
#[track_caller]
pub fn lawful(document: usize, old: &str, changes: &[Change]) -> Result<Edited, Refusal> {
    let (text, changes) = (old.as_bytes().to_vec(), changes.to_vec());
    let case = Case { text, document, changes, has_places: false };
    if let Outcome::Broken(broken) = check(&edit, &case) {
        let new = broken.new.as_deref().map(String::from_utf8_lossy);
        panic!("{}: {}\n{}", broken.law, broken.detail, new.unwrap_or_default());
    }
    edit(&case.text, document, &case.changes)
}

/// The reason why the first document cannot be edited so.
#[track_caller]
pub fn refused<const N: usize>(old: &str, changes: [Change; N]) -> Refusal {
    edit(text(old).as_bytes(), 0, &changes).unwrap_err()
}
