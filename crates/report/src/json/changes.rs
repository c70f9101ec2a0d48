//! Changes as operations of a JSON Patch, without credentials.

use super::{Fields, list};
use crate::ObjectReport;
use podproof_policy::fix::Elsewhere;
use podproof_policy::{Fix, credential};
use podproof_source::{Change, Map, Node, Pointer, Value as Tree};

/// What a fix does: to its own object, to others, and to the text as a whole.
pub(super) fn write(fix: &Fix, object: &ObjectReport, out: &mut String) {
    let mut operations = Vec::new();
    for (index, change) in fix.changes.iter().enumerate() {
        let before = fix.changes.iter().take(index);
        operations.push(operation(change, before, (object.document, object.item)));
    }
    for (index, elsewhere) in fix.elsewhere.iter().enumerate() {
        let Elsewhere { document, item, object, change } = elsewhere;
        let same = |other: &&Elsewhere| (other.document, &other.object) == (*document, object);
        let before = fix.elsewhere.iter().take(index).filter(same).map(|other| &other.change);
        operations.push(operation(change, before, (*document, *item)));
    }
    let added = fix.new_objects.iter().map(|object| Operation {
        op: "add-document",
        pointer: Pointer::ROOT,
        value: Some(shown_object(object)),
        object: None,
    });
    operations.extend(added);
    list(&operations, out, write_operation);
}

/// A change as an operation of a JSON Patch on an object.
struct Operation {
    op: &'static str,
    pointer: Pointer,
    /// Shows no credential.
    value: Option<Node>,
    /// The document and the item.
    object: Option<(usize, Option<usize>)>,
}

/// `before` are the changes of the same object that come first.
fn operation<'c>(
    change: &Change,
    before: impl Iterator<Item = &'c Change>,
    object: (usize, Option<usize>),
) -> Operation {
    let (op, pointer, value) = match change {
        Change::Set { at, value } => (op_to_set(at), at.clone(), Some(shown_value(at, value))),
        Change::Remove { at } => ("remove", at.clone(), None),
        Change::RemoveItem { list, index, .. } => {
            let index = index.saturating_sub(removed_in_front(before, list, *index));
            ("remove", list.item(index), None)
        }
    };
    Operation { op, pointer, value, object: Some(object) }
}

fn write_operation(operation: &Operation, out: &mut String) {
    let Operation { op, pointer, value, object } = operation;
    let mut fields = Fields::new(out);
    fields.text("op", op);
    fields.text("pointer", &pointer.to_string());
    if let Some(value) = value {
        let value = serde_json::to_string(value).unwrap_or_default();
        fields.key("value").push_str(&value);
    }
    for (key, number) in [
        ("document", object.map(|(document, _)| document)),
        ("item", object.and_then(|(_, item)| item)),
    ] {
        match number {
            Some(number) => fields.key(key).push_str(&number.to_string()),
            None => fields.optional(key, None),
        }
    }
    fields.end();
}

/// What stands for a value that is not shown.
const HIDDEN: &str = "********";

/// The keys of a `Secret` or a `ConfigMap` under which a credential may stand, whatever it looks like.
fn holds_credentials(key: &str) -> bool {
    matches!(key, "data" | "stringData" | "binaryData")
}

/// A value of a change, without credentials.
fn shown_value(at: &Pointer, value: &Node) -> Node {
    let hides_all = at.steps().first().is_some_and(|step| holds_credentials(step));
    shown(value, hides_all)
}

/// An object, without credentials.
fn shown_object(object: &Node) -> Node {
    let entries = object.as_map().map(Map::entries).unwrap_or_default();
    let shown = entries
        .iter()
        .map(|entry| (entry.key.clone(), self::shown(&entry.value, holds_credentials(&entry.key))));
    Node::map(shown)
}

fn shown(value: &Node, hides_all: bool) -> Node {
    match &value.value {
        Tree::Map(map) => Node::map(
            map.entries().iter().map(|entry| (entry.key.clone(), shown(&entry.value, hides_all))),
        ),
        Tree::List(items) => Node::list(items.iter().map(|item| shown(item, hides_all))),
        Tree::String(text) if hides_all || credential::by_shape(text).is_some() => {
            Node::from(HIDDEN)
        }
        _ => value.clone(),
    }
}

/// `add` sets a key whether or not it is there, but would put a second item in front of an item.
fn op_to_set(at: &Pointer) -> &'static str {
    let is_number = |step: &str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    if at.steps().last().is_some_and(|step| is_number(step)) { "replace" } else { "add" }
}

/// How many items in front of one are gone by then: each operation sees the list as the ones before
/// it left it.
fn removed_in_front<'c>(
    before: impl Iterator<Item = &'c Change>,
    list: &Pointer,
    index: usize,
) -> usize {
    let in_front = |other: &&Change| {
        matches!(other, Change::RemoveItem { list: other, index: at, .. }
            if other == list && *at < index)
    };
    before.filter(in_front).count()
}

#[cfg(test)]
mod tests {
    use super::shown_value;
    use podproof_source::{Node, Pointer};

    #[test]
    fn no_credential_stands_in_a_change() {
        let token = ["ghp_", "0123456789abcdefghijABCDEFGHIJ4vBcXP"].concat();
        let hidden = Node::from("********");
        let args = Node::list([Node::from("-v"), Node::from(token.as_str())]);
        let shown = shown_value(&Pointer::new(["spec", "args"]), &args);
        assert_eq!(shown, Node::list([Node::from("-v"), hidden.clone()]));
        let data = Pointer::new(["stringData", "password"]);
        assert_eq!(shown_value(&data, &Node::from("hunter2")), hidden);
    }
}
