//! A JSON document stays one.

use super::support::{edited, edited_in, remove, remove_item, set, set_text};

#[test]
fn compact() {
    edited(r#"{"a":1}"#, [set("/b/c", "[yes]")], r#"{"a":1,"b":{"c":[true]}}"#);
    edited(r#"{"a":{}}"#, [set_text("/a/b", "x")], r#"{"a":{"b":"x"}}"#);
    edited(r#"{"a":[]}"#, [set_text("/a/-", "x")], r#"{"a":["x"]}"#);
    edited(r#"{"a":["x"]}"#, [set_text("/a/-", "w")], r#"{"a":["x","w"]}"#);
    edited(r#"{"a":null}"#, [set("/a/b", "1")], r#"{"a":{"b":1}}"#);
    edited(r#"{"a":1,"b":2}"#, [remove("/a")], r#"{"b":2}"#);
    edited(r#"{"a":1,"b":2}"#, [remove("/b")], r#"{"a":1}"#);
    edited(r#"{"a":1}"#, [remove("/a")], "{}");
}

#[test]
fn with_blanks_on_one_line() {
    edited(r#"{"a": 1, "b": [1, 2]}"#, [set_text("/c", "x")], r#"{"a": 1, "b": [1, 2], "c": "x"}"#);
}

#[test]
fn pretty() {
    edited(
        r#"
{
  "spec": {
    "hostPID": true
  }
}
"#,
        [set("/spec/hostIPC", "false")],
        r#"
{
  "spec": {
    "hostPID": true,
    "hostIPC": false
  }
}
"#,
    );
}

#[test]
fn pretty_with_a_missing_parent() {
    edited(
        r#"
{
    "spec": {
        "hostPID": false
    }
}
"#,
        [set("/spec/securityContext/runAsNonRoot", "true")],
        r#"
{
    "spec": {
        "hostPID": false,
        "securityContext": {
            "runAsNonRoot": true
        }
    }
}
"#,
    );
}

#[test]
fn indented_by_tabs() {
    edited(
        "{\n\t\"spec\": {\n\t\t\"hostPID\": false\n\t}\n}\n",
        [set("/spec/a", "1")],
        "{\n\t\"spec\": {\n\t\t\"hostPID\": false,\n\t\t\"a\": 1\n\t}\n}\n",
    );
}

#[test]
fn removing_lines() {
    let old = "{\n  \"a\": 1,\n  \"b\": [\n    \"x\",\n    \"w\"\n  ],\n  \"c\": 3\n}\n";
    edited(old, [remove("/a")], "{\n  \"b\": [\n    \"x\",\n    \"w\"\n  ],\n  \"c\": 3\n}\n");
    edited(old, [remove("/b")], "{\n  \"a\": 1,\n  \"c\": 3\n}\n");
    edited(old, [remove("/c")], "{\n  \"a\": 1,\n  \"b\": [\n    \"x\",\n    \"w\"\n  ]\n}\n");
    edited(
        old,
        [remove_item("/b", "w")],
        "{\n  \"a\": 1,\n  \"b\": [\n    \"x\"\n  ],\n  \"c\": 3\n}\n",
    );
}

#[test]
fn removing_the_only_line() {
    edited("{\n  \"a\": {\n    \"b\": 1\n  }\n}\n", [remove("/a/b")], "{\n  \"a\": {}\n}\n");
}

#[test]
fn one_object_behind_the_other() {
    let old = "{\"a\":1}\n{\"b\":2}\n";
    edited_in(1, old, [set_text("/c", "on")], "{\"a\":1}\n{\"b\":2,\"c\":\"on\"}\n");
    edited_in(0, old, [set_text("/c", "on")], "{\"a\":1,\"c\":\"on\"}\n{\"b\":2}\n");
}

#[test]
fn with_a_byte_order_mark_and_carriage_returns() {
    edited(
        "\u{feff}{\r\n  \"a\": 1\r\n}\r\n",
        [set("/b", "2")],
        "\u{feff}{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n",
    );
}

#[test]
fn texts_are_escaped_as_in_json() {
    edited(
        r#"{"a":1}"#,
        [set_text("/b", "a\"b\\c\n\t\u{7}")],
        "{\"a\":1,\"b\":\"a\\\"b\\\\c\\n\\t\\u0007\"}",
    );
}

/// It looks like JSON, but is none.
#[test]
fn braces_of_yaml() {
    edited("{\"a\": 1, b: 2}\n", [set("/c", "3")], "{\"a\": 1, b: 2, c: 3}\n");
}
