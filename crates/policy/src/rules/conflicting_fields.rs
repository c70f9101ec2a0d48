//! Two settings must not exclude each other.
//!
//! Each of the two may be right, but the API server refuses a pod with both. For a Deployment or a
//! Job the refusal comes late: the workload is there, and its pods are not.
//!
//! ```yaml,bad
//! spec:
//!   hostPID: true
//! #          ^^^^ `hostPID: true` and `hostUsers: false` exclude each other
//!   hostUsers: false
//!   containers:
//!     - name: web
//!       securityContext:
//!         privileged: true
//! #                   ^^^^ `privileged: true` and `allowPrivilegeEscalation: false` of container `web` exclude each other
//!         allowPrivilegeEscalation: false
//!     - name: proxy
//!       securityContext:
//!         allowPrivilegeEscalation: false
//!         capabilities:
//!           add: [CAP_SYS_ADMIN]
//! #               ^^^^^^^^^^^^^ capability `CAP_SYS_ADMIN` and `allowPrivilegeEscalation: false` of container `proxy` exclude each other
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   hostUsers: false
//!   containers:
//!     - name: web
//!       securityContext:
//!         allowPrivilegeEscalation: false
//!     - name: proxy
//!       securityContext:
//!         allowPrivilegeEscalation: false
//!         capabilities: {}
//! ```
//!
//! A profile has a file if, and only if, its type is `Localhost`.
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     seccompProfile:
//!       type: RuntimeDefault
//!       localhostProfile: web.json
//! #                       ^^^^^^^^ `localhostProfile` in the `seccompProfile` of the pod needs `type: Localhost`
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   securityContext:
//!     seccompProfile:
//!       type: RuntimeDefault
//!   containers:
//!     - name: web
//! ```
//!
//! Some conflicts only the author can solve.
//!
//! ```yaml,bad
//! spec:
//!   hostNetwork: true
//!   securityContext:
//!     runAsUser: -1
//! #              ^^ `runAsUser` must be a number from 0 to 2147483647
//!   containers:
//!     - name: web
//!       ports:
//!         - containerPort: 8080
//!           hostPort: 80
//! #                   ^^ `hostPort` of container `web` must be its `containerPort`, as the pod has the network of the node
//!     - name: web
//! #           ^^^ another container has this name, too
//!       securityContext:
//!         appArmorProfile:
//!           type: Localhost
//! #               ^^^^^^^^^ the `appArmorProfile` of container `web` has type `Localhost`, but names no usable `localhostProfile`
//! ```
//!
//! ```yaml,good
//! spec:
//!   hostUsers: false
//!   securityContext:
//!     seccompProfile:
//!       type: Localhost
//!       localhostProfile: web.json
//!   containers:
//!     - name: web
//!       securityContext:
//!         allowPrivilegeEscalation: false
//! ```
//!
//! ## How to fix it
//!
//! Remove one of the two settings. The fixes keep the one that protects more: they never remove
//! `hostUsers: false` or `allowPrivilegeEscalation: false`.
//!
//! ## When to ignore it
//!
//! Never: the API server does not accept the pod.

mod of_container;

use super::{host_namespaces, windows_host_process};
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::Pod;
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, since};
use std::fmt::Display;

pub static RULE: Rule = Rule {
    id: "conflicting-fields",
    title: "Two settings must not exclude each other",
    category: Category::Manifest,
    severity: Severity::Error,
    standard: None,
    replaces: &[],
    versions: &[
        since(0, PodAndEachContainer(pod_must_agree_with_itself, of_container::must_agree)),
        since(30, PodAndEachContainer(pod_must_agree, of_container::must_agree_since_30)),
    ],
    source: crate::source!("conflicting_fields.rs"),
};

/// Since then the API server looks at sysctls of the node, and knows AppArmor by field.
fn pod_must_agree(pod: &Pod<'_>, out: &mut Findings) {
    pod_must_agree_with_itself(pod, out);
    sysctls_must_not_be_of_the_node(pod, out);
    profile_must_have_a_file_if_local(&"the pod", &pod.security_context(), APPARMOR, out);
}

fn pod_must_agree_with_itself(pod: &Pod<'_>, out: &mut Findings) {
    namespaces_must_be_shared_in_one_way(pod, out);
    host_processes_must_have_the_network(pod, out);
    sysctls_must_be_set_once(pod, out);
    for name in pod.repeated_names() {
        out.report(&name, "another container has this name, too".into());
    }
    let context = pod.security_context();
    numbers_must_be_possible(&context, &["runAsUser", "runAsGroup", "fsGroup"], out);
    for group in context.get("supplementalGroups").items() {
        number_must_be_possible(&group, "supplementalGroups", out);
    }
    profile_must_have_a_file_if_local(&"the pod", &context, SECCOMP, out);
}

fn namespaces_must_be_shared_in_one_way(pod: &Pod<'_>, out: &mut Findings) {
    let is_true = |key| pod.spec.get(key).as_bool() == Some(true);
    let mut must_not_stand_beside = |key, other: &str| {
        let message = format!("`{key}: true` and `{other}` exclude each other");
        out.report(&pod.spec.get(key), message).fix(|_| Some(host_namespaces::without(key, pod)));
    };
    if pod.has_own_users() {
        for key in ["hostNetwork", "hostPID", "hostIPC"].into_iter().filter(|key| is_true(key)) {
            must_not_stand_beside(key, "hostUsers: false");
        }
    }
    if is_true("hostPID") && is_true("shareProcessNamespace") {
        must_not_stand_beside("hostPID", "shareProcessNamespace: true");
    }
}

fn host_processes_must_have_the_network(pod: &Pod<'_>, out: &mut Findings) {
    let network = pod.spec.get("hostNetwork");
    let all = pod.in_security_contexts(&["windowsOptions", "hostProcess"]);
    if network.as_bool() != Some(true) && all.iter().any(|field| field.as_bool() == Some(true)) {
        out.report(&network, "`hostProcess: true` needs `hostNetwork: true`".into())
            .fix(|_| Some(windows_host_process::without(pod)));
    }
}

fn sysctls_must_not_be_of_the_node(pod: &Pod<'_>, out: &mut Findings) {
    for sysctl in pod.security_context().get("sysctls").items() {
        let name = sysctl.get("name");
        let Some(shared) = shared_with_the_node(pod, name.as_str().unwrap_or_default()) else {
            continue;
        };
        let message = format!("this sysctl would change the node, because of `{shared}: true`");
        out.report(&name, message).fix(|_| Some(host_namespaces::without(shared, pod)));
    }
}

/// What makes a sysctl one of the node (`k8s.io/component-helpers`, `node/util/sysctl`).
fn shared_with_the_node(pod: &Pod<'_>, sysctl: &str) -> Option<&'static str> {
    // Both are taken: `net.core.somaxconn` and `net/core/somaxconn`.
    let name = sysctl.replace('/', ".");
    let name = name.split('*').next().unwrap_or_default();
    let is_of_ipc = matches!(name, "kernel.sem" | "kernel.shm" | "kernel.msg")
        || matches!(name, "kernel.shmall" | "kernel.shmmax" | "kernel.shmmni")
        || matches!(name, "kernel.msgmax" | "kernel.msgmnb" | "kernel.msgmni")
        || name == "kernel.shm_rmid_forced"
        || name.starts_with("fs.mqueue.");
    let needs = match name {
        _ if name.starts_with("net.") => "hostNetwork",
        _ if is_of_ipc => "hostIPC",
        _ => return None,
    };
    (pod.spec.get(needs).as_bool() == Some(true)).then_some(needs)
}

fn sysctls_must_be_set_once(pod: &Pod<'_>, out: &mut Findings) {
    let mut seen = Vec::new();
    for sysctl in pod.security_context().get("sysctls").items() {
        let name = sysctl.get("name");
        let Some(text) = name.as_str() else { continue };
        if seen.contains(&text) {
            out.report(&name, "this sysctl is set twice".into());
        }
        seen.push(text);
    }
}

fn numbers_must_be_possible(security_context: &Field<'_>, keys: &[&str], out: &mut Findings) {
    for key in keys {
        if let Some(number) = security_context.entry(key) {
            number_must_be_possible(&number, key, out);
        }
    }
}

fn number_must_be_possible(number: &Field<'_>, key: &str, out: &mut Findings) {
    if number.as_int().is_some_and(|number| i32::try_from(number).map_or(true, |int| int < 0)) {
        out.report(number, format!("`{key}` must be a number from 0 to 2147483647"));
    }
}

const SECCOMP: &str = "seccompProfile";
const APPARMOR: &str = "appArmorProfile";

/// A profile without a usable type has a finding of its own.
fn profile_must_have_a_file_if_local(
    who: &dyn Display,
    security_context: &Field<'_>,
    key: &str,
    out: &mut Findings,
) {
    let Some(profile) = security_context.entry(key) else { return };
    let (kind, file) = (profile.get("type"), profile.get("localhostProfile"));
    match kind.as_str().unwrap_or_default() {
        "Localhost" if !is_usable(key, &file) => {
            let message = format!(
                "the `{key}` of {who} has type `Localhost`, but names no usable `localhostProfile`"
            );
            out.report(&kind, message);
        }
        word @ ("RuntimeDefault" | "Unconfined") if file.is_set() => {
            let message =
                format!("`localhostProfile` in the `{key}` of {who} needs `type: Localhost`");
            out.report(&file, message).fix(|_| {
                // Beside a type that turns the profile off, the file may be what was meant.
                let title = format!("remove `localhostProfile` from the `{key}` of {who}");
                let fix = Fix::reverses(title, vec![file.remove()]).breaks(
                    "the program needs the calls that the named profile allows",
                    "`Operation not permitted` in the log",
                );
                (word == "RuntimeDefault").then_some(fix)
            });
        }
        _ => {}
    }
}

/// Whether the API server takes the name: a path inside the kubelet's folder, or the name of a
/// profile that is loaded on the node.
fn is_usable(key: &str, file: &Field<'_>) -> bool {
    let file = file.as_str().unwrap_or_default();
    let is_inside = !file.starts_with('/') && !file.split('/').any(|part| part == "..");
    !file.is_empty() && if key == SECCOMP { is_inside } else { file.trim() == file }
}
