//! What each namespace of a cluster could demand today, for what `kubectl get … -A -o json` prints.

use super::JudgedPod;
use crate::summary::count;
use crate::text::one_line;
use podproof_policy::{Level, Version};
use std::collections::BTreeMap;

/// A line or two for each namespace that listed pods are in.
pub(super) fn lines(pods: &[JudgedPod], version: Version) -> Vec<String> {
    let mut by_namespace: BTreeMap<&str, Vec<&JudgedPod>> = BTreeMap::new();
    for pod in pods.iter().filter(|pod| pod.is_listed) {
        if let Some(namespace) = pod.namespace.as_deref() {
            by_namespace.entry(namespace).or_default().push(pod);
        }
    }
    let lines = by_namespace.iter().flat_map(|(name, pods)| of_namespace(name, pods, version));
    lines.map(|line| one_line(&line)).collect()
}

fn of_namespace(name: &str, pods: &[&JudgedPod], version: Version) -> Vec<String> {
    let (level, next) = match [Level::Restricted, Level::Baseline]
        .into_iter()
        .find(|level| stoppers(pods, *level, version).is_empty())
    {
        Some(Level::Restricted) => (Level::Restricted, None),
        Some(level) => (level, Some(Level::Restricted)),
        None => (Level::Privileged, Some(Level::Baseline)),
    };
    let pods_of_it = count(pods.len(), "pod");
    let mut line = format!("namespace `{name}`: {pods_of_it}, {level} today");
    if let Some(next) = next {
        let stoppers = stoppers(pods, next, version);
        let reasons: Vec<String> = stoppers
            .iter()
            .map(|(check, pods)| format!("{check} ({})", count(*pods, "pod")))
            .collect();
        line += &format!("; {next} is stopped by {}", reasons.join(", "));
    }
    let mut lines = vec![line];
    if level > Level::Privileged {
        lines.push(format!("    {}", command(name, level, version)));
    }
    lines
}

/// The rules that refuse pods at a level, each with the number of pods.
fn stoppers(pods: &[&JudgedPod], level: Level, version: Version) -> BTreeMap<&'static str, usize> {
    let mut stoppers = BTreeMap::new();
    for rule in pods.iter().flat_map(|pod| pod.standing.failing(level, version)) {
        *stoppers.entry(rule.id).or_default() += 1;
    }
    stoppers
}

/// What makes the cluster refuse whatever is worse than the pods of today.
fn command(name: &str, level: Level, version: Version) -> String {
    // A name with anything else in it is none that a cluster has, and not for a shell.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let name = if name.chars().all(is_plain) { name } else { "NAME" };
    let label = "pod-security.kubernetes.io/enforce";
    format!("kubectl label --overwrite namespace {name} {label}={level} {label}-version={version}")
}

#[cfg(test)]
mod tests {
    use crate::FileReport;
    use crate::file::Role;
    use crate::verdict::Verdicts;
    use podproof_policy::{Base, Profile, Version};

    fn pod(namespace: &str, spec: &str) -> String {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: web, namespace: {namespace}}}, \
             spec: {{containers: [{{name: web, securityContext: {{allowPrivilegeEscalation: false, \
             capabilities: {{drop: [ALL]}}}}}}], securityContext: {{runAsNonRoot: true, \
             seccompProfile: {{type: RuntimeDefault}}}}, {spec}}}}}"
        )
    }

    #[test]
    fn each_namespace_hears_what_it_could_demand() {
        let pods = [
            pod("good", "volumes: []"),
            pod("shared", "hostPID: true"),
            pod("shared", "hostIPC: true"),
            pod("mixed", "volumes: [{name: a, nfs: {}}]"),
        ];
        let list = format!("apiVersion: v1\nkind: List\nitems: [{}]\n", pods.join(", "));
        let profile = Profile::new(Base::Baseline, Version::Latest);
        let report = FileReport::of("-", list.as_bytes(), Role::Manifest, &profile);
        let mut verdicts = Verdicts::default();
        verdicts.add(&report);
        let lines = verdicts.lines(Version::Minor(30));
        let label = "pod-security.kubernetes.io/enforce";
        let command = |name: &str, level: &str| {
            format!(
                "    kubectl label --overwrite namespace {name} {label}={level} \
                 {label}-version=v1.30"
            )
        };
        let expected = [
            "namespace `good`: 1 pod, restricted today".to_owned(),
            command("good", "restricted"),
            "namespace `mixed`: 1 pod, baseline today; restricted is stopped by \
             restricted-volumes (1 pod)"
                .to_owned(),
            command("mixed", "baseline"),
            "namespace `shared`: 2 pods, privileged today; baseline is stopped by \
             host-namespaces (2 pods)"
                .to_owned(),
        ];
        assert_eq!(lines[1..], expected);
    }
}
