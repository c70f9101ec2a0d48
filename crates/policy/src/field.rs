//! A place in an object, whether or not something stands there.

use podproof_source::{Change, Entry, Node, Pointer, Span, Value};
use std::rc::Rc;

/// A field of an object. An absent field is still a field: it has a path, and a place to point at
/// (the key of its nearest present parent).
#[derive(Clone, Debug)]
pub struct Field<'a> {
    node: Option<&'a Node>,
    place: Span,
    path: Path<'a>,
}

/// The way from the object's root to a field.
#[derive(Clone, Debug, Default)]
pub struct Path<'a>(Option<Rc<(Path<'a>, Step<'a>)>>);

/// One step of a [`Path`].
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// Into the value of a key.
    Key(&'a str),
    /// Into a list item, from 0.
    Item(usize),
}

impl<'a> Field<'a> {
    /// The object itself.
    pub fn root(object: &'a Node) -> Self {
        Self { node: Some(object), place: first_line(object), path: Path::default() }
    }

    /// The field of this name. Null counts as absent, as it does for the API server.
    #[must_use]
    pub fn get(&self, key: &'a str) -> Self {
        let entry = self.node.and_then(Node::as_map).and_then(|map| map.get(key));
        self.child(key, entry)
    }

    fn child(&self, key: &'a str, entry: Option<&'a Entry>) -> Self {
        let path = self.path.then(Step::Key(key));
        let Some(entry) = entry.filter(|entry| !entry.value.is_null()) else {
            return Self { node: None, place: self.place, path };
        };
        let place = match entry.value.value {
            Value::Map(_) | Value::List(_) => entry.key_span,
            _ => entry.value.span,
        };
        Self { node: Some(&entry.value), place, path }
    }

    /// The field of this name if the object has the key, even with null.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<Self> {
        let entry = self.node?.as_map()?.get(key)?;
        Some(self.child(&entry.key, Some(entry)))
    }

    /// The same as an entry of this object that is pointed at by its key, even if it is a scalar: for
    /// texts of many lines.
    #[must_use]
    pub fn at_key_of(self, object: &Self, key: &str) -> Self {
        let entry = object.node.and_then(Node::as_map).and_then(|map| map.get(key));
        Self { place: entry.map_or(self.place, |entry| entry.key_span), ..self }
    }

    /// The field at the end of a way of names.
    #[must_use]
    pub fn at(&self, keys: &[&'a str]) -> Self {
        keys.iter().fold(self.clone(), |field, key| field.get(key))
    }

    /// The items of a list; nothing if this is no list. Null items are absent fields.
    pub fn items(&self) -> impl Iterator<Item = Self> + use<'a> {
        let items = self.node.and_then(Node::as_list).unwrap_or_default();
        let (list_place, path) = (self.place, self.path.clone());
        items.iter().enumerate().map(move |(index, item)| {
            let node = (!item.is_null()).then_some(item);
            let place = node.map_or(list_place, first_line);
            Self { node, place, path: path.then(Step::Item(index)) }
        })
    }

    /// The names and values of an object; nothing if this is no object.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        let entries =
            self.node.and_then(Node::as_map).map(podproof_source::Map::entries).unwrap_or_default();
        let this = self.clone();
        entries.iter().map(move |entry| (&*entry.key, this.child(&entry.key, Some(entry))))
    }

    /// Whether anything but null stands here.
    pub fn is_set(&self) -> bool {
        self.node.is_some()
    }

    /// The boolean here.
    pub fn as_bool(&self) -> Option<bool> {
        match self.node?.value {
            Value::Bool(bool) => Some(bool),
            _ => None,
        }
    }

    /// The text here.
    pub fn as_str(&self) -> Option<&'a str> {
        self.node?.as_str()
    }

    /// The integer here.
    pub fn as_int(&self) -> Option<i64> {
        match self.node?.value {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// What stands here.
    pub fn node(&self) -> Option<&'a Node> {
        self.node
    }

    /// Where to point: a scalar itself, the key of a list or object, the first line of an item.
    pub fn place(&self) -> Span {
        self.place
    }

    /// The change that sets a value here.
    pub fn set(&self, value: impl Into<Node>) -> Change {
        Change::Set { at: self.pointer(), value: value.into() }
    }

    /// The change that adds an item to the list here.
    pub fn append(&self, item: impl Into<Node>) -> Change {
        Change::Set { at: self.pointer().key("-"), value: item.into() }
    }

    /// The change that takes away what stands here.
    #[inline(never)]
    pub fn remove(&self) -> Change {
        Change::Remove { at: self.pointer() }
    }

    /// The change that takes this item, wherever it then stands, out of its list.
    #[inline(never)]
    pub fn remove_from(&self, list: &Self) -> Change {
        let pointer = self.pointer();
        let index = pointer.steps().last().and_then(|step| step.parse().ok()).unwrap_or_default();
        let value = self.node.cloned().unwrap_or(Node::new(Value::Null));
        Change::RemoveItem { list: list.pointer(), index, value }
    }

    #[inline(never)]
    fn pointer(&self) -> Pointer {
        let step = |step: &Step<'_>| match step {
            Step::Key(key) => (*key).to_owned(),
            Step::Item(index) => index.to_string(),
        };
        Pointer::new(self.path.steps().iter().map(step))
    }

    /// The way from the object's root.
    pub fn path(&self) -> &Path<'a> {
        &self.path
    }
}

/// The part of a list item that tells a reader which item it is: its name, or its first entry.
fn first_line(item: &Node) -> Span {
    let Some(map) = item.as_map() else { return item.span };
    let Some(entry) = map.get("name").or(map.entries().first()) else { return item.span };
    let end = match entry.value.value {
        Value::Map(_) | Value::List(_) | Value::Null => entry.key_span.end,
        // The value of an alias stands elsewhere.
        _ if entry.value.span.start < entry.key_span.end => entry.key_span.end,
        _ => entry.value.span.end,
    };
    Span { start: entry.key_span.start, end }
}

impl<'a> Path<'a> {
    fn then(&self, step: Step<'a>) -> Self {
        Self(Some(Rc::new((self.clone(), step))))
    }

    fn steps(&self) -> Vec<Step<'a>> {
        let mut steps = Vec::new();
        let mut path = self;
        while let Some(link) = &path.0 {
            steps.push(link.1);
            path = &link.0;
        }
        steps.reverse();
        steps
    }

    /// As people write it: `spec.containers[0].image`, `metadata.annotations["example.com/a"]`.
    pub fn dotted(&self) -> String {
        let mut text = String::new();
        for step in self.steps() {
            match step {
                Step::Item(index) => text += &format!("[{index}]"),
                Step::Key(key) if is_plain(key) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text += key;
                }
                Step::Key(key) => text += &format!("[{key:?}]"),
            }
        }
        text
    }

    /// As a JSON Pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        let mut text = String::new();
        for step in self.steps() {
            text.push('/');
            match step {
                Step::Item(index) => text += &index.to_string(),
                Step::Key(key) => text += &key.replace('~', "~0").replace('/', "~1"),
            }
        }
        text
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::Field;
    use podproof_source::yaml;

    #[test]
    fn paths_are_written_for_people_and_for_programs() {
        let text =
            b"metadata: {annotations: {example.com/a~b: x}}\nspec: {containers: [{name: a}]}";
        let document = yaml::read(text).next().unwrap().unwrap();
        let root = Field::root(&document.root);
        let annotation = root.at(&["metadata", "annotations", "example.com/a~b"]);
        assert_eq!(annotation.path().dotted(), r#"metadata.annotations["example.com/a~b"]"#);
        assert_eq!(annotation.path().pointer(), "/metadata/annotations/example.com~1a~0b");
        let image = root.at(&["spec", "containers"]).items().next().unwrap().get("image");
        assert_eq!(image.path().dotted(), "spec.containers[0].image");
        assert!(!image.is_set());
        assert_eq!(&text[image.place().range()], b"name: a");
    }
}
