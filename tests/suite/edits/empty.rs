//! Values that are not there yet, in all their spellings.

use super::support::{edited, refused, set};
use podproof_source::edit::Refusal;

#[test]
fn nothing() {
    edited("k:\nnext: 1\n", [set("/k/x", "1")], "k:\n  x: 1\nnext: 1\n");
}

#[test]
fn nothing_at_the_end_of_the_file() {
    edited("k:", [set("/k/x", "1")], "k:\n  x: 1");
}

#[test]
fn a_comment_alone() {
    edited("k: # c\nnext: 1\n", [set("/k/x", "1")], "k: # c\n  x: 1\nnext: 1\n");
}

#[test]
fn a_tilde_with_a_comment() {
    edited("k: ~ # c\nnext: 1\n", [set("/k/x", "1")], "k: # c\n  x: 1\nnext: 1\n");
}

#[test]
fn null() {
    edited("k: null\nnext: 1\n", [set("/k/x", "1")], "k:\n  x: 1\nnext: 1\n");
}

#[test]
fn an_empty_object() {
    edited("k: {}\nnext: 1\n", [set("/k/x", "1")], "k:\n  x: 1\nnext: 1\n");
    edited("k: {} # c\nnext: 1\n", [set("/k/x", "1")], "k: # c\n  x: 1\nnext: 1\n");
}

#[test]
fn an_empty_object_with_a_blank() {
    edited("k: { }\nnext: 1\n", [set("/k/x", "1")], "k:\n  x: 1\nnext: 1\n");
}

#[test]
fn an_empty_list() {
    edited("k: []\nnext: 1\n", [set("/k/-", "ALL")], "k: [ALL]\nnext: 1\n");
    edited("k: [] # c\nnext: 1\n", [set("/k/-", "ALL")], "k: [ALL] # c\nnext: 1\n");
    edited("k: []\n", [set("/k/-", "{name: x}")], "k:\n  - name: x\n");
}

#[test]
fn an_empty_list_that_becomes_an_object() {
    edited("k: []\nnext: 1\n", [set("/k", "{x: 1}")], "k:\n  x: 1\nnext: 1\n");
}

#[test]
fn an_anchor_alone() {
    edited("k: &a\nnext: 1\n", [set("/k/x", "1")], "k: &a\n  x: 1\nnext: 1\n");
}

/// It is the empty text to the cluster.
#[test]
fn a_tag_alone() {
    assert!(matches!(refused("k: !!map\n", [set("/k/x", "1")]), Refusal::Misfit(_)));
    edited("k: !!map\nnext: 1\n", [set("/k", "{x: 1}")], "k:\n  x: 1\nnext: 1\n");
}

#[test]
fn an_item() {
    edited("k:\n- # c\n- a: 1\n", [set("/k/0/x", "1")], "k:\n- # c\n  x: 1\n- a: 1\n");
    edited("k:\n- {}\n- a: 1\n", [set("/k/0/x", "1")], "k:\n- x: 1\n- a: 1\n");
    edited("k:\n-\n- a: 1\n", [set("/k/0/x", "1")], "k:\n- x: 1\n- a: 1\n");
}

#[test]
fn scalars_in_their_place() {
    edited("k:\nnext: 1\n", [set("/k", "true")], "k: true\nnext: 1\n");
    edited("k: # c\nnext: 1\n", [set("/k", "true")], "k: true # c\nnext: 1\n");
    edited("k: ~\nnext: 1\n", [set("/k", "true")], "k: true\nnext: 1\n");
    edited("k: {}\nnext: 1\n", [set("/k", "true")], "k: true\nnext: 1\n");
    edited("k: &a\nnext: 1\n", [set("/k", "true")], "k: &a true\nnext: 1\n");
}

#[test]
fn nothing_between_braces() {
    edited("s: {k: , m: 1}\n", [set("/s/k/x", "1")], "s: {k: {x: 1}, m: 1}\n");
    edited("s: {m: 1, k: }\n", [set("/s/k/x", "1")], "s: {m: 1, k: {x: 1} }\n");
}

#[test]
fn a_key_alone_between_braces() {
    edited("s: {k, m: 1}\n", [set("/s/k/x", "1")], "s: {k: {x: 1}, m: 1}\n");
    edited("s: {k}\n", [set("/s/k", "true")], "s: {k: true}\n");
}

#[test]
fn a_comment_alone_between_braces() {
    edited("s: {\n  k: # c\n  }\n", [set("/s/k/x", "1")], "s: {\n  k: {x: 1} # c\n  }\n");
}

#[test]
fn a_tilde_or_null_between_braces() {
    edited("s: {k: ~, m: 1}\n", [set("/s/k/x", "1")], "s: {k: {x: 1}, m: 1}\n");
    edited("s: {k: null}\n", [set("/s/k/x", "1")], "s: {k: {x: 1}}\n");
    edited("s: {\n  k: ~ # c\n}\n", [set("/s/k/x", "1")], "s: {\n  k: {x: 1} # c\n}\n");
}

#[test]
fn an_empty_object_between_braces() {
    edited("s: {k: {}, m: 1}\n", [set("/s/k/x", "1")], "s: {k: {x: 1}, m: 1}\n");
    edited("s: {k: { }}\n", [set("/s/k/x", "1")], "s: {k: {x: 1}}\n");
}

#[test]
fn an_empty_list_between_braces() {
    edited("s: {k: []}\n", [set("/s/k/-", "ALL")], "s: {k: [ALL]}\n");
    edited("s: {k: [ ]}\n", [set("/s/k/-", "{name: x}")], "s: {k: [{name: x}]}\n");
}

#[test]
fn an_anchor_alone_between_braces() {
    edited("s: {k: &a , m: 1}\n", [set("/s/k/x", "1")], "s: {k: &a {x: 1}, m: 1}\n");
}

#[test]
fn a_tag_alone_between_braces() {
    edited("s: {k: !!map , m: 1}\n", [set("/s/k", "{x: 1}")], "s: {k: {x: 1}, m: 1}\n");
}
