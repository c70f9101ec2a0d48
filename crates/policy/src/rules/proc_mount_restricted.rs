//! A container must see `/proc` as the runtime masks it, even with user namespaces.
//!
//! The container runtime hides the parts of `/proc` that tell about the node or change it. Since
//! Kubernetes 1.35 level baseline lets a pod with user namespaces of its own
//! (`hostUsers: false`) see them all the same. Level restricted does not.
//!
//! ```yaml,bad
//! spec:
//!   hostUsers: false
//!   containers:
//!     - name: builder
//!       securityContext:
//!         procMount: Unmasked
//! #                  ^^^^^^^^ container `builder` sets `procMount: Unmasked`
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   hostUsers: false
//!   containers:
//!     - name: builder
//!       securityContext: {}
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: builder
//!       securityContext:
//!         procMount: Default
//! ```
//!
//! ## How to fix it
//!
//! Remove `procMount`.
//!
//! ## When to ignore it
//!
//! When the program runs containers of its own, such as an image builder, the pod sets
//! `hostUsers: false`, and its namespace has level baseline.

use super::proc_mount::must_not_unmask_proc;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, restricted, since};

pub static RULE: Rule = Rule {
    id: "proc-mount-restricted",
    title: "A container must see `/proc` as the runtime masks it, even with user namespaces",
    category: Category::PodSecurity,
    severity: Severity::Warning,
    standard: restricted("procMount_restricted"),
    replaces: &["proc-mount"],
    versions: &[since(35, EachContainer(must_not_unmask_proc))],
    source: crate::source!("proc_mount_restricted.rs"),
};
