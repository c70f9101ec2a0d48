//! Values that no report shows, because a credential often stands there.

use podproof_policy::Finding;
use podproof_source::{Node, Span};
use std::ops::Range;

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Adds the places where credentials stand in an object of a kind: Secrets as a whole, wherever
/// they stand, environment variables, and copies of whole objects in an annotation. Whole blocks,
/// not only values: a key that stands there twice is in the tree only once.
pub(crate) fn collect(object: &Node, kind: &str, places: &mut Vec<Span>) {
    if kind.eq_ignore_ascii_case("Secret") {
        places.push(object.span);
        collect_scalars(object, places);
    }
    visit(object, places);
}

fn visit(node: &Node, places: &mut Vec<Span>) {
    let kind = node.get("kind").and_then(Node::as_str).unwrap_or_default();
    if kind.eq_ignore_ascii_case("Secret") {
        places.push(node.span);
        collect_scalars(node, places);
    }
    for item in node.as_list().unwrap_or_default() {
        visit(item, places);
    }
    for entry in node.as_map().map(podproof_source::Map::entries).unwrap_or_default() {
        if matches!(&*entry.key, "env" | "stringData" | LAST_APPLIED) {
            collect_scalars(&entry.value, places);
            places.push(entry.value.span);
        } else {
            visit(&entry.value, places);
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

/// Sorts the places and joins those that overlap.
pub(crate) fn join(places: &mut Vec<Span>) {
    places.sort_unstable();
    places.dedup_by(|later, earlier| {
        let overlaps = later.start <= earlier.end;
        if overlaps {
            earlier.end = earlier.end.max(later.end);
        }
        overlaps
    });
}

/// Hides the value in the message of a finding that points into one of the joined places: an alias
/// carried it to where a rule of the Standards quotes it. The other rules never quote a value.
pub(crate) fn redact(finding: &mut Finding, places: &[Span]) {
    let Some(span) = finding.span.filter(|_| finding.rule.standard.is_some()) else { return };
    let before = places.partition_point(|place| place.start <= span.start);
    let place = before.checked_sub(1).and_then(|index| places.get(index));
    if place.is_some_and(|place| span.start < place.end) {
        finding.message = format!("{} (the value is hidden: it is a secret's)", finding.rule.title);
    }
}

/// Words behind which a credential may stand although the tree does not have it there: the first of
/// two equal keys, or a merge that another key overrides.
const SUSPICIOUS: [&[u8]; 4] = [b"env", b"value", b"data", b"Data"];

/// The text of a range with asterisks for masked places and for what follows a suspicious word on
/// its line, except the findings themselves. Byte for byte, so that offsets stay right; bytes that
/// are no UTF-8 become question marks.
pub(crate) fn masked_text(
    text: &[u8],
    range: Range<usize>,
    masked: &[Span],
    findings: &[Span],
) -> String {
    let whole = text.get(range.clone()).unwrap_or_default();
    let inside = |span: &Span| {
        let offset = |at: usize| at.clamp(range.start, range.end) - range.start;
        offset(span.range().start)..offset(span.range().end)
    };
    let mut bytes = whole.to_vec();
    let mut start = 0;
    for line in whole.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        let ends = SUSPICIOUS.iter().filter_map(|word| {
            Some(line.windows(word.len()).position(|part| part == *word)? + word.len())
        });
        if let Some(end) = ends.min() {
            hide(&mut bytes, start + end..start + line.len());
        }
        start += line.len();
    }
    for finding in findings.iter().map(inside) {
        if let (Some(shown), Some(own)) = (bytes.get_mut(finding.clone()), whole.get(finding)) {
            shown.copy_from_slice(own);
        }
    }
    for place in masked.iter().map(inside) {
        hide(&mut bytes, place);
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

fn hide(bytes: &mut [u8], place: Range<usize>) {
    for byte in bytes.get_mut(place).unwrap_or_default() {
        if !matches!(byte, b'\n' | b'\r') {
            *byte = b'*';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{collect, masked_text};
    use podproof_source::Span;

    fn shown(text: &str, findings: &[Span]) -> String {
        let document = podproof_source::yaml::read(text.as_bytes()).next().unwrap().unwrap();
        let mut masked = Vec::new();
        collect(&document.root, "", &mut masked);
        masked_text(text.as_bytes(), 0..text.len(), &masked, findings)
    }

    #[test]
    fn secrets_and_variables_are_masked() {
        assert!(!shown("kind: secret\nx: {a: hunter2}\n", &[]).contains("hunter2"));
        let pod = "kind: Pod\nspec: {a: b, env: [{value: hünter2}]}\n";
        let expected = "kind: Pod\nspec: {a: b, env**********************\n";
        assert_eq!(shown(pod, &[]), expected);
        assert_eq!(masked_text(b"a\xff\xfeb", 0..4, &[], &[]), "a??b");
    }

    #[test]
    fn a_finding_behind_a_suspicious_word_is_shown_unless_it_is_masked() {
        let pod = "a: {data: x, privileged: true}\n";
        assert_eq!(shown(pod, &[Span::new(25, 29)]), "a: {data*****************true*\n");
        let variable = "a: {env: [hunter2]}\n";
        assert_eq!(shown(variable, &[Span::new(10, 17)]), "a: {env************\n");
    }
}
