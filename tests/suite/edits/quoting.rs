//! Texts that are written: plain where every reader takes them for a text, else in quotes.

use super::support::{edited, lawful, set, set_text};
use podproof_source::Change;

#[test]
fn words_that_are_something_else_in_yaml_1_1_are_quoted() {
    let words = [
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
        "Y",
        "N",
        "Yes",
        "NO",
        "true",
        "False",
        "null",
        "~",
        "",
        "0777",
        "0o17",
        "0x1F",
        "1_000",
        "12e3",
        "1e3",
        ".5",
        "1.",
        "+1",
        "1:30",
        "190:20:30",
        ".inf",
        ".NaN",
        "1",
        "=",
        "<<",
        "2030-01-31",
    ];
    for word in words {
        edited("k: x\n", [set_text("/k", word)], &format!("k: \"{word}\"\n"));
        edited(
            "s: {k: x, m: 1}\n",
            [set_text("/s/k", word)],
            &format!("s: {{k: \"{word}\", m: 1}}\n"),
        );
    }
}

#[test]
fn signs_that_mean_something_are_quoted() {
    let texts = [
        "a: b", "a:", "a #b", "#b", "- a", "-", "---", "? a", ": a", ", a", "[a]", "]", "{a}", "}",
        "&a", "*a", "!a", "|", "> a", "'a'", "%a", "@a", "`a`", " a", "a ", "{{ x }}",
    ];
    for text in texts {
        edited("k: x\n", [set_text("/k", text)], &format!("k: \"{text}\"\n"));
        edited("k:\n- x\n", [set_text("/k/0", text)], &format!("k:\n- \"{text}\"\n"));
    }
    edited("k: x\n", [set_text("/k", "\"a\"")], "k: \"\\\"a\\\"\"\n");
}

#[test]
fn signs_that_mean_something_between_brackets_are_quoted_there() {
    for text in ["a,b", "a, b", "a]b", "a}b", "a[b", "a{b"] {
        edited("s: {k: x}\n", [set_text("/s/k", text)], &format!("s: {{k: \"{text}\"}}\n"));
    }
}

#[test]
fn other_texts_are_plain() {
    let texts = [
        "RuntimeDefault",
        "runtime/default",
        "NET_BIND_SERVICE",
        "a-b.c/d",
        "nginx:1.27",
        "two words",
    ];
    for text in texts {
        edited("k: x\n", [set_text("/k", text)], &format!("k: {text}\n"));
    }
}

#[test]
fn control_characters_are_escaped() {
    edited("k: x\n", [set_text("/k", "a\nb\n")], "k: \"a\\nb\\n\"\n");
    edited("k: x\n", [set_text("/k", "a\tb")], "k: \"a\\tb\"\n");
    edited("k: x\n", [set_text("/k", "a\\b: \"c\"")], "k: \"a\\\\b: \\\"c\\\"\"\n");
}

#[test]
fn long_texts_stay_on_one_line() {
    let text = "word ".repeat(100) + "end";
    edited("k: x\n", [set_text("/k", &text)], &format!("k: {text}\n"));
}

#[test]
fn keys_are_quoted_in_the_same_way() {
    edited("s:\n  a: 1\n", [set("/s/on", "1")], "s:\n  a: 1\n  \"on\": 1\n");
    edited("s:\n  a: 1\n", [set("/s/0777", "1")], "s:\n  a: 1\n  \"0777\": 1\n");
    edited("s:\n  a: 1\n", [set("/s/a: b", "1")], "s:\n  a: 1\n  \"a: b\": 1\n");
    edited("s:\n  a: 1\n", [set("/s/x.io~1web", "1")], "s:\n  a: 1\n  x.io/web: 1\n");
}

#[test]
fn every_character_comes_back() {
    let characters = (0..0x300).chain([0x2028, 0x2029, 0xfeff, 0xfffd, 0xffff, 0x1_f600]);
    for character in characters.filter_map(char::from_u32) {
        for text in [format!("{character}"), format!("a{character}b"), format!("{character} a")] {
            for (old, at) in [("k: x\n", "/k"), ("s: {k: x}\n", "/s/k"), ("{\"s\": 1}", "/s")] {
                let changes: [Change; 1] = [set_text(at, &text)];
                let edited = lawful(0, old, &changes);
                assert!(edited.is_ok(), "{text:?} in {old:?}: {edited:?}");
            }
        }
    }
}

#[test]
fn numbers() {
    edited("k: x\n", [set("/k", "-5")], "k: -5\n");
    edited("k: x\n", [set("/k", "0.5")], "k: 0.5\n");
    edited("k: x\n", [set("/k", "18446744073709551615")], "k: 18446744073709551615\n");
}
