//! A probe or lifecycle hook must not name a host.
//!
//! The kubelet sends probes and lifecycle calls from the node's own network. With a `host` it
//! sends them to whatever address the manifest names, so that a pod's author can reach services
//! that only the node may. Even `127.0.0.1` counts: it means the node. Checked since Kubernetes
//! 1.34.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       livenessProbe:
//!         httpGet:
//!           host: 169.254.169.254
//! #               ^^^^^^^^^^^^^^^ container `web` names host `169.254.169.254` in `livenessProbe`
//!           port: 80
//!       lifecycle:
//!         preStop:
//!           tcpSocket:
//!             host: 127.0.0.1
//! #                 ^^^^^^^^^ container `web` names host `127.0.0.1` in `preStop`
//!             port: 8080
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       livenessProbe:
//!         httpGet:
//!           port: 80
//!       lifecycle:
//!         preStop:
//!           tcpSocket:
//!             port: 8080
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!       readinessProbe:
//!         httpGet:
//!           port: 8080
//! ```
//!
//! ```yaml,good,v1.33
//! spec:
//!   containers:
//!     - name: web
//!       readinessProbe:
//!         httpGet:
//!           host: 127.0.0.1
//!           port: 8080
//! ```
//!
//! ## How to fix it
//!
//! Remove `host`: the kubelet then calls the pod's own address. To send another host name to the
//! program, set the header `Host` in `httpHeaders`. If the program listens on `127.0.0.1` only, let
//! it listen on all addresses, or probe it with `exec`.
//!
//! ## When to ignore it
//!
//! Node agents on the node's network that listen on `127.0.0.1` only may need it. Run them in a
//! namespace of their own that allows it.

use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, baseline, since};

pub static RULE: Rule = Rule {
    id: "host-probes-and-lifecycle",
    title: "A probe or lifecycle hook must not name a host",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("hostProbesAndHostLifecycle"),
    replaces: &[],
    versions: &[since(34, EachContainer(must_not_name_a_host))],
    source: crate::source!("host_probes_and_lifecycle.rs"),
};

/// Where a container says what the kubelet shall call.
const CALLS: &[(Option<&str>, &str)] = &[
    (None, "livenessProbe"),
    (None, "readinessProbe"),
    (None, "startupProbe"),
    (Some("lifecycle"), "postStart"),
    (Some("lifecycle"), "preStop"),
];

fn must_not_name_a_host(container: &Container<'_>, out: &mut Findings) {
    for (parent, call) in CALLS {
        let parent = parent.map_or(container.field.clone(), |parent| container.get(parent));
        for action in ["httpGet", "tcpSocket"] {
            let host = parent.at(&[call, action, "host"]);
            if let Some(name) = host.as_str().filter(|name| !name.is_empty()) {
                out.report(&host, format!("{container} names host `{name}` in `{call}`")).fix(
                    |_| {
                        let title = format!("remove `host` from `{call}.{action}` of {container}");
                        Some(Fix::reverses(title, vec![host.remove()]).breaks(
                            "the program does not listen on the pod's own address",
                            "events `Unhealthy` or `FailedPostStartHook` with `connection refused`",
                        ))
                    },
                );
            }
        }
    }
}
