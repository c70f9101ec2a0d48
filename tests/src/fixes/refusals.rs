//! Pods that the API server refuses although every field has its type: those refusals that an edit
//! of a security context can cause.

use serde_json::Value;

/// Why a pod spec is refused. Containers are named by their lists, for items may move.
pub(super) fn of(spec: &Value) -> Vec<String> {
    let mut refused = Vec::new();
    let pod_context = &spec["securityContext"];
    let os = spec["os"]["name"].as_str().unwrap_or_default();
    context(os, pod_context, "the pod", WINDOWS_POD, &mut refused);
    for key in WINDOWS_SPEC {
        if os == "windows" && is_set(&spec[key]) {
            refused.push(format!("`{key}` on Windows"));
        }
    }
    let mut on_host = Vec::new();
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        for item in spec[list].as_array().into_iter().flatten() {
            container(os, item, list, &mut refused);
            let own = &item["securityContext"]["windowsOptions"]["hostProcess"];
            let of_pod = &pod_context["windowsOptions"]["hostProcess"];
            let effective = if own.is_null() { of_pod } else { own };
            on_host.push(effective == &Value::Bool(true));
        }
    }
    if on_host.contains(&true) {
        if spec["hostNetwork"] != true {
            refused.push("`hostProcess` without `hostNetwork`".into());
        }
        if on_host.contains(&false) {
            refused.push("`hostProcess` on some containers only".into());
        }
    }
    refused
}

const WINDOWS_SPEC: &[&str] =
    &["hostPID", "hostIPC", "hostUsers", "shareProcessNamespace", "resources"];
const WINDOWS_POD: &[&str] = &[
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
];
const WINDOWS_CONTAINER: &[&str] = &[
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
];

/// Whether a field is more than absent, null, or a list without items. `hostPID: false` is nothing
/// for the API server, but nothing that an edit should add to a Windows pod either.
fn is_set(value: &Value) -> bool {
    !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty())
}

fn context(os: &str, context: &Value, place: &str, not_on_windows: &[&str], out: &mut Vec<String>) {
    for key in not_on_windows {
        if os == "windows" && is_set(&context[key]) {
            out.push(format!("{place}: `{key}` on Windows"));
        }
    }
    if os == "linux" && is_set(&context["windowsOptions"]) {
        out.push(format!("{place}: `windowsOptions` on Linux"));
    }
    for key in ["seccompProfile", "appArmorProfile"] {
        let profile = &context[key];
        if (profile["type"] == "Localhost") != is_set(&profile["localhostProfile"]) {
            out.push(format!("{place}: `{key}` is Localhost, or has a profile, but not both"));
        }
    }
}

fn container(os: &str, container: &Value, list: &str, out: &mut Vec<String>) {
    let own = &container["securityContext"];
    context(os, own, list, WINDOWS_CONTAINER, out);
    let is_privileged = own["privileged"] == true;
    if own["allowPrivilegeEscalation"] == false {
        if is_privileged {
            out.push(format!("{list}: no escalation, but privileged"));
        }
        let added = own["capabilities"]["add"].as_array().into_iter().flatten();
        for added in added.filter_map(Value::as_str) {
            // The API server misses the second, the usual spelling. The runtime does not.
            if matches!(added, "CAP_SYS_ADMIN" | "SYS_ADMIN") {
                out.push(format!("{list}: no escalation, but {added}"));
            }
        }
    }
    for mount in container["volumeMounts"].as_array().into_iter().flatten() {
        if mount["mountPropagation"] == "Bidirectional" && !is_privileged {
            out.push(format!("{list}: a mount is Bidirectional, but nothing privileged"));
        }
    }
}
