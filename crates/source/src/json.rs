//! The tree and serde: JSON that a server already decoded becomes a tree without places.

use crate::{Entry, MAX_DEPTH, Map, Node, Number, Span, Value};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::fmt;

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        NodeAtDepth(0).deserialize(deserializer)
    }
}

/// Reads a node that stands inside this many lists and objects.
#[derive(Clone, Copy)]
struct NodeAtDepth(usize);

impl NodeAtDepth {
    fn inside<E: Error>(self) -> Result<Self, E> {
        if self.0 == MAX_DEPTH {
            return Err(E::custom(format_args!("nested more than {MAX_DEPTH} levels deep")));
        }
        Ok(Self(self.0 + 1))
    }
}

impl<'de> DeserializeSeed<'de> for NodeAtDepth {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self).map(Node::new)
    }
}

impl<'de> Visitor<'de> for NodeAtDepth {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, bool: bool) -> Result<Value, E> {
        Ok(Value::Bool(bool))
    }

    fn visit_i64<E: Error>(self, int: i64) -> Result<Value, E> {
        Ok(Value::Number(Number::Int(int)))
    }

    fn visit_u64<E: Error>(self, int: u64) -> Result<Value, E> {
        Ok(Value::Number(i64::try_from(int).map_or(Number::Unsigned(int), Number::Int)))
    }

    fn visit_f64<E: Error>(self, float: f64) -> Result<Value, E> {
        Ok(Value::Number(Number::from_float(float)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut entries = Vec::new();
        while let Some(key) = object.next_key_seed(Key)? {
            let value = object.next_value_seed(inside)?;
            entries.push(Entry { key, key_span: Span::NONE, value });
        }
        Ok(Value::Map(Map::from_entries(entries)))
    }
}

/// Reads a key. Unlike `String` it has no use for serde's messages on wrong types, which would carry
/// the formatting of floats into the Wasm modules.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Box<str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Box<str>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Box<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Box<str>, E> {
        Ok(key.into())
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(bool) => serializer.serialize_bool(*bool),
            Value::Number(Number::Int(int)) => serializer.serialize_i64(*int),
            Value::Number(Number::Unsigned(int)) => serializer.serialize_u64(*int),
            Value::Number(Number::Float(float)) => serializer.serialize_f64(*float),
            Value::String(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items),
            Value::Map(map) => {
                let mut object = serializer.serialize_map(Some(map.entries().len()))?;
                for entry in map.entries() {
                    object.serialize_entry(&*entry.key, &entry.value)?;
                }
                object.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Node;

    #[test]
    fn json_goes_through_the_tree_unchanged_and_the_last_duplicate_wins() {
        let text = r#"{"a":[1,-2,18446744073709551615,0.5,null,true,"x"],"b":{},"a2":1,"a2":2}"#;
        let node: Node = serde_json::from_str(text).unwrap();
        let written = serde_json::to_string(&node).unwrap();
        assert_eq!(written, r#"{"a":[1,-2,18446744073709551615,0.5,null,true,"x"],"b":{},"a2":2}"#);
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(serde_json::from_str::<Node>(&nested(127)).is_ok());
        assert!(serde_json::from_str::<Node>(&nested(128)).is_err());
    }
}
