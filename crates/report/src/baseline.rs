//! Findings that were accepted once, so that only new ones count: a file beside the manifests.
//!
//! It holds who the findings are ([`Identity`]) and how many there are of each: no lines, which
//! move, and no values, which may be credentials.

use crate::FileReport;
use crate::fingerprint::{Identity, identities};
use podproof_policy::{Severity, Suppressed, SuppressedBy};
use serde_json::Value;
use std::collections::BTreeMap;

/// How many findings there are of each identity.
pub type Counts = BTreeMap<Identity, usize>;

/// Accepted findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    accepted: Counts,
    /// What stands as a reason with a suppressed finding.
    reason: String,
}

/// The format's version, in the file.
const VERSION: u64 = 1;
const VERSION_KEY: &str = "podproof-baseline";
const FINDINGS_KEY: &str = "findings";
const SEVERITY_KEY: &str = "severity";
const SAME_BEFORE_KEY: &str = "sameBefore";
const COUNT_KEY: &str = "count";

impl Baseline {
    /// Reads what [`write`] wrote. `name` is the file's, for reasons.
    pub fn read(text: &[u8], name: &str) -> Result<Self, String> {
        let root: Value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        match root.get(VERSION_KEY).map(Value::as_u64) {
            Some(Some(VERSION)) => {}
            Some(_) => return Err("another version of Podproof wrote it".into()),
            None => return Err("it is no baseline of Podproof".into()),
        }
        let findings = root.get(FINDINGS_KEY).and_then(Value::as_array);
        let findings = findings.ok_or_else(|| format!("it has no list `{FINDINGS_KEY}`"))?;
        let mut accepted = Counts::new();
        for (index, finding) in findings.iter().enumerate() {
            let (identity, count) = read_finding(finding)
                .ok_or_else(|| format!("`{FINDINGS_KEY}[{index}]` is not as it was written"))?;
            *accepted.entry(identity).or_default() += count;
        }
        Ok(Self { accepted, reason: format!("accepted in the baseline `{name}`") })
    }

    /// Marks the findings of a file that are accepted, and says how many of each identity are.
    pub fn apply(&self, report: &mut FileReport) -> Counts {
        let mut used = Counts::new();
        for (object, finding, identity) in open_findings(report) {
            let is_left = |as_accepted: &Identity| {
                let accepted = self.accepted.get(as_accepted).copied().unwrap_or_default();
                used.get(as_accepted).copied().unwrap_or_default() < accepted
            };
            // What was accepted as worse than it is now stays accepted.
            let mut as_accepted =
                from(identity.severity).map(|severity| Identity { severity, ..identity.clone() });
            if let Some(as_accepted) = as_accepted.find(is_left) {
                *used.entry(as_accepted).or_default() += 1;
                suppress(report, (object, finding), &self.reason);
            }
        }
        used
    }

    /// How many accepted findings are not there any more, in the files of which `is_known` says
    /// whether it is known what is found in them.
    pub fn stale(&self, used: &Counts, is_known: impl Fn(&str) -> bool) -> usize {
        let known = self.accepted.iter().filter(|(identity, _)| is_known(&identity.file));
        let left = |(identity, accepted): (&Identity, &usize)| {
            accepted.saturating_sub(used.get(identity).copied().unwrap_or_default())
        };
        known.map(left).sum()
    }
}

/// Accepts all findings of a file that are open, and says how many of each identity there are.
pub fn accept(report: &mut FileReport) -> Counts {
    let mut counts = Counts::new();
    for (object, finding, identity) in open_findings(report) {
        *counts.entry(identity).or_default() += 1;
        suppress(report, (object, finding), "accepted in the new baseline");
    }
    counts
}

/// The file's text, sorted: two runs over the same manifests write the same.
pub fn write(counts: &Counts) -> String {
    let findings: Vec<String> =
        counts.iter().map(|(identity, count)| written(identity, *count)).collect();
    let list = match findings.len() {
        0 => "[]".into(),
        _ => format!("[\n    {}\n  ]", findings.join(",\n    ")),
    };
    format!("{{\n  \"{VERSION_KEY}\": {VERSION},\n  \"{FINDINGS_KEY}\": {list}\n}}\n")
}

/// The findings that may be accepted, by the places of their object and their own.
fn open_findings(report: &FileReport) -> Vec<(usize, usize, Identity)> {
    let mut open = Vec::new();
    for (object, of_object) in identities(report).into_iter().enumerate() {
        for (index, identity) in of_object.into_iter().enumerate() {
            let finding = report.objects.get(object).and_then(|found| found.findings.get(index));
            if finding.is_some_and(|found| found.suppressed.is_none() && !found.rule.is_always_on())
            {
                open.push((object, index, identity));
            }
        }
    }
    open
}

fn suppress(report: &mut FileReport, (object, finding): (usize, usize), reason: &str) {
    let object = report.objects.get_mut(object);
    if let Some(finding) = object.and_then(|object| object.findings.get_mut(finding)) {
        let reason = reason.to_owned();
        finding.suppressed = Some(Box::new(Suppressed { reason, by: SuppressedBy::Baseline }));
    }
}

const SEVERITIES: [Severity; 3] = [Severity::Info, Severity::Warning, Severity::Error];

/// A severity and the worse ones.
fn from(least: Severity) -> impl Iterator<Item = Severity> {
    SEVERITIES.into_iter().filter(move |severity| *severity >= least)
}

/// One finding on one line, so that a diff of two baselines can be read.
fn written(identity: &Identity, count: usize) -> String {
    let texts = texts(identity).into_iter().filter(|(_, text)| !text.is_empty());
    let mut fields: Vec<(&str, Value)> = texts.map(|(key, text)| (key, text.into())).collect();
    fields.push((SEVERITY_KEY, identity.severity.name().into()));
    if identity.same_before > 0 {
        fields.push((SAME_BEFORE_KEY, identity.same_before.into()));
    }
    if count > 1 {
        fields.push((COUNT_KEY, count.into()));
    }
    let fields: Vec<String> =
        fields.into_iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
    format!("{{ {} }}", fields.join(", "))
}

fn texts(identity: &Identity) -> [(&'static str, &str); 7] {
    [
        ("file", &identity.file),
        ("kind", &identity.kind),
        ("namespace", &identity.namespace),
        ("name", &identity.name),
        ("container", &identity.container),
        ("path", &identity.path),
        ("rule", &identity.rule),
    ]
}

fn read_finding(finding: &Value) -> Option<(Identity, usize)> {
    let finding = finding.as_object()?;
    let text = |key: &str| match finding.get(key) {
        Some(text) => text.as_str().map(str::to_owned),
        None => Some(String::new()),
    };
    let number = |key: &str, absent: usize| match finding.get(key) {
        Some(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
        None => Some(absent),
    };
    let severity = text(SEVERITY_KEY)?;
    let identity = Identity {
        file: text("file")?,
        kind: text("kind")?,
        namespace: text("namespace")?,
        name: text("name")?,
        same_before: number(SAME_BEFORE_KEY, 0)?,
        container: text("container")?,
        path: text("path")?,
        rule: text("rule")?,
        severity: SEVERITIES.into_iter().find(|one| one.name() == severity)?,
    };
    Some((identity, number(COUNT_KEY, 1)?))
}

#[cfg(test)]
mod tests {
    use super::{Baseline, Counts, accept, write};
    use crate::fingerprint::tests::{POD, report};
    use crate::{FileReport, Summary};
    use podproof_policy::SuppressedBy;

    fn baseline(text: &str) -> Baseline {
        let written = write(&accept(&mut report(text)));
        Baseline::read(written.as_bytes(), "b.json").unwrap()
    }

    fn open(report: &FileReport) -> usize {
        let findings = report.objects.iter().flat_map(|object| &object.findings);
        findings.filter(|finding| finding.suppressed.is_none()).count()
    }

    #[test]
    fn accepted_findings_are_suppressed_and_new_ones_are_not() {
        let accepted = baseline(POD);
        let mut same = report(&format!("# moved\n\n{POD}"));
        let used = accepted.apply(&mut same);
        assert_eq!(open(&same), 0);
        let mut summary = Summary::default();
        summary.add(&same);
        assert_eq!(summary.errors + summary.warnings + summary.infos, 0);
        assert!(summary.suppressed > 3);
        let first = same.objects[0].findings[0].suppressed.as_ref().unwrap();
        assert_eq!(first.by, SuppressedBy::Baseline);
        assert_eq!(first.reason, "accepted in the baseline `b.json`");
        assert_eq!(accepted.stale(&used, |_| true), 0);

        let mut more = report(&POD.replace("{hostPort: 81}", "{hostPort: 81}, {hostPort: 82}"));
        accepted.apply(&mut more);
        assert_eq!(open(&more), 1);
    }

    #[test]
    fn what_is_gone_is_stale_only_in_files_that_were_looked_at() {
        let accepted = baseline(POD);
        let mut fixed = report(&POD.replace("  hostPID: true\n", ""));
        let used = accepted.apply(&mut fixed);
        assert_eq!(accepted.stale(&used, |file| file == "k8s/a.yaml"), 1);
        assert_eq!(accepted.stale(&used, |_| false), 0);
        assert!(accepted.stale(&Counts::new(), |_| true) > 3);
    }

    #[test]
    fn what_cannot_be_judged_is_never_accepted() {
        let mut broken = report("kind: [Pod\napiVersion: v1\n");
        assert!(accept(&mut broken).is_empty());
        assert_eq!(open(&broken), 1);
    }

    #[test]
    fn what_became_worse_is_new_and_what_became_milder_is_not() {
        let written = write(&accept(&mut report(POD)));
        let milder = written.replace("\"severity\": \"error\"", "\"severity\": \"warning\"");
        let mut same = report(POD);
        Baseline::read(milder.as_bytes(), "b").unwrap().apply(&mut same);
        assert!(open(&same) > 3);
        let mut warned = report(POD);
        for finding in &mut warned.objects[0].findings {
            finding.severity = podproof_policy::Severity::Info;
        }
        baseline(POD).apply(&mut warned);
        assert_eq!(open(&warned), 0);
    }

    #[test]
    fn the_file_is_sorted_and_holds_no_values_and_no_lines() {
        let secret = POD.replace("{name: b}", "{name: b, env: [{name: P, value: hunter2}]}");
        let written = write(&accept(&mut report(&secret)));
        assert!(!written.contains("hunter2") && !written.contains("\"line"), "{written}");
        assert!(written.contains(", \"count\": 2 }"), "{written}");
        let other_order =
            secret.replace("{hostPort: 80}, {hostPort: 81}", "{hostPort: 9}, {hostPort: 8}");
        assert_eq!(write(&accept(&mut report(&other_order))), written);
        assert_eq!(
            write(&Counts::new()),
            "{\n  \"podproof-baseline\": 1,\n  \"findings\": []\n}\n"
        );
    }

    #[test]
    fn other_files_are_refused() {
        for text in [
            "",
            "[]",
            "{}",
            "{\"podproof-baseline\":2,\"findings\":[]}",
            "{\"podproof-baseline\":1}",
            "{\"podproof-baseline\":1,\"findings\":[{\"rule\":5}]}",
        ] {
            assert!(Baseline::read(text.as_bytes(), "b").is_err(), "{text}");
        }
    }
}
