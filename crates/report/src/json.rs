//! The JSON report: a contract, described in `docs/schema.json` once it is released.
//!
//! Written file by file, so that a long run needs no memory for what is already printed.

mod changes;

use crate::{FileReport, Note, ObjectReport, Status, Summary};
use podproof_policy::{Finding, Fix, Profile};
use podproof_source::{Lines, Position, Span};
use serde_json::{Value, json};

/// What comes before the files.
pub fn head(profile: &Profile) -> String {
    let tool = json!({"name": "podproof", "version": env!("CARGO_PKG_VERSION")});
    let profile = json!({"profile": profile.base.name(), "version": profile.version.to_string()});
    format!("{{\"schema\":1,\"tool\":{tool},\"profile\":{profile},\"files\":[")
}

/// What comes after the files.
pub fn tail(summary: &Summary) -> String {
    let summary = json!({
        "files": summary.files,
        "objects": summary.objects,
        "findings": {
            "error": summary.errors,
            "warning": summary.warnings,
            "info": summary.infos,
        },
        "unreadable": summary.unreadable,
        "suppressed": summary.suppressed,
    });
    format!("],\"summary\":{summary}}}")
}

/// One file; put a comma between two.
pub fn file(report: &FileReport, text: &[u8]) -> String {
    // Nothing in a clean file needs a place.
    let has_places = report.objects.iter().any(|found| !found.findings.is_empty());
    let has_places = has_places || !report.notes.is_empty();
    let lines = Lines::new(if has_places { text } else { &[] });
    let status = match report.status {
        Status::Checked => "checked",
        Status::PartlyChecked => "partly-checked",
        Status::Unreadable => "unreadable",
        Status::PassedOver => "passed-over",
    };
    let mut out = String::new();
    let mut fields = Fields::new(&mut out);
    fields.text("path", &report.path);
    fields.text("status", status);
    list(&report.notes, fields.key("notes"), |found, out| note(found, &lines, out));
    fields.key("objects").push('[');
    for (index, found) in report.objects.iter().enumerate() {
        out += if index > 0 { "," } else { "" };
        object(found, &lines, &mut out);
    }
    out += "]}";
    out
}

fn note(note: &Note, lines: &Lines<'_>, out: &mut String) {
    let mut fields = Fields::new(out);
    fields.text("message", &note.message);
    match note.span {
        Some(span) => range(span, lines, fields.key("range")),
        None => fields.optional("range", None),
    }
    fields.end();
}

/// Writes an object finding by finding: there may be very many.
fn object(object: &ObjectReport, lines: &Lines<'_>, out: &mut String) {
    let head = json!({
        "document": object.document,
        "item": object.item,
        "apiVersion": object.api_version,
        "kind": object.kind,
        "namespace": object.namespace,
        "name": object.name,
    });
    let head = head.to_string();
    out.push_str(head.trim_end_matches('}'));
    out.push_str(",\"findings\":[");
    for (index, found) in object.findings.iter().enumerate() {
        out.push_str(if index > 0 { "," } else { "" });
        finding(found, object, lines, out);
    }
    out.push_str("]}");
}

/// Writes a finding key by key: building a tree first would take most of the time of a run.
fn finding(finding: &Finding, object: &ObjectReport, lines: &Lines<'_>, out: &mut String) {
    let standard = finding.rule.standard;
    let container = finding.container.as_ref();
    let mut fields = Fields::new(out);
    fields.text("rule", finding.rule.id);
    fields.text("category", finding.rule.category.name());
    fields.optional("level", standard.map(|standard| standard.level.name()));
    fields.optional("check", standard.map(|standard| standard.check));
    fields.text("severity", finding.severity.name());
    fields.text("message", &finding.message);
    fields.optional("container", container.map(|(name, _)| name.as_str()));
    fields.optional("containerType", container.map(|(_, kind)| kind.name()));
    fields.text("path", &finding.path);
    fields.text("pointer", &finding.pointer);
    match finding.span {
        Some(span) => range(span, lines, fields.key("range")),
        None => fields.optional("range", None),
    }
    match &finding.fix {
        Some(fix) => self::fix(fix, object, fields.key("fix")),
        None => fields.optional("fix", None),
    }
    match &finding.suppressed {
        Some(suppressed) => {
            let mut fields = Fields::new(fields.key("suppressed"));
            fields.text("reason", &suppressed.reason);
            fields.text("by", suppressed.by.name());
            fields.end();
        }
        None => fields.optional("suppressed", None),
    }
    fields.end();
}

fn fix(fix: &Fix, object: &ObjectReport, out: &mut String) {
    let mut fields = Fields::new(out);
    fields.text("class", fix.class.name());
    fields.text("title", &fix.title);
    fields.text("breaksWhen", fix.breaks_when);
    fields.text("symptom", fix.symptom);
    list(&fix.inputs, fields.key("inputs"), |input, out| {
        let mut fields = Fields::new(out);
        fields.text("name", &input.name);
        fields.text("label", &input.label);
        fields.text("kind", input.kind.name());
        list(&input.choices, fields.key("choices"), |choice, out| text(choice, out));
        fields.optional("default", input.default.as_deref());
        fields.end();
    });
    changes::write(fix, object, fields.key("changes"));
    list(&fix.commands, fields.key("commands"), |command, out| text(command, out));
    // Whether a text can be edited is known only once it was tried.
    fields.optional("refusal", None);
    fields.end();
}

fn range(span: Span, lines: &Lines<'_>, out: &mut String) {
    let place = |offset| {
        let Position { offset, line, column } = lines.position(offset);
        format!("{{\"offset\":{offset},\"line\":{line},\"column\":{column}}}")
    };
    *out += &format!("{{\"start\":{},\"end\":{}}}", place(span.start), place(span.end));
}

/// The fields of an object that is being written.
struct Fields<'o> {
    out: &'o mut String,
    is_empty: bool,
}

impl<'o> Fields<'o> {
    fn new(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, is_empty: true }
    }

    /// Where the value of a key goes. Keys need no escapes.
    fn key(&mut self, key: &str) -> &mut String {
        self.out.push_str(if self.is_empty { "\"" } else { ",\"" });
        self.is_empty = false;
        self.out.push_str(key);
        self.out.push_str("\":");
        self.out
    }

    fn text(&mut self, key: &str, value: &str) {
        text(value, self.key(key));
    }

    fn optional(&mut self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(key, value),
            None => self.key(key).push_str("null"),
        }
    }

    fn end(self) {
        self.out.push('}');
    }
}

fn list<T>(items: &[T], out: &mut String, mut write: impl FnMut(&T, &mut String)) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index > 0 { "," } else { "" });
        write(item, out);
    }
    out.push(']');
}

fn text(value: &str, out: &mut String) {
    let needs_escape = |byte: u8| byte < 0x20 || matches!(byte, b'"' | b'\\');
    if value.bytes().any(needs_escape) {
        out.push_str(&Value::from(value).to_string());
    } else {
        out.push('"');
        out.push_str(value);
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::fix;
    use crate::ObjectReport;
    use podproof_policy::fix::{Elsewhere, Input, InputKind};
    use podproof_policy::{Fix, FixClass};
    use podproof_source::{Change, Node, Pointer};
    use serde_json::{Value, json};

    #[test]
    fn changes_are_operations_of_a_json_patch() {
        let list = Pointer::new(["spec", "add"]);
        let item = |index, value: &str| Change::RemoveItem {
            list: list.clone(),
            index,
            value: Node::from(value),
        };
        let answer = Input {
            name: "uid".into(),
            label: "which?".into(),
            kind: InputKind::Uid,
            choices: vec!["1".into()],
            default: None,
        };
        let reported = Fix {
            class: FixClass::NeedsInput,
            title: "say \"yes\"".into(),
            breaks_when: "x",
            symptom: "y",
            inputs: vec![answer],
            changes: vec![
                Change::Set { at: Pointer::new(["spec", "a/b"]), value: Node::from(true) },
                Change::Set { at: Pointer::new(["spec", "volumes", "0"]), value: Node::from(1) },
                Change::Remove { at: Pointer::new(["spec"]) },
                item(0, "A"),
                item(2, "B"),
            ],
            elsewhere: vec![Elsewhere {
                document: 5,
                item: None,
                object: Pointer::ROOT,
                change: Change::Remove { at: Pointer::ROOT },
            }],
            new_objects: vec![Node::map([
                ("kind", Node::from("Secret")),
                ("stringData", Node::map([("a", Node::from("hunter2"))])),
            ])],
            commands: vec!["run \"this\"".into()],
        };
        let object = ObjectReport { document: 3, item: Some(1), ..ObjectReport::default() };
        let mut out = String::new();
        fix(&reported, &object, &mut out);
        let written: Value = serde_json::from_str(&out).unwrap();
        let change = |op: &str, pointer: &str, value: Option<Value>| {
            let mut change = json!({"op": op, "pointer": pointer, "document": 3, "item": 1});
            if let (Some(change), Some(value)) = (change.as_object_mut(), value) {
                change.insert("value".into(), value);
            }
            change
        };
        let expected = json!({
            "class": "needs-input",
            "title": "say \"yes\"",
            "breaksWhen": "x",
            "symptom": "y",
            "inputs": [{"name": "uid", "label": "which?", "kind": "uid", "choices": ["1"],
                "default": null}],
            "changes": [
                change("add", "/spec/a~1b", Some(json!(true))),
                change("replace", "/spec/volumes/0", Some(json!(1))),
                change("remove", "/spec", None),
                change("remove", "/spec/add/0", None),
                change("remove", "/spec/add/1", None),
                {"op": "remove", "pointer": "", "document": 5, "item": null},
                {"op": "add-document", "pointer": "", "document": null, "item": null,
                    "value": {"kind": "Secret", "stringData": {"a": "********"}}},
            ],
            "commands": ["run \"this\""],
            "refusal": null,
        });
        assert_eq!(written, expected);
    }
}
