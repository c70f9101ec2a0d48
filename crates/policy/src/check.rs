//! The engine: applies the rules of a profile to an object.

use crate::finding::{Finding, Findings};
use crate::fix::Answers;
use crate::object::Object;
use crate::pod::Pod;
use crate::profile::{Level, Profile, Version};
use crate::rule::{Check, Rule, Severity};
use crate::rules::{RULES, UNREAD_TEXT};
use podproof_source::{Span, change};

/// The findings of an object, in the order of its text, without fixes.
pub fn check(object: &Object<'_>, profile: &Profile) -> Vec<Finding> {
    check_and_fix(object, profile, None)
}

/// The findings of an object, in the order of its text, with fixes if there are answers (perhaps
/// none) to put into them.
pub fn check_and_fix(
    object: &Object<'_>,
    profile: &Profile,
    answers: Option<&Answers>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    #[cfg(feature = "types")]
    findings.extend(crate::rules::wrong_type::check(object));
    if let Some(source) = object.pod() {
        for rule in standard_rules(profile.level, profile.version) {
            let mut found = Findings::of(rule, Severity::Error).with_fixes(answers);
            run(rule, profile.version, &source.pod, &mut found);
            findings.extend(found.into_vec());
        }
    }
    for finding in &mut findings {
        // Where a parent has the wrong type, nothing can be set in it.
        finding.fix.take_if(|fix| !change::fits(object.node, &fix.changes));
    }
    findings.sort_by_key(|finding| finding.span);
    findings
}

/// The finding for a piece of text that the cluster rejects or never sees.
pub fn unread_text(message: String, span: Option<Span>) -> Finding {
    Finding {
        rule: UNREAD_TEXT,
        severity: Severity::Error,
        message,
        container: None,
        path: String::new(),
        pointer: String::new(),
        span,
        is_present: true,
        fix: None,
    }
}

/// The rules of the Pod Security Standards in force at a level and version: those of the level and
/// below, without the baseline rules that a restricted one stands in for.
pub fn standard_rules(level: Level, version: Version) -> impl Iterator<Item = &'static Rule> {
    let in_force = move |rule: &&'static Rule| {
        rule.standard.is_some_and(|standard| standard.level <= level)
            && rule.check_at(version).is_some()
    };
    RULES.iter().copied().filter(in_force).filter(move |rule| {
        !RULES.iter().filter(|other| in_force(other)).any(|other| other.replaces.contains(&rule.id))
    })
}

/// Applies a rule, as it is at a version, to a pod and its containers.
pub fn run(rule: &'static Rule, version: Version, pod: &Pod<'_>, out: &mut Findings) {
    if let Some(step) = rule.check_at(version) {
        run_check(step.check, pod, out);
    }
}

/// Applies one check to a pod and its containers.
pub(crate) fn run_check(check: Check, pod: &Pod<'_>, out: &mut Findings) {
    let (of_pod, of_container) = match check {
        Check::Pod(of_pod) => (Some(of_pod), None),
        Check::EachContainer(of_container) => (None, Some(of_container)),
        Check::PodAndEachContainer(of_pod, of_container) => (Some(of_pod), Some(of_container)),
        Check::Reading => return,
    };
    out.set_container(None);
    if let Some(of_pod) = of_pod {
        of_pod(pod, out);
    }
    if let Some(of_container) = of_container {
        for container in pod.containers() {
            out.set_container(Some(&container));
            of_container(&container, out);
        }
    }
}
