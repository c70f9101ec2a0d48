//! A Windows pod must not run as a process of the node.
//!
//! A container with `hostProcess` is no container at all: it runs on the Windows node itself, with
//! its files, its network and, mostly, an administrator's rights.
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     windowsOptions:
//!       hostProcess: true
//! #                  ^^^^ the pod sets `hostProcess: true`
//!   containers:
//!     - name: agent
//!       securityContext:
//!         windowsOptions:
//!           hostProcess: true
//! #                      ^^^^ container `agent` sets `hostProcess: true`
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   securityContext:
//!     windowsOptions: {}
//!   containers:
//!     - name: agent
//!       securityContext:
//!         windowsOptions: {}
//! ```
//!
//! ```yaml,good
//! spec:
//!   os:
//!     name: windows
//!   containers:
//!     - name: web
//!       securityContext:
//!         windowsOptions:
//!           runAsUserName: ContainerUser
//! ```
//!
//! ## How to fix it
//!
//! Remove `hostProcess` from the pod and all its containers. If `hostNetwork: true` stands there
//! only because `hostProcess` needs it, remove that too.
//!
//! ## When to ignore it
//!
//! Node agents for Windows, such as storage or network drivers, need it. Run them in a namespace of
//! their own that allows it.

use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, baseline, since};
use podproof_source::Change;
use std::fmt::Display;

pub static RULE: Rule = Rule {
    id: "windows-host-process",
    title: "A Windows pod must not run as a process of the node",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("windowsHostProcess"),
    replaces: &[],
    versions: &[since(
        0,
        PodAndEachContainer(pod_must_not_be_a_host_process, must_not_be_a_host_process),
    )],
    source: crate::source!("windows_host_process.rs"),
};

const HOST_PROCESS: &[&str] = &["windowsOptions", "hostProcess"];

fn pod_must_not_be_a_host_process(pod: &Pod<'_>, out: &mut Findings) {
    must_not_set_host_process(&"the pod", pod, &pod.security_context(), out);
}

fn must_not_be_a_host_process(container: &Container<'_>, out: &mut Findings) {
    must_not_set_host_process(container, container.pod, &container.security_context(), out);
}

fn must_not_set_host_process(
    who: &dyn Display,
    pod: &Pod<'_>,
    security_context: &Field<'_>,
    out: &mut Findings,
) {
    let host_process = security_context.at(HOST_PROCESS);
    if host_process.as_bool() == Some(true) {
        out.report(&host_process, format!("{who} sets `hostProcess: true`"))
            .fix(|_| Some(without(pod)));
    }
}

/// Makes the host processes of a pod containers.
pub(super) fn without(pod: &Pod<'_>) -> Fix {
    let title = "remove `hostProcess: true` from the pod and its containers".into();
    Fix::reverses(title, removals(pod)).breaks(
        "the program works on the Windows node itself",
        "`Access is denied`, or files, services and devices of the node are not found",
    )
}

/// The API server refuses a pod in which only some containers are host processes.
pub(super) fn removals(pod: &Pod<'_>) -> Vec<Change> {
    let all = pod.in_security_contexts(HOST_PROCESS).into_iter();
    all.filter(|field| field.as_bool() == Some(true)).map(|field| field.remove()).collect()
}
