//! New items of lists.

use super::support::{edited, set};

#[test]
fn to_an_empty_list() {
    edited("drop: []\n", [set("/drop/-", "ALL")], "drop: [ALL]\n");
}

#[test]
fn to_a_list_on_one_line() {
    edited("drop: [a]\n", [set("/drop/-", "ALL")], "drop: [a, ALL]\n");
    edited("drop: [ a ] # c\n", [set("/drop/-", "ALL")], "drop: [ a, ALL ] # c\n");
    edited("args: [\"a\"]\n", [set("/args/-", "b")], "args: [\"a\", \"b\"]\n");
}

#[test]
fn to_a_list_on_several_lines() {
    edited(
        "drop: [\n  A,\n  B # b\n]\n",
        [set("/drop/-", "C")],
        "drop: [\n  A,\n  B, # b\n  C\n]\n",
    );
}

#[test]
fn to_dashes_below_the_key() {
    edited("drop:\n- A\n- B\nz: 1\n", [set("/drop/-", "C")], "drop:\n- A\n- B\n- C\nz: 1\n");
}

#[test]
fn to_dashes_further_in() {
    edited("drop:\n    - A\nz: 1\n", [set("/drop/-", "C")], "drop:\n    - A\n    - C\nz: 1\n");
}

#[test]
fn to_the_end_of_a_file_that_does_not_end_its_line() {
    edited("drop:\n- A", [set("/drop/-", "C")], "drop:\n- A\n- C");
}

#[test]
fn behind_an_item_with_comments() {
    edited(
        "
drop:
  # the first
  - A # one
  # what follows

next: 1
",
        [set("/drop/-", "B")],
        "
drop:
  # the first
  - A # one
  - B
  # what follows

next: 1
",
    );
}

#[test]
fn behind_items_that_are_objects() {
    edited(
        "
volumes:
- name: a
  hostPath:
    path: /
",
        [set("/volumes/-", "{name: tmp, emptyDir: {}}")],
        "
volumes:
- name: a
  hostPath:
    path: /
- name: tmp
  emptyDir: {}
",
    );
}

#[test]
fn behind_an_item_that_is_a_block_of_text() {
    edited("args:\n- |\n  x\n\nz: 1\n", [set("/args/-", "b")], "args:\n- |\n  x\n- b\n\nz: 1\n");
    edited("args:\n- |+\n  x\n\nz: 1\n", [set("/args/-", "b")], "args:\n- |+\n  x\n\n- b\nz: 1\n");
}

#[test]
fn to_a_list_in_a_list() {
    edited("l:\n- - a\n- b\n", [set("/l/0/-", "c")], "l:\n- - a\n  - c\n- b\n");
}

#[test]
fn several() {
    edited("l:\n- a\n", [set("/l/-", "b"), set("/l/-", "c")], "l:\n- a\n- b\n- c\n");
    edited("l: [a]\n", [set("/l/-", "b"), set("/l/-", "c")], "l: [a, b, c]\n");
}

#[test]
fn a_text_where_a_list_belongs() {
    edited("drop: ALL # all\nz: 1\n", [set("/drop", "[ALL]")], "drop: [ALL] # all\nz: 1\n");
}

#[test]
fn a_list_in_the_place_of_another() {
    edited("drop: [all]\n", [set("/drop", "[ALL]")], "drop: [ALL]\n");
    edited("drop:\n- all # c\n", [set("/drop", "[ALL]")], "drop:\n- ALL # c\n");
    edited("drop:\n- A\n- B # b\n- C\n", [set("/drop", "[ALL]")], "drop:\n- ALL\n# b\n");
}
