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
    /// Why somebody said that it is to be ignored, if somebody did.
    pub suppressed: Option<Box<Suppressed>>,
}

/// Why a finding is to be ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The reason that was given.
    pub reason: String,
    /// Who says so.
    pub by: SuppressedBy,
}

/// Who says that a finding is to be ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressedBy {
    /// A comment in the file.
    Comment,
    /// An annotation of the pod, its template or its object.
    Annotation,
    /// An exemption of the profile.
    Exemption,
    /// A baseline of findings that were accepted.
    Baseline,
}

impl SuppressedBy {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Annotation => "annotation",
            Self::Exemption => "exemption",
            Self::Baseline => "baseline",
        }
    }
}

/// Collects what one rule finds in one object.
#[derive(Debug)]
pub struct Findings {
    rule: &'static Rule,
    severity: Severity,
    /// Whether the profile gives all findings of the rule the same severity.
    is_fixed: bool,
    container: Option<(String, ContainerKind)>,
    /// The answers to put into fixes; none if no fixes are wanted.
    answers: Option<Answers>,
    found: Vec<Finding>,
}

/// A finding that was just reported, for its fix to be added.
#[derive(Debug)]
pub struct Reported<'f>(&'f mut Findings);

impl Findings {
    /// An empty collection for a rule at a severity, without fixes. A severity other than the rule's
    /// own holds for all that it finds.
    pub fn of(rule: &'static Rule, severity: Severity) -> Self {
        let is_fixed = severity != rule.severity;
        Self { rule, severity, is_fixed, container: None, answers: None, found: Vec::new() }
    }

    /// The same with fixes, into which these answers go.
    #[must_use]
    pub fn with_fixes(self, answers: Option<&Answers>) -> Self {
        Self { answers: answers.cloned(), ..self }
    }

    /// Reports a mistake at a field.
    #[inline]
    pub fn report(&mut self, field: &Field<'_>, message: String) -> Reported<'_> {
        self.report_as(self.severity, field, message)
    }

    /// Reports a mistake at a field that is worse or milder than the rule's own severity says.
    // One function for all rules, out of line: it keeps the Wasm modules small.
    #[inline(never)]
    pub fn report_as(
        &mut self,
        severity: Severity,
        field: &Field<'_>,
        message: String,
    ) -> Reported<'_> {
        self.found.push(Finding {
            rule: self.rule,
            severity: if self.is_fixed { self.severity } else { severity },
            message,
            container: self.container.clone(),
            path: field.path().dotted(),
            pointer: field.path().pointer(),
            span: Some(field.place()).filter(|place| place.is_some()),
            is_present: field.is_set(),
            fix: None,
            suppressed: None,
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
        if cfg!(feature = "fixes")
            && let Some(answers) = &self.0.answers
        {
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
