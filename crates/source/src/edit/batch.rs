//! Changes of several documents of a text that belong together.

use super::{Refusal, append_document, edit, remove_document};
use crate::change::{Change, Misfit};
use crate::{Node, Pointer, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Changes of a text that are made all together or not at all.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Documents are counted from 0, empty ones left out.
    edits: BTreeMap<usize, Vec<Change>>,
    removed: BTreeMap<usize, Vec<Pointer>>,
    appended: Vec<Node>,
    /// Where the list is that they are put into; else each becomes a document.
    list: Option<(usize, Pointer)>,
}

impl Batch {
    /// Also changes an object that stands at a place of a document. To remove its root is to take
    /// the object away: the document, or the item of a list. The same change is made once.
    pub fn change(&mut self, document: usize, object: &Pointer, change: &Change) {
        if matches!(change, Change::Remove { at } if at.steps().is_empty()) {
            let removed = self.removed.entry(document).or_default();
            if !removed.contains(object) {
                removed.push(object.clone());
            }
            return;
        }
        let change = change.behind(object);
        let edits = self.edits.entry(document).or_default();
        if !edits.contains(&change) {
            edits.push(change);
        }
    }

    /// Also puts an object behind the text.
    pub fn append(&mut self, object: Node) {
        self.appended.push(object);
    }

    /// Objects are not put behind the text, but into a list of a document.
    pub fn append_to(&mut self, document: usize, list: Pointer) {
        self.list = Some((document, list));
    }

    /// The objects that are put behind the text.
    pub fn appended(&self) -> &[Node] {
        &self.appended
    }

    /// The documents that go as a whole.
    pub fn removed_documents(&self) -> impl DoubleEndedIterator<Item = usize> {
        let is_whole = |(_, removed): &(&usize, &Vec<Pointer>)| removed.contains(&Pointer::ROOT);
        self.removed.iter().filter(is_whole).map(|(document, _)| *document)
    }

    /// The objects that are put behind the text, to be changed.
    pub fn appended_mut(&mut self) -> &mut Vec<Node> {
        &mut self.appended
    }

    /// The text after the changes. Whatever goes goes last, and from the end to the start, so that
    /// every place is still where it was.
    pub fn made(&self, text: &[u8]) -> Result<Vec<u8>, Refusal> {
        let mut text = text.to_vec();
        let touched: BTreeSet<&usize> = self.edits.keys().chain(self.removed.keys()).collect();
        let mut gone = Vec::new();
        for document in touched {
            let changes = self.changes(*document);
            match changes {
                None => gone.push(*document),
                Some(changes) => text = edit(&text, *document, &changes)?.text,
            }
        }
        let mut appended = self.appended.as_slice();
        if let Some((document, list)) = &self.list {
            let at = list.key("-");
            let add = |value: &Node| Change::Set { at: at.clone(), value: value.clone() };
            let changes: Vec<Change> = std::mem::take(&mut appended).iter().map(add).collect();
            text = edit(&text, *document, &changes)?.text;
        }
        for document in gone.into_iter().rev() {
            text = remove_document(&text, document)?;
        }
        for object in appended {
            text = append_document(&text, object)?;
        }
        Ok(text)
    }

    /// What becomes different in a document that stays.
    fn changes(&self, document: usize) -> Option<Vec<Change>> {
        let mut removed = self.removed.get(&document).cloned().unwrap_or_default();
        if removed.contains(&Pointer::ROOT) {
            return None;
        }
        removed.sort_by_cached_key(|at| std::cmp::Reverse(in_order(at)));
        let goes = |change: &Change| {
            let steps = change.at().steps();
            removed.iter().any(|removed| steps.starts_with(removed.steps()))
        };
        let mut changes = self.edits.get(&document).cloned().unwrap_or_default();
        changes.retain(|change| !goes(change));
        changes.extend(removed.into_iter().map(|at| Change::Remove { at }));
        Some(changes)
    }
}

/// The steps, so that items stand in the order of their numbers.
fn in_order(at: &Pointer) -> Vec<(Option<usize>, Box<str>)> {
    at.steps().iter().map(|step| (step.parse().ok(), step.clone())).collect()
}

/// The changes that give an object whatever another one has in addition. What both have must be
/// the same.
pub fn additions(object: &Node, other: &Node) -> Result<Vec<Change>, Misfit> {
    let mut changes = Vec::new();
    add(object, other, &Pointer::ROOT, &mut changes)?;
    Ok(changes)
}

fn add(old: &Node, new: &Node, at: &Pointer, changes: &mut Vec<Change>) -> Result<(), Misfit> {
    match (&old.value, &new.value) {
        (Value::Map(old), Value::Map(new)) => {
            for entry in new.entries() {
                let at = at.key(&entry.key);
                match old.get(&entry.key) {
                    Some(old) => add(&old.value, &entry.value, &at, changes)?,
                    None => changes.push(Change::Set { at, value: entry.value.clone() }),
                }
            }
            Ok(())
        }
        _ if old.equals(new) => Ok(()),
        _ => Err(Misfit { at: at.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Batch, additions};
    use crate::change::{Change, Misfit};
    use crate::edit::Refusal;
    use crate::{Node, Pointer};

    const TEXT: &str = "a: 1\n---\nb: 2\n---\nitems:\n- c: 1\n- c: 2\n- c: 3\n";

    fn set(key: &str, value: &str) -> Change {
        Change::Set { at: Pointer::new([key]), value: Node::from(value) }
    }

    fn made(batch: &Batch, text: &str) -> Result<String, Refusal> {
        Ok(String::from_utf8(batch.made(text.as_bytes())?).unwrap_or_default())
    }

    #[test]
    fn all_documents_are_changed_together() {
        let whole = Change::Remove { at: Pointer::ROOT };
        let item = |index| Pointer::new(["items"]).item(index);
        let mut batch = Batch::default();
        batch.change(0, &Pointer::ROOT, &whole);
        batch.change(0, &Pointer::ROOT, &set("x", "lost"));
        batch.change(1, &Pointer::ROOT, &set("b", "new"));
        batch.change(2, &item(0), &whole);
        batch.change(2, &item(1), &whole);
        batch.change(2, &item(1), &whole);
        batch.change(2, &item(1), &set("c", "lost"));
        batch.change(2, &item(2), &set("c", "new"));
        batch.append(Node::map([("d", "4")].map(|(key, value)| (key, Node::from(value)))));
        let expected = "b: new\n---\nitems:\n- c: new\n---\nd: \"4\"\n";
        assert_eq!(made(&batch, TEXT).as_deref(), Ok(expected));
    }

    #[test]
    fn objects_can_be_put_into_a_list() {
        let mut batch = Batch::default();
        batch.append(Node::map([("c", Node::from("4"))]));
        batch.append_to(2, Pointer::new(["items"]));
        batch.change(2, &Pointer::new(["items", "0"]), &Change::Remove { at: Pointer::ROOT });
        let expected = TEXT.replace("- c: 1\n", "") + "- c: \"4\"\n";
        assert_eq!(made(&batch, TEXT), Ok(expected));
    }

    #[test]
    fn nothing_is_changed_if_one_thing_cannot_be() {
        let mut batch = Batch::default();
        batch.change(0, &Pointer::ROOT, &set("a", "new"));
        batch.change(1, &Pointer::ROOT, &Change::Remove { at: Pointer::ROOT });
        assert_eq!(made(&batch, "a: 1\n---\nb: 2 # why\n"), Err(Refusal::CommentLost));
    }

    #[test]
    fn an_object_gets_what_another_one_has() {
        let node = |value: &str| {
            let data = Node::map([("a", Node::from("1")), (value, Node::from("2"))]);
            Node::map([("data", data)])
        };
        let b = Change::Set { at: Pointer::new(["data", "b"]), value: Node::from("2") };
        assert_eq!(additions(&node("a"), &node("a")), Ok(vec![]));
        let one = Node::map([("data", Node::map([("a", Node::from("1"))]))]);
        assert_eq!(additions(&one, &node("b")), Ok(vec![b]));
        let misfit = Misfit { at: Pointer::new(["data", "a"]) };
        assert_eq!(additions(&one, &node("a")), Err(misfit));
    }
}
