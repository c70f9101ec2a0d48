//! Keys and items that go.

use super::support::{edited, refused, remove, remove_item, set};
use podproof_source::edit::Refusal;

#[test]
fn a_key() {
    edited("spec:\n  a: 1\n  b: 2\n  c: 3\n", [remove("/spec/b")], "spec:\n  a: 1\n  c: 3\n");
    edited("spec:\n  a: 1\n  b: 2\nc: 3\n", [remove("/spec/b")], "spec:\n  a: 1\nc: 3\n");
    edited("spec:\n  a: 1\n  b: 2", [remove("/spec/b")], "spec:\n  a: 1\n");
    edited("a: 1\nb: 2\n", [remove("/a")], "b: 2\n");
}

#[test]
fn a_key_that_is_not_there() {
    edited("a: 1\n", [remove("/b"), remove("/a/b/c"), remove("/c/d")], "a: 1\n");
}

#[test]
fn the_first_key_behind_a_dash() {
    edited("list:\n- name: a\n  image: b\n", [remove("/list/0/name")], "list:\n- image: b\n");
    edited(
        "list:\n  -   name: a\n      image: b\n",
        [remove("/list/0/name")],
        "list:\n  -   image: b\n",
    );
    edited(
        "list:\n- name:\n    x: 1\n  image: b\n",
        [remove("/list/0/name")],
        "list:\n- image: b\n",
    );
}

#[test]
fn the_first_key_behind_a_dash_with_a_comment() {
    edited(
        "list:\n- name: a # c\n  image: b\n",
        [remove("/list/0/name")],
        "list:\n- # c\n  image: b\n",
    );
    edited(
        "list:\n- name: a\n\n  # the image\n  image: b\n",
        [remove("/list/0/name")],
        "list:\n- # the image\n  image: b\n",
    );
}

#[test]
fn the_first_key_below_a_dash() {
    edited("list:\n-\n  name: a\n  image: b\n", [remove("/list/0/name")], "list:\n-\n  image: b\n");
}

#[test]
fn the_only_key() {
    edited("spec:\n  a: 1\nb: 2\n", [remove("/spec/a")], "spec: {}\nb: 2\n");
    edited("spec: # s\n  a: 1\nb: 2\n", [remove("/spec/a")], "spec: {} # s\nb: 2\n");
    edited("list:\n- a: 1\n- b: 2\n", [remove("/list/0/a")], "list:\n- {}\n- b: 2\n");
    edited("list:\n-\n  a: 1\n", [remove("/list/0/a")], "list:\n- {}\n");
}

#[test]
fn the_only_key_with_comments() {
    edited("spec:\n  a: 1 # c\nb: 2\n", [remove("/spec/a")], "spec: {}\n  # c\nb: 2\n");
    edited("spec:\n  # head\n  a: 1\nb: 2\n", [remove("/spec/a")], "spec: {}\n  # head\nb: 2\n");
}

#[test]
fn the_only_key_of_all() {
    edited("a: 1\n", [remove("/a")], "{}\n");
}

#[test]
fn a_heading_comment_stays() {
    edited(
        "
spec:
  a: 1

  # needed by the agent
  hostPID: true
  b: 2
",
        [remove("/spec/hostPID")],
        "
spec:
  a: 1

  # needed by the agent
  b: 2
",
    );
}

#[test]
fn a_trailing_comment_stays_on_a_line_of_its_own() {
    edited("spec:\n  a: 1\n  b: 2 # c\n", [remove("/spec/b")], "spec:\n  a: 1\n  # c\n");
    edited(
        "spec:\n  a: 1 # a\n  b: 2 # c\nd: 1\n",
        [remove("/spec/b")],
        "spec:\n  a: 1 # a\n  # c\nd: 1\n",
    );
}

#[test]
fn comments_inside_stay() {
    edited(
        "
spec:
  securityContext: # ctx
    # inner
    a: 1 # one

    b: 2
    # end
  c: 3
",
        [remove("/spec/securityContext")],
        "
spec:
  # ctx
  # inner
  # one
    # end
  c: 3
",
    );
}

#[test]
fn a_block_of_text() {
    edited("d:\n  a: |\n    # no comment\n    x\n\n  b: 1\n", [remove("/d/a")], "d:\n\n  b: 1\n");
    edited("d:\n  a: | # c\n    x\n  b: 1\n", [remove("/d/a")], "d:\n  # c\n  b: 1\n");
    edited("d:\n  a: |+\n    x\n\n  b: 1\n", [remove("/d/a")], "d:\n  b: 1\n");
}

#[test]
fn an_anchor_that_is_used_elsewhere() {
    let old = "a:\n  b: &x {c: 1}\nd: *x\n";
    assert_eq!(refused(old, [remove("/a")]), Refusal::AnchorInUse);
    assert_eq!(refused(old, [remove("/a/b")]), Refusal::AnchorInUse);
}

#[test]
fn an_anchor_that_nobody_uses() {
    edited("a:\n  b: &x {c: 1}\nd: 1\n", [remove("/a")], "d: 1\n");
    edited("a: &x {c: 1}\nd: *x\ne: 1\n", [remove("/a"), remove("/d")], "e: 1\n");
}

#[test]
fn an_alias() {
    edited("a: &x 1\nb: *x # c\nd: 1\n", [remove("/b")], "a: &x 1\n# c\nd: 1\n");
}

#[test]
fn items() {
    let old = "l:\n  - a\n  - b # two\n  - c\nz: 1\n";
    edited(old, [remove_item("/l", "a")], "l:\n  - b # two\n  - c\nz: 1\n");
    edited(old, [remove_item("/l", "b")], "l:\n  - a\n  # two\n  - c\nz: 1\n");
    edited(old, [remove("/l/2")], "l:\n  - a\n  - b # two\nz: 1\n");
}

#[test]
fn items_that_are_objects() {
    edited(
        "
volumes:
- name: a
  hostPath:
    path: / # root
# the other
- name: b
",
        [remove("/volumes/0")],
        "
volumes:
# root
# the other
- name: b
",
    );
}

#[test]
fn the_only_item() {
    edited("l:\n- a\nz: 1\n", [remove("/l/0")], "l: []\nz: 1\n");
    edited("l:\n  - a # c\nz: 1\n", [remove("/l/0")], "l: []\n  # c\nz: 1\n");
    edited("l:\n- - a\n- b\n", [remove("/l/0/0")], "l:\n- []\n- b\n");
}

/// With the last item the list itself goes.
#[test]
fn the_only_item_by_value() {
    edited(
        "c:\n  add:\n  - SYS_ADMIN\n  drop: [ALL]\n",
        [remove_item("/c/add", "SYS_ADMIN")],
        "c:\n  drop: [ALL]\n",
    );
    edited("c:\n  add: [SYS_ADMIN]\n", [remove_item("/c/add", "SYS_ADMIN")], "c: {}\n");
}

#[test]
fn one_item_while_another_changes() {
    edited(
        "
containers:
- name: a
  image: x # pinned
- name: b # other
  image: w
  stdin: true
",
        [remove("/containers/0"), set("/containers/0/stdin", "false")],
        "
containers:
# pinned
- name: b # other
  image: w
  stdin: false
",
    );
}
