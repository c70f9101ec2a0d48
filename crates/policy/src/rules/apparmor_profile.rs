//! A pod must not turn off AppArmor.
//!
//! On nodes with AppArmor every container starts under the profile of the container runtime, which
//! keeps it away from the node's files and devices. An `Unconfined` profile takes that away. The
//! field may stand on the pod, for all containers, or on each container.
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     appArmorProfile:
//!       type: Unconfined
//! #           ^^^^^^^^^^ the pod sets AppArmor profile type `Unconfined`
//!   containers:
//!     - name: web
//!       securityContext:
//!         appArmorProfile: {}
//! #       ^^^^^^^^^^^^^^^ container `web` sets an AppArmor profile without a type
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   securityContext: {}
//!   containers:
//!     - name: web
//!       securityContext: {}
//! ```
//!
//! Before Kubernetes 1.30 an annotation named the profile of each container. It still counts.
//!
//! ```yaml,bad
//! metadata:
//!   annotations:
//!     container.apparmor.security.beta.kubernetes.io/web: unconfined
//! #                                                       ^^^^^^^^^^ the annotation for container `web` names AppArmor profile `unconfined`
//! spec:
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,fixed
//! metadata:
//!   annotations: {}
//! spec:
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,good
//! metadata:
//!   annotations:
//!     container.apparmor.security.beta.kubernetes.io/proxy: localhost/proxy
//! spec:
//!   securityContext:
//!     appArmorProfile:
//!       type: RuntimeDefault
//!   containers:
//!     - name: web
//!     - name: proxy
//! ```
//!
//! ## How to fix it
//!
//! Remove the profile: that of the container runtime then holds. Or set its type to `RuntimeDefault`. If the runtime's profile is too strict
//! for the program, load one of your own on the nodes and name it: type `Localhost` with
//! `localhostProfile`.
//!
//! ## When to ignore it
//!
//! Node agents that mount file systems or trace other processes may need it. Run them in a
//! namespace of their own that allows it.

use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, baseline, since};
use std::fmt::Display;

pub static RULE: Rule = Rule {
    id: "apparmor-profile",
    title: "A pod must not turn off AppArmor",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("appArmorProfile"),
    replaces: &[],
    versions: &[since(0, PodAndEachContainer(pod_must_keep_apparmor, must_keep_apparmor))],
    source: crate::source!("apparmor_profile.rs"),
};

/// What follows it is the name of a container, of which the pod need not have one.
pub(super) const ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

fn pod_must_keep_apparmor(pod: &Pod<'_>, out: &mut Findings) {
    must_be_confined(&"the pod", &pod.security_context(), out);
    for (key, value) in pod.annotations().entries() {
        let Some(container) = key.strip_prefix(ANNOTATION) else { continue };
        let profile = value.as_str().unwrap_or_default();
        let is_confined = matches!(profile, "" | "runtime/default");
        if !is_confined && !profile.starts_with("localhost/") {
            let message = format!(
                "the annotation for container `{container}` names AppArmor profile `{profile}`"
            );
            out.report(&value, message).fix(|_| {
                let title = format!("remove the AppArmor annotation for container `{container}`");
                Some(without_profile(title, &value))
            });
        }
    }
}

fn must_keep_apparmor(container: &Container<'_>, out: &mut Findings) {
    must_be_confined(container, &container.security_context(), out);
}

fn must_be_confined(who: &dyn Display, security_context: &Field<'_>, out: &mut Findings) {
    let profile = security_context.get("appArmorProfile");
    let kind = profile.get("type");
    let message = match kind.as_str().unwrap_or_default() {
        _ if !profile.is_set() => return,
        "RuntimeDefault" | "Localhost" => return,
        "" => format!("{who} sets an AppArmor profile without a type"),
        other => format!("{who} sets AppArmor profile type `{other}`"),
    };
    out.report(&kind, message)
        .fix(|_| Some(without_profile(format!("remove the AppArmor profile of {who}"), &profile)));
}

fn without_profile(title: String, profile: &Field<'_>) -> Fix {
    Fix::reverses(title, vec![profile.remove()]).breaks(
        "the program mounts file systems, traces processes or writes to `/proc` and `/sys`",
        "`Permission denied` in the log, and `apparmor=\"DENIED\"` in the node's kernel log",
    )
}
