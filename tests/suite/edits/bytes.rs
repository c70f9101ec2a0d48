//! Line ends, marks, tabs and characters of several bytes.

use super::support::{edited, refused, remove, set, set_text};
use podproof_source::edit::Refusal;

#[test]
fn carriage_returns_and_line_feeds() {
    edited(
        "spec:\r\n  b: 1 # c\r\nz: 1\r\n",
        [set("/spec/a/x", "1"), set("/z", "2")],
        "spec:\r\n  b: 1 # c\r\n  a:\r\n    x: 1\r\nz: 2\r\n",
    );
    edited("a: 1\r\nb: 2 # c\r\nd: 3\r\n", [remove("/b")], "a: 1\r\n# c\r\nd: 3\r\n");
    edited(
        "d:\r\n  t: |\r\n    x\r\n\r\nz: 1\r\n",
        [set("/d/a", "1")],
        "d:\r\n  t: |\r\n    x\r\n  a: 1\r\n\r\nz: 1\r\n",
    );
}

#[test]
fn lone_carriage_returns() {
    edited(
        "spec:\r  b: 1\rn: 1\r",
        [set("/spec/a/x", "1")],
        "spec:\r  b: 1\r  a:\r    x: 1\rn: 1\r",
    );
}

#[test]
fn a_byte_order_mark() {
    edited("\u{feff}a: 1\n", [set("/a", "2"), set("/b", "1")], "\u{feff}a: 2\nb: 1\n");
    edited("\u{feff}spec:\n  b: 1\n", [set("/spec/a", "1")], "\u{feff}spec:\n  b: 1\n  a: 1\n");
}

#[test]
fn characters_of_several_bytes_in_front_of_an_edit() {
    edited(
        "größe: \"日本 😀\" # ü\nspec: {ключ: é, k: true} # 😀\nl:\n- ä: 1\n  k: true\n",
        [set("/spec/k", "false"), set("/spec/z", "1"), set("/l/0/k", "false"), set("/l/0/z", "1")],
        "größe: \"日本 😀\" # ü\nspec: {ключ: é, k: false, z: 1} # 😀\nl:\n- ä: 1\n  k: false\n  z: 1\n",
    );
}

#[test]
fn tabs() {
    edited("a:\t1\t# c\nb:\t2\t\n", [set("/a", "2"), set("/b", "3")], "a:\t2\t# c\nb:\t3\t\n");
}

#[test]
fn trailing_spaces() {
    edited(
        "spec:   \n  b: 1   \n  \nz: 1  \n",
        [set("/spec/a", "1"), set("/z", "2")],
        "spec:   \n  b: 1   \n  a: 1\n  \nz: 2  \n",
    );
}

#[test]
fn line_breaks_of_yaml_1_1_are_refused() {
    for character in ["\u{85}", "\u{2028}", "\u{2029}"] {
        let old = format!("a: 1 # c{character}b: 2\n");
        assert_eq!(refused(&old, [set("/a", "2")]), Refusal::Unread);
    }
}

#[test]
fn they_are_escaped_in_what_is_written() {
    edited(
        "a: 1\n",
        [set_text("/a", "x\u{85}y\u{2028}z\u{feff}")],
        "a: \"x\\u0085y\\u2028z\\ufeff\"\n",
    );
}
