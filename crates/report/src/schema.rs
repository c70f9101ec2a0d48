//! The JSON Schema of a profile, for editors: `podproof schema`, and `docs/schema.json`.

use podproof_policy::{Base, Rule, rules};
use serde_json::{Map, Value, json};

/// The schema, ready to be written into a file.
pub fn render() -> String {
    let bases: Vec<&str> = Base::ALL.iter().map(|base| base.name()).collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Podproof profile",
        "description": "What Podproof checks, and how bad it takes what it finds: podproof.yaml",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "profile": {
                "description": "The shipped profile that this one is based on",
                "enum": bases,
                "default": Base::default().name(),
            },
            "version": {
                "description": "The Kubernetes version whose Pod Security Standards apply",
                "type": "string",
                "pattern": r"^(latest|v1\.(0|[1-9][0-9]*))$",
                "default": "latest",
            },
            "rules": {
                "description": "Rules with another severity than in the profile, by id",
                "type": ["object", "null"],
                "additionalProperties": false,
                "properties": severities(),
            },
            "exemptions": exemptions(),
            "allowSuppressions": {
                "description": "Whether admission heeds the annotations that ignore findings",
                "type": "boolean",
                "default": false,
            },
        },
        "$defs": {
            // A plain `off` is `false` to YAML 1.1.
            "severity": {"enum": ["off", "info", "warning", "error", false]},
        },
    });
    format!("{schema:#}\n")
}

fn severities() -> Map<String, Value> {
    rules::RULES.iter().map(|rule| (rule.id.to_owned(), severity(rule))).collect()
}

fn severity(rule: &Rule) -> Value {
    if rule.is_always_on() {
        return json!({"description": rule.title, "const": "error"});
    }
    json!({"description": rule.title, "$ref": "#/$defs/severity"})
}

fn exemptions() -> Value {
    json!({
        "description": "What is not judged; its findings stay in reports, marked",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "namespaces": names("Namespaces whose objects are exempt"),
            "users": names("Users whose requests are exempt; only admission knows who asks"),
            "runtimeClasses": names("Runtime classes whose pods are exempt"),
            "images": {
                "description": "Images whose containers are exempt; `*` stands for any text",
                "type": ["array", "null"],
                "items": {"type": "string", "pattern": r"[^*]"},
            },
            "workloads": {
                "description": "Single objects that are exempt",
                "type": ["array", "null"],
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["kind", "name"],
                    "properties": {
                        "kind": name("The kind, such as `DaemonSet`"),
                        "namespace": name("The namespace; any if it is left out"),
                        "name": name("`metadata.name`"),
                    },
                },
            },
        },
    })
}

fn names(what: &str) -> Value {
    json!({
        "description": what,
        "type": ["array", "null"],
        "items": {"type": "string", "pattern": r"^[^*]+$"},
    })
}

fn name(what: &str) -> Value {
    json!({"description": what, "type": "string", "pattern": r"^[^*]+$"})
}
