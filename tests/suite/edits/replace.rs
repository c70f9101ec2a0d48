//! A scalar in the place of another.

use super::support::{edited, lawful, set, set_text};

#[test]
fn spacing_in_front_of_a_comment_stays() {
    edited("privileged: true   # c\n", [set("/privileged", "false")], "privileged: false   # c\n");
    edited("privileged:   true \n", [set("/privileged", "false")], "privileged:   false \n");
}

#[test]
fn every_spelling_of_true() {
    for spelling in ["yes", "on", "y", "True", "\"true\"", "'true'", "!!bool yes"] {
        edited(&format!("k: {spelling} # c\n"), [set("/k", "false")], "k: false # c\n");
        edited(
            &format!("s: {{k: {spelling}, m: 1}}\n"),
            [set("/s/k", "false")],
            "s: {k: false, m: 1}\n",
        );
    }
}

#[test]
fn the_same_in_another_spelling_stays() {
    for spelling in ["yes", "on", "y", "True", "!!bool yes"] {
        let old = format!("k: {spelling} # c\n");
        edited(&old, [set("/k", "true")], &old);
    }
    edited("k: 0x10\n", [set("/k", "16")], "k: 0x10\n");
    edited("k: 'web'\n", [set_text("/k", "web")], "k: 'web'\n");
}

#[test]
fn a_value_on_the_next_line() {
    edited("k:\n  true # c\nz: 1\n", [set("/k", "false")], "k:\n  false # c\nz: 1\n");
    edited("k: # c\n  \"x\"\nz: 1\n", [set("/k", "false")], "k: # c\n  false\nz: 1\n");
}

#[test]
fn a_plain_text_over_several_lines() {
    edited("k: some\n  words\n\n  more # c\nz: 1\n", [set_text("/k", "x")], "k: x # c\nz: 1\n");
}

#[test]
fn a_quoted_text_over_several_lines() {
    edited("k: \"some\n  words\" # c\nz: 1\n", [set_text("/k", "x")], "k: x # c\nz: 1\n");
    edited("k: 'some\n\n  words'\nz: 1\n", [set("/k", "1")], "k: 1\nz: 1\n");
}

#[test]
fn a_block_of_text() {
    edited("k: |\n  one\n  two\n\nz: 1\n", [set_text("/k", "x")], "k: x\n\nz: 1\n");
    edited("k: |- # c\n  one\nz: 1\n", [set_text("/k", "x")], "k: x # c\nz: 1\n");
    edited("k: >+\n  one\n\nz: 1\n", [set("/k", "false")], "k: false\nz: 1\n");
    edited("k: |\n  one", [set("/k", "false")], "k: false");
}

#[test]
fn a_tagged_text() {
    edited("k: !!str true # c\n", [set("/k", "false")], "k: false # c\n");
    edited("k: !custom x\n", [set("/k", "{x: 1}")], "k:\n  x: 1\n");
}

#[test]
fn an_anchored_value_that_all_want_changed() {
    edited(
        "k: &x true # c\nm: *x\n",
        [set("/k", "false"), set("/m", "false")],
        "k: &x false # c\nm: *x\n",
    );
}

#[test]
fn an_anchored_value_that_nobody_else_uses() {
    edited("k: &x true\nm: 1\n", [set("/k", "false")], "k: &x false\nm: 1\n");
}

/// They must not notice.
#[test]
fn an_anchored_value_that_others_still_want() {
    let old = "k: &x true\nm: *x\nz: *x\n";
    let edited = lawful(0, old, &[set("/k", "false")]);
    assert!(edited.is_ok_and(|edited| edited.text.len() < old.len() + 12));
}

#[test]
fn an_alias() {
    edited("k: &x true\nm: *x # c\n", [set("/m", "false")], "k: &x true\nm: false # c\n");
}

#[test]
fn an_object_in_the_place_of_a_scalar_and_back() {
    edited("k: RuntimeDefault # c\nz: 1\n", [set("/k", "{type: x}")], "k: # c\n  type: x\nz: 1\n");
    edited("k: # c\n  type: x\nz: 1\n", [set_text("/k", "x")], "k: x # c\nz: 1\n");
}

#[test]
fn an_empty_object_in_the_place_of_one() {
    edited(
        "v:\n- name: v\n  hostPath:\n    path: / # c\n",
        [set("/v/0/hostPath", "{}")],
        "v:\n- name: v\n  hostPath: {}\n    # c\n",
    );
}
