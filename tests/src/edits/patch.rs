//! JSON Patch (RFC 6902), as little of it as is written, on `serde_json` values.

use podproof_source::Pointer;
use podproof_source::change::Operation;
use serde_json::Value;

/// The object after a patch; the reason, if the patch does not fit.
pub fn apply(object: &Value, patch: &[Operation]) -> Result<Value, String> {
    let mut object = object.clone();
    for operation in patch {
        let done = match operation {
            Operation::Add(at, value) => json(value).and_then(|value| add(&mut object, at, value)),
            Operation::Replace(at, value) => {
                json(value).and_then(|value| replace(&mut object, at, value))
            }
            Operation::Remove(at) => remove(&mut object, at),
        };
        done.ok_or_else(|| format!("{operation:?} does not fit"))?;
    }
    Ok(object)
}

fn json(node: &podproof_source::Node) -> Option<Value> {
    serde_json::to_value(node).ok()
}

fn parent<'v>(object: &'v mut Value, at: &Pointer) -> Option<(&'v mut Value, String)> {
    let written = at.to_string();
    let (parent, last) = written.rsplit_once('/')?;
    Some((object.pointer_mut(parent)?, last.replace("~1", "/").replace("~0", "~")))
}

fn add(object: &mut Value, at: &Pointer, value: Value) -> Option<()> {
    match parent(object, at)? {
        (Value::Object(map), key) => {
            // RFC 6902 allows `add` to replace; a shortest patch says `replace` then.
            map.insert(key, value).is_none().then_some(())
        }
        (Value::Array(items), key) => {
            let index = if key == "-" { items.len() } else { key.parse().ok()? };
            (index <= items.len()).then(|| items.insert(index, value))
        }
        _ => None,
    }
}

fn replace(object: &mut Value, at: &Pointer, value: Value) -> Option<()> {
    *object.pointer_mut(&at.to_string())? = value;
    Some(())
}

fn remove(object: &mut Value, at: &Pointer) -> Option<()> {
    match parent(object, at)? {
        (Value::Object(map), key) => map.remove(&key).map(drop),
        (Value::Array(items), key) => {
            let index: usize = key.parse().ok()?;
            (index < items.len()).then(|| drop(items.remove(index)))
        }
        _ => None,
    }
}
