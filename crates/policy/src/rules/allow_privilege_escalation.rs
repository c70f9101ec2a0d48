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
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         allowPrivilegeEscalation: true
//! #                                 ^^^^ container `web` sets `allowPrivilegeEscalation: true`
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
//! ## How to fix it
//!
//! Set it in the `securityContext` of each container. Together with `privileged: true` or the
//! capability `CAP_SYS_ADMIN` the API server refuses it: remove those first.
//!
//! ## When to ignore it
//!
//! When the program must change its user by a setuid program, and the pod's namespace allows it.

use crate::finding::Findings;
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
    let escalation = container.security_context().get("allowPrivilegeEscalation");
    match escalation.as_bool() {
        Some(false) => {}
        Some(true) => {
            out.report(&escalation, format!("{container} sets `allowPrivilegeEscalation: true`"));
        }
        None => {
            let message = format!(
                "{container} may escalate privileges: \
                 it does not set `allowPrivilegeEscalation: false`"
            );
            out.report(&escalation, message);
        }
    }
}

fn must_forbid_escalation_except_on_windows(container: &Container<'_>, out: &mut Findings) {
    if !container.pod.is_windows() {
        must_forbid_escalation(container, out);
    }
}
