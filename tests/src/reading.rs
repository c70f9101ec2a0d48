//! Texts, read by both sides.

use crate::Result;
use crate::oracle::Oracle;
use base64::Engine as _;
use fastrand::Rng;
use podproof_source::{Node, yaml};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Texts with escapes, one on a line: a row of the reference each, and more.
const ROWS: &str = include_str!("reading_rows.txt");

/// What came out of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Texts read.
    pub texts: usize,
    /// Texts that both sides read as the same objects.
    pub equal: usize,
    /// Texts that neither side reads.
    pub both_refuse: usize,
    /// Texts that both sides read, differently: each is a bypass.
    pub differ: Vec<String>,
    /// Texts that only `kubectl` reads, by our reason.
    pub refused_here: BTreeMap<String, Vec<String>>,
    /// Texts that only we read, by `kubectl`'s reason.
    pub read_here: BTreeMap<String, Vec<String>>,
}

/// Whether `docs/reading.md` has a row for a reason: its first cell begins the reason.
pub fn is_documented(reason: &str) -> bool {
    let rows = include_str!("../../docs/reading.md").lines();
    let mut cells = rows.filter_map(|row| row.strip_prefix("| ")?.split(" | ").next());
    cells.any(|cell| !cell.is_empty() && reason.starts_with(cell.trim()))
}

#[derive(Deserialize)]
struct Upstream {
    documents: Vec<Box<RawValue>>,
    error: String,
}

/// The rows, and so many mutated manifests.
pub fn compare(mutations: usize, seed: u64) -> Result<Outcome> {
    let mut oracle = Oracle::start("reading")?;
    let mut outcome = Outcome::default();
    let rows: Vec<Vec<u8>> = ROWS.lines().map(unescape).collect();
    for row in &rows {
        read_both(row, &mut oracle, &mut outcome)?;
    }
    let mut bases: Vec<Vec<u8>> = MANIFESTS.iter().map(|text| text.as_bytes().to_vec()).collect();
    bases.extend(rows);
    let mut rng = Rng::with_seed(seed);
    for _ in 0..mutations {
        // Mostly whole manifests: they have more places to go wrong.
        let manifest = rng.usize(..4) != 0;
        let among = if manifest { MANIFESTS.len() } else { bases.len() };
        let mut text = bases[rng.usize(..among)].clone();
        for _ in 0..rng.usize(1..4) {
            mutate(&mut text, &mut rng);
        }
        read_both(&text, &mut oracle, &mut outcome)?;
    }
    Ok(outcome)
}

fn read_both(text: &[u8], oracle: &mut Oracle, outcome: &mut Outcome) -> Result<()> {
    outcome.texts += 1;
    // `kubectl` takes the mark off before the reader that the oracle runs.
    let sent = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let encoded = base64::engine::general_purpose::STANDARD.encode(sent);
    let upstream: Upstream = oracle.ask(&format!("{{\"text\":\"{encoded}\"}}"))?;
    let shown = || String::from_utf8_lossy(text).escape_debug().to_string();
    let mut ours = Vec::new();
    let mut refusal = None;
    // Reported as a finding, so it matters little that `kubectl` may stumble over it.
    let mut has_ignored = false;
    for document in yaml::read(text) {
        match document {
            Ok(document) => {
                has_ignored |= document.ignored.is_some();
                ours.push(without_places(document.root));
            }
            Err(error) => {
                refusal = Some(error.to_string());
                break;
            }
        }
    }
    match (refusal, upstream.error.is_empty()) {
        (Some(reason), true) => {
            outcome.refused_here.entry(reason).or_default().push(shown());
        }
        (None, false) if has_ignored => outcome.both_refuse += 1,
        (None, false) => {
            outcome.read_here.entry(upstream.error).or_default().push(shown());
        }
        (Some(_), false) => outcome.both_refuse += 1,
        (None, true) => {
            let theirs: std::result::Result<Vec<Node>, _> =
                upstream.documents.iter().map(|raw| serde_json::from_str(raw.get())).collect();
            let theirs = theirs.map(|theirs| {
                theirs.into_iter().filter(|node| !node.is_null()).map(without_places).collect()
            });
            // A document with ignored text and nothing else counts as read as nothing.
            ours.retain(|node| !node.is_null());
            if theirs.as_ref().is_ok_and(|theirs: &Vec<Node>| *theirs == ours) {
                outcome.equal += 1;
            } else {
                let documents: Vec<&str> = upstream.documents.iter().map(|raw| raw.get()).collect();
                let ours = serde_json::to_string(&ours)?;
                let text = shown();
                outcome.differ.push(format!("{text}\n  kubectl: {documents:?}\n  here: {ours}"));
            }
        }
    }
    Ok(())
}

/// Places out, keys in one order: the way in which JSON objects are equal.
fn without_places(node: Node) -> Node {
    let mut value = serde_json::to_value(&node).unwrap_or_default();
    value.sort_all_objects();
    serde_json::from_value(value).unwrap_or(node)
}

fn unescape(row: &str) -> Vec<u8> {
    let mut text = String::new();
    let mut chars = row.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            text.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                text.extend(code);
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    text.into_bytes()
}

const PIECES: &[&str] = &[
    "\n",
    " ",
    "  ",
    "\t",
    "- ",
    ": ",
    ":",
    "#",
    " #",
    "|",
    ">",
    "|-",
    "&a ",
    "*a",
    "<<: *a\n",
    "---\n",
    "...\n",
    "yes",
    "no",
    "on",
    "y",
    "0777",
    "1_000",
    "0x1F",
    "1e3",
    ".5",
    "~",
    "null",
    "{",
    "}",
    "[",
    "]",
    ",",
    "!!str ",
    "!!int ",
    "! ",
    "!x ",
    "'",
    "\"",
    "\\",
    "\r",
    "\r\n",
    "?",
    "? ",
    "%",
    "@",
    "`",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{a0}",
    "é",
    "😀",
    "\0",
    "\u{7f}",
    "{{ x }}",
    "a: 1\n",
    "-\n",
    "\n\n",
    "--- ",
    "<<",
    "=",
    "!!binary ",
    "!!bool ",
    "!!float ",
    "!!null ",
    "\\n",
    "\u{fffd}",
];

fn mutate(text: &mut Vec<u8>, rng: &mut Rng) {
    let at = rng.usize(..=text.len());
    match rng.usize(..8) {
        0..=2 => {
            let piece = PIECES[rng.usize(..PIECES.len())];
            text.splice(at..at, piece.bytes());
        }
        3 => {
            let end = (at + rng.usize(1..6)).min(text.len());
            text.drain(at..end);
        }
        4 => edit_lines(text, rng, |lines, rng| {
            let from = rng.usize(..lines.len());
            let copy = lines[from].clone();
            lines.insert(rng.usize(..=lines.len()), copy);
        }),
        5 => edit_lines(text, rng, |lines, rng| {
            lines.remove(rng.usize(..lines.len()));
        }),
        6 => edit_lines(text, rng, |lines, rng| {
            let line = rng.usize(..lines.len());
            let blanks: &[u8] = [b" ".as_slice(), b"  ", b"\t", b"    "][rng.usize(..4)];
            lines[line].splice(0..0, blanks.iter().copied());
        }),
        _ => edit_lines(text, rng, |lines, rng| {
            let line = rng.usize(..lines.len());
            let blanks = lines[line].iter().take_while(|byte| **byte == b' ').count();
            lines[line].drain(..blanks.min(rng.usize(1..4)));
        }),
    }
}

fn edit_lines(text: &mut Vec<u8>, rng: &mut Rng, edit: impl FnOnce(&mut Vec<Vec<u8>>, &mut Rng)) {
    let mut lines: Vec<Vec<u8>> =
        text.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    if !lines.is_empty() {
        edit(&mut lines, rng);
        *text = lines.concat();
    }
}

const MANIFESTS: &[&str] = &[
    include_str!("../../examples/aks-demo.yaml"),
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels: {app: web, tier: \"on\"}\nspec:\n  replicas: 2\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n      annotations:\n        note: |\n          first line\n            second: line\n\n          last\n        folded: >-\n          some\n          words\n    spec:\n      # the pod\n      securityContext: &ctx\n        runAsNonRoot: true\n        seccompProfile: {type: RuntimeDefault}\n      containers:\n      - name: web\n        image: 'r.example.com/web:1.0'\n        args: [\"--port\", '8080', -v]\n        ports:\n        - containerPort: 8080\n          protocol: TCP\n        securityContext:\n          privileged: no\n          capabilities:\n            drop: [ALL]\n            add:\n              - NET_BIND_SERVICE\n      - name: side\n        image: r.example.com/side # pinned elsewhere\n        securityContext:\n          <<: *ctx\n          allowPrivilegeEscalation: off\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n    - port: 80\n      targetPort: 8080\n  selector:\n    app: web\n",
    "# two\r\napiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: c\r\ndata:\r\n  a: \"x\\ty\"\r\n  b: 'it''s'\r\n---\r\nkind: Pod\r\napiVersion: v1\r\nspec:\r\n  containers:\r\n  - {name: a, image: b, securityContext: {privileged: true}}\r\n",
    "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Pod\",\n  \"metadata\": {\"name\": \"p\", \"labels\": {}},\n  \"spec\": {\n    \"hostNetwork\": true,\n    \"containers\": [\n      {\"name\": \"a\", \"image\": \"b\", \"ports\": [{\"containerPort\": 8e1}]}\n    ]\n  }\n}\n{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": []}\n",
    "kind: Pod\napiVersion: v1\nspec:\n  initContainers: &c\n    - name: one\n      command: [\"sh\", \"-c\", \"echo hi; sleep 1\"]\n      env:\n        - {name: A, value: \"1\"}\n        - name: B\n          value: 2\n    -   name: two\n        securityContext: ~\n  containers: *c\n  volumes:\n    - name: v\n      emptyDir: {}\n    - hostPath:\n        path: /\n      name: w\n...\n",
];
