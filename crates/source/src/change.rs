//! What is to become different in an object, and the object that comes of it.

use crate::{Entry, Map, Node, Pointer, Span, Value};

/// A change of an object. Changes apply in order, each to the result of the one before.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Sets a value, whatever stood there. Parents that are absent or null become objects. With `-`
    /// as last step it is appended to a list.
    Set {
        /// Where.
        at: Pointer,
        /// What shall stand there.
        value: Node,
    },
    /// Takes a key or a list item away. One that is not there needs nothing.
    Remove {
        /// Which.
        at: Pointer,
    },
    /// Takes the items that equal a value out of a list, and with the last item the list itself.
    /// Unlike an index the value still means the same after other changes.
    RemoveItem {
        /// The list.
        list: Pointer,
        /// Where the item stood when the change was made.
        index: usize,
        /// The item.
        value: Node,
    },
}

/// Why a change does not fit an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Where the object is not as the change expects it.
    pub at: Pointer,
}

impl Change {
    /// Where it changes something.
    pub fn at(&self) -> &Pointer {
        match self {
            Self::Set { at, .. } | Self::Remove { at } => at,
            Self::RemoveItem { list, .. } => list,
        }
    }

    /// The same change of an object that stands inside another one.
    #[must_use]
    pub fn behind(&self, start: &Pointer) -> Self {
        match self.clone() {
            Self::Set { at, value } => Self::Set { at: at.behind(start), value },
            Self::Remove { at } => Self::Remove { at: at.behind(start) },
            Self::RemoveItem { list, index, value } => {
                Self::RemoveItem { list: list.behind(start), index, value }
            }
        }
    }
}

/// The object after changes.
pub fn apply(object: &Node, changes: &[Change]) -> Result<Node, Misfit> {
    let mut object = object.clone();
    for change in changes {
        match change {
            Change::Set { at, value } => set(&mut object, at, at.steps(), value),
            Change::Remove { at } => remove(&mut object, at.steps()),
            Change::RemoveItem { list, value, .. } => remove_item(&mut object, list.steps(), value),
        }?;
    }
    Ok(object)
}

/// Whether an object has, where each change goes, what the change expects there. Unlike [`apply`] it
/// copies nothing, and takes each change for the only one.
pub fn fits(object: &Node, changes: &[Change]) -> bool {
    changes.iter().all(|change| match change {
        Change::Set { at, .. } => is_way(object, at.steps()),
        // What is not there needs no removing. To remove the root is to remove the object.
        Change::Remove { .. } | Change::RemoveItem { .. } => true,
    })
}

fn is_way(node: &Node, steps: &[Box<str>]) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    match &node.value {
        Value::Null => true,
        Value::Map(map) => map.get(step).is_none_or(|entry| is_way(&entry.value, rest)),
        Value::List(_) if &**step == "-" => rest.is_empty(),
        Value::List(items) => {
            let item = step.parse::<usize>().ok().and_then(|index| items.get(index));
            item.is_some_and(|item| is_way(item, rest))
        }
        _ => false,
    }
}

fn set(node: &mut Node, at: &Pointer, steps: &[Box<str>], value: &Node) -> Result<(), Misfit> {
    let Some((step, rest)) = steps.split_first() else {
        *node = value.clone();
        return Ok(());
    };
    if node.is_null() {
        node.value = Value::Map(Map::default());
    }
    let misfit = || Misfit { at: at.clone() };
    match &mut node.value {
        Value::Map(map) => {
            if let Some(child) = map.get_mut(step) {
                return set(child, at, rest, value);
            }
            let mut child = Node::new(Value::Null);
            set(&mut child, at, rest, value)?;
            map.insert(step, child);
            Ok(())
        }
        Value::List(items) if &**step == "-" && rest.is_empty() => {
            items.push(value.clone());
            Ok(())
        }
        Value::List(items) => {
            let index: usize = step.parse().map_err(|_| misfit())?;
            set(items.get_mut(index).ok_or_else(misfit)?, at, rest, value)
        }
        _ => Err(misfit()),
    }
}

fn remove(node: &mut Node, steps: &[Box<str>]) -> Result<(), Misfit> {
    let Some((step, rest)) = steps.split_first() else {
        return Err(Misfit { at: Pointer::ROOT });
    };
    match &mut node.value {
        Value::Map(map) if rest.is_empty() => map.remove(step),
        Value::Map(map) => {
            if let Some(child) = map.get_mut(step) {
                remove(child, rest)?;
            }
        }
        Value::List(items) => {
            let index = step.parse().ok().filter(|index| *index < items.len());
            match index {
                Some(index) if rest.is_empty() => drop(items.remove(index)),
                Some(index) => remove(&mut items[index], rest)?,
                None => {}
            }
        }
        _ => {}
    }
    Ok(())
}

fn remove_item(node: &mut Node, list: &[Box<str>], value: &Node) -> Result<(), Misfit> {
    let Some(found) = at_mut(node, list) else { return Ok(()) };
    let Value::List(items) = &mut found.value else { return Ok(()) };
    items.retain(|item| !item.equals(value));
    if items.is_empty() { remove(node, list) } else { Ok(()) }
}

fn at_mut<'n>(node: &'n mut Node, steps: &[Box<str>]) -> Option<&'n mut Node> {
    steps.iter().try_fold(node, |node, step| match &mut node.value {
        Value::Map(map) => map.get_mut(step),
        Value::List(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// An operation of a JSON Patch (RFC 6902).
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// `add`
    Add(Pointer, Node),
    /// `replace`
    Replace(Pointer, Node),
    /// `remove`
    Remove(Pointer),
}

/// The shortest JSON Patch that makes one object of another: it enters only what differs, and adds
/// a missing parent once, with all that is in it.
pub fn json_patch(old: &Node, new: &Node) -> Vec<Operation> {
    let mut patch = Vec::new();
    differences(old, new, &Pointer::ROOT, &mut patch);
    patch
}

fn differences(old: &Node, new: &Node, at: &Pointer, patch: &mut Vec<Operation>) {
    if old.equals(new) {
        return;
    }
    match (&old.value, &new.value) {
        (Value::Map(old), Value::Map(new)) => differing_entries(old, new, at, patch),
        (Value::List(old), Value::List(new)) => differing_items(old, new, at, patch),
        _ => patch.push(Operation::Replace(at.clone(), new.clone())),
    }
}

fn differing_entries(old: &Map, new: &Map, at: &Pointer, patch: &mut Vec<Operation>) {
    for Entry { key, value, .. } in old.entries() {
        match new.get(key) {
            Some(kept) => differences(value, &kept.value, &at.key(key), patch),
            None => patch.push(Operation::Remove(at.key(key))),
        }
    }
    for Entry { key, value, .. } in new.entries() {
        if old.get(key).is_none() {
            patch.push(Operation::Add(at.key(key), value.clone()));
        }
    }
}

fn differing_items(old: &[Node], new: &[Node], at: &Pointer, patch: &mut Vec<Operation>) {
    // Each operation sees the list as the ones before left it.
    let mut index = 0;
    for step in crate::align::align(old, new) {
        match step {
            crate::align::Step::Keep(old, new) => {
                differences(old, new, &at.item(index), patch);
                index += 1;
            }
            crate::align::Step::Remove => patch.push(Operation::Remove(at.item(index))),
            crate::align::Step::Insert(new) => {
                patch.push(Operation::Add(at.item(index), new.clone()));
                index += 1;
            }
        }
    }
}

impl Map {
    /// Adds a key that is not there yet, behind all others.
    fn insert(&mut self, key: &str, value: Node) {
        let mut entries = std::mem::take(self).into_entries();
        entries.push(Entry { key: key.into(), key_span: Span::NONE, value });
        *self = Self::from_entries(entries);
    }

    fn remove(&mut self, key: &str) {
        let mut entries = std::mem::take(self).into_entries();
        entries.retain(|entry| &*entry.key != key);
        *self = Self::from_entries(entries);
    }
}
