//! A fix as changes of a text: of its object, of other objects, and of the text as a whole.

use crate::fix::Fix;
use crate::object::{Object, objects};
use podproof_source::change::{Misfit, apply};
use podproof_source::edit::{Batch, additions};
use podproof_source::{Node, Pointer};
use std::collections::BTreeMap;

/// Adds all that a fix changes to a batch. The fix belongs to the object that stands at a place of
/// a document; `documents` are those of the text that can be read.
pub fn add(
    batch: &mut Batch,
    fix: &Fix,
    (document, object): (usize, &Pointer),
    documents: &BTreeMap<usize, Node>,
) -> Result<(), Misfit> {
    for change in &fix.changes {
        batch.change(document, object, change);
    }
    for elsewhere in &fix.elsewhere {
        batch.change(elsewhere.document, &elsewhere.object, &elsewhere.change);
    }
    for object in &fix.new_objects {
        add_object(batch, object, documents)?;
    }
    Ok(())
}

/// The places that a fix changes, of all documents, in order.
pub fn places(fix: &Fix, (document, object): (usize, &Pointer)) -> Vec<(usize, Pointer)> {
    let own = fix.changes.iter().map(|change| (document, change.at().behind(object)));
    let others = fix
        .elsewhere
        .iter()
        .map(|elsewhere| (elsewhere.document, elsewhere.change.at().behind(&elsewhere.object)));
    let mut places: Vec<_> = own.chain(others).collect();
    places.sort_unstable();
    places
}

/// An object that the text has already, or is going to have, gets what it lacks of the new one: two
/// fixes may each put a key into the same Secret.
fn add_object(
    batch: &mut Batch,
    new: &Node,
    documents: &BTreeMap<usize, Node>,
) -> Result<(), Misfit> {
    for known in batch.appended_mut() {
        if is_same(new, known) {
            *known = apply(known, &additions(known, new)?)?;
            return Ok(());
        }
    }
    for (document, root) in documents {
        let objects = objects(root);
        if let Some(object) = objects.iter().find(|object| is_named(object, new)) {
            for change in additions(object.node, new)? {
                batch.change(*document, &object.at, &change);
            }
            return Ok(());
        }
    }
    let only = documents.iter().next().filter(|_| documents.len() == 1);
    if let Some((document, _)) = only.filter(|(_, root)| is_list(root)) {
        // All of the input is one list: the new object belongs there, in JSON too.
        batch.append_to(*document, Pointer::new(["items"]));
    }
    batch.append(new.clone());
    Ok(())
}

/// Whether a document is a list of objects of any kind.
fn is_list(document: &Node) -> bool {
    let is = |key, text| document.get(key).and_then(Node::as_str) == Some(text);
    let items = document.get("items").and_then(Node::as_list);
    is("kind", "List") && is("apiVersion", "v1") && items.is_some()
}

fn is_same(new: &Node, known: &Node) -> bool {
    objects(known).iter().any(|object| is_named(object, new))
}

/// Whether an object is the one that another tree describes: the cluster has it once.
fn is_named(object: &Object<'_>, new: &Node) -> bool {
    objects(new).iter().any(|new| {
        object.api_version == new.api_version
            && object.kind == new.kind
            && object.namespace() == new.namespace()
            && object.name() == new.name()
    })
}

#[cfg(test)]
mod tests {
    use super::add;
    use crate::fix::Fix;
    use podproof_source::edit::{Batch, Refusal};
    use podproof_source::{Node, Pointer, yaml};
    use std::collections::BTreeMap;

    fn node(text: &str) -> Node {
        yaml::read(text.as_bytes()).next().unwrap().unwrap().root
    }

    fn with_key(key: &str, value: &str) -> Fix {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\n";
        let secret = format!("{secret}stringData: {{{key}: {value}}}\n");
        Fix::safe(key.to_owned(), Vec::new()).with_new_object(node(&secret))
    }

    fn made(text: &str, fixes: &[Fix]) -> Result<String, Refusal> {
        let documents: BTreeMap<usize, Node> =
            yaml::read(text.as_bytes()).map(|read| read.unwrap().root).enumerate().collect();
        let mut batch = Batch::default();
        for fix in fixes {
            add(&mut batch, fix, (0, &Pointer::ROOT), &documents).map_err(Refusal::Misfit)?;
        }
        Ok(String::from_utf8(batch.made(text.as_bytes())?).unwrap())
    }

    #[test]
    fn an_object_is_put_behind_the_text_once() {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\nstringData:\n  a: x\n";
        let text = "kind: Pod\n";
        let both = [with_key("a", "x"), with_key("b", "z"), with_key("a", "x")];
        let one = made(text, &both[..1]).unwrap();
        assert_eq!(one, format!("{text}---\n{secret}"));
        assert_eq!(made(text, &both).unwrap(), format!("{one}  b: z\n"));
        // What the text has already gets only what it lacks.
        assert_eq!(made(&one, &both).unwrap(), format!("{one}  b: z\n"));
    }

    #[test]
    fn an_object_goes_into_the_list_that_is_the_whole_text() {
        let text = r#"{"apiVersion": "v1", "kind": "List", "items": [{"kind": "Pod"}]}"#;
        let both = [with_key("a", "x"), with_key("b", "z")];
        let list = node(&made(text, &both).unwrap());
        let kind = |item: &Node| item.get("kind").and_then(Node::as_str).unwrap().to_owned();
        let items = list.get("items").and_then(Node::as_list).unwrap();
        assert_eq!(items.iter().map(kind).collect::<Vec<_>>(), ["Pod", "Secret"]);
        assert!(made("{\"kind\": \"Pod\"}", &[with_key("a", "x")]).is_err());
    }

    #[test]
    fn a_key_with_another_value_is_left_alone() {
        let text = made("kind: Pod\n", &[with_key("a", "x")]).unwrap();
        assert!(matches!(made(&text, &[with_key("a", "z")]), Err(Refusal::Misfit(_))));
    }
}
