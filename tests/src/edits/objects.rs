//! Random manifests: what is fixed in them, and values that are hard to write.

use fastrand::Rng;
use podproof_source::{Node, Number, Value};

/// Strings that other YAML versions, or careless quoting, take for something else.
pub const TRICKY: &[&str] = &[
    "",
    " ",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "True",
    "FALSE",
    "null",
    "~",
    "0777",
    "0o17",
    "0x1F",
    "1_000",
    "12e3",
    "1e3",
    ".5",
    "1.",
    "+1",
    "-0",
    ".inf",
    ".NaN",
    "1:30",
    "190:20:30",
    "2030-01-31",
    "2001-12-14t21:59:43.10-05:00",
    "=",
    "<<",
    "a: b",
    "a:",
    "a:b",
    ":a",
    "a #b",
    "a#b",
    "#b",
    "- a",
    "-a",
    "-",
    "--- x",
    "---",
    "...",
    "? a",
    "?a",
    ": a",
    ", a",
    "[a]",
    "]a",
    "{a: 1}",
    "}a",
    "{{ .Values.x }}",
    "&a b",
    "*a",
    "!a",
    "!!str a",
    "|a",
    "> a",
    "'a'",
    "it's",
    "\"a\"",
    "say \"x\"",
    "%a",
    "@a",
    "`a`",
    "a,b",
    "a, b",
    "a]b",
    "a}b",
    "a\\b",
    "C:\\dir\\",
    "\\",
    " a",
    "a ",
    "a\t",
    "\ta",
    "a\tb",
    "a\nb",
    "a\nb\n",
    "a\n\n\n",
    "\na",
    "\n",
    "  a\nb",
    "a\n  b\n\nc\n",
    "a\rb",
    "a\r\nb",
    "\u{7}",
    "a\u{85}b",
    "a\u{2028}b",
    "a\u{feff}b",
    "\u{feff}",
    "a\u{a0}b",
    "a\u{7f}b",
    "größe",
    "日本語 テキスト",
    "😀 a",
    "e\u{301}",
    "RuntimeDefault",
];

const PLAIN: &[&str] = &[
    "web",
    "nginx:1.27",
    "registry.example.com/team/app:v1.2.3",
    "RuntimeDefault",
    "some words in a row",
    "a longer text that wraps over lines when somebody writes it so",
    "/var/run/docker.sock",
    "--port=8080",
    "100m",
    "first line\nsecond line\n",
    "#!/bin/sh\nset -e\n\necho \"hi: there\" # not a comment\n",
    "no newline\nat the end",
    "blank tail\n\n\n",
    "  indented first\nthen not\n",
    "tab\there",
    "größe 日本 😀",
];

const KEYS: &[&str] = &[
    "app",
    "tier",
    "note",
    "config.yaml",
    "app.kubernetes.io/name",
    "container.apparmor.security.beta.kubernetes.io/web",
    "größe",
    "日本",
    "with space",
    "it's",
    "a#b",
    "true",
    "on",
    "1",
    "0777",
    "-x",
    "a: b",
    "say \"x\"",
    "~tilde",
    "null",
    "",
];

pub fn pick<'a, T: ?Sized>(rng: &mut Rng, choices: &'a [&'a T]) -> &'a T {
    choices[rng.usize(..choices.len())]
}

/// A string, hard to write about every third time.
pub fn string(rng: &mut Rng) -> Node {
    match rng.usize(..24) {
        0..8 => pick(rng, TRICKY).into(),
        8 => "long ".repeat(rng.usize(30..60)).trim_end().into(),
        9 => "x".repeat(rng.usize(90..300)).as_str().into(),
        _ => pick(rng, PLAIN).into(),
    }
}

/// Anything but a list or an object.
pub fn scalar(rng: &mut Rng) -> Node {
    match rng.usize(..12) {
        0 | 1 => Node::from(rng.bool()),
        2 | 3 => Node::from(i64::from(rng.i32(-5..70_000))),
        4 => Node::new(Value::Number(Number::Float(0.5))),
        5 => Node::new(Value::Null),
        6 => Node::from(i64::MAX),
        _ => string(rng),
    }
}

/// Any value with at most so many levels in it.
pub fn anything(rng: &mut Rng, levels: usize) -> Node {
    if levels == 0 || rng.usize(..3) == 0 {
        return scalar(rng);
    }
    let count = rng.usize(..5);
    if rng.bool() {
        Node::list((0..count).map(|_| anything(rng, levels - 1)))
    } else {
        Node::map((0..count).map(|_| (key(rng), anything(rng, levels - 1))).collect::<Vec<_>>())
    }
}

pub fn key(rng: &mut Rng) -> &'static str {
    pick(rng, KEYS)
}

/// A manifest.
pub fn object(rng: &mut Rng) -> Node {
    let pod = |rng: &mut Rng| vec![("metadata", metadata(rng)), ("spec", pod_spec(rng))];
    match rng.usize(..10) {
        0..4 => of("v1", "Pod", pod(rng), rng),
        4..7 => {
            let mut spec = vec![("template", Node::map(pod(rng)))];
            if rng.bool() {
                spec.insert(0, ("selector", Node::map([("matchLabels", labels(rng))])));
            }
            if rng.bool() {
                spec.push(("replicas", Node::from(2)));
            }
            of("apps/v1", "Deployment", vec![("spec", Node::map(spec))], rng)
        }
        7 => {
            let job = Node::map([("template", Node::map(pod(rng)))]);
            let job = Node::map([("spec", job)]);
            let spec = Node::map([("schedule", "*/5 * * * *".into()), ("jobTemplate", job)]);
            of("batch/v1", "CronJob", vec![("spec", spec)], rng)
        }
        8 => {
            let count = rng.usize(1..3);
            let items = (0..count).map(|_| of("v1", "Pod", pod(rng), rng));
            let items = Node::list(items.collect::<Vec<_>>());
            Node::map([("apiVersion", "v1".into()), ("kind", "List".into()), ("items", items)])
        }
        _ => {
            let data = anything(rng, 5);
            of("v1", "ConfigMap", vec![("metadata", metadata(rng)), ("data", data)], rng)
        }
    }
}

fn of(version: &str, kind: &str, rest: Vec<(&'static str, Node)>, rng: &mut Rng) -> Node {
    let mut entries = vec![("apiVersion", Node::from(version)), ("kind", Node::from(kind))];
    entries.extend(rest);
    if rng.usize(..4) == 0 {
        rng.shuffle(&mut entries);
    }
    Node::map(entries)
}

fn metadata(rng: &mut Rng) -> Node {
    let mut entries = vec![("name", Node::from("web"))];
    if rng.bool() {
        entries.push(("labels", labels(rng)));
    }
    if rng.usize(..3) == 0 {
        entries.push(("annotations", sometimes_empty(rng, labels)));
    }
    Node::map(entries)
}

fn labels(rng: &mut Rng) -> Node {
    let count = rng.usize(1..4);
    Node::map((0..count).map(|_| (key(rng), string(rng))).collect::<Vec<_>>())
}

/// The value, or one of the ways of having none.
fn sometimes_empty(rng: &mut Rng, value: impl FnOnce(&mut Rng) -> Node) -> Node {
    match rng.usize(..6) {
        0 => Node::new(Value::Null),
        1 => Node::map::<&str>([]),
        _ => value(rng),
    }
}

fn some(rng: &mut Rng, entries: Vec<(&'static str, Node)>) -> Node {
    let mut kept: Vec<_> = entries.into_iter().filter(|_| rng.usize(..5) < 2).collect();
    if rng.bool() {
        rng.shuffle(&mut kept);
    }
    Node::map(kept)
}

fn pod_spec(rng: &mut Rng) -> Node {
    let mut entries = Vec::new();
    for field in ["hostNetwork", "hostPID", "hostIPC"] {
        if rng.usize(..5) == 0 {
            entries.push((field, Node::from(true)));
        }
    }
    if rng.usize(..2) == 0 {
        entries.push(("securityContext", sometimes_empty(rng, pod_security)));
    }
    for list in ["initContainers", "containers"] {
        if list == "containers" || rng.usize(..4) == 0 {
            let count = if rng.usize(..12) == 0 { 0 } else { rng.usize(1..4) };
            entries.push((list, Node::list((0..count).map(|_| container(rng)))));
        }
    }
    if rng.usize(..3) == 0 {
        let count = rng.usize(1..4);
        entries.push(("volumes", Node::list((0..count).map(|_| volume(rng)))));
    }
    if rng.usize(..6) == 0 {
        entries.push(("nodeSelector", labels(rng)));
    }
    if rng.usize(..5) == 0 {
        rng.shuffle(&mut entries);
    }
    Node::map(entries)
}

fn pod_security(rng: &mut Rng) -> Node {
    let sysctl = Node::map([("name", "kernel.msgmax".into()), ("value", "65536".into())]);
    let entries = vec![
        ("runAsNonRoot", Node::from(rng.bool())),
        ("runAsUser", Node::from(i64::from(rng.u16(..3)))),
        ("fsGroup", Node::from(2000)),
        ("sysctls", Node::list([sysctl])),
        ("seccompProfile", seccomp(rng)),
        ("supplementalGroups", Node::list([1.into(), 2.into()])),
    ];
    some(rng, entries)
}

fn seccomp(rng: &mut Rng) -> Node {
    let kind = pick(rng, &["RuntimeDefault", "Unconfined", "Localhost"]);
    sometimes_empty(rng, |_| Node::map([("type", kind.into())]))
}

fn container(rng: &mut Rng) -> Node {
    let mut entries = vec![("name", Node::from(pick(rng, &["web", "side", "init"])))];
    let port = Node::map([("containerPort", 8080.into()), ("hostPort", 80.into())]);
    let env = |rng: &mut Rng| Node::map([("name", "A".into()), ("value", string(rng))]);
    let optional = [
        ("image", string(rng)),
        ("command", Node::list((0..rng.usize(..3)).map(|_| string(rng)).collect::<Vec<_>>())),
        ("env", Node::list([env(rng), env(rng)])),
        ("ports", Node::list([port])),
        ("resources", sometimes_empty(rng, |_| Node::map([("limits", Node::map::<&str>([]))]))),
    ];
    entries.extend(optional.into_iter().filter(|_| rng.usize(..3) == 0));
    if rng.usize(..3) < 2 {
        entries.push(("securityContext", sometimes_empty(rng, container_security)));
    }
    if rng.usize(..6) == 0 {
        rng.shuffle(&mut entries);
    }
    Node::map(entries)
}

fn container_security(rng: &mut Rng) -> Node {
    let drop = Node::list([Node::from(pick(rng, &["all", "ALL", "CAP_NET_RAW"]))]);
    let count = rng.usize(..4);
    let names = ["NET_BIND_SERVICE", "SYS_ADMIN", "NET_RAW"];
    let add = Node::list(names.iter().take(count).map(|name| Node::from(*name)));
    let capabilities = some(rng, vec![("drop", drop), ("add", add)]);
    let entries = vec![
        ("privileged", Node::from(rng.bool())),
        ("allowPrivilegeEscalation", Node::from(rng.bool())),
        ("runAsNonRoot", Node::from(rng.bool())),
        ("runAsUser", Node::from(0)),
        ("capabilities", capabilities),
        ("procMount", "Unmasked".into()),
        ("seccompProfile", seccomp(rng)),
    ];
    some(rng, entries)
}

fn volume(rng: &mut Rng) -> Node {
    let kind = match rng.usize(..3) {
        0 => ("hostPath", Node::map([("path", "/var/run".into()), ("type", "Directory".into())])),
        1 => ("emptyDir", Node::map::<&str>([])),
        _ => ("hostPath", Node::map([("path", "/".into())])),
    };
    let mut entries = vec![("name", Node::from("v")), kind];
    if rng.usize(..3) == 0 {
        entries.reverse();
    }
    Node::map(entries)
}
