//! What is reported, and never edited.

use super::support::{edited, refused, remove, set};
use podproof_source::edit::{Refusal, edit};

fn is_not_read(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Unread | Refusal::PartlyRead)
}

#[test]
fn a_separator_with_content() {
    assert!(is_not_read(&refused("a: 1\n--- x\nb: 2\n", [set("/a", "2")])));
    assert!(is_not_read(&refused("a: 1\n--- {b: 2}\n", [set("/a", "2")])));
}

#[test]
fn a_directive() {
    assert!(is_not_read(&refused("%YAML 1.2\n---\na: 1\n", [set("/a", "2")])));
}

#[test]
fn text_behind_the_end_of_a_document() {
    assert_eq!(refused("a: 1\n...\nb: 2\n", [set("/a", "2")]), Refusal::PartlyRead);
    assert_eq!(refused("a: 1\n...\n--- x\n", [set("/a", "2")]), Refusal::Unread);
}

#[test]
fn text_behind_a_separator_with_lone_carriage_returns() {
    assert_eq!(refused("a: 1\r---\rb: 2\r", [set("/a", "2")]), Refusal::PartlyRead);
}

#[test]
fn a_template() {
    assert!(is_not_read(&refused("a: {{ .Values.x }}\n", [set("/b", "2")])));
    assert!(is_not_read(&refused("{{- if .Values.x }}\na: 1\n{{- end }}\n", [set("/a", "2")])));
}

#[test]
fn other_documents_of_the_file_can_be_edited() {
    edited("a: 1\n---\nb: {{ x }}\n", [set("/a", "2")], "a: 2\n---\nb: {{ x }}\n");
}

#[test]
fn what_cannot_be_read() {
    assert_eq!(refused("a: [1\n", [set("/a", "2")]), Refusal::Unread);
    assert_eq!(refused("", [set("/a", "2")]), Refusal::Unread);
    assert_eq!(refused("a: 1\n\ta: 2\n", [set("/a", "2")]), Refusal::Unread);
    assert_eq!(edit(b"a: \xff\n", 0, &[set("/a", "2")]), Err(Refusal::Unread));
    assert_eq!(edit(b"a: 1\n", 1, &[set("/a", "2")]), Err(Refusal::Unread));
}

#[test]
fn what_does_not_fit() {
    for change in [set("/a/b", "1"), set("/l/3/x", "1"), set("/l/x", "1")] {
        assert!(matches!(refused("a: 1\nl: [x]\n", [change]), Refusal::Misfit(_)));
    }
    assert!(matches!(refused("a: 1\n", [remove("")]), Refusal::Misfit(_)));
}
