//! A pod must not choose an SELinux type, user or role that frees it.
//!
//! On nodes with SELinux the type decides what a process may touch. Only the types made for
//! containers keep it away from the node; user and role can change what a type may do. The level is
//! free: it only sets pods apart from each other.
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     seLinuxOptions:
//!       type: spc_t
//! #           ^^^^^ the pod sets SELinux type `spc_t`
//!   containers:
//!     - name: web
//!       securityContext:
//!         seLinuxOptions:
//!           user: system_u
//! #               ^^^^^^^^ container `web` sets SELinux user `system_u`
//!           role: system_r
//! #               ^^^^^^^^ container `web` sets SELinux role `system_r`
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   securityContext:
//!     seLinuxOptions: {}
//!   containers:
//!     - name: web
//!       securityContext:
//!         seLinuxOptions: {}
//! ```
//!
//! ```yaml,good
//! spec:
//!   securityContext:
//!     seLinuxOptions:
//!       type: container_t
//!       level: s0:c123,c456
//!   containers:
//!     - name: web
//! ```
//!
//! The type `container_engine_t` is allowed since Kubernetes 1.31.
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: builder
//!       securityContext:
//!         seLinuxOptions:
//!           type: container_engine_t
//! ```
//!
//! ```yaml,bad,v1.30
//! spec:
//!   containers:
//!     - name: builder
//!       securityContext:
//!         seLinuxOptions:
//!           type: container_engine_t
//! #               ^^^^^^^^^^^^^^^^^^ container `builder` sets SELinux type `container_engine_t`
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: builder
//!       securityContext:
//!         seLinuxOptions: {}
//! ```
//!
//! ## How to fix it
//!
//! Remove `user` and `role`, and the type too: the container runtime then chooses `container_t`.
//! If a program cannot read a volume, set `level` to that of the volume's files.
//!
//! ## When to ignore it
//!
//! Node agents may need `spc_t`. Run them in a namespace of their own that allows it.

use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, baseline, since};
use std::fmt::Display;

pub static RULE: Rule = Rule {
    id: "selinux-options",
    title: "A pod must not choose an SELinux type, user or role that frees it",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("seLinuxOptions"),
    replaces: &[],
    versions: &[
        since(0, PodAndEachContainer(pod_must_stay_confined::<0>, must_stay_confined::<0>)),
        since(31, PodAndEachContainer(pod_must_stay_confined::<31>, must_stay_confined::<31>)),
    ],
    source: crate::source!("selinux_options.rs"),
};

/// The types made for containers, with the minor release that allowed them.
const TYPES: &[(u32, &str)] = &[
    (0, ""),
    (0, "container_t"),
    (0, "container_init_t"),
    (0, "container_kvm_t"),
    (31, "container_engine_t"),
];

fn pod_must_stay_confined<const MINOR: u32>(pod: &Pod<'_>, out: &mut Findings) {
    options_must_confine(MINOR, &"the pod", &pod.security_context(), out);
}

fn must_stay_confined<const MINOR: u32>(container: &Container<'_>, out: &mut Findings) {
    options_must_confine(MINOR, container, &container.security_context(), out);
}

fn options_must_confine(
    minor: u32,
    who: &dyn Display,
    security_context: &Field<'_>,
    out: &mut Findings,
) {
    let options = security_context.get("seLinuxOptions");
    for key in ["type", "user", "role"] {
        let option = options.get(key);
        let value = option.as_str().unwrap_or_default();
        let is_allowed = match key {
            "type" => TYPES.iter().any(|(since, allowed)| *since <= minor && *allowed == value),
            _ => value.is_empty(),
        };
        if !is_allowed {
            out.report(&option, format!("{who} sets SELinux {key} `{value}`")).fix(|_| {
                let title = format!("remove the SELinux {key} of {who}");
                Some(Fix::reverses(title, vec![option.remove()]).breaks(
                    "the program touches files or devices of the node that SELinux protects",
                    "`Permission denied` in the log, and `avc: denied` in the node's audit log",
                ))
            });
        }
    }
}
