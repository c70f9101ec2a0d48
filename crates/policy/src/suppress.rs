//! Findings that a manifest says are to be ignored, with the reason: `podproof/ignore-…`
//! annotations of a pod, its template or the object around it. What is said in the wrong way, or of
//! no use, is a finding of the rule `suppression`.

use crate::field::Field;
use crate::finding::{Finding, Findings, Suppressed, SuppressedBy};
use crate::object::Object;
use crate::pod::Pod;
use crate::profile::{Profile, no_such_rule};
use crate::rule::{Check, Rule, Severity};
use crate::rules;
use podproof_source::Span;

/// What the keys of our annotations begin with.
pub const PREFIX: &str = "podproof/";
/// What the keys of those that ignore findings begin with.
const IGNORE: &str = "ignore-";

/// What an annotation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ignored<'a> {
    rule: &'a str,
    /// Only findings of this container.
    container: Option<&'a str>,
    reason: &'a str,
}

/// Marks findings of an object that an annotation ignores, and adds what is wrong with the
/// annotations.
pub(crate) fn by_annotations(
    object: &Object<'_>,
    pod: Option<&Pod<'_>>,
    profile: &Profile,
    findings: &mut Vec<Finding>,
) {
    let annotations = annotations(object, pod, profile);
    if annotations.is_empty() {
        return;
    }
    // All are asked before any is called useless: two may ignore the same finding.
    let mut wrong: Vec<(Severity, Field<'_>, String)> = Vec::new();
    for (key, field) in annotations {
        match read(key, &field) {
            Err(why) => wrong.push((Severity::Error, field, why)),
            Ok(ignored) => {
                if mark(&ignored, findings) == 0 && is_judged_here(ignored.rule, profile) {
                    wrong.push((Severity::Info, field, useless(key, &ignored, pod)));
                }
            }
        }
    }
    let Some(severity) = profile.severity(rules::SUPPRESSION) else { return };
    let mut found = Findings::of(rules::SUPPRESSION, severity);
    for (severity, field, message) in wrong {
        found.report_as(severity, &field, message);
    }
    findings.extend(found.into_vec());
}

/// Marks findings of an object that were not made from the object alone, as [`crate::check()`] does
/// with its own.
pub fn mark_others(object: &Object<'_>, profile: &Profile, findings: &mut [Finding]) {
    let source = object.pod();
    let pod = source.as_ref().map(|source| &source.pod);
    for (key, field) in annotations(object, pod, profile) {
        if let Ok(ignored) = read(key, &field) {
            mark(&ignored, findings);
        }
    }
    profile.exemptions.mark(object, pod, findings);
}

/// The finding of the rule `suppression` at a place of a file, if the profile has the rule.
pub fn wrong(
    severity: Severity,
    message: String,
    place: Span,
    profile: &Profile,
) -> Option<Finding> {
    let of_profile = profile.severity(rules::SUPPRESSION)?;
    let is_fixed = of_profile != rules::SUPPRESSION.severity;
    let severity = if is_fixed { of_profile } else { severity };
    Some(Finding {
        rule: rules::SUPPRESSION,
        severity,
        ..crate::check::unread_text(message, Some(place))
    })
}

/// Whether findings of a rule of this id may be ignored; if not, why.
pub fn may_ignore(id: &str) -> Result<(), String> {
    let rule = rules::by_id(id);
    if rule.is_none() && !rules::NEEDING_TYPES.contains(&id) {
        return Err(no_such_rule(id));
    }
    if rule.is_some_and(|rule| !can_be_ignored(rule)) || id == "wrong-type" {
        return Err(format!("findings of `{id}` cannot be ignored: correct what they point at"));
    }
    Ok(())
}

/// Whether somebody may ignore findings of a rule in a manifest.
pub fn can_be_ignored(rule: &Rule) -> bool {
    !rule.is_always_on() && !std::ptr::eq(rule, rules::SUPPRESSION)
}

/// Whether a profile judges by a rule from the object alone, so that it is known whether it finds
/// anything.
fn is_judged_here(id: &str, profile: &Profile) -> bool {
    let from_object =
        |rule: &Rule| !rule.versions.iter().any(|step| matches!(step.check, Check::Reading));
    profile.rules().iter().any(|(rule, _)| rule.id == id && from_object(rule))
}

/// Our annotations of the object and of its pod.
fn annotations<'a>(
    object: &Object<'a>,
    pod: Option<&Pod<'a>>,
    profile: &Profile,
) -> Vec<(&'a str, Field<'a>)> {
    if profile.ignores_suppressions {
        return Vec::new();
    }
    let own = object.root().at(&["metadata", "annotations"]);
    let mut all = Vec::new();
    add_ours(&own, &mut all);
    if let Some(pod) = pod {
        let of_pod = pod.annotations();
        let same = of_pod.node().zip(own.node()).is_some_and(|(a, b)| std::ptr::eq(a, b));
        // A Pod's own annotations are those of its object.
        if !same {
            add_ours(&of_pod, &mut all);
        }
    }
    all
}

#[inline(never)]
fn add_ours<'a>(annotations: &Field<'a>, all: &mut Vec<(&'a str, Field<'a>)>) {
    for (key, field) in annotations.entries() {
        if key.starts_with(PREFIX) {
            all.push((key, field));
        }
    }
}

/// What an annotation says, or what is wrong with it.
fn read<'a>(key: &'a str, value: &Field<'a>) -> Result<Ignored<'a>, String> {
    let name = key.strip_prefix(PREFIX).unwrap_or_default();
    let Some(what) = name.strip_prefix(IGNORE) else {
        return Err(format!(
            "`{key}` has no meaning: write `{PREFIX}{IGNORE}` and the id of a rule"
        ));
    };
    let (rule, container) = match what.split_once('.') {
        Some((rule, container)) => (rule, Some(container)),
        None => (what, None),
    };
    may_ignore(rule).map_err(|why| format!("`{key}` ignores nothing: {why}"))?;
    let reason = value.as_str().unwrap_or_default().trim_ascii();
    if reason.is_empty() {
        return Err(format!("`{key}` ignores nothing: its value must say why"));
    }
    Ok(Ignored { rule, container, reason })
}

/// Marks what is ignored; says how many findings that are.
fn mark(ignored: &Ignored<'_>, findings: &mut [Finding]) -> usize {
    let mut count = 0;
    for finding in findings.iter_mut() {
        let container = finding.container.as_ref().map(|(name, _)| name.as_str());
        let is_of = ignored.container.is_none() || ignored.container == container;
        if finding.rule.id == ignored.rule && is_of {
            count += 1;
            let reason = ignored.reason.to_owned();
            let by = SuppressedBy::Annotation;
            finding.suppressed = Some(Box::new(Suppressed { reason, by }));
        }
    }
    count
}

/// What to say of an annotation that ignores nothing.
fn useless(key: &str, ignored: &Ignored<'_>, pod: Option<&Pod<'_>>) -> String {
    let rule = ignored.rule;
    match ignored.container {
        None => format!("`{key}` is of no use: `{rule}` finds nothing here; remove it"),
        Some(name) if pod.is_some_and(|pod| pod.has_container(name)) => {
            format!("`{key}` is of no use: `{rule}` finds nothing in container `{name}`; remove it")
        }
        Some(name) => format!("`{key}` is of no use: there is no container `{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use crate::profile::{Base, Profile, Version};
    use crate::{Severity, SuppressedBy, check, objects};
    use podproof_source::yaml;

    /// `rule container by` of each finding that is ignored, and the messages about annotations.
    fn judged(text: &str, profile: &Profile) -> (Vec<String>, Vec<(Severity, String)>) {
        let document = yaml::read(text.as_bytes()).next().unwrap().unwrap();
        let findings = check(&objects(&document.root)[0], profile);
        let ignored = findings.iter().filter_map(|finding| {
            let by = finding.suppressed.as_ref()?.by.name();
            let container = finding.container.as_ref().map_or("-", |(name, _)| name);
            Some(format!("{} {container} {by}", finding.rule.id))
        });
        let ignored = ignored.collect();
        let wrong = findings.iter().filter(|finding| finding.rule.id == "suppression");
        let wrong = wrong.map(|finding| (finding.severity, finding.message.clone())).collect();
        (ignored, wrong)
    }

    fn profile() -> Profile {
        let mut profile = Profile::new(Base::Baseline, Version::Latest);
        profile.severities.insert("suppression", Some(Severity::Error));
        profile
    }

    fn deployment(own: &str, of_pod: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\n\
             metadata: {{name: web, namespace: shop, annotations: {{{own}}}}}\n\
             spec:\n  template:\n    metadata: {{annotations: {{{of_pod}}}}}\n    spec:\n      \
             runtimeClassName: gvisor\n      containers:\n      \
             - {{name: a, image: r.example.com/a, securityContext: {{privileged: true}}}}\n      \
             - {{name: b, image: r.example.com/b, securityContext: {{privileged: true}}}}\n"
        )
    }

    #[test]
    fn an_annotation_of_object_or_pod_ignores_all_findings_of_a_rule() {
        let annotation = "podproof/ignore-privileged: the node agent";
        let both = ["privileged a annotation", "privileged b annotation"];
        for text in [deployment(annotation, ""), deployment("", annotation)] {
            let (ignored, wrong) = judged(&text, &profile());
            assert_eq!(ignored, both);
            assert_eq!(wrong, []);
        }
    }

    #[test]
    fn an_annotation_can_name_a_container() {
        let text = deployment("", "podproof/ignore-privileged.b: the node agent");
        assert_eq!(judged(&text, &profile()).0, ["privileged b annotation"]);
    }

    #[test]
    fn what_is_said_in_the_wrong_way_ignores_nothing() {
        for (annotation, message) in [
            ("podproof/ignore-privileged: ''", "must say why"),
            ("podproof/ignore-privileged: ", "must say why"),
            ("podproof/ignore-privileged: ' '", "must say why"),
            ("podproof/ignore-priviledged: x", "Did you mean `privileged`?"),
            ("podproof/ignore-wrong-type: x", "cannot be ignored"),
            ("podproof/ignore-suppression: x", "cannot be ignored"),
            ("podproof/ignored-privileged: x", "has no meaning"),
        ] {
            let (ignored, wrong) = judged(&deployment("", annotation), &profile());
            assert!(ignored.is_empty(), "{annotation}");
            assert_eq!(wrong.len(), 1, "{annotation}");
            assert_eq!(wrong[0].0, Severity::Error, "{annotation}");
            assert!(wrong[0].1.contains(message), "{annotation}: {}", wrong[0].1);
        }
    }

    #[test]
    fn what_ignores_nothing_is_told() {
        for (annotation, message) in [
            ("podproof/ignore-host-ports: x", "finds nothing here"),
            ("podproof/ignore-host-ports.a: x", "finds nothing in container `a`"),
            ("podproof/ignore-privileged.c: x", "there is no container `c`"),
        ] {
            let (_, wrong) = judged(&deployment(annotation, ""), &profile());
            assert_eq!(wrong.len(), 1, "{annotation}");
            assert!(wrong[0].1.contains(message), "{annotation}: {}", wrong[0].1);
            assert_eq!(wrong[0].0, Severity::Info);
        }
        // Another profile may have a use for it.
        let text = deployment("podproof/ignore-run-as-non-root: x", "");
        assert_eq!(judged(&text, &profile()).1, []);
    }

    #[test]
    fn suppressions_can_be_ignored_themselves() {
        let profile = Profile { ignores_suppressions: true, ..profile() };
        let text = deployment("podproof/ignore-privileged: x", "podproof/ignore-y: x");
        assert_eq!(judged(&text, &profile), (Vec::new(), Vec::new()));
    }

    #[test]
    fn exempt_objects_and_images_keep_their_findings_marked() {
        let exempt = |settings: &str| {
            let settings = format!("profile: baseline\nexemptions: {{{settings}}}\n");
            let document = yaml::read(settings.as_bytes()).next().unwrap().unwrap();
            let profile = Profile::read(&document.root).unwrap();
            judged(&deployment("podproof/ignore-privileged: x", ""), &profile).0
        };
        let both = ["privileged a exemption", "privileged b exemption"];
        assert_eq!(exempt("namespaces: [shop]"), both);
        assert_eq!(exempt("runtimeClasses: [gvisor]"), both);
        assert_eq!(exempt("workloads: [{kind: Deployment, name: web}]"), both);
        assert_eq!(exempt("workloads: [{kind: Deployment, namespace: shop, name: web}]"), both);
        let b = ["privileged a annotation", "privileged b exemption"];
        assert_eq!(exempt("images: ['r.example.com/b*']"), b);
        let none = ["privileged a annotation", "privileged b annotation"];
        assert_eq!(exempt("workloads: [{kind: Deployment, namespace: x, name: web}]"), none);
        assert_eq!(exempt("namespaces: [web], users: [a], images: [b]"), none);
    }

    #[test]
    fn admission_judges_what_only_the_manifest_ignores() {
        let text = deployment("podproof/ignore-privileged: x", "");
        let document = yaml::read(text.as_bytes()).next().unwrap().unwrap();
        let mut profile = profile();
        let finding = check(&objects(&document.root)[0], &profile).remove(0);
        assert_eq!(finding.suppressed.as_ref().unwrap().by, SuppressedBy::Annotation);
        assert!(profile.counts_at_admission(&finding));
        profile.allow_suppressions = true;
        assert!(!profile.counts_at_admission(&finding));
    }
}
