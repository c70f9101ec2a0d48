//! The law of edits over random texts, and that each part of it can fail.

use podproof_source::edit::{Edited, Refusal, Replacement, edit};
use podproof_source::{Change, Node, change, yaml};
use podproof_tests::edits::{self, Editor};
use std::collections::BTreeSet;

/// The command `edits` of this package's program runs many more.
const PAIRS: usize = 1_500;

#[test]
fn random_edits_obey_the_law() {
    let run = edits::run(&edit, PAIRS, 1, 3);
    let shown: String = run.broken.iter().take(3).map(|broken| format!("{broken}\n\n")).collect();
    assert!(run.broken.is_empty(), "{} broken\n{shown}", run.broken.len());
    assert!(run.unreadable_percent() < edits::MOST_UNREADABLE, "{}", run.table());
    assert!(run.refused_percent() <= edits::MOST_REFUSED, "{}\n{:#?}", run.table(), run.examples);
    assert!(run.held > PAIRS / 2 && run.unchanged < PAIRS / 10, "{}", run.table());
}

/// The laws that an editor breaks, in so many pairs.
fn broken_laws(editor: Editor<'_>, seed: u64, pairs: usize) -> Vec<String> {
    let law = |broken: &String| {
        broken.lines().next().unwrap().rsplit("BROKEN: ").next().unwrap().to_owned()
    };
    edits::run(editor, pairs, seed, 0).broken.iter().map(law).collect()
}

#[track_caller]
fn breaks(editor: Editor<'_>, law: &str) {
    let mut laws = BTreeSet::new();
    for seed in (1..1_000).step_by(20) {
        laws.extend(broken_laws(editor, seed, 20));
        if laws.contains(law) {
            return;
        }
    }
    panic!("only {laws:?}");
}

/// The right edit, made wrong.
fn spoilt(
    spoil: impl Fn(&[u8], &mut Edited),
) -> impl Fn(&[u8], usize, &[Change]) -> Result<Edited, Refusal> {
    move |text, document, changes| {
        let mut edited = edit(text, document, changes)?;
        spoil(text, &mut edited);
        Ok(edited)
    }
}

/// The new text instead of the old one.
fn whole(old: &[u8], new: String) -> Edited {
    let range = 0..old.len();
    let replacements = vec![Replacement { range, text: new.clone() }];
    Edited { text: new.into_bytes(), replacements }
}

fn in_text(edited: &mut Edited, old: &[u8], change: impl Fn(&str) -> String) {
    *edited = whole(old, change(&String::from_utf8_lossy(&edited.text)));
}

#[test]
fn an_editor_that_writes_all_anew_breaks_it() {
    let editor = |text: &[u8], document: usize, changes: &[Change]| {
        let mut documents: Vec<Node> =
            yaml::read(text).filter_map(|read| read.ok().map(|read| read.root)).collect();
        documents[document] =
            change::apply(&documents[document], changes).map_err(Refusal::Misfit)?;
        let texts: Vec<String> =
            documents.iter().map(|node| serde_json::to_string_pretty(node).unwrap()).collect();
        Ok(whole(text, texts.join("\n---\n") + "\n"))
    };
    breaks(&editor, "every comment is still there");
    breaks(&editor, "only what differs is touched");
    breaks(&editor, "JSON stays JSON");
}

#[test]
fn an_editor_that_does_nothing_breaks_it() {
    let editor = |text: &[u8], _: usize, _: &[Change]| {
        Ok(Edited { text: text.to_vec(), replacements: Vec::new() })
    };
    breaks(&editor, "the object is the changed one");
    breaks(&editor, "what does not fit is refused");
    breaks(&editor, "a document that is read in part is refused");
}

#[test]
fn an_editor_that_edits_the_wrong_document_breaks_it() {
    let editor = |text: &[u8], _: usize, changes: &[Change]| edit(text, 0, changes);
    breaks(&editor, "other objects stay");
}

#[test]
fn an_editor_that_loses_comments_breaks_it() {
    let cut = |text: &str| text.replacen(" # c", " #", 1);
    breaks(&spoilt(|old, edited| in_text(edited, old, cut)), "every comment is still there");
}

#[test]
fn an_editor_with_other_line_ends_breaks_it() {
    let unix = |text: &str| text.replace('\n', "\r\n").replace("\r\r", "\r");
    breaks(&spoilt(|old, edited| in_text(edited, old, unix)), "line ends are those of the file");
}

#[test]
fn an_editor_without_a_byte_order_mark_breaks_it() {
    let cut = |text: &str| text.trim_start_matches('\u{feff}').to_owned();
    breaks(&spoilt(|old, edited| in_text(edited, old, cut)), "a byte-order mark stays");
}

#[test]
fn an_editor_with_other_replacements_breaks_it() {
    let editor = spoilt(|_, edited| drop(edited.replacements.pop()));
    breaks(&editor, "the replacements make the new text");
    breaks(&spoilt(|_, edited| edited.replacements.reverse()), "replacements are in order");
    let editor = spoilt(|_, edited| {
        edited.replacements.insert(0, Replacement { range: 0..0, text: String::new() });
    });
    breaks(&editor, "every replacement changes something");
}

#[test]
fn an_editor_that_adds_a_document_breaks_it() {
    let add = |text: &str| format!("a: 1\n---\n{text}");
    breaks(&spoilt(|old, edited| in_text(edited, old, add)), "as many documents as before");
}

#[test]
fn an_editor_that_hides_text_from_the_cluster_breaks_it() {
    let add = |text: &str| format!("{}\n...\nhidden: 1\n", text.trim_end());
    breaks(&spoilt(|old, edited| in_text(edited, old, add)), "nothing more is ignored");
}

#[test]
fn an_editor_that_leaves_blanks_breaks_it() {
    let blank = |text: &str| text.replacen('\n', " \n", 1);
    breaks(&spoilt(|old, edited| in_text(edited, old, blank)), "no line gets blanks at its end");
    let line = |text: &str| text.replacen("\nkind", "\n\nkind", 1);
    breaks(&spoilt(|old, edited| in_text(edited, old, line)), "no blank lines come in");
}

#[test]
fn an_editor_that_breaks_the_text_breaks_it() {
    let add = |text: &str| format!("{text}\n]\n");
    breaks(&spoilt(|old, edited| in_text(edited, old, add)), "the new text can be read");
}

#[test]
fn an_editor_that_is_never_done_breaks_it() {
    let add = |text: &str| text.trim_end().to_owned() + "\n\n# again\n";
    let editor = spoilt(|old, edited| {
        in_text(edited, old, |text| if text.contains('#') { text.to_owned() } else { add(text) });
    });
    assert!(!broken_laws(&editor, 1, 100).is_empty());
    let restless = spoilt(|old, edited| {
        if edited.replacements.is_empty() {
            in_text(edited, old, |text| text.trim_end().to_owned() + "\n\n");
        }
    });
    breaks(&restless, "a second run changes nothing");
}

#[test]
fn an_editor_that_panics_breaks_it() {
    let editor = |_: &[u8], _: usize, _: &[Change]| -> Result<Edited, Refusal> {
        std::panic::resume_unwind(Box::new(()))
    };
    breaks(&editor, "no panic");
}

#[test]
fn refusals_are_counted() {
    let editor = |_: &[u8], _: usize, _: &[Change]| Err(Refusal::NotProven);
    let run = edits::run(&editor, 100, 1, 0);
    assert!(run.refused_percent() > 80.0, "{}", run.table());
}
