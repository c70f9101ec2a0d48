//! A new key goes behind the last entry: directly behind its value and the comment on its line.

use super::support::{edited, edited_in, set};

#[test]
fn behind_a_trailing_comment() {
    edited(
        "
spec:
  hostPID: false # for debugging
",
        [set("/spec/a", "1")],
        "
spec:
  hostPID: false # for debugging
  a: 1
",
    );
}

#[test]
fn in_front_of_blank_lines_and_comments_of_the_next_key() {
    edited(
        "
spec:
  hostPID: true

  # what the cluster says
# about it
status: {}
",
        [set("/spec/a", "1")],
        "
spec:
  hostPID: true
  a: 1

  # what the cluster says
# about it
status: {}
",
    );
}

#[test]
fn behind_a_literal() {
    edited(
        "
data:
  text: |
    one
      two
next: 1
",
        [set("/data/a", "1")],
        "
data:
  text: |
    one
      two
  a: 1
next: 1
",
    );
}

#[test]
fn behind_a_literal_in_front_of_blank_lines_that_do_not_belong_to_it() {
    for header in ["|", "|-", ">", ">-"] {
        edited(
            &format!("data:\n  text: {header}\n    one\n\n\nnext: 1\n"),
            [set("/data/a", "1")],
            &format!("data:\n  text: {header}\n    one\n  a: 1\n\n\nnext: 1\n"),
        );
    }
}

#[test]
fn behind_a_stripped_literal() {
    edited(
        "
data:
  text: |- # c
    one
next: 1
",
        [set("/data/a", "1")],
        "
data:
  text: |- # c
    one
  a: 1
next: 1
",
    );
}

#[test]
fn behind_the_blank_tail_of_a_kept_literal() {
    edited(
        "
data:
  text: |+
    one


next: 1
",
        [set("/data/a", "1")],
        "
data:
  text: |+
    one


  a: 1
next: 1
",
    );
}

#[test]
fn behind_the_blank_tail_of_a_kept_literal_that_ends_the_file() {
    edited(
        "data:\n  text: |+\n    one\n\n",
        [set("/data/a", "1")],
        "data:\n  text: |+\n    one\n\n  a: 1\n",
    );
}

#[test]
fn behind_an_empty_literal() {
    for header in ["|", "|-", "|+", ">", "| # c"] {
        edited(
            &format!("data:\n  text: {header}\nnext: 1\n"),
            [set("/data/a", "1")],
            &format!("data:\n  text: {header}\n  a: 1\nnext: 1\n"),
        );
    }
}

#[test]
fn behind_a_nested_map() {
    edited(
        "
spec:
  securityContext:
    seccompProfile:
      type: RuntimeDefault # c
status: {}
",
        [set("/spec/a", "1")],
        "
spec:
  securityContext:
    seccompProfile:
      type: RuntimeDefault # c
  a: 1
status: {}
",
    );
}

#[test]
fn behind_a_nested_list() {
    for dashes in ["  ", "    "] {
        edited(
            &format!("spec:\n  args:\n{dashes}- x\n{dashes}- w # c\nstatus: {{}}\n"),
            [set("/spec/a", "1")],
            &format!("spec:\n  args:\n{dashes}- x\n{dashes}- w # c\n  a: 1\nstatus: {{}}\n"),
        );
    }
}

#[test]
fn behind_an_empty_value() {
    for rest in ["", " # none", " ~", "  "] {
        edited(
            &format!("spec:\n  nodeName:{rest}\nstatus: {{}}\n"),
            [set("/spec/a", "1")],
            &format!("spec:\n  nodeName:{rest}\n  a: 1\nstatus: {{}}\n"),
        );
    }
}

#[test]
fn behind_an_empty_item() {
    edited(
        "
spec:
  args:
  - x
  -
",
        [set("/spec/a", "1")],
        "
spec:
  args:
  - x
  -
  a: 1
",
    );
}

#[test]
fn behind_an_alias() {
    edited(
        "
labels: &labels
  app: web
spec:
  selector: *labels # the same
status: {}
",
        [set("/spec/a", "1")],
        "
labels: &labels
  app: web
spec:
  selector: *labels # the same
  a: 1
status: {}
",
    );
}

#[test]
fn where_the_last_line_does_not_end() {
    edited("spec:\n  b: 1", [set("/spec/a", "1")], "spec:\n  b: 1\n  a: 1");
    edited("spec:\n  b: 1 # c", [set("/spec/a", "1")], "spec:\n  b: 1 # c\n  a: 1");
    edited("spec:\n  b:", [set("/spec/a", "1")], "spec:\n  b:\n  a: 1");
    edited("d:\n  b: |\n    x", [set("/d/a", "1")], "d:\n  b: |\n    x\n  a: 1");
    edited("d:\n  b: [x, w]", [set("/d/a", "1")], "d:\n  b: [x, w]\n  a: 1");
}

#[test]
fn in_front_of_a_document_end() {
    edited("b: 1\n...\n", [set("/a", "1")], "b: 1\na: 1\n...\n");
}

#[test]
fn in_front_of_the_next_document() {
    edited("b: 1 # c\n---\nc: 1\n", [set("/a", "1")], "b: 1 # c\na: 1\n---\nc: 1\n");
    edited(
        "b: 1\n\n# next\n--- # here\nc: 1\n",
        [set("/a", "1")],
        "b: 1\na: 1\n\n# next\n--- # here\nc: 1\n",
    );
}

#[test]
fn in_later_documents() {
    let text = "---\na: 1\n---\n# only a comment\n---\nb: 1\n---\nc:\n  d: 1\n";
    edited_in(
        1,
        text,
        [set("/x", "2")],
        "---\na: 1\n---\n# only a comment\n---\nb: 1\nx: 2\n---\nc:\n  d: 1\n",
    );
    edited_in(
        2,
        text,
        [set("/c/x", "2")],
        "---\na: 1\n---\n# only a comment\n---\nb: 1\n---\nc:\n  d: 1\n  x: 2\n",
    );
}

#[test]
fn behind_a_text_over_several_lines() {
    edited(
        "s:\n  b: some\n    words\nz: 1\n",
        [set("/s/a", "1")],
        "s:\n  b: some\n    words\n  a: 1\nz: 1\n",
    );
    edited(
        "s:\n  b: \"some\n    words\" # c\nz: 1\n",
        [set("/s/a", "1")],
        "s:\n  b: \"some\n    words\" # c\n  a: 1\nz: 1\n",
    );
    edited("s:\n  b:\n    word\nz: 1\n", [set("/s/a", "1")], "s:\n  b:\n    word\n  a: 1\nz: 1\n");
}

/// Where the value goes on behind the last word, a new key goes behind all of it: the value is never
/// written anew.
#[test]
fn behind_blanks_that_belong_to_a_block_of_text() {
    let b = [set("/k/b", "true")];
    edited("k:\n  n: >+\n\n\nz: 1\n", b.clone(), "k:\n  n: >+\n\n\n  b: true\nz: 1\n");
    let text = "k:\n  n: |\n    x\n      \nz: 1\n";
    edited(text, b.clone(), "k:\n  n: |\n    x\n      \n  b: true\nz: 1\n");
    let text = "k:\n  n: |\n    x\n\n    \nz: 1\n";
    edited(text, b, "k:\n  n: |\n    x\n  b: true\n\n    \nz: 1\n");
}
