//! Every value must have the type that the API server can decode.

use crate::finding::Finding;
use crate::object::Object;
use crate::rule::{Category, Check::Reading, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "wrong-type",
    title: "Every value must have the type that the API server can decode",
    category: Category::Manifest,
    severity: Severity::Error,
    standard: None,
    replaces: &[],
    versions: &[since(0, Reading)],
    source: crate::source!("wrong_type.rs"),
};

pub(crate) fn check(_object: &Object<'_>) -> Vec<Finding> {
    Vec::new()
}
