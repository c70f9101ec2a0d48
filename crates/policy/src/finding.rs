//! What a rule found.

use crate::field::Field;
use crate::pod::{Container, ContainerKind};
use crate::rule::{Rule, Severity};
use podproof_source::Span;

/// One mistake at one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How bad it is under the profile.
    pub severity: Severity,
    /// What is wrong, in a sentence that names the container and the value. Never a credential.
    pub message: String,
    /// The container's name and list, if it concerns one.
    pub container: Option<(String, ContainerKind)>,
    /// The field, as people write it: `spec.containers[0].securityContext.privileged`.
    pub path: String,
    /// The field as a JSON Pointer.
    pub pointer: String,
    /// Where to point in the text, if the object was read from one.
    pub span: Option<Span>,
    /// Whether something stands at the field. Otherwise the mistake is that nothing does.
    pub is_present: bool,
}

/// Collects what one rule finds in one object.
#[derive(Debug)]
pub struct Findings {
    rule: &'static Rule,
    severity: Severity,
    container: Option<(String, ContainerKind)>,
    found: Vec<Finding>,
}

impl Findings {
    /// An empty collection for a rule at a severity.
    pub fn of(rule: &'static Rule, severity: Severity) -> Self {
        Self { rule, severity, container: None, found: Vec::new() }
    }

    /// Reports a mistake at a field.
    // One function for all rules, out of line: it keeps the Wasm modules small.
    #[inline(never)]
    pub fn report(&mut self, field: &Field<'_>, message: String) {
        self.found.push(Finding {
            rule: self.rule,
            severity: self.severity,
            message,
            container: self.container.clone(),
            path: field.path().dotted(),
            pointer: field.path().pointer(),
            span: Some(field.place()).filter(|place| place.is_some()),
            is_present: field.is_set(),
        });
    }

    /// What follows concerns this container, or the pod as a whole.
    pub(crate) fn set_container(&mut self, container: Option<&Container<'_>>) {
        self.container = container.map(|container| (container.name().to_owned(), container.kind));
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What was found, in the order of reporting.
    pub fn into_vec(self) -> Vec<Finding> {
        self.found
    }
}
