//! What rules may know of the rest of a file: its inventory, collected before anything is judged.

use podproof_policy::{Inventory, inventory, objects};
use podproof_source::yaml;

/// The inventory of a text. Only documents that mention a kind of interest are read for it.
pub(crate) fn inventory(text: &[u8]) -> Inventory {
    let mut inventory = Inventory::default();
    if !mentions_others(text) {
        return inventory;
    }
    for (document, read) in yaml::read_where(text, mentions_others) {
        for object in objects(&read.root) {
            inventory.add(document, &object);
        }
    }
    inventory
}

/// Whether a text mentions something that goes into an inventory.
fn mentions_others(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = find(rest, b"kind") {
        rest = rest.get(at + b"kind".len()..).unwrap_or_default();
        if inventory::KINDS.iter().any(|kind| is_value(rest, kind.as_bytes())) {
            return true;
        }
    }
    let marks = [inventory::POD_IDENTITY_LABEL, inventory::STORE_DRIVER];
    marks.iter().any(|mark| find(text, mark.as_bytes()).is_some())
}

/// Whether a word is what follows a key.
fn is_value(behind_key: &[u8], word: &[u8]) -> bool {
    let is_mark = |byte: &&u8| matches!(byte, b'"' | b'\'' | b':' | b' ' | b'\t');
    let marks = behind_key.iter().take_while(is_mark).count();
    let value = behind_key.get(marks..).unwrap_or_default();
    let after = value.strip_prefix(word).map(|rest| rest.first());
    after.is_some_and(|next| next.is_none_or(|byte| !byte.is_ascii_alphanumeric()))
}

/// Where a word stands first.
fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, word)
}

#[cfg(test)]
mod tests {
    use super::{inventory, mentions_others};

    #[test]
    fn only_what_is_of_interest_is_read() {
        assert!(mentions_others(b"kind: Service\n"));
        assert!(mentions_others(b"{\"kind\":\"ServiceAccount\"}"));
        assert!(mentions_others(b"labels: {aadpodidbinding: x}"));
        assert!(mentions_others(b"csi: {driver: secrets-store.csi.k8s.io}"));
        assert!(!mentions_others(b"kind: ServiceMonitor\nspec: {kind: Pod}"));
    }

    #[test]
    fn documents_keep_their_numbers() {
        let text = b"---\n# nothing\n---\nkind: Pod\n---\na: [\n---\nnull\n---\napiVersion: v1\n\
                     kind: Service\nmetadata: {name: web}\n";
        let inventory = inventory(text);
        let services: Vec<_> = inventory.of_kind("Service").collect();
        assert_eq!(services.len(), 1);
        assert_eq!(services[0].document, 2);
        assert_eq!(services[0].object().name(), Some("web"));
    }
}
