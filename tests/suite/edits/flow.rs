//! Maps and lists between brackets.

use super::support::{edited, remove, remove_item, set};

#[test]
fn one_line() {
    edited("s: {a: 1}\n", [set("/s/b", "2")], "s: {a: 1, b: 2}\n");
    edited("s: { a: 1 } # c\n", [set("/s/b", "2")], "s: { a: 1, b: 2 } # c\n");
    edited("s: {a: {x: 1}}\n", [set("/s/b/w", "2")], "s: {a: {x: 1}, b: {w: 2}}\n");
}

#[test]
fn a_trailing_comma_stays() {
    edited("s: {a: 1,}\n", [set("/s/b", "2")], "s: {a: 1, b: 2,}\n");
    edited("s: [a,]\n", [set("/s/-", "b")], "s: [a, b,]\n");
}

#[test]
fn comments_behind_the_comma() {
    edited(
        "
labels: {
  a: x, # one
  b: w # two
}
",
        [set("/labels/c", "z")],
        "
labels: {
  a: x, # one
  b: w, # two
  c: z
}
",
    );
}

#[test]
fn a_comment_behind_a_trailing_comma() {
    edited(
        "
labels: {
  a: x, # one
}
",
        [set("/labels/b", "w")],
        "
labels: {
  a: x, # one
  b: w,
}
",
    );
}

#[test]
fn a_comment_in_front_of_the_closer() {
    edited(
        "
labels: {
  a: x
  # that is all
}
",
        [set("/labels/b", "w")],
        "
labels: {
  a: x,
  b: w
  # that is all
}
",
    );
}

#[test]
fn the_closer_at_the_column_of_the_parent() {
    edited(
        "
spec:
  labels: {
    a: x
  }
",
        [set("/spec/labels/b", "w")],
        "
spec:
  labels: {
    a: x,
    b: w
  }
",
    );
}

#[test]
fn the_closer_behind_the_last_entry() {
    edited("labels: {a: x,\n  b: w}\n", [set("/labels/c", "z")], "labels: {a: x,\n  b: w, c: z}\n");
}

#[test]
fn nested() {
    edited(
        "spec: {containers: [{name: a, securityContext: {privileged: true}}]}\n",
        [
            set("/spec/containers/0/securityContext/privileged", "false"),
            set("/spec/containers/0/securityContext/capabilities/drop", "[ALL]"),
        ],
        "spec: {containers: [{name: a, securityContext: {privileged: false, capabilities: {drop: [ALL]}}}]}\n",
    );
}

#[test]
fn keys_without_value() {
    edited("s: {a, b: 1}\n", [set("/s/c", "2")], "s: {a, b: 1, c: 2}\n");
    edited("s: {b: 1, a}\n", [set("/s/c", "2")], "s: {b: 1, a, c: 2}\n");
    edited("s: {a, b: 1}\n", [set("/s/a", "2")], "s: {a: 2, b: 1}\n");
    edited("s: {a, b: 1}\n", [remove("/s/a")], "s: {b: 1}\n");
    edited("s: {b: 1, a}\n", [remove("/s/b")], "s: {a}\n");
}

/// The key is `app:"x"`, and has no value.
#[test]
fn a_colon_that_is_none() {
    edited("s: {app:\"x\"}\n", [set("/s/b", "1")], "s: {app:\"x\", b: 1}\n");
}

#[test]
fn a_value_right_behind_the_colon() {
    edited("s: {\"a\":1}\n", [set("/s/b", "x")], "s: {\"a\":1,\"b\":\"x\"}\n");
    edited("s: {\"a\":1}\n", [set("/s/a", "2")], "s: {\"a\":2}\n");
    edited("s: {\"a\": 1}\n", [set("/s/b", "x")], "s: {\"a\": 1, \"b\": \"x\"}\n");
}

#[test]
fn removing_the_first() {
    edited("s: {a: 1, b: 2, c: 3}\n", [remove("/s/a")], "s: {b: 2, c: 3}\n");
    edited("s: [a, b, c]\n", [remove_item("/s", "a")], "s: [b, c]\n");
    edited("s: { a: 1, b: 2 }\n", [remove("/s/a")], "s: { b: 2 }\n");
}

#[test]
fn removing_one_between() {
    edited("s: {a: 1, b: 2, c: 3}\n", [remove("/s/b")], "s: {a: 1, c: 3}\n");
    edited("s: [a, b, c]\n", [remove("/s/1")], "s: [a, c]\n");
}

#[test]
fn removing_the_last() {
    edited("s: {a: 1, b: 2, c: 3}\n", [remove("/s/c")], "s: {a: 1, b: 2}\n");
    edited("s: [a, b, c]\n", [remove_item("/s", "c")], "s: [a, b]\n");
    edited("s: { a: 1, b: 2 }\n", [remove("/s/b")], "s: { a: 1 }\n");
    edited("s: {a: 1, b: 2,}\n", [remove("/s/b")], "s: {a: 1,}\n");
}

#[test]
fn removing_the_only_one() {
    edited("s: {a: 1}\n", [remove("/s/a")], "s: {}\n");
    edited("s: {a: 1,} # c\n", [remove("/s/a")], "s: {} # c\n");
    edited("s: [{a: 1}]\n", [remove("/s/0")], "s: []\n");
}

const LINES: &str = "
labels: {
  a: x, # one
  b: w, # two
  c: z # three
}
";

#[test]
fn removing_the_first_line() {
    edited(
        LINES,
        [remove("/labels/a")],
        "
labels: {
  # one
  b: w, # two
  c: z # three
}
",
    );
}

#[test]
fn removing_a_line_between() {
    edited(
        LINES,
        [remove("/labels/b")],
        "
labels: {
  a: x, # one
  # two
  c: z # three
}
",
    );
}

#[test]
fn removing_the_last_line() {
    edited(
        LINES,
        [remove("/labels/c")],
        "
labels: {
  a: x, # one
  b: w # two
  # three
}
",
    );
}

#[test]
fn removing_the_only_line() {
    edited(
        "
labels: {
  a: x # one
}
next: 1
",
        [remove("/labels/a")],
        "
labels: {
  # one
}
next: 1
",
    );
}

#[test]
fn removing_lines_without_comments() {
    let lines = "s: [\n  a,\n  b,\n  c\n]\n";
    edited(lines, [remove("/s/0")], "s: [\n  b,\n  c\n]\n");
    edited(lines, [remove("/s/1")], "s: [\n  a,\n  c\n]\n");
    edited(lines, [remove("/s/2")], "s: [\n  a,\n  b\n]\n");
}

#[test]
fn comments_of_neighbours_stay_on_their_lines() {
    edited(
        "
drop: [
  # the first
  A, # one
  # the second
  B # two
  # the end
]
",
        [remove_item("/drop", "B")],
        "
drop: [
  # the first
  A # one
  # the second
  # two
  # the end
]
",
    );
}

#[test]
fn comments_inside_of_what_goes_stay() {
    edited(
        "
spec: {
  a: 1,
  context: { # ctx
    x: 1 # one
  },
  b: 2
}
",
        [remove("/spec/context")],
        "
spec: {
  a: 1,
  # ctx
  # one
  b: 2
}
",
    );
}

#[test]
fn removing_the_last_of_a_line() {
    edited("s: [a, b,\n  # c\n  d]\n", [remove("/s/1")], "s: [a,\n  # c\n  d]\n");
}

#[test]
fn a_comment_inside_of_what_goes_from_one_line() {
    edited(
        "
spec: {containers: [{name: a}, { # c
  name: b
  }
  ]}
",
        [remove("/spec/containers/1")],
        "
spec: {containers: [{name: a} # c
  ]}
",
    );
}
