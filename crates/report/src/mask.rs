//! Values that no report shows, because a credential often stands there.

use podproof_policy::credential::{self, Arguments};
use podproof_policy::{Finding, Fix, Rule};
use podproof_source::{Node, Span};
use std::ops::Range;

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Adds the places where credentials stand in an object of a kind: Secrets as a whole, wherever
/// they stand, what `ConfigMap`s hold, environment variables, copies of whole objects in an
/// annotation, and whatever else has the shape of a credential or is one in a command line, whether
/// or not a rule is on that looks for it. Whole blocks, not only values: a key that stands there twice is in the tree only
/// once.
pub(crate) fn collect(object: &Node, kind: &str, places: &mut Vec<Span>) {
    if is_secret(kind) {
        places.push(object.span);
        collect_scalars(object, places);
    }
    visit(object, places);
}

/// Whether a kind is Secret, in any spelling.
pub(crate) fn is_secret(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("Secret")
}

fn visit(node: &Node, places: &mut Vec<Span>) {
    let kind = node.get("kind").and_then(Node::as_str).unwrap_or_default();
    if is_secret(kind) {
        places.push(node.span);
        collect_scalars(node, places);
    }
    let is_config = kind.eq_ignore_ascii_case("ConfigMap");
    if node.as_str().is_some_and(|text| credential::by_shape(text).is_some()) {
        places.push(node.span);
    }
    collect_arguments(node, places);
    for item in node.as_list().unwrap_or_default() {
        visit(item, places);
    }
    for entry in node.as_map().map(podproof_source::Map::entries).unwrap_or_default() {
        let is_config = is_config && matches!(&*entry.key, "data" | "binaryData");
        if is_config || matches!(&*entry.key, "env" | "stringData" | LAST_APPLIED) {
            collect_scalars(&entry.value, places);
            places.push(entry.value.span);
        } else {
            visit(&entry.value, places);
        }
    }
}

/// The items of a command line in which a credential stands, if this is a container that has one.
fn collect_arguments(node: &Node, places: &mut Vec<Span>) {
    let mut arguments = Arguments::default();
    let list = |key| node.get(key).and_then(Node::as_list).unwrap_or_default();
    for item in ["command", "args"].iter().flat_map(|key| list(key)) {
        if item.as_str().is_some_and(|text| arguments.next(text).is_some()) {
            places.push(item.span);
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

/// Hides the value in the message and the fix of a finding that points into one of the joined
/// places: an alias carried it to where a rule of the Standards quotes it. The other rules never
/// quote a value.
pub(crate) fn redact(finding: &mut Finding, places: &[Span]) {
    if is_hidden(finding, places) {
        finding.message = format!("{} (the value is hidden: it is a secret's)", finding.rule.title);
        if let Some(fix) = &mut finding.fix {
            redact_fix(fix, finding.rule);
        }
    }
}

/// Whether a finding points into one of the joined places, and could quote what stands there.
pub(crate) fn is_hidden(finding: &Finding, places: &[Span]) -> bool {
    let Some(span) = finding.span.filter(|_| finding.rule.standard.is_some()) else { return false };
    let before = places.partition_point(|place| place.start <= span.start);
    let place = before.checked_sub(1).and_then(|index| places.get(index));
    place.is_some_and(|place| span.start < place.end)
}

/// Leaves of a fix only what quotes nothing.
pub(crate) fn redact_fix(fix: &mut Fix, rule: &Rule) {
    fix.title = format!("change what `{}` found (the value is hidden: it is a secret's)", rule.id);
    fix.inputs.clear();
    fix.changes.clear();
    fix.elsewhere.clear();
    fix.new_objects.clear();
    fix.commands.clear();
}

/// Words behind which a credential may stand although the tree does not have it there: the first of
/// two equal keys, or a merge that another key overrides.
const SUSPICIOUS: [&[u8]; 4] = [b"env", b"value", b"data", b"Data"];

/// The text of a range with asterisks for masked places, and for what follows one or a suspicious
/// word on its line, except the findings themselves. Byte for byte, so that offsets stay right; bytes that
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
        if let Some(end) = suspicion(line).filter(|end| !is_only_a_key(&line[*end..])) {
            hide(&mut bytes, start + end..start + line.len());
        }
        start += line.len();
    }
    for end in masked.iter().map(|place| inside(place).end).filter(|end| *end > 0) {
        hide(&mut bytes, end..end + behind_secret(whole.get(end..).unwrap_or_default()));
    }
    for finding in findings.iter().map(inside) {
        if let (Some(shown), Some(own)) = (bytes.get_mut(finding.clone()), whole.get(finding)) {
            shown.copy_from_slice(own);
        }
    }
    for place in masked.iter().map(inside) {
        hide(&mut bytes, place);
    }
    hide_credentials(whole, &mut bytes);
    let mut from = 0;
    while let Some(Err(error)) = bytes.get(from..).map(std::str::from_utf8) {
        from += error.valid_up_to();
        if let Some(byte) = bytes.get_mut(from) {
            *byte = b'?';
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Hides what a detector finds in the lines themselves: in comments, keys and text that is no value.
fn hide_credentials(whole: &[u8], bytes: &mut [u8]) {
    let mut start = 0;
    for line in whole.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        let text = String::from_utf8_lossy(line);
        let mut from = 0;
        // Where bytes are no UTF-8 the places would be others: then all of the line goes.
        let is_exact = text.len() == line.len();
        while let Some(hit) = text.get(from..).and_then(credential::by_shape) {
            let place = from + hit.range.start..from + hit.range.end;
            from = place.end.max(from + 1);
            let place = if is_exact { place } else { 0..line.len() };
            hide(bytes, start + place.start..start + place.end);
        }
        start += line.len();
    }
}

/// How much of what follows a secret may tell of it: the rest of its line, and the lines of comments
/// directly below.
fn behind_secret(rest: &[u8]) -> usize {
    let mut lines = rest.split_inclusive(|byte| matches!(byte, b'\n' | b'\r'));
    let first = lines.next().map_or(0, <[u8]>::len);
    let is_comment =
        |line: &&[u8]| line.trim_ascii().is_empty() || line.trim_ascii().starts_with(b"#");
    first + lines.take_while(is_comment).map(<[u8]>::len).sum::<usize>()
}

/// Where the first suspicious word of a line ends. The `data` in `metadata` is no such word.
fn suspicion(line: &[u8]) -> Option<usize> {
    let ends = SUSPICIOUS.iter().filter_map(|word| {
        let is_one = |&start: &usize| {
            line.get(start..start + word.len()) == Some(word)
                && !(*word == b"data" && line[..start].ends_with(b"meta"))
        };
        (0..line.len()).find(is_one).map(|start| start + word.len())
    });
    ends.min()
}

/// As many marks as in `data": {`.
const LONGEST_MARKS: usize = 4;

/// Whether nothing stands behind a word but the marks that make it a key.
fn is_only_a_key(rest: &[u8]) -> bool {
    let marks = rest.trim_ascii();
    marks.len() <= LONGEST_MARKS && marks.iter().all(|byte| b":\"'{[]},|>- ".contains(byte))
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
    fn credentials_are_masked_wherever_they_stand() {
        let pod = "kind: Pod\nspec:\n  image: a\n  x: redis://:hunter2@a\n  y: b\n";
        let expected = "kind: Pod\nspec:\n  image: a\n  x: ******************\n  y: b\n";
        assert_eq!(shown(pod, &[]), expected);
        let pod =
            "kind: Pod\ncommand:\n  - web\nargs:\n  - --password\n  - hunter2\n  - --port=80\n";
        let expected =
            "kind: Pod\ncommand:\n  - web\nargs:\n  - --password\n  - *******\n  - --port=80\n";
        assert_eq!(shown(pod, &[]), expected);
    }

    #[test]
    fn a_credential_is_hidden_wherever_it_stands() {
        let token = ["gh", "p_", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"].concat();
        let pod = format!("kind: Pod\nspec: {{hostPID: true}} # {token}, {token}\n{token}: 1\n");
        let text = masked_text(pod.as_bytes(), 0..pod.len(), &[], &[]);
        assert!(!text.contains(&token[4..]), "{text}");
        assert!(text.contains("hostPID: true} # "), "{text}");
    }

    #[test]
    fn a_key_alone_on_its_line_is_no_secret() {
        let pod = "kind: Pod\nmetadata: {name: web}\ndata: |\n  x: metadata\n  \"data\": {\n  }\n";
        let text = masked_text(pod.as_bytes(), 0..pod.len(), &[], &[]);
        assert_eq!(text, pod);
        let hidden = masked_text(b"metadata: {x: 1, data: hunter2}", 0..31, &[], &[]);
        assert_eq!(hidden, "metadata: {x: 1, data**********");
        assert_eq!(masked_text(b"value: \"-:-:-:\"", 0..15, &[], &[]), "value**********");
    }

    #[test]
    fn a_finding_behind_a_suspicious_word_is_shown_unless_it_is_masked() {
        let pod = "a: {data: x, privileged: true}\n";
        assert_eq!(shown(pod, &[Span::new(25, 29)]), "a: {data*****************true*\n");
        let variable = "a: {env: [hunter2]}\n";
        assert_eq!(shown(variable, &[Span::new(10, 17)]), "a: {env************\n");
    }
}
