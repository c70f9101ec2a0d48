//! What must not change a verdict: the list a container is in, the workload around a pod, the
//! notation of a file.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use fastrand::Rng;
use podproof_policy::{Base, Profile, Version, check, objects};
use podproof_report::{FileReport, file::Role};
use podproof_source::Node;
use podproof_tests::pods;
use serde_json::{Value, json};

const RESTRICTED: Profile = Profile::new(Base::Restricted, Version::Latest);

/// Rule, container and message of every finding, sorted; without the kind of container.
fn findings(object: &Value) -> Vec<String> {
    let node: Node = serde_json::from_value(object.clone()).unwrap();
    let mut found = Vec::new();
    for object in objects(&node) {
        for finding in check(&object, &RESTRICTED) {
            let message = finding.message.replace("init container", "container");
            let message = message.replace("ephemeral container", "container");
            found.push(format!("{}: {message}", finding.rule.id));
        }
    }
    found.sort();
    found
}

/// Random pods on which the API server's default for host ports, which only bare pods get, has no
/// influence.
fn random_pods(count: usize) -> impl Iterator<Item = Value> {
    let mut rng = Rng::with_seed(7);
    std::iter::repeat_with(move || pods::object(&mut rng))
        .filter(|object| object["kind"] == "Pod")
        .map(|mut pod| {
            pod["spec"]["hostNetwork"] = Value::Null;
            pod
        })
        .take(count)
}

#[test]
fn a_container_is_judged_alike_in_all_three_lists() {
    let mut compared = 0;
    for mut pod in random_pods(600) {
        let lists = ["initContainers", "containers", "ephemeralContainers"];
        let container = lists.iter().find_map(|list| pod["spec"][list].get(0).cloned());
        let Some(container) = container else { continue };
        let in_list = |pod: &mut Value, list: &str| {
            for other in lists {
                pod["spec"].as_object_mut().unwrap().remove(other);
            }
            pod["spec"][list] = json!([container]);
            findings(pod)
        };
        let [init, app, ephemeral] = lists.map(|list| in_list(&mut pod, list));
        assert_eq!(init, app, "{pod}");
        assert_eq!(ephemeral, app, "{pod}");
        compared += usize::from(!app.is_empty());
    }
    assert!(compared > 100, "only {compared} pods had findings");
}

#[test]
fn a_pod_is_judged_alike_in_every_workload() {
    for pod in random_pods(400) {
        let template = json!({"metadata": pod["metadata"], "spec": pod["spec"]});
        let expected = findings(&pod);
        let workloads = [
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": template}}),
            json!({"apiVersion": "batch/v1", "kind": "CronJob",
                   "spec": {"jobTemplate": {"spec": {"template": template}}}}),
            json!({"apiVersion": "v1", "kind": "List", "items": [pod]}),
            json!({"apiVersion": "v1", "kind": "PodTemplate", "template": template}),
            json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
                   "spec": {"template": template}}),
        ];
        let has_containers = ["initContainers", "containers", "ephemeralContainers"]
            .iter()
            .any(|list| pod["spec"][list].get(0).is_some());
        for workload in workloads {
            // Nothing but its containers gives a pod of an unknown kind away.
            if has_containers || workload["kind"] != "Rollout" {
                assert_eq!(findings(&workload), expected, "{workload}");
            }
        }
    }
}

#[test]
fn yaml_and_json_are_judged_alike() {
    for pod in random_pods(400) {
        let in_file = |text: &str| {
            let report = FileReport::of("x", text.as_bytes(), Role::Manifest, &RESTRICTED);
            let findings = report.objects.iter().flat_map(|object| &object.findings);
            let mut found: Vec<String> =
                findings.map(|found| format!("{} {}", found.pointer, found.message)).collect();
            found.sort();
            found
        };
        let as_json = in_file(&pod.to_string());
        let as_indented_json = in_file(&serde_json::to_string_pretty(&pod).unwrap());
        let as_yaml = in_file(&serde_yaml::to_string(&pod).unwrap());
        assert_eq!(as_json, as_yaml, "{pod}");
        assert_eq!(as_json, as_indented_json, "{pod}");
        assert_eq!(as_json.len(), findings(&pod).len(), "{pod}");
    }
}
