//! JSON and the tree: reading what hosts give, building and writing what they get.

use podproof_source::{Entry, Map, Node, Number, Span, Value};

/// A value behind an address that a host holds.
#[derive(Debug)]
pub enum Held {
    /// A plain value.
    Value(Node),
    /// What an evaluation gave: OPA's set of results, here always of one.
    Result(Node),
}

/// How a host wants a value written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As JSON.
    Json,
    /// As a Rego term: sets are written as such.
    Rego,
}

/// Reads a JSON text; the error says what is wrong with it.
pub fn read(mut text: &[u8]) -> Result<Node, String> {
    // The Rust SDK counts the closing NUL of a string.
    while let [rest @ .., 0] = text {
        text = rest;
    }
    serde_json::from_slice(text).map_err(|error| error.to_string())
}

/// Writes a value.
pub fn write(held: &Held, form: Form) -> Vec<u8> {
    let (before, node, after): (&[u8], _, &[u8]) = match (held, form) {
        (Held::Value(node), _) => (b"", node, b""),
        (Held::Result(node), Form::Json) => (br#"[{"result":"#, node, b"}]"),
        (Held::Result(node), Form::Rego) => (br#"{{"result":"#, node, b"}}"),
    };
    let mut text = before.to_vec();
    // Cannot fail: the keys are strings and memory takes every byte.
    let _ = serde_json::to_writer(&mut text, node);
    text.extend(after);
    text
}

/// A string.
pub fn string(text: &str) -> Node {
    Node::new(Value::String(text.into()))
}

/// A list.
pub fn list(items: Vec<Node>) -> Node {
    Node::new(Value::List(items))
}

/// An object.
pub fn object<'a>(entries: impl IntoIterator<Item = (&'a str, Node)>) -> Node {
    let entry = |(key, value): (&str, Node)| Entry { key: key.into(), key_span: Span::NONE, value };
    Node::new(Value::Map(Map::from_entries(entries.into_iter().map(entry).collect())))
}

/// An object that gives each name its place in the list: OPA's shape for entrypoints and builtins.
pub fn numbered(names: &[&str]) -> Node {
    let number = |id| Node::new(Value::Number(Number::Int(id)));
    object(names.iter().copied().zip((0..).map(number)))
}

#[cfg(test)]
mod tests {
    use super::{Form, Held, numbered, read, write};

    #[test]
    fn a_result_is_a_list_in_json_and_a_set_in_rego() {
        let value = || read(br#"[{"msg":"x"}]"#).unwrap();
        assert_eq!(write(&Held::Value(value()), Form::Rego), br#"[{"msg":"x"}]"#);
        let result = Held::Result(value());
        assert_eq!(write(&result, Form::Json), br#"[{"result":[{"msg":"x"}]}]"#);
        assert_eq!(write(&result, Form::Rego), br#"{{"result":[{"msg":"x"}]}}"#);
    }

    #[test]
    fn names_get_their_ids() {
        let node = numbered(&["a/b", "c"]);
        assert_eq!(write(&Held::Value(node), Form::Json), br#"{"a/b":0,"c":1}"#);
    }

    #[test]
    fn a_closing_nul_is_no_part_of_the_text() {
        assert!(read(b"{}\0").is_ok());
        assert!(read(b"").is_err());
        assert!(read(b"{\0}").is_err());
    }
}
