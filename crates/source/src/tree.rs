//! The tree that every check reads: plain data, a place at every key and value.

use crate::{Number, Span};

/// Deepest nesting that is read. Every recursion over a tree is bounded by it, so that a Wasm
/// stack of 64 KiB is safe. `kubectl` allows 10,000 levels; no real manifest comes near either.
pub const MAX_DEPTH: usize = 127;

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What was read.
    pub value: Value,
    /// Where it stands. For an alias, where the anchored value stands.
    pub span: Span,
}

/// A value as it arrives in the cluster: JSON's six shapes.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`, in any YAML 1.1 spelling.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(Box<str>),
    /// A list.
    List(Vec<Node>),
    /// An object.
    Map(Map),
}

/// An object: every key once, in the order in which the last value of each was set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    entries: Vec<Entry>,
    /// The order of the entries by key, where there are many.
    by_key: Box<[u32]>,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as text: `yes: 1` has the key `true`.
    pub key: Box<str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// A node that stands nowhere.
    pub fn new(value: Value) -> Self {
        Self { value, span: Span::NONE }
    }

    /// Whether the value is null.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The object, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items, if the value is a list.
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if the value is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key).map(|entry| &entry.value)
    }

    /// The value at the end of a way of keys.
    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Whether both are the same value, wherever they stand and in whatever order keys do.
    pub fn equals(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b))
            }
            (Value::Map(a), Value::Map(b)) => {
                let has = |entry: &Entry| {
                    b.get(&entry.key).is_some_and(|other| entry.value.equals(&other.value))
                };
                a.entries.len() == b.entries.len() && a.entries.iter().all(has)
            }
            (a, b) => a == b,
        }
    }

    /// An object with these keys, in order.
    pub fn map<K: Into<Box<str>>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        let entry =
            |(key, value): (K, Self)| Entry { key: key.into(), key_span: Span::NONE, value };
        Self::new(Value::Map(Map::from_entries(entries.into_iter().map(entry).collect())))
    }

    /// A list of these items.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Value::List(items.into_iter().collect()))
    }

    /// The value's shape, in the words of a message: `a number`, `an object`.
    pub fn shape(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::List(_) => "a list",
            Value::Map(_) => "an object",
        }
    }
}

impl Map {
    /// The map after setting these entries one after the other: the last one of a key wins.
    pub fn from_entries(entries: Vec<Entry>) -> Self {
        Self::from_entries_and(entries, |_| {})
    }

    /// The same, telling of each entry that another one overrides.
    pub(crate) fn from_entries_and(
        mut entries: Vec<Entry>,
        overridden: impl FnMut(&Entry),
    ) -> Self {
        keep_last_of_each_key(&mut entries, overridden);
        let mut by_key = Vec::new();
        if let (Ok(count), true) = (u32::try_from(entries.len()), entries.len() > SMALL) {
            by_key.extend(0..count);
            by_key.sort_unstable_by_key(|&index| &*entries[index as usize].key);
        }
        Self { entries, by_key: by_key.into() }
    }

    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        if self.by_key.is_empty() {
            return self.entries.iter().find(|entry| &*entry.key == key);
        }
        let key_of = |index: &u32| self.entries.get(*index as usize).map(|entry| &*entry.key);
        let found = self.by_key.binary_search_by_key(&Some(key), key_of).ok()?;
        self.entries.get(*self.by_key.get(found)? as usize)
    }

    /// The value of a key, to be changed.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let found = self.entries.iter_mut().find(|entry| &*entry.key == key);
        found.map(|entry| &mut entry.value)
    }

    /// All entries, by value.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// All entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl From<bool> for Node {
    fn from(bool: bool) -> Self {
        Self::new(Value::Bool(bool))
    }
}

impl From<i64> for Node {
    fn from(int: i64) -> Self {
        Self::new(Value::Number(Number::Int(int)))
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::new(Value::String(text.into()))
    }
}

/// Up to here comparing every pair of keys is faster than hashing them.
const SMALL: usize = 12;

fn keep_last_of_each_key(entries: &mut Vec<Entry>, mut overridden: impl FnMut(&Entry)) {
    let overwritten: Vec<usize> = if entries.len() <= SMALL {
        (0..entries.len())
            .filter(|&i| entries[i + 1..].iter().any(|later| later.key == entries[i].key))
            .collect()
    } else {
        let mut seen = std::collections::HashSet::with_capacity(entries.len());
        let mut earlier: Vec<usize> =
            (0..entries.len()).rev().filter(|&i| !seen.insert(&*entries[i].key)).collect();
        earlier.reverse();
        earlier
    };
    if overwritten.is_empty() {
        return;
    }
    let mut overwritten = overwritten.into_iter().peekable();
    let mut index = 0;
    entries.retain(|entry| {
        let keep = overwritten.next_if_eq(&index).is_none();
        index += 1;
        if !keep {
            overridden(entry);
        }
        keep
    });
}

#[cfg(test)]
mod tests {
    use super::{Entry, Map, Node, Value};
    use crate::{Number, Span};

    fn map(keys: impl Iterator<Item = usize>) -> Map {
        let entry = |(at, key): (usize, usize)| Entry {
            key: key.to_string().into(),
            key_span: Span::NONE,
            value: Node::new(Value::Number(Number::Int(i64::try_from(at).unwrap()))),
        };
        Map::from_entries(keys.enumerate().map(entry).collect())
    }

    #[test]
    fn the_last_value_of_a_key_wins_in_small_and_large_maps() {
        for distinct in [2, 50] {
            let read = map((0..distinct).chain(0..distinct));
            assert_eq!(read.entries().len(), distinct);
            for key in 0..distinct {
                let last = i64::try_from(distinct + key).unwrap();
                let entry = read.get(&key.to_string()).unwrap();
                assert_eq!(entry.value.value, Value::Number(Number::Int(last)));
            }
        }
    }
}
