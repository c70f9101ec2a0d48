//! The JSON report: a contract, described in `docs/schema.json` once it is released.
//!
//! Written file by file, so that a long run needs no memory for what is already printed.

use crate::{FileReport, Note, ObjectReport, Status, Summary};
use podproof_policy::{Finding, Profile};
use podproof_source::{Lines, Span};
use serde_json::{Value, json};

/// What comes before the files.
pub fn head(profile: &Profile) -> String {
    let tool = json!({"name": "podproof", "version": env!("CARGO_PKG_VERSION")});
    let profile = json!({"profile": profile.level.name(), "version": profile.version.to_string()});
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
        "suppressed": 0,
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
    let notes: Vec<Value> = report.notes.iter().map(|found| note(found, &lines)).collect();
    let mut out = format!(
        "{{\"path\":{},\"status\":{},\"notes\":{},\"objects\":[",
        Value::from(report.path.as_str()),
        Value::from(status),
        Value::from(notes)
    );
    for (index, found) in report.objects.iter().enumerate() {
        out += if index > 0 { "," } else { "" };
        object(found, &lines, &mut out);
    }
    out += "]}";
    out
}

fn note(note: &Note, lines: &Lines<'_>) -> Value {
    json!({"message": note.message, "range": note.span.map(|span| range(span, lines))})
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
        out.push_str(&finding(found, lines).to_string());
    }
    out.push_str("]}");
}

fn finding(finding: &Finding, lines: &Lines<'_>) -> Value {
    let standard = finding.rule.standard;
    let container = finding.container.as_ref();
    json!({
        "rule": finding.rule.id,
        "category": finding.rule.category.name(),
        "level": standard.map(|standard| standard.level.name()),
        "check": standard.map(|standard| standard.check),
        "severity": finding.severity.name(),
        "message": finding.message,
        "container": container.map(|(name, _)| name),
        "containerType": container.map(|(_, kind)| kind.name()),
        "path": finding.path,
        "pointer": finding.pointer,
        "range": finding.span.map(|span| range(span, lines)),
        "fix": null,
        "suppressed": null,
    })
}

fn range(span: Span, lines: &Lines<'_>) -> Value {
    let place = |offset| {
        let position = lines.position(offset);
        json!({"offset": position.offset, "line": position.line, "column": position.column})
    };
    json!({"start": place(span.start), "end": place(span.end)})
}
