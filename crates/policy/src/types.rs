//! The types of all fields of the built-in kinds, and what the API server decodes into each.

mod quantity;
mod table;
mod time;

use podproof_source::{Node, Number, Value, base64};

pub use table::ROOTS;
pub(crate) use table::{CONTAINER, OBJECT_META, POD_SECURITY_CONTEXT, POD_SPEC, SECURITY_CONTEXT};

/// A kind, or an object inside one.
#[derive(Debug)]
pub struct Struct {
    /// The name in the API reference: `Container`.
    pub name: &'static str,
    /// The fields by name, sorted.
    pub fields: &'static [(&'static str, Type)],
}

/// The type of a field.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// A text.
    String,
    /// An amount with a unit: `500m`, `1Gi`.
    Quantity,
    /// An integer of 32 bits or a text.
    IntOrString,
    /// A time as in RFC 3339.
    Time,
    /// Bytes, written in base64.
    Bytes,
    /// Anything.
    Any,
    /// An object with these fields.
    Struct(&'static Struct),
    /// A list with items of this type.
    List(&'static Type),
    /// An object with any keys and values of this type.
    Map(&'static Type),
}

/// The struct of a built-in kind, if the table has it.
pub fn root(api_version: &str, kind: &str) -> Option<&'static Struct> {
    let found = table::ROOTS.iter().find(|root| (root.0, root.1) == (api_version, kind));
    found.map(|root| root.2)
}

impl Struct {
    /// The type of a field. The API server drops fields that it does not know.
    pub fn field(&self, name: &str) -> Option<Type> {
        let index = self.fields.binary_search_by_key(&name, |field| field.0).ok()?;
        self.fields.get(index).map(|field| field.1)
    }
}

impl Type {
    /// Whether the API server decodes this value into the type. What stands inside a list or an
    /// object is not looked at. Null is good everywhere: it counts as absent.
    pub fn accepts(self, node: &Node) -> bool {
        match (self, &node.value) {
            (Self::Any, _)
            | (_, Value::Null)
            | (Self::Bool, Value::Bool(_))
            | (Self::String | Self::IntOrString, Value::String(_))
            | (Self::Quantity, Value::Number(_))
            | (Self::Struct(_) | Self::Map(_), Value::Map(_))
            | (Self::List(_), Value::List(_)) => true,
            (Self::Int64, Value::Number(number)) => number.as_i64().is_some(),
            (Self::Int32 | Self::IntOrString, Value::Number(number)) => {
                number.as_i64().is_some_and(|int| i32::try_from(int).is_ok())
            }
            (Self::Quantity, Value::String(text)) => quantity::is_quantity(text),
            (Self::Time, Value::String(text)) => time::is_time(text),
            (Self::Bytes, Value::String(text)) => base64::decode(text).is_some(),
            // Go takes a list of numbers for bytes, too.
            (Self::Bytes, Value::List(items)) => items.iter().all(is_byte),
            _ => false,
        }
    }
}

fn is_byte(node: &Node) -> bool {
    match node.value {
        Value::Null => true,
        Value::Number(Number::Int(int)) => u8::try_from(int).is_ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Type, root, table};
    use podproof_source::yaml;

    fn accepts(of: Type, text: &str) -> bool {
        let document = format!("value: {text}");
        let document = yaml::read(document.as_bytes()).next().unwrap().unwrap();
        of.accepts(document.root.get("value").unwrap())
    }

    #[test]
    fn fields_are_found_by_name() {
        for (_, _, root) in table::ROOTS {
            assert!(root.fields.is_sorted_by_key(|field| field.0), "{}", root.name);
        }
        let Some(Type::Struct(spec)) = root("v1", "Pod").unwrap().field("spec") else { panic!() };
        assert!(matches!(spec.field("hostPID"), Some(Type::Bool)));
        assert!(matches!(spec.field("containers"), Some(Type::List(Type::Struct(_)))));
        assert!(spec.field("HostPID").is_none());
        assert!(root("v2", "Pod").is_none());
    }

    #[test]
    fn values_are_accepted_as_go_decodes_them() {
        let object = Type::Map(&Type::Any);
        for (of, good, bad) in [
            (Type::Bool, &["true", "null"][..], &["\"true\"", "1"][..]),
            (Type::Int32, &["-2147483648", "1e3"], &["2147483648", "1.5", "\"1\""]),
            (Type::Int64, &["9223372036854775807"], &["9223372036854775808", "true"]),
            (Type::String, &["\"1\"", "x"], &["1", "true", "[]"]),
            (Type::IntOrString, &["http", "80"], &["2147483648", "0.5", "true", "{}"]),
            (Type::Quantity, &["1", "0.5", "1Gi"], &["1gi", "true", "[]", "{}", "\"\""]),
            (Type::Time, &["\"2026-01-31T12:00:00Z\""], &["2026-01-31", "1"]),
            (Type::Bytes, &["aGk=", "[0, 255, null]"], &["aGk", "[256]", "[\"1\"]", "1", "{}"]),
            (Type::List(&Type::Any), &["[1]", "null"], &["{}", "x"]),
            (object, &["{a: 1}", "null"], &["[]", "x"]),
            (Type::Any, &["1", "[]", "{}", "x"], &[]),
        ] {
            for text in good {
                assert!(accepts(of, text), "{of:?} {text}");
            }
            for text in bad {
                assert!(!accepts(of, text), "{of:?} {text}");
            }
        }
    }
}
