//! What a rule found.

use crate::field::Field;
use crate::fix::{Answers, Fix};
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
    /// What would undo it, if fixes were asked for and there is one.
    pub fix: Option<Box<Fix>>,
}

/// Collects what one rule finds in one object.
#[derive(Debug)]
pub struct Findings {
    rule: &'static Rule,
    severity: Severity,
    container: Option<(String, ContainerKind)>,
    /// The answers to put into fixes; none if no fixes are wanted.
    answers: Option<Answers>,
    found: Vec<Finding>,
}

/// A finding that was just reported, for its fix to be added.
#[derive(Debug)]
pub struct Reported<'f>(&'f mut Findings);

impl Findings {
    /// An empty collection for a rule at a severity, without fixes.
    pub fn of(rule: &'static Rule, severity: Severity) -> Self {
        Self { rule, severity, container: None, answers: None, found: Vec::new() }
    }

    /// The same with fixes, into which these answers go.
    #[must_use]
    pub fn with_fixes(self, answers: Option<&Answers>) -> Self {
        Self { answers: answers.cloned(), ..self }
    }

    /// Reports a mistake at a field.
    // One function for all rules, out of line: it keeps the Wasm modules small.
    #[inline(never)]
    pub fn report(&mut self, field: &Field<'_>, message: String) -> Reported<'_> {
        self.found.push(Finding {
            rule: self.rule,
            severity: self.severity,
            message,
            container: self.container.clone(),
            path: field.path().dotted(),
            pointer: field.path().pointer(),
            span: Some(field.place()).filter(|place| place.is_some()),
            is_present: field.is_set(),
            fix: None,
        });
        Reported(self)
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

impl Reported<'_> {
    /// Adds what would undo the finding. It is worked out only where fixes are wanted.
    pub fn fix(self, plan: impl FnOnce(&Answers) -> Option<Fix>) {
        if let Some(answers) = &self.0.answers {
            let fix = plan(answers);
            self.attach(fix);
        }
    }

    // Out of line for the same reason as `report`.
    #[inline(never)]
    fn attach(self, fix: Option<Fix>) {
        if let Some(found) = self.0.found.last_mut() {
            found.fix = fix.map(Box::new);
        }
    }
}
