//! How `kubectl` reads a text, row by row; the same rows run against the real libraries in the
//! conformance tests.

use super::read;
use crate::{Reason, Span};

/// The objects of a text as JSON, and the first error.
fn objects(text: &str) -> (Vec<String>, Option<Reason>) {
    let mut objects = Vec::new();
    for document in read(text.as_bytes()) {
        match document {
            Ok(document) => objects.push(serde_json::to_string(&document.root).unwrap()),
            Err(error) => return (objects, Some(error.reason)),
        }
    }
    (objects, None)
}

fn reads(text: &str, expected: &[&str]) {
    let (objects, error) = objects(text);
    assert_eq!(error, None, "{text:?}");
    assert_eq!(objects, expected, "{text:?}");
}

fn refused(text: &str) -> Reason {
    objects(text).1.unwrap_or_else(|| panic!("{text:?} was read"))
}

#[test]
fn a_later_merge_overrides_an_explicit_key() {
    reads("d: {x: 9, <<: {x: 1}}", &[r#"{"d":{"x":1}}"#]);
    reads("d: {<<: {x: 1}, x: 9}", &[r#"{"d":{"x":9}}"#]);
    reads(
        "a: &a {x: 1}\nb: &b {x: 2}\nd: {<<: [*a, *b]}",
        &[r#"{"a":{"x":1},"b":{"x":2},"d":{"x":1}}"#],
    );
    assert!(matches!(refused("d: {<<: null}"), Reason::Refused(_)));
    reads("d: {x: 9, ! <<: {x: 1}}", &[r#"{"d":{"x":1}}"#]);
    reads("d: {\"<<\": 1}", &[r#"{"d":{"<<":1}}"#]);
}

#[test]
fn a_key_that_stands_twice_is_no_merge() {
    let text = "a: &a {x: 1}\nb: {<<: *a, x: 2, x: 3, y: 4}\nc:\n  <<: {z: 1}\n  z: 2\n";
    let document = read(text.as_bytes()).next().unwrap().unwrap();
    let at = text.find("x: 2").unwrap();
    assert_eq!(document.duplicates, [Span::new(at, at + 1)]);
    assert_eq!(document.overridden.len(), 2);
}

#[test]
fn the_splitter_looks_at_lines_not_at_yaml() {
    reads("a: 1\n--- # x\nb: 2\n---#y\n# only\n---\nnull\n", &[r#"{"a":1}"#, r#"{"b":2}"#]);
    reads("a: 1\n ---\nb: 2\n", &[r#"{"a":"1 ---","b":2}"#]);
    assert_eq!(refused("a: 1\n--- foo\n"), Reason::Separator);
    assert_eq!(refused("----\n"), Reason::Separator);
    refused("a: \"x\n---\ny\"\n");
}

#[test]
fn json_streams_are_read_until_they_are_not_json() {
    reads(r#"{"a":1}{"b":2}"#, &[r#"{"a":1}"#, r#"{"b":2}"#]);
    reads("{\"a\":1}\n---\nb: 2\n", &[r#"{"a":1}"#, r#"{"b":2}"#]);
    reads("{\"a\":1,}\n", &[r#"{"a":1}"#]);
    reads("{\"a\":1e3, \"b\":\"yes\"}", &[r#"{"a":1000,"b":"yes"}"#]);
    refused("{\"a\":1}\n{\"b\":2}\n---\nc: 3\n");
}

#[test]
fn only_the_first_document_of_a_chunk_counts() {
    let document = read(b"a: 1\n...\nb: 2\n").next().unwrap().unwrap();
    assert_eq!(document.ignored.unwrap().range(), 9..13);
    let document = read(b"a: 1\n...\n# c\n").next().unwrap().unwrap();
    assert_eq!(document.ignored, None);
}

#[test]
fn line_breaks_of_yaml_1_1_are_refused_even_in_comments() {
    for text in ["a: 1 # x\u{2028}privileged: true", "a: 1\u{85}b: 2", "a: 'x\u{2029}y'"] {
        assert!(matches!(refused(text), Reason::Ambiguous(_)), "{text:?}");
    }
    reads("{\"a\":\"x\u{2028}y\"}", &["{\"a\":\"x\u{2028}y\"}"]);
}

#[test]
fn templates_are_recognised() {
    assert_eq!(refused("a: {{ .Values.x }}\n"), Reason::Template);
    assert_eq!(refused("{{- if .Values.x }}\na: 1\n{{- end }}\n"), Reason::Template);
    reads("a: \"{{ .Values.x }}\"\n", &[r#"{"a":"{{ .Values.x }}"}"#]);
}

#[test]
fn bombs_are_stopped() {
    let mut bomb = String::from("a0: &a0 [x]\n");
    for level in 1..10 {
        let aliases = format!("*a{},", level - 1).repeat(9);
        bomb += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    assert_eq!(refused(&bomb), Reason::TooManyAliases);
    assert_eq!(refused(&"[".repeat(10_000)), Reason::TooDeep);
    assert_eq!(
        refused("a: &a [*a]\n"),
        Reason::Refused("the anchored value contains this alias of itself")
    );
}

#[test]
fn spans_are_places_in_the_whole_file() {
    let text =
        "# c\n---\nspec:\n  containers:\n  - name: web\n    ports: [80]\n  os: {name: linux} # x\n";
    let document = read(text.as_bytes()).next().unwrap().unwrap();
    let at = |keys: &[&str]| &text[document.root.at(keys).unwrap().span.range()];
    assert_eq!(at(&["spec", "os"]), "{name: linux}");
    assert_eq!(at(&["spec", "containers"]), "name: web\n    ports: [80]");
    assert_eq!(&text[document.root.span.range()], text[8..].trim_end().trim_end_matches(" # x"));
}

#[test]
fn places_lie_inside_the_text_even_where_a_line_is_completed() {
    let text = b"%$-&-ap!ps`v4\n\t\t\t";
    for document in read(text) {
        assert!(document.is_err_and(|error| error.span.end as usize <= text.len()));
    }
    reads("v: |+\n\n\n  ", &[r#"{"v":"\n\n\n"}"#]);
}

#[test]
fn carriage_returns_are_line_breaks() {
    reads("a: 1\r\n---\r\nb: yes\r\n", &[r#"{"a":1}"#, r#"{"b":true}"#]);
    reads("a: 1\rb: 2\r", &[r#"{"a":1,"b":2}"#]);
}

#[test]
fn a_key_between_brackets_stands_on_the_line_of_its_anchor_and_tag() {
    for text in ["{kind: Foo, &a\n metadata: {}}", "m: {a: 1, !!str\n  b: 2}", "{!\n a: 1}"] {
        assert!(matches!(refused(text), Reason::Refused(_)), "{text:?}");
    }
    reads("l: &l\n  {a: b}\nm: &m\n  c: d\n", &[r#"{"l":{"a":"b"},"m":{"c":"d"}}"#]);
}
