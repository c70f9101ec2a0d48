//! What has only findings that are safe, hardening or answered is clean after its fixes, under profile
//! `aks`: the shapes that real manifests have most.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use podproof_policy::{Answers, Base, Profile, Severity, Version};
use podproof_report::file::Role;
use podproof_report::fix::{FixedFile, Wanted, fix};

const CONTAINER: &str = "containers: [{name: web, image: registry.example.com/web:1}]";

/// A workload around a pod spec.
fn workload(api_version: &str, kind: &str, spec: &str) -> String {
    format!(
        "apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  selector: \
         {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    \
         spec: {{{spec}}}\n"
    )
}

fn fixed(text: &str, answers: &[(&str, &str)]) -> FixedFile {
    let answers: Answers =
        answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let wanted = Wanted {
        profile: Profile::new(Base::Aks, Version::Latest),
        reverses: false,
        by_shape: false,
        answers,
        rules: Vec::new(),
    };
    fix("manifest.yaml", text.as_bytes(), Role::Manifest, &wanted)
}

/// Findings that are an error or a warning.
fn counted(report: &podproof_report::FileReport) -> Vec<String> {
    let findings = report.objects.iter().flat_map(|object| &object.findings);
    let counted = findings.filter(|finding| finding.severity > Severity::Info);
    counted.map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect()
}

#[track_caller]
fn becomes_clean(text: &str, answers: &[(&str, &str)]) {
    let fixed = fixed(text, answers);
    assert!(!counted(&fixed.before).is_empty(), "this has nothing to fix:\n{text}");
    let left = counted(&fixed.after);
    assert!(left.is_empty(), "{left:#?}\n{}", String::from_utf8_lossy(&fixed.text));
}

#[test]
fn bare_workloads_become_clean() {
    let job = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: web}}\nspec: {{template: {{spec: \
         {{restartPolicy: Never, {CONTAINER}}}}}}}\n"
    );
    let cron_job = format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: web}}\nspec:\n  schedule: '* * * * \
         *'\n  jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, {CONTAINER}}}}}}}}}\n"
    );
    let pod =
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{{CONTAINER}}}\n");
    becomes_clean(&workload("apps/v1", "Deployment", CONTAINER), &[]);
    becomes_clean(&workload("apps/v1", "StatefulSet", CONTAINER), &[]);
    becomes_clean(&workload("apps/v1", "DaemonSet", CONTAINER), &[]);
    becomes_clean(&job, &[]);
    becomes_clean(&cron_job, &[]);
    becomes_clean(&pod, &[]);
}

#[test]
fn a_workload_with_init_containers_volumes_and_ports_becomes_clean() {
    let spec = "initContainers: [{name: init, image: a}], containers: [{name: web, image: a, \
                ports: [{containerPort: 80}], livenessProbe: {httpGet: {port: 80}}, volumeMounts: \
                [{name: data, mountPath: /data}]}], volumes: [{name: data, \
                persistentVolumeClaim: {claimName: data}}]";
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: \
                   {app: web}\n  ports: [{port: 80}]\n";
    let text = workload("apps/v1", "Deployment", spec) + service;
    becomes_clean(&text, &[]);
    let answers = [("port.web.80", "8080"), ("uid", "10001"), ("gid", "10001")];
    becomes_clean(&text, &answers);
    let moved = String::from_utf8(fixed(&text, &answers).text).unwrap();
    assert!(moved.contains("containerPort: 8080") && moved.contains("targetPort: 8080"), "{moved}");
    assert!(moved.contains("port: 80,") || moved.contains("{port: 80"), "{moved}");
}

#[test]
fn half_set_security_contexts_become_clean() {
    let of_container = "containers: [{name: web, image: a, securityContext: {runAsNonRoot: true, \
                        runAsUser: 1000, capabilities: {drop: [NET_RAW]}}}]";
    becomes_clean(&workload("apps/v1", "Deployment", of_container), &[]);
    let of_pod = format!("securityContext: {{runAsUser: 1000, fsGroup: 2000}}, {CONTAINER}");
    becomes_clean(&workload("apps/v1", "Deployment", &of_pod), &[]);
}

#[test]
fn answered_questions_become_clean() {
    let volume = "containers: [{name: web, image: a, volumeMounts: [{name: data, mountPath: \
                  /data}]}], volumes: [{name: data, hostPath: {path: /data}}]";
    let text = workload("apps/v1", "Deployment", volume);
    assert!(!counted(&fixed(&text, &[]).after).is_empty());
    becomes_clean(&text, &[("volume.data", "emptyDir")]);
    let password = "containers: [{name: web, image: a, env: [{name: DB_PASSWORD, value: \
                    Tr0ub4dor-and-3}]}]";
    let text = workload("apps/v1", "Deployment", password);
    assert!(!counted(&fixed(&text, &[]).after).is_empty());
    becomes_clean(&text, &[("secret.web", "web-secrets")]);
}
