//! Anchors, aliases and merges: nobody else's value changes.

use super::support::{edited, lawful, remove, set};
use podproof_source::edit::Refusal;

#[test]
fn an_alias_that_gets_a_key() {
    edited(
        "
a: &x
  k: 1
b: *x # the same
c: *x
",
        [set("/b/z", "2")],
        "
a: &x
  k: 1
b: # the same
  <<: *x
  z: 2
c: *x
",
    );
}

#[test]
fn an_alias_that_gets_another_value_of_a_key() {
    edited("a: &x\n  k: 1\nb: *x\n", [set("/b/k", "2")], "a: &x\n  k: 1\nb:\n  <<: *x\n  k: 2\n");
}

#[test]
fn an_alias_between_braces() {
    edited(
        "a: &x {k: 1}\ns: {b: *x }\n",
        [set("/s/b/z", "2")],
        "a: &x {k: 1}\ns: {b: {<<: *x, z: 2} }\n",
    );
}

#[test]
fn an_alias_behind_a_dash() {
    edited(
        "a: &x\n  k: 1\nl:\n- *x\n- *x\n",
        [set("/l/0/z", "2")],
        "a: &x\n  k: 1\nl:\n- <<: *x\n  z: 2\n- *x\n",
    );
}

#[test]
fn the_anchored_value_where_all_want_it() {
    edited(
        "
a: &x
  k: 1
b: *x
c: *x
",
        [set("/a/z", "2"), set("/b/z", "2"), set("/c/z", "2")],
        "
a: &x
  k: 1
  z: 2
b: *x
c: *x
",
    );
}

#[test]
fn the_anchored_value_where_all_want_it_merged() {
    edited(
        "
a: &x
  privileged: true
b:
  <<: *x
  z: 1
",
        [remove("/a/privileged"), set("/a/m", "1"), remove("/b/privileged"), set("/b/m", "1")],
        "
a: &x
  m: 1
b:
  <<: *x
  z: 1
",
    );
}

/// Others must not notice.
#[test]
fn the_anchored_value_where_only_its_owner_wants_it() {
    let old = "a: &x\n  k: 1\nb: *x\nc: *x\n";
    match lawful(0, old, &[set("/a/z", "2")]) {
        Ok(edited) => assert!(edited.text.len() < old.len() + 60),
        Err(refusal) => assert_eq!(refusal, Refusal::AnchorInUse),
    }
}

/// A later `<<` would win over the key.
#[test]
fn a_key_goes_behind_the_last_merge() {
    edited(
        "a: &x {k: 1}\nb:\n  m: 1\n  <<: *x\n",
        [set("/b/k", "2")],
        "a: &x {k: 1}\nb:\n  m: 1\n  <<: *x\n  k: 2\n",
    );
    edited(
        "a: &x {k: 1}\nb:\n  <<: *x\n  m: 1\n",
        [set("/b/k", "2")],
        "a: &x {k: 1}\nb:\n  <<: *x\n  m: 1\n  k: 2\n",
    );
    edited(
        "a: &x {k: 1}\nb: {m: 1, <<: *x }\n",
        [set("/b/k", "2")],
        "a: &x {k: 1}\nb: {m: 1, <<: *x, k: 2 }\n",
    );
}

#[test]
fn a_key_goes_behind_the_last_of_two_merges() {
    edited(
        "
a: &x {k: 1}
c: &y {k: 2}
b:
  <<: *x
  m: 1
  <<: *y
d: 1
",
        [set("/b/k", "3")],
        "
a: &x {k: 1}
c: &y {k: 2}
b:
  <<: *x
  m: 1
  <<: *y
  k: 3
d: 1
",
    );
}

#[test]
fn a_key_behind_a_merge_of_several() {
    edited(
        "a: &x {k: 1}\nc: &y {k: 2}\nb:\n  <<: [*x, *y]\n",
        [set("/b/k", "3")],
        "a: &x {k: 1}\nc: &y {k: 2}\nb:\n  <<: [*x, *y]\n  k: 3\n",
    );
}

/// The key that stands there has no effect, and once more would be twice.
#[test]
fn a_key_that_a_later_merge_overrides() {
    edited(
        "a: &x {k: 1}\nb:\n  k: 3\n  m: 1\n  <<: *x\n",
        [set("/b/k", "2")],
        "a: &x {k: 1}\nb:\n  m: 1\n  <<: *x\n  k: 2\n",
    );
}

#[test]
fn a_key_behind_the_merge_is_edited_in_place() {
    edited(
        "a: &x {k: 1}\nb:\n  <<: *x\n  k: 3 # c\n",
        [set("/b/k", "2")],
        "a: &x {k: 1}\nb:\n  <<: *x\n  k: 2 # c\n",
    );
}

#[test]
fn a_violation_that_comes_from_a_merge() {
    edited(
        "
base: &base
  privileged: true
containers:
- name: web
  securityContext:
    <<: *base
",
        [set("/containers/0/securityContext/privileged", "false")],
        "
base: &base
  privileged: true
containers:
- name: web
  securityContext:
    <<: *base
    privileged: false
",
    );
}

/// A merged key cannot be taken away without writing out the rest.
#[test]
fn a_merged_key_that_goes_for_one() {
    let old = "a: &x {k: 1, m: 2}\nb:\n  <<: *x\n  z: 3\n";
    if let Ok(edited) = lawful(0, old, &[remove("/b/k")]) {
        assert_eq!(
            String::from_utf8(edited.text).unwrap(),
            "a: &x {k: 1, m: 2}\nb:\n  z: 3\n  m: 2\n"
        );
    }
}

#[test]
fn a_name_given_twice() {
    edited(
        "
a: &x {k: 1}
b: *x
c: &x {k: 2}
d: *x
",
        [set("/d/z", "3")],
        "
a: &x {k: 1}
b: *x
c: &x {k: 2}
d:
  <<: *x
  z: 3
",
    );
}

#[test]
fn a_name_given_twice_where_all_want_it() {
    edited(
        "a: &x {k: 1}\nb: *x\nc: &x {k: 2}\nd: *x\n",
        [set("/a/k", "5"), set("/b/k", "5")],
        "a: &x {k: 5}\nb: *x\nc: &x {k: 2}\nd: *x\n",
    );
}

#[test]
fn aliases_in_front_of_and_behind_an_edit() {
    edited(
        "
a: &x {k: 1}
b: *x
c:
  privileged: true
d: *x
",
        [set("/c/privileged", "false")],
        "
a: &x {k: 1}
b: *x
c:
  privileged: false
d: *x
",
    );
}

#[test]
fn an_aliased_list() {
    edited("a: &x [NET_RAW]\nb: *x\n", [set("/b", "[ALL]")], "a: &x [NET_RAW]\nb: [ALL]\n");
    edited(
        "a: &x [NET_RAW]\nb: *x\n",
        [set("/b/-", "ALL")],
        "a: &x [NET_RAW]\nb: [NET_RAW, ALL]\n",
    );
}

#[test]
fn deep_in_an_alias() {
    edited(
        "
a: &x
  s: {k: 1}
  t: 1
b: *x
",
        [set("/b/s/k", "2")],
        "
a: &x
  s: {k: 1}
  t: 1
b:
  <<: *x
  s:
    k: 2
",
    );
}

#[test]
fn an_alias_that_becomes_something_else() {
    edited("a: &x {k: 1}\nb: *x # c\n", [set("/b", "{m: 1}")], "a: &x {k: 1}\nb: # c\n  m: 1\n");
    edited("a: &x {k: 1}\nb: *x # c\n", [set("/b", "3")], "a: &x {k: 1}\nb: 3 # c\n");
}
