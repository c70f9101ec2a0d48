//! Changes of objects and JSON Patches, against other ways of doing the same.

use super::support::{remove, remove_item, set, value};
use fastrand::Rng;
use podproof_source::change::{Operation, apply, json_patch};
use podproof_source::{Change, Node};
use podproof_tests::edits::{apply_patch, random_changes, random_object};
use serde_json::Value;

fn json(node: &Node) -> Value {
    serde_json::to_value(node).unwrap()
}

/// The same changes on another tree. `None` if they do not fit.
fn applied(object: &Value, changes: &[Change]) -> Option<Value> {
    let mut object = object.clone();
    for change in changes {
        match change {
            Change::Set { at, value } => set_at(&mut object, at.steps(), json(value))?,
            Change::Remove { at } => {
                let (last, parent) = at.steps().split_last()?;
                match find(&mut object, parent) {
                    Some(Value::Object(map)) => drop(map.remove(&**last)),
                    Some(Value::Array(items)) => {
                        let index = last.parse().ok().filter(|index| *index < items.len());
                        index.map(|index: usize| items.remove(index));
                    }
                    _ => {}
                }
            }
            Change::RemoveItem { list, value, .. } => {
                let Some(Value::Array(items)) = find(&mut object, list.steps()) else { continue };
                let value = json(value);
                items.retain(|item| *item != value);
                if items.is_empty() {
                    object = applied(&object, &[Change::Remove { at: list.clone() }])?;
                }
            }
        }
    }
    Some(object)
}

fn find<'v>(object: &'v mut Value, steps: &[Box<str>]) -> Option<&'v mut Value> {
    steps.iter().try_fold(object, |value, step| match value {
        Value::Object(map) => map.get_mut(&**step),
        Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    })
}

fn set_at(object: &mut Value, steps: &[Box<str>], value: Value) -> Option<()> {
    let mut place = object;
    for (index, step) in steps.iter().enumerate() {
        if place.is_null() {
            *place = Value::Object(serde_json::Map::new());
        }
        place = match place {
            Value::Object(map) => map.entry(&**step).or_insert(Value::Null),
            Value::Array(items) => {
                if &**step == "-" && index + 1 == steps.len() {
                    items.push(Value::Null);
                    items.last_mut()?
                } else {
                    items.get_mut(step.parse::<usize>().ok()?)?
                }
            }
            _ => return None,
        };
    }
    *place = value;
    Some(())
}

fn random_pairs() -> impl Iterator<Item = (Node, Vec<Change>)> {
    (0..800).map(|seed| {
        let mut rng = Rng::with_seed(seed);
        let object = random_object(&mut rng);
        let changes = random_changes(&mut rng, &object);
        (object, changes)
    })
}

#[test]
fn changes_do_what_they_do_to_any_tree() {
    for (object, changes) in random_pairs() {
        let expected = applied(&json(&object), &changes);
        let got = apply(&object, &changes).ok().map(|node| json(&node));
        assert_eq!(got, expected, "{object:?}\n{changes:?}");
    }
}

#[test]
fn keys_keep_their_order_and_new_ones_come_last() {
    let object = value("{b: 1, a: {x: 1}, c: 3}");
    let changes = [set("/a/y", "1"), set("/d", "1"), set("/b", "2"), remove("/c")];
    let json = serde_json::to_string(&apply(&object, &changes).unwrap()).unwrap();
    assert_eq!(json, r#"{"b":2,"a":{"x":1,"y":1},"d":1}"#);
}

#[test]
fn a_patch_makes_the_new_object_of_the_old_one() {
    for (object, changes) in random_pairs() {
        let Ok(new) = apply(&object, &changes) else { continue };
        let patch = json_patch(&object, &new);
        assert_eq!(apply_patch(&json(&object), &patch).as_ref(), Ok(&json(&new)), "{patch:?}");
        assert_eq!(patch.is_empty(), object.equals(&new));
        let back = json_patch(&new, &object);
        assert_eq!(apply_patch(&json(&new), &back).as_ref(), Ok(&json(&object)), "{back:?}");
    }
}

#[test]
fn a_patch_makes_any_object_of_any_other() {
    for seed in 0..300 {
        let mut rng = Rng::with_seed(seed);
        let (old, new) = (random_object(&mut rng), random_object(&mut rng));
        let patch = json_patch(&old, &new);
        assert_eq!(apply_patch(&json(&old), &patch).as_ref(), Ok(&json(&new)), "{patch:?}");
    }
}

/// How many operations a patch for changes of `text` needs.
fn operations<const N: usize>(text: &str, changes: [Change; N]) -> Vec<Operation> {
    let old = value(text);
    json_patch(&old, &apply(&old, &changes).unwrap())
}

#[test]
fn patches_are_as_short_as_they_can_be() {
    let shown = |patch: &[Operation]| {
        let one = |operation: &Operation| match operation {
            Operation::Add(at, value) => format!("add {at} {}", json(value)),
            Operation::Replace(at, value) => format!("replace {at} {}", json(value)),
            Operation::Remove(at) => format!("remove {at}"),
        };
        patch.iter().map(one).collect::<Vec<_>>()
    };
    let added = operations("{}", [set("/s/t/x", "1"), set("/s/t/y", "2")]);
    assert_eq!(shown(&added), [r#"add /s {"t":{"x":1,"y":2}}"#]);
    let appended = operations("{l: [a, b]}", [set("/l/-", "c")]);
    assert_eq!(shown(&appended), [r#"add /l/2 "c""#]);
    let item = operations("{l: [a, b, c]}", [remove_item("/l", "b")]);
    assert_eq!(shown(&item), ["remove /l/1"]);
    let escaped = operations("{a: {}}", [set("/a/x~1y~0z", "1")]);
    assert_eq!(shown(&escaped), ["add /a/x~1y~0z 1"]);
    let nothing = operations("{a: 1, b: [x]}", [set("/a", "1"), remove("/c")]);
    assert_eq!(nothing, []);
}
