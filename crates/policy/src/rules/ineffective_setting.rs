//! A setting must not be undone by another one.
//!
//! A manifest can look safe and not be: the line that protects is there, and a second one takes its
//! effect away. `allowPrivilegeEscalation: false` means little beside the capability `SYS_ADMIN`,
//! which lets a program do almost all that root may. A capability that is both added and dropped is
//! one or the other, as the container runtime decides. A container that must not be root and names
//! user 0 never starts.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         allowPrivilegeEscalation: false
//!         capabilities:
//!           drop: [ALL]
//!           add: [SYS_ADMIN]
//! #               ^^^^^^^^^ `allowPrivilegeEscalation: false` of container `web` is of no use beside capability `SYS_ADMIN`
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         allowPrivilegeEscalation: false
//!         capabilities:
//!           drop: [ALL]
//! ```
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           drop: [NET_RAW, MKNOD]
//!           add: [CHOWN, NET_RAW]
//! #                      ^^^^^^^ container `web` drops this capability too: only one of the two can hold
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         capabilities:
//!           drop: [NET_RAW, MKNOD]
//!           add: [CHOWN]
//! ```
//!
//! A container that cannot start is an error.
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     runAsNonRoot: true
//! #                 ^^^^ container `web` never starts: it must not be root, but its user is 0
//!   containers:
//!     - name: web
//!       securityContext:
//!         runAsUser: 0
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   securityContext:
//!     runAsNonRoot: true
//!   containers:
//!     - name: web
//!       securityContext: {}
//! ```
//!
//! To drop `ALL` and to add what is needed is in order.
//!
//! ```yaml,good
//! spec:
//!   securityContext:
//!     runAsNonRoot: true
//!     runAsUser: 0
//!   containers:
//!     - name: web
//!       securityContext:
//!         runAsUser: 10001
//!         allowPrivilegeEscalation: false
//!         capabilities:
//!           drop: [ALL]
//!           add: [NET_BIND_SERVICE]
//! ```
//!
//! ## How to fix it
//!
//! Remove the setting that undoes the other one: the added capability, or `runAsUser: 0`. An answer
//! to the fix, such as `uid=10001`, names another user.
//!
//! ## When to ignore it
//!
//! When the program really needs `SYS_ADMIN`, and `allowPrivilegeEscalation: false` stands there
//! because a policy demands it.

use super::capabilities_baseline::{exact_spelling, without};
use super::run_as_user::without_roots;
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::{Answers, Fix};
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "ineffective-setting",
    title: "A setting must not be undone by another one",
    category: Category::Hardening,
    severity: Severity::Warning,
    standard: None,
    replaces: &[],
    versions: &[since(0, EachContainer(settings_must_hold))],
    source: crate::source!("ineffective_setting.rs"),
};

fn settings_must_hold(container: &Container<'_>, out: &mut Findings) {
    no_capability_may_undo_the_ban_on_escalation(container, out);
    no_capability_may_be_added_and_dropped(container, out);
    who_must_not_be_root_must_not_be_user_0(container, out);
}

fn no_capability_may_undo_the_ban_on_escalation(container: &Container<'_>, out: &mut Findings) {
    let context = container.security_context();
    if context.get("allowPrivilegeEscalation").as_bool() != Some(false) {
        return;
    }
    for added in context.at(&["capabilities", "add"]).items() {
        let name = added.as_str().unwrap_or_default();
        // This very text the API server refuses: `conflicting-fields` says so.
        if name != "CAP_SYS_ADMIN" && is_almighty(name) {
            let message = format!(
                "`allowPrivilegeEscalation: false` of {container} is of no use beside capability \
                 `{name}`"
            );
            out.report(&added, message).fix(|_| Some(without(&added, container, &[])));
        }
    }
}

/// Whether a capability, in any spelling, makes a program almost root.
fn is_almighty(capability: &str) -> bool {
    matches!(&*exact_spelling(capability), "SYS_ADMIN" | "ALL")
}

fn no_capability_may_be_added_and_dropped(container: &Container<'_>, out: &mut Findings) {
    // To drop all and to add all is no pair of this kind: dropping comes first.
    let name_of = |item: &Field<'_>| item.as_str().map(exact_spelling).filter(|name| name != "ALL");
    let capabilities = container.security_context().get("capabilities");
    let added = capabilities.get("add");
    let is_dropped = |item: &Field<'_>| {
        let name = name_of(item);
        name.is_some() && capabilities.get("drop").items().any(|other| name_of(&other) == name)
    };
    for item in added.items().filter(is_dropped) {
        let message =
            format!("{container} drops this capability too: only one of the two can hold");
        out.report(&item, message).fix(|_| {
            let title = format!("add no capability to {container} that it drops");
            let twice = added.items().filter(is_dropped);
            let changes = twice.map(|item| item.remove_from(&added)).collect();
            Some(Fix::reverses(title, changes).breaks(
                "the container runtime grants what is both added and dropped, and the program uses \
                 it",
                "`Operation not permitted` or `Permission denied` in the log",
            ))
        });
    }
}

fn who_must_not_be_root_must_not_be_user_0(container: &Container<'_>, out: &mut Findings) {
    let own = container.security_context().get("runAsNonRoot");
    let of_pod = container.pod.security_context().get("runAsNonRoot");
    let non_root = if own.is_set() { own } else { of_pod };
    // Windows has no users by number.
    if non_root.as_bool() == Some(true)
        && container.root_user().is_some()
        && !container.pod.is_for_windows()
    {
        let message = format!("{container} never starts: it must not be root, but its user is 0");
        out.report_as(Severity::Error, &non_root, message)
            .fix(|answers| Some(without_user_0(container, answers)));
    }
}

/// The title of the fix is that of `run-as-user` where it does the same.
fn without_user_0(container: &Container<'_>, answers: &Answers) -> Fix {
    let roots = container.root_users();
    let is_own = container.security_context().get("runAsUser").is_set();
    let who = match &*roots {
        [_, _] => format!("{container} and the pod"),
        _ if is_own => container.to_string(),
        _ => "the pod".into(),
    };
    let title = format!("take `runAsUser: 0` from {who}");
    without_roots(title, Vec::new(), &roots, container.pod, answers)
}
