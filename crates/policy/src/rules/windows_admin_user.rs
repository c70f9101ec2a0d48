//! A container on Windows must not run as `ContainerAdministrator`.
//!
//! `ContainerAdministrator` is to a Windows container what root is to a Linux one: it may change
//! every file and every service in it, and has more ways out of it. The name may stand on the pod, for
//! all containers, or on each container; a container's own setting wins.
//!
//! ```yaml,bad
//! spec:
//!   os:
//!     name: windows
//!   securityContext:
//!     windowsOptions:
//!       runAsUserName: ContainerAdministrator
//! #                    ^^^^^^^^^^^^^^^^^^^^^^ the pod runs as `ContainerAdministrator`
//!   containers:
//!     - name: web
//!     - name: proxy
//!       securityContext:
//!         windowsOptions:
//!           runAsUserName: "User Manager\\containeradministrator"
//! #                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `proxy` runs as `ContainerAdministrator`
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   os:
//!     name: windows
//!   securityContext:
//!     windowsOptions:
//!       runAsUserName: ContainerUser
//!   containers:
//!     - name: web
//!     - name: proxy
//!       securityContext:
//!         windowsOptions:
//!           runAsUserName: ContainerUser
//! ```
//!
//! A name on the pod that no container follows has no effect.
//!
//! ```yaml,good
//! spec:
//!   os:
//!     name: windows
//!   securityContext:
//!     windowsOptions:
//!       runAsUserName: ContainerAdministrator
//!   containers:
//!     - name: web
//!       securityContext:
//!         windowsOptions:
//!           runAsUserName: ContainerUser
//! ```
//!
//! ## How to fix it
//!
//! Set `windowsOptions.runAsUserName: ContainerUser`. Many images for Windows name no user and then
//! run as `ContainerAdministrator`, so set it also where nothing stands. `runAsNonRoot: true` makes
//! the kubelet refuse such a container.
//!
//! ## When to ignore it
//!
//! When the program must change the system in its container, say to start services.

use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::PodAndEachContainer, Rule, Severity, since};
use std::fmt::Display;

pub static RULE: Rule = Rule {
    id: "windows-admin-user",
    title: "A container on Windows must not run as `ContainerAdministrator`",
    category: Category::Hardening,
    severity: Severity::Warning,
    standard: None,
    replaces: &[],
    versions: &[since(
        0,
        PodAndEachContainer(pod_must_not_be_administrator, must_not_be_administrator),
    )],
    source: crate::source!("windows_admin_user.rs"),
};

const USER_NAME: &[&str] = &["windowsOptions", "runAsUserName"];

fn pod_must_not_be_administrator(pod: &Pod<'_>, out: &mut Findings) {
    let user = pod.security_context().at(USER_NAME);
    if pod.any_container_lacks(USER_NAME) {
        user_must_not_be_administrator(&"the pod", pod, &user, out);
    }
}

fn must_not_be_administrator(container: &Container<'_>, out: &mut Findings) {
    let user = container.security_context().at(USER_NAME);
    user_must_not_be_administrator(container, container.pod, &user, out);
}

fn user_must_not_be_administrator(
    who: &dyn Display,
    pod: &Pod<'_>,
    user: &Field<'_>,
    out: &mut Findings,
) {
    let name = user.as_str().unwrap_or_default();
    // The domain that Windows itself gives the users of containers.
    let name = name.split_once('\\').map_or(name, |(domain, user)| {
        if domain.eq_ignore_ascii_case("User Manager") { user } else { name }
    });
    // On Linux nothing reads it.
    if name.eq_ignore_ascii_case("ContainerAdministrator") && !pod.is_linux() {
        out.report(user, format!("{who} runs as `ContainerAdministrator`")).fix(|_| {
            let title = format!("make {who} run as `ContainerUser`");
            Some(Fix::reverses(title, vec![user.set("ContainerUser")]).breaks(
                "the program starts services, installs software or writes outside of its user's \
                 folders",
                "`Access is denied` in the log",
            ))
        });
    }
}
