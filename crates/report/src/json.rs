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
    let lines = Lines::new(text);
    json!({
        "path": report.path,
        "status": match report.status {
            Status::Checked => "checked",
            Status::PartlyChecked => "partly-checked",
            Status::Unreadable => "unreadable",
            Status::PassedOver => "passed-over",
        },
        "notes": report.notes.iter().map(|found| note(found, &lines)).collect::<Vec<_>>(),
        "objects": report.objects.iter().map(|found| object(found, &lines)).collect::<Vec<_>>(),
    })
    .to_string()
}

fn note(note: &Note, lines: &Lines<'_>) -> Value {
    json!({"message": note.message, "range": note.span.map(|span| range(span, lines))})
}

fn object(object: &ObjectReport, lines: &Lines<'_>) -> Value {
    json!({
        "document": object.document,
        "item": object.item,
        "apiVersion": object.api_version,
        "kind": object.kind,
        "namespace": object.namespace,
        "name": object.name,
        "findings": object.findings.iter().map(|found| finding(found, lines)).collect::<Vec<_>>(),
    })
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
