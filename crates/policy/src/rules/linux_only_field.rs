//! A Windows pod must not set what only Linux has, nor a Linux pod what only Windows has.
//!
//! Windows has no user numbers, capabilities, seccomp or SELinux. The API server refuses a pod that
//! says it runs there (`spec.os.name: windows`) and sets one of their fields. It also refuses
//! `windowsOptions` on a pod that says it runs on Linux.
//!
//! ```yaml,bad
//! spec:
//!   os:
//!     name: windows
//!   securityContext:
//!     runAsUser: 1000
//! #              ^^^^ the pod runs on Windows, which has no `runAsUser`: the API server refuses it
//!   containers:
//!     - name: web
//!       securityContext:
//!         runAsNonRoot: true
//!         capabilities:
//! #       ^^^^^^^^^^^^ container `web` runs on Windows, which has no `capabilities`: the API server refuses it
//!           drop: [ALL]
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   os:
//!     name: windows
//!   securityContext: {}
//!   containers:
//!     - name: web
//!       securityContext:
//!         runAsNonRoot: true
//! ```
//!
//! ```yaml,bad
//! spec:
//!   os:
//!     name: linux
//!   containers:
//!     - name: web
//!       securityContext:
//!         windowsOptions:
//! #       ^^^^^^^^^^^^^^ container `web` runs on Linux, which has no `windowsOptions`: the API server refuses it
//!           runAsUserName: ContainerUser
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   os:
//!     name: linux
//!   containers:
//!     - name: web
//!       securityContext: {}
//! ```
//!
//! A pod that only selects Windows nodes is taken for a Linux pod by every check. It should say
//! where it runs; as long as it does not, this is an advice.
//!
//! ```yaml,bad
//! spec:
//!   nodeSelector:
//! # ^^^^^^^^^^^^ the pod goes to Windows nodes, but does not say so: it should set `os.name: windows`
//!     kubernetes.io/os: windows
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   nodeSelector:
//!     kubernetes.io/os: windows
//!   containers:
//!     - name: web
//!   os:
//!     name: windows
//! ```
//!
//! ```yaml,good
//! spec:
//!   os:
//!     name: windows
//!   securityContext:
//!     runAsNonRoot: true
//!     windowsOptions:
//!       runAsUserName: ContainerUser
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Remove the field: Windows has nothing in its place, except for `windowsOptions.runAsUserName`,
//! which names the user. Set limits of `spec.resources` on each container instead. If the pod runs
//! on the other system, correct `spec.os.name`.
//!
//! ## When to ignore it
//!
//! Never: the API server does not accept the pod. The advice to say where the pod runs can be
//! ignored on clusters older than Kubernetes 1.25.

use super::privileged::unprivileged;
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, since};
use std::fmt::Display;

pub static RULE: Rule = Rule {
    id: "linux-only-field",
    title: "A Windows pod must not set what only Linux has, nor a Linux pod what only Windows has",
    category: Category::Hardening,
    severity: Severity::Error,
    standard: None,
    replaces: &[],
    // Since then the API server refuses the fields, and no check demands them on Windows.
    versions: &[since(25, PodAndEachContainer(pod_must_suit_its_system, must_suit_its_system))],
    source: crate::source!("linux_only_field.rs"),
};

fn pod_must_suit_its_system(pod: &Pod<'_>, out: &mut Findings) {
    if pod.selects_windows() {
        let message = "the pod goes to Windows nodes, but does not say so: \
                       it should set `os.name: windows`";
        let selector = pod.spec.get("nodeSelector");
        let place = if selector.is_set() { selector } else { pod.spec.get("affinity") };
        out.report_as(Severity::Info, &place, message.into()).fix(|_| Fix::by_naming_windows(pod));
    }
    let who = "the pod";
    if pod.is_windows() {
        for (key, field) in pod.fields_for_linux() {
            out.report(&field, message(&who, "Windows", key)).fix(|_| {
                let may_go = match key {
                    // It has to move to the containers.
                    "resources" => false,
                    "hostUsers" => is_safe_without_own_users(pod),
                    _ => true,
                };
                may_go.then(|| without(&who, key, &field))
            });
        }
    }
    windows_options_must_not_be_on_linux(&who, pod, &pod.security_context(), out);
}

fn must_suit_its_system(container: &Container<'_>, out: &mut Findings) {
    if container.pod.is_windows() {
        for (key, field) in container.fields_for_linux() {
            out.report(&field, message(container, "Windows", key)).fix(|_| {
                let mut fix = without(container, key, &field);
                if key == "privileged" {
                    // Nothing else may then need it.
                    fix.changes.extend(unprivileged(container));
                }
                Some(fix)
            });
        }
    }
    let context = container.security_context();
    windows_options_must_not_be_on_linux(container, container.pod, &context, out);
}

fn windows_options_must_not_be_on_linux(
    who: &dyn Display,
    pod: &Pod<'_>,
    security_context: &Field<'_>,
    out: &mut Findings,
) {
    let key = "windowsOptions";
    let options = security_context.get(key);
    if options.is_set() && pod.is_linux() {
        out.report(&options, message(who, "Linux", key)).fix(|_| {
            // All at once: the API server refuses a pod in which only some are host processes.
            let title =
                "remove `windowsOptions` from the pod and its containers, which run on Linux";
            let all = pod.in_security_contexts(&[key]);
            Some(Fix::safe(title.into(), all.iter().map(Field::remove).collect()))
        });
    }
}

fn message(who: &dyn Display, system: &str, key: &str) -> String {
    format!("{who} runs on {system}, which has no `{key}`: the API server refuses it")
}

/// Safe: the API server refuses the pod as it is, so no running program has the field.
fn without(who: &dyn Display, key: &str, field: &Field<'_>) -> Fix {
    let title = format!("remove `{key}` from {who}: Windows has no such thing");
    Fix::safe(title, vec![field.remove()])
}

/// Whether no other rule asks for more as soon as `hostUsers: false` is gone.
fn is_safe_without_own_users(pod: &Pod<'_>) -> bool {
    let all = |keys: &[&'static str]| pod.in_security_contexts(keys);
    let non_root = all(&["runAsNonRoot"]);
    let pod_is_non_root = pod.security_context().get("runAsNonRoot").as_bool() == Some(true);
    pod_is_non_root
        && non_root.iter().all(|field| field.as_bool() == Some(true))
        && all(&["runAsUser"]).is_empty()
        && all(&["procMount"]).is_empty()
}
