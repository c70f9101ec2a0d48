//! The engine: applies the rules of a profile to an object.

use crate::finding::{Finding, Findings};
use crate::fix::Answers;
use crate::object::Object;
use crate::pod::Pod;
use crate::profile::{Level, Profile, Version};
use crate::rule::{Check, Rule, Severity};
use crate::rules::{DUPLICATE_KEY, RULES, UNREAD_TEXT};
use crate::suppress;
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
    let source = object.pod();
    let pod = source.as_ref().map(|source| &source.pod);
    let mut covering = Vec::new();
    for (rule, severity) in profile.rules() {
        let mut found = Findings::of(rule, severity).with_fixes(answers);
        run(rule, profile.version, object, pod, &mut found);
        if !rule.replaces.is_empty() && !found.is_empty() {
            covering.push(rule);
        }
        findings.extend(found.into_vec());
    }
    for rule in covering {
        keep_worst(rule, &mut findings);
    }
    for finding in &mut findings {
        // Where a parent has the wrong type, nothing can be set in it.
        finding.fix.take_if(|fix| !change::fits(object.node, &fix.changes));
    }
    suppress::by_annotations(object, pod, profile, &mut findings);
    profile.exemptions.mark(object, pod, &mut findings);
    findings.sort_by_key(|finding| finding.span);
    findings
}

/// The finding for a piece of text that the cluster rejects or never sees.
pub fn unread_text(message: String, span: Option<Span>) -> Finding {
    in_text(UNREAD_TEXT, Severity::Error, message, span)
}

/// The finding for a key that a later one of the same object overrides, and of which nothing is in
/// the tree any more; none if the profile does not ask for it.
pub fn duplicate_key(profile: &Profile, span: Span) -> Option<Finding> {
    let severity = profile.severity(DUPLICATE_KEY)?;
    let message = "the cluster never sees this: the same key stands again further down, and the \
                   last one counts";
    Some(in_text(DUPLICATE_KEY, severity, message.into(), Some(span)))
}

/// A finding about the text instead of the object in it.
fn in_text(
    rule: &'static Rule,
    severity: Severity,
    message: String,
    span: Option<Span>,
) -> Finding {
    Finding {
        rule,
        severity,
        message,
        container: None,
        path: String::new(),
        pointer: String::new(),
        span,
        is_present: true,
        fix: None,
        suppressed: None,
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

/// Of two findings at the same place, one of which a rule makes that covers the other's, the worse
/// stays. It takes over the fix of the rule that demands more: what satisfies that satisfies both.
fn keep_worst(rule: &'static Rule, findings: &mut Vec<Finding>) {
    let is_covering = |finding: &Finding| finding.rule.id == rule.id;
    let (covering, mut others): (Vec<_>, Vec<_>) =
        std::mem::take(findings).into_iter().partition(is_covering);
    for finding in covering {
        let is_worse = |other: &&mut Finding| {
            rule.replaces.contains(&other.rule.id) && other.pointer == finding.pointer
        };
        match others.iter_mut().find(is_worse) {
            Some(other) => other.fix = finding.fix.or(other.fix.take()),
            None => others.push(finding),
        }
    }
    *findings = others;
}

/// Applies a rule, as it is at a version, to an object, and to the pod in it and its containers.
pub fn run(
    rule: &'static Rule,
    version: Version,
    object: &Object<'_>,
    pod: Option<&Pod<'_>>,
    out: &mut Findings,
) {
    let Some(step) = rule.check_at(version) else { return };
    let of_object = match step.check {
        Check::Object(of_object)
        | Check::ObjectAndPod(of_object, _)
        | Check::ObjectAndEachContainer(of_object, _)
        | Check::ObjectPodAndEachContainer(of_object, ..) => Some(of_object),
        _ => None,
    };
    out.set_container(None);
    if let Some(of_object) = of_object {
        of_object(object, out);
    }
    if let Some(pod) = pod {
        run_on_pod(step.check, pod, out);
    }
}

/// Applies one check to a pod and its containers.
pub(crate) fn run_on_pod(check: Check, pod: &Pod<'_>, out: &mut Findings) {
    let (of_pod, of_container) = match check {
        Check::Pod(of_pod) | Check::ObjectAndPod(_, of_pod) => (Some(of_pod), None),
        Check::EachContainer(of_container) | Check::ObjectAndEachContainer(_, of_container) => {
            (None, Some(of_container))
        }
        Check::PodAndEachContainer(of_pod, of_container)
        | Check::ObjectPodAndEachContainer(_, of_pod, of_container) => {
            (Some(of_pod), Some(of_container))
        }
        Check::Object(_) | Check::Reading => return,
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
