//! What the cluster would say: the verdict lines under a report.

mod namespaces;

use crate::summary::count;
use crate::{FileReport, ObjectReport};
use podproof_policy::{Finding, Level, NamespaceLabels, Standing, SuppressedBy, Version};

/// What is needed to judge all pods of a run at any level and version, at the end of it.
#[derive(Clone, Debug, Default)]
pub struct Verdicts {
    pods: Vec<JudgedPod>,
    namespaces: Vec<NamespaceLabels>,
    undecodable: usize,
    unread: usize,
    /// Findings that are ignored here, but not at admission.
    ignored: usize,
    /// Findings that comments or a baseline ignore, where admission heeds annotations.
    unheeded: usize,
    are_patched: bool,
}

#[derive(Clone, Debug)]
struct JudgedPod {
    namespace: Option<String>,
    standing: Standing,
    by_shape: bool,
    /// Whether it comes from a list, as `kubectl get` prints it.
    is_listed: bool,
}

impl Verdicts {
    /// Kustomize changes the pods before the cluster sees them.
    pub fn note_patches(&mut self) {
        self.are_patched = true;
    }

    /// Takes in a file.
    pub fn add(&mut self, file: &FileReport) {
        self.namespaces.extend(file.namespaces.iter().cloned());
        for object in &file.objects {
            let has = |rule: &str| object.findings.iter().any(|found| found.rule.id == rule);
            if has("unread-text") {
                self.unread += 1;
            } else if has("wrong-type") {
                self.undecodable += 1;
            }
            self.pods.extend(JudgedPod::of(object));
            let by = |finding: &Finding| finding.suppressed.as_deref().map(|ignored| ignored.by);
            for by in object.findings.iter().filter_map(by) {
                match by {
                    SuppressedBy::Exemption => {}
                    _ if !file.allows_suppressions => self.ignored += 1,
                    SuppressedBy::Annotation => {}
                    SuppressedBy::Comment | SuppressedBy::Baseline => self.unheeded += 1,
                }
            }
        }
    }

    /// What admission makes of the findings that are ignored here.
    fn of_ignored(&self) -> impl Iterator<Item = String> {
        let line = |n: usize, what: &str, settings: &str| {
            let (verb, them) = if n == 1 { ("is", "it") } else { ("are", "them") };
            let said =
                format!("{} {verb} {what}; admission still judges {them}", count(n, "finding"));
            (n > 0).then(|| said + settings)
        };
        let ignored = line(self.ignored, "ignored here", " unless `allowSuppressions: true`");
        let unheeded = line(self.unheeded, "ignored by a comment or baseline", ", it sees neither");
        ignored.into_iter().chain(unheeded)
    }

    /// The verdict at both levels of a version, and that of every namespace with labels.
    pub fn lines(&self, version: Version) -> Vec<String> {
        if self.pods.is_empty() && self.unread + self.undecodable == 0 {
            let nothing = "verdict: no pods to judge".into();
            return std::iter::once(nothing).chain(self.of_ignored()).collect();
        }
        let pods: Vec<&JudgedPod> = self.pods.iter().collect();
        let at = |level| self.judge(&pods, level, version);
        let (baseline, restricted) = (at(Level::Baseline), at(Level::Restricted));
        let of_version = match version {
            Version::Latest => String::new(),
            Version::Minor(_) => format!(" at {version}"),
        };
        let mut lines =
            vec![format!("verdict{of_version}: baseline: {baseline}; restricted: {restricted}")];
        lines.extend(self.namespaces.iter().flat_map(|labels| self.of_namespace(labels)));
        lines.extend(namespaces::lines(&self.pods, version));
        lines.extend(self.of_ignored());
        lines
    }

    fn of_namespace(&self, labels: &NamespaceLabels) -> Vec<String> {
        let inside = |pod: &&JudgedPod| pod.namespace.as_deref() == Some(&labels.name);
        let pods: Vec<&JudgedPod> = self.pods.iter().filter(inside).collect();
        let modes = [("enforces", labels.enforce), ("warns at", labels.warn)];
        let said = modes.into_iter().filter_map(|(mode, demand)| {
            let (level, version) = demand?;
            let verdict = match pods.len() {
                0 => "no pods of it here".into(),
                _ => self.judge(&pods, level, version),
            };
            let line = format!("namespace `{}` {mode} {level}:{version}: {verdict}", labels.name);
            Some(crate::text::one_line(&line))
        });
        said.collect()
    }

    fn judge(&self, pods: &[&JudgedPod], level: Level, version: Version) -> String {
        let failing: Vec<usize> = pods
            .iter()
            .map(|pod| pod.standing.failing(level, version).len())
            .filter(|&reasons| reasons > 0)
            .collect();
        let reasons = count(failing.iter().sum(), "reason");
        if !failing.is_empty() {
            return match pods.len() {
                1 => format!("rejected, {reasons}"),
                all => format!("{} of {all} pods rejected, {reasons}", failing.len()),
            };
        }
        if self.unread > 0 {
            return "unknown, not everything could be read".into();
        }
        if self.undecodable > 0 {
            return format!("{} refused as undecodable", count(self.undecodable, "object"));
        }
        if self.are_patched {
            let rendered = "kustomize build … | podproof check -";
            return format!("unknown, patches change these pods; check the result: {rendered}");
        }
        if pods.iter().any(|pod| pod.by_shape) {
            return "nothing against it, if the cluster knows all kinds".into();
        }
        "admitted".into()
    }
}

impl JudgedPod {
    fn of(object: &ObjectReport) -> Option<Self> {
        Some(Self {
            namespace: object.namespace.clone(),
            standing: object.standing?,
            by_shape: object.by_shape,
            is_listed: object.item.is_some(),
        })
    }
}
