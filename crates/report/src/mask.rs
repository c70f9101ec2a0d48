//! Values that no report shows, because a credential often stands there.

use podproof_source::{Node, Span};

/// The places of values of environment variables and of Secret data, wherever they stand in an
/// object.
pub(crate) fn secret_values(object: &Node) -> Vec<Span> {
    let mut places = Vec::new();
    if object.get("kind").and_then(Node::as_str) == Some("Secret") {
        for field in ["data", "stringData"] {
            collect_scalars(object.get(field), &mut places);
        }
    }
    visit(object, &mut places);
    places
}

fn visit(node: &Node, places: &mut Vec<Span>) {
    for item in node.as_list().unwrap_or_default() {
        visit(item, places);
    }
    for entry in node.as_map().map(podproof_source::Map::entries).unwrap_or_default() {
        if &*entry.key == "env" {
            for variable in entry.value.as_list().unwrap_or_default() {
                collect_scalars(variable.get("value"), places);
            }
        }
        visit(&entry.value, places);
    }
}

fn collect_scalars(node: Option<&Node>, places: &mut Vec<Span>) {
    let Some(node) = node else { return };
    for item in node.as_list().unwrap_or_default() {
        collect_scalars(Some(item), places);
    }
    for entry in node.as_map().map(podproof_source::Map::entries).unwrap_or_default() {
        collect_scalars(Some(&entry.value), places);
    }
    if node.as_list().is_none() && node.as_map().is_none() && node.span.is_some() {
        places.push(node.span);
    }
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
    use super::{masked_text, secret_values};

    #[test]
    fn values_of_variables_and_secrets_are_masked() {
        let text = "kind: Secret\ndata: {a: c2VjcmV0}\nspec: {env: [{name: P, value: hünter2}]}\n";
        let document = podproof_source::yaml::read(text.as_bytes()).next().unwrap().unwrap();
        let shown = masked_text(text.as_bytes(), 0..text.len(), &secret_values(&document.root));
        assert_eq!(
            shown,
            "kind: Secret\ndata: {a: ********}\nspec: {env: [{name: P, value: ********}]}\n"
        );
        assert_eq!(masked_text(b"a\xff\xfeb", 0..4, &[]), "a??b");
    }
}
