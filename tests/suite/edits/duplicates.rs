//! Keys that are written twice: the cluster takes the last one.

use super::support::{edited, remove, set};

#[test]
fn the_last_one_is_edited() {
    edited("a: 1\nb: 1\na: 2 # c\n", [set("/a", "3")], "a: 1\nb: 1\na: 3 # c\n");
    edited("s: {a: 1, a: 2}\n", [set("/s/a", "3")], "s: {a: 1, a: 3}\n");
}

#[test]
fn the_last_object_gets_the_key() {
    edited("s:\n  x: 1\ns:\n  w: 2\n", [set("/s/z", "3")], "s:\n  x: 1\ns:\n  w: 2\n  z: 3\n");
}

#[test]
fn all_of_them_go() {
    edited("b: 0\na: 1 # one\na: 2\nc: 0\n", [remove("/a")], "b: 0\n# one\nc: 0\n");
    edited("s: {a: 1, b: 1, a: 2}\n", [remove("/s/a")], "s: {b: 1}\n");
}

#[test]
fn in_other_spellings() {
    edited("a: 1\n\"a\": 2\n", [set("/a", "3")], "a: 1\n\"a\": 3\n");
    edited("yes: 1\non: 2\n", [set("/true", "3")], "yes: 1\non: 3\n");
}
