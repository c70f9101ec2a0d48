//! Values that no report shows, because a credential often stands there.

use podproof_source::{Node, Span};

/// Adds the places of environment variables and of Secret data in an object of a kind. Whole
/// blocks, not only their values: a key that stands there twice is in the tree only once.
pub(crate) fn collect(object: &Node, kind: &str, places: &mut Vec<Span>) {
    if kind == "Secret" || object.get("kind").and_then(Node::as_str) == Some("Secret") {
        let blocks = ["data", "stringData"].into_iter().filter_map(|field| object.get(field));
        places.extend(blocks.map(|block| block.span));
    }
    collect_variables(object, places);
}

fn collect_variables(node: &Node, places: &mut Vec<Span>) {
    for item in node.as_list().unwrap_or_default() {
        collect_variables(item, places);
    }
    for entry in node.as_map().map(podproof_source::Map::entries).unwrap_or_default() {
        if &*entry.key == "env" {
            collect_scalars(&entry.value, places);
            places.push(entry.value.span);
        } else {
            collect_variables(&entry.value, places);
        }
    }
}

/// The scalars in a value: those of an alias do not stand where the value does.
fn collect_scalars(node: &Node, places: &mut Vec<Span>) {
    for item in node.as_list().unwrap_or_default() {
        collect_scalars(item, places);
    }
    for entry in node.as_map().map(podproof_source::Map::entries).unwrap_or_default() {
        collect_scalars(&entry.value, places);
    }
    if node.as_list().is_none() && node.as_map().is_none() {
        places.push(node.span);
    }
}

/// What lies between the last text that was read and the end of the line of an error: nobody knows
/// what stands there.
pub(crate) fn rest_of_line(text: &[u8], read_until: u32, error: Span) -> Span {
    let behind = text.get(error.range().end..).unwrap_or_default();
    let rest = behind.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(behind.len());
    Span::new(read_until.min(error.start) as usize, error.range().end + rest)
}

/// The text of a range with masked values as asterisks, byte for byte, so that offsets stay right.
/// Bytes that are no UTF-8 become question marks.
pub(crate) fn masked_text(text: &[u8], range: std::ops::Range<usize>, masked: &[Span]) -> String {
    let mut bytes = text.get(range.clone()).unwrap_or_default().to_vec();
    for span in masked {
        let start = span.range().start.clamp(range.start, range.end) - range.start;
        let end = span.range().end.clamp(range.start, range.end) - range.start;
        for byte in bytes.get_mut(start..end).unwrap_or_default() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b'*';
            }
        }
    }
    let mut from = 0;
    while let Some(Err(error)) = bytes.get(from..).map(std::str::from_utf8) {
        from += error.valid_up_to();
        if let Some(byte) = bytes.get_mut(from) {
            *byte = b'?';
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{collect, masked_text};

    #[test]
    fn values_of_variables_and_secrets_are_masked() {
        let text = "kind: Secret\ndata: {a: c2VjcmV0}\nspec: {env: [{value: hünter2}]}\n";
        let document = podproof_source::yaml::read(text.as_bytes()).next().unwrap().unwrap();
        let mut masked = Vec::new();
        collect(&document.root, "", &mut masked);
        let shown = masked_text(text.as_bytes(), 0..text.len(), &masked);
        let expected = "kind: Secret\ndata: *************\nspec: {env: *******************}\n";
        assert_eq!(shown, expected);
        assert_eq!(masked_text(b"a\xff\xfeb", 0..4, &[]), "a??b");
    }
}
