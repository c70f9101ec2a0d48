//! A pod must set only safe sysctls.
//!
//! Sysctls are settings of the node's kernel. The safe ones hold for the pod alone; the others may
//! weaken or starve the whole node. A name counts as it stands, with dots.
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     sysctls:
//!       - name: net.core.somaxconn
//! #             ^^^^^^^^^^^^^^^^^^ the pod sets sysctl `net.core.somaxconn`, which is not a safe one
//!         value: "4096"
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   securityContext: {}
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,good
//! spec:
//!   securityContext:
//!     sysctls:
//!       - name: net.ipv4.ip_unprivileged_port_start
//!         value: "0"
//!       - name: net.ipv4.tcp_slow_start_after_idle
//!         value: "0"
//!   containers:
//!     - name: web
//! ```
//!
//! Newer releases of Kubernetes know more safe ones, the last since 1.37.
//!
//! ```yaml,bad,v1.36
//! spec:
//!   securityContext:
//!     sysctls:
//!       - name: net.ipv4.tcp_rmem
//!         value: 4096 131072 6291456
//!       - name: net.ipv4.tcp_notsent_lowat
//! #             ^^^^^^^^^^^^^^^^^^^^^^^^^^ the pod sets sysctl `net.ipv4.tcp_notsent_lowat`, which is not a safe one
//!         value: "131072"
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   securityContext:
//!     sysctls:
//!       - name: net.ipv4.tcp_rmem
//!         value: 4096 131072 6291456
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Remove the sysctl, or have it set on the nodes by whoever runs them, as on AKS with a custom
//! node configuration.
//!
//! ## When to ignore it
//!
//! When the nodes' kubelets allow the sysctl (`allowedUnsafeSysctls`) and the pod's namespace too.

use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::Pod;
use crate::rule::{self, Category, Rule, Severity, baseline, since};

pub static RULE: Rule = Rule {
    id: "sysctls",
    title: "A pod must set only safe sysctls",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("sysctls"),
    replaces: &[],
    versions: &[
        since(0, rule::Check::Pod(must_set_only_safe_sysctls::<0>)),
        since(27, rule::Check::Pod(must_set_only_safe_sysctls::<27>)),
        since(29, rule::Check::Pod(must_set_only_safe_sysctls::<29>)),
        since(32, rule::Check::Pod(must_set_only_safe_sysctls::<32>)),
        since(37, rule::Check::Pod(must_set_only_safe_sysctls::<37>)),
    ],
    source: crate::source!("sysctls.rs"),
};

/// The safe ones, with the minor release that allowed them.
const SAFE: &[(u32, &str)] = &[
    (0, "kernel.shm_rmid_forced"),
    (0, "net.ipv4.ip_local_port_range"),
    (0, "net.ipv4.ip_unprivileged_port_start"),
    (0, "net.ipv4.ping_group_range"),
    (0, "net.ipv4.tcp_syncookies"),
    (27, "net.ipv4.ip_local_reserved_ports"),
    (29, "net.ipv4.tcp_fin_timeout"),
    (29, "net.ipv4.tcp_keepalive_intvl"),
    (29, "net.ipv4.tcp_keepalive_probes"),
    (29, "net.ipv4.tcp_keepalive_time"),
    (32, "net.ipv4.tcp_rmem"),
    (32, "net.ipv4.tcp_wmem"),
    (37, "net.ipv4.tcp_notsent_lowat"),
    (37, "net.ipv4.tcp_slow_start_after_idle"),
];

fn must_set_only_safe_sysctls<const MINOR: u32>(pod: &Pod<'_>, out: &mut Findings) {
    sysctls_must_be_safe(MINOR, pod, out);
}

fn sysctls_must_be_safe(minor: u32, pod: &Pod<'_>, out: &mut Findings) {
    let sysctls = pod.security_context().get("sysctls");
    for sysctl in sysctls.items() {
        let field = sysctl.get("name");
        let name = field.as_str().unwrap_or_default();
        if !SAFE.iter().any(|(since, safe)| *since <= minor && *safe == name) {
            let message = format!("the pod sets sysctl `{name}`, which is not a safe one");
            out.report(&field, message).fix(|_| {
                let same = sysctls
                    .items()
                    .filter(|other| other.get("name").as_str().unwrap_or_default() == name);
                let changes = same.map(|other| other.remove_from(&sysctls)).collect();
                Some(Fix::reverses(format!("remove sysctl `{name}`"), changes).breaks(
                    "the program needs another value than the node's, say for many connections",
                    "timeouts or refused connections under load, or a message at start",
                ))
            });
        }
    }
}
