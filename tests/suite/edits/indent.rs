//! New lines are indented as the lines around them.

use super::support::{edited, set};

#[test]
fn as_the_first_key() {
    edited("spec:\n     b: 1\n", [set("/spec/a", "1")], "spec:\n     b: 1\n     a: 1\n");
    edited("spec:\n b: 1\n", [set("/spec/a", "1")], "spec:\n b: 1\n a: 1\n");
}

#[test]
fn in_a_map_behind_a_dash() {
    edited(
        "
containers:
- name: web
- name: side # c
",
        [set("/containers/0/image", "x"), set("/containers/1/image", "w")],
        "
containers:
- name: web
  image: x
- name: side # c
  image: w
",
    );
}

#[test]
fn behind_a_wide_dash() {
    edited(
        "
containers:
  -   name: web
  -   name: side
",
        [set("/containers/0/image", "x")],
        "
containers:
  -   name: web
      image: x
  -   name: side
",
    );
}

#[test]
fn below_a_dash_alone_on_its_line() {
    edited(
        "
containers:
  -
    name: web
  - # the other
     name: side
",
        [set("/containers/0/image", "x"), set("/containers/1/image", "w")],
        "
containers:
  -
    name: web
    image: x
  - # the other
     name: side
     image: w
",
    );
}

#[test]
fn children_by_four_columns_where_the_file_does() {
    edited(
        "
metadata:
    labels:
        app: web
spec:
    hostPID: false
",
        [set("/spec/securityContext/seccompProfile", "{type: RuntimeDefault}")],
        "
metadata:
    labels:
        app: web
spec:
    hostPID: false
    securityContext:
        seccompProfile:
            type: RuntimeDefault
",
    );
}

#[test]
fn children_by_two_columns_where_nothing_shows_it() {
    edited("a: 1\n", [set("/b/c/d", "1")], "a: 1\nb:\n  c:\n    d: 1\n");
}

const VOLUME: &str = "[{name: tmp, emptyDir: {}}]";

#[test]
fn dashes_below_the_key_where_the_file_does() {
    edited(
        "
spec:
  containers:
  - name: web
",
        [set("/spec/volumes", VOLUME)],
        "
spec:
  containers:
  - name: web
  volumes:
  - name: tmp
    emptyDir: {}
",
    );
}

#[test]
fn dashes_further_in_where_the_file_does() {
    edited(
        "
spec:
  containers:
    - name: web
",
        [set("/spec/volumes", VOLUME)],
        "
spec:
  containers:
    - name: web
  volumes:
    - name: tmp
      emptyDir: {}
",
    );
}

#[test]
fn dashes_by_two_columns_where_nothing_shows_it() {
    edited(
        "spec:\n  a: 1\n",
        [set("/spec/volumes", VOLUME)],
        "spec:\n  a: 1\n  volumes:\n    - name: tmp\n      emptyDir: {}\n",
    );
}

#[test]
fn never_by_tabs() {
    edited(
        "spec:\n  b:\t1\t# c\n",
        [set("/spec/a/x", "1")],
        "spec:\n  b:\t1\t# c\n  a:\n    x: 1\n",
    );
}
