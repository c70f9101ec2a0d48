//! A container must set `allowPrivilegeEscalation: false`.
//!
//! Programs with the setuid bit, such as `sudo`, run with more rights than whoever starts them.
//! This setting takes that power from every program in the container. Without it escalation is
//! allowed, also for a user other than root. It stands on each container; pods have no such field.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//! #     ^^^^^^^^^ container `web` may escalate privileges: it does not set `allowPrivilegeEscalation: false`
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         allowPrivilegeEscalation: false
//! ```
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         allowPrivilegeEscalation: true
//! #                                 ^^^^ container `web` sets `allowPrivilegeEscalation: true`
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         allowPrivilegeEscalation: false
//! ```
//!
//! Beside `privileged: true` or the capability `SYS_ADMIN` it has no effect, or the API server
//! refuses it. The fix takes them away.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//! #     ^^^^^^^^^^^^^^^ container `web` may escalate privileges: it does not set `allowPrivilegeEscalation: false`
//!         privileged: true
//!         capabilities:
//!           add: [SYS_ADMIN, NET_BIND_SERVICE]
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           add: [NET_BIND_SERVICE]
//!         allowPrivilegeEscalation: false
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         allowPrivilegeEscalation: false
//! ```
//!
//! Windows has no such setting. Since Kubernetes 1.25 a pod that says it runs there may do
//! without.
//!
//! ```yaml,good
//! spec:
//!   os:
//!     name: windows
//!   containers:
//!     - name: web
//! ```
//!
//! A pod that only selects Windows nodes is not exempt: it must say that it runs there.
//!
//! ```yaml,bad
//! spec:
//!   nodeSelector:
//!     kubernetes.io/os: windows
//!   containers:
//!     - name: web
//! #     ^^^^^^^^^ container `web` may escalate privileges: it does not set `allowPrivilegeEscalation: false`
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
//! ## How to fix it
//!
//! Set it in the `securityContext` of each container, and remove `privileged: true` and the
//! capability `SYS_ADMIN`. A program that calls `sudo` should start as the right user instead.
//!
//! ## When to ignore it
//!
//! When the program must change its user by a setuid program, and the pod's namespace allows it.

use super::capabilities_baseline::exact_spelling;
use super::privileged::unprivileged;
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::{Fix, FixOfPod};
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, restricted, since};

pub static RULE: Rule = Rule {
    id: "allow-privilege-escalation",
    title: "A container must set `allowPrivilegeEscalation: false`",
    category: Category::PodSecurity,
    severity: Severity::Warning,
    standard: restricted("allowPrivilegeEscalation"),
    replaces: &[],
    versions: &[
        since(8, EachContainer(must_forbid_escalation)),
        since(25, EachContainer(must_forbid_escalation_except_on_windows)),
    ],
    source: crate::source!("allow_privilege_escalation.rs"),
};

fn must_forbid_escalation(container: &Container<'_>, out: &mut Findings) {
    escalation_must_be_off(container, |_| None, out);
}

fn must_forbid_escalation_except_on_windows(container: &Container<'_>, out: &mut Findings) {
    if !container.pod.is_windows() {
        escalation_must_be_off(container, Fix::by_naming_windows, out);
    }
}

fn escalation_must_be_off(container: &Container<'_>, fix_on_windows: FixOfPod, out: &mut Findings) {
    let escalation = container.security_context().get("allowPrivilegeEscalation");
    let message = match escalation.as_bool() {
        Some(false) => return,
        Some(true) => format!("{container} sets `allowPrivilegeEscalation: true`"),
        None => format!(
            "{container} may escalate privileges: \
             it does not set `allowPrivilegeEscalation: false`"
        ),
    };
    out.report(&escalation, message).fix(|_| {
        let on_linux = || without_escalation(container, &escalation);
        Fix::by_system(container.pod, on_linux, fix_on_windows)
    });
}

/// Takes away, too, what the API server refuses beside `allowPrivilegeEscalation: false`.
fn without_escalation(container: &Container<'_>, escalation: &Field<'_>) -> Fix {
    let mut title = format!("set `allowPrivilegeEscalation: false` on {container}");
    let mut changes = unprivileged(container);
    if !changes.is_empty() {
        title += " and remove `privileged: true`";
    }
    let added = container.security_context().at(&["capabilities", "add"]);
    for capability in added.items() {
        let name = capability.as_str().unwrap_or_default();
        if matches!(&*exact_spelling(name), "SYS_ADMIN" | "ALL") {
            title += &format!(" and remove capability `{name}`");
            changes.push(capability.remove_from(&added));
        }
    }
    let is_new = changes.is_empty() && !escalation.is_set();
    changes.push(escalation.set(false));
    let fix = if is_new { Fix::hardening } else { Fix::reverses };
    fix(title, changes).breaks(
        "the program starts `sudo`, `su` or another setuid program, or needs the rights that go",
        "`sudo: effective uid is not 0`, or `Operation not permitted` in the log",
    )
}
