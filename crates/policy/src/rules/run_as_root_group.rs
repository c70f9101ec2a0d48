//! A pod should not belong to root's group.
//!
//! Group 0 may read and change files that belong to `root:root` with rights for the group, in images
//! and on volumes. A process gets there in three ways: the manifest says so, a volume's files are
//! given to it (`fsGroup`), or the manifest names a user but no group and the image's user has none
//! either: then the group is 0 (a hint only, for nobody sees the image here).
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     runAsUser: 10001
//!     runAsGroup: 0
//! #               ^ the pod runs with group 0, root's group
//!     fsGroup: 0
//! #            ^ the files of the pod's volumes are given to group 0, root's group
//!     supplementalGroups: [3000, 0]
//! #                              ^ the pod also belongs to group 0, root's group
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,fixed,gid=10001
//! spec:
//!   securityContext:
//!     runAsUser: 10001
//!     runAsGroup: 10001
//!     fsGroup: 10001
//!     supplementalGroups: [3000]
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         runAsGroup: 0
//! #                   ^ container `web` runs with group 0, root's group
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext: {}
//! ```
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//! # ^^^^^^^^^^^^^^^ the pod names a user but no group, which is then the image's or root's
//!     runAsUser: 10001
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,fixed,gid=10001
//! spec:
//!   securityContext:
//!     runAsUser: 10001
//!     runAsGroup: 10001
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,good
//! spec:
//!   securityContext:
//!     runAsUser: 10001
//!     runAsGroup: 10001
//!     fsGroup: 10001
//!   containers:
//!     - name: web
//! ```
//!
//! Where the pod has its own users, group 0 is nobody on the node, and Windows has no such groups.
//!
//! ```yaml,good
//! spec:
//!   hostUsers: false
//!   securityContext:
//!     runAsGroup: 0
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Set `runAsGroup` to the number of the program's group. `podproof fix --answer gid=NUMBER` writes
//! it for you. Where no user is named, the group can be left to the image: `--allow reverses` takes
//! the 0 away.
//!
//! ## When to ignore it
//!
//! When the image is made to run as any user of group 0, as images for OpenShift are.

use crate::field::Field;
use crate::finding::Findings;
use crate::fix::{Answers, Fix, Input};
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, since};
use std::fmt::Display;

pub static RULE: Rule = Rule {
    id: "run-as-root-group",
    title: "A pod should not belong to root's group",
    category: Category::Hardening,
    severity: Severity::Warning,
    standard: None,
    replaces: &[],
    versions: &[since(
        0,
        PodAndEachContainer(pod_should_not_be_in_roots_group, should_not_be_in_roots_group),
    )],
    source: crate::source!("run_as_root_group.rs"),
};

fn pod_should_not_be_in_roots_group(pod: &Pod<'_>, out: &mut Findings) {
    if has_no_roots_group(pod) {
        return;
    }
    let context = pod.security_context();
    let group = context.get("runAsGroup");
    let is_user_without = pod.any_user_lacks_a_group();
    if group.as_int() == Some(0) {
        report_group(&"the pod", &group, is_user_without, out);
    } else if !group.is_set() && is_user_without && names_user(&context) {
        report_user_without_group(&"the pod", &group, out);
    }
    group_of_volumes_should_not_be_roots(&context.get("fsGroup"), out);
    other_groups_should_not_be_roots(&context.get("supplementalGroups"), out);
}

fn should_not_be_in_roots_group(container: &Container<'_>, out: &mut Findings) {
    let pod = container.pod;
    let (own, of_pod) = (container.security_context(), pod.security_context());
    let (group, group_of_pod) = (own.get("runAsGroup"), of_pod.get("runAsGroup"));
    if group.as_int() == Some(0) && !has_no_roots_group(pod) {
        let follows_none = group_of_pod.as_int().is_none_or(|group| group == 0);
        let is_user_without = follows_none && is_not_root(&container.user());
        report_group(container, &group, is_user_without, out);
    } else if !group.is_set() && names_user(&own) {
        // The pod's own finding and fix are about all containers that follow it.
        let is_of_pod = group_of_pod.is_set() || names_user(&of_pod);
        if !is_of_pod && !has_no_roots_group(pod) {
            report_user_without_group(container, &group, out);
        }
    }
}

/// Windows knows no groups by number. With user namespaces of its own, group 0 of the pod is a group
/// without rights on the node.
fn has_no_roots_group(pod: &Pod<'_>) -> bool {
    pod.has_own_users() || pod.is_for_windows()
}

fn names_user(security_context: &Field<'_>) -> bool {
    is_not_root(&security_context.get("runAsUser"))
}

fn is_not_root(user: &Field<'_>) -> bool {
    user.as_int().is_some_and(|user| user != 0)
}

fn group_of_volumes_should_not_be_roots(group: &Field<'_>, out: &mut Findings) {
    if group.as_int() == Some(0) {
        let message = "the files of the pod's volumes are given to group 0, root's group";
        out.report(group, message.into()).fix(|answers| {
            Some(without_root("take `fsGroup: 0` from the pod".into(), group, answers))
        });
    }
}

fn other_groups_should_not_be_roots(groups: &Field<'_>, out: &mut Findings) {
    let roots = || groups.items().filter(|group| group.as_int() == Some(0));
    for root in roots() {
        out.report(&root, "the pod also belongs to group 0, root's group".into()).fix(|_| {
            let title = "take 0 from `supplementalGroups` of the pod".to_owned();
            let changes = roots().map(|root| root.remove_from(groups)).collect();
            Some(breaking(Fix::reverses(title, changes)))
        });
    }
}

/// Beside a named user, taking the 0 away would change nothing: no group also means root's, unless
/// the image has another one for the user. There a person must name one.
fn report_group(who: &dyn Display, group: &Field<'_>, is_user_without: bool, out: &mut Findings) {
    out.report(group, format!("{who} runs with group 0, root's group")).fix(|answers| {
        Some(if is_user_without {
            with_group(who, group, answers)
        } else {
            without_root(format!("take `runAsGroup: 0` from {who}"), group, answers)
        })
    });
}

fn report_user_without_group(who: &dyn Display, group: &Field<'_>, out: &mut Findings) {
    let message = format!("{who} names a user but no group, which is then the image's or root's");
    out.report_as(Severity::Info, group, message)
        .fix(|answers| Some(with_group(who, group, answers)));
}

fn gid() -> Input {
    Input::number("gid", "number of the group to run with, other than root's")
}

fn with_group(who: &dyn Display, group: &Field<'_>, answers: &Answers) -> Fix {
    let changes = answers.number(&gid()).map(|number| group.set(number));
    let title = format!("set `runAsGroup` on {who}");
    breaking(Fix::needs_input(title, gid(), Vec::from_iter(changes)))
}

/// Takes a group 0 away, or sets the group that a person names.
fn without_root(title: String, group: &Field<'_>, answers: &Answers) -> Fix {
    let named = answers.number(&gid());
    let change = named.map_or_else(|| group.remove(), |number| group.set(number));
    let mut fix = breaking(Fix::reverses(title, vec![change]));
    fix.inputs.push(gid());
    fix
}

fn breaking(fix: Fix) -> Fix {
    fix.breaks(
        "the program's files belong to root's group, as in images made for OpenShift",
        "`Permission denied` in the log",
    )
}
