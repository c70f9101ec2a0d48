//! A pod that must not run as root should name its user by number.
//!
//! `runAsNonRoot: true` says who the user is not. Who it is then stands in the image, and if that
//! names the user instead of numbering it (`USER app`), the kubelet cannot tell whether it is root
//! and does not start the container: `CreateContainerConfigError`. A number in the manifest settles
//! it, and stays when the image changes.
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     runAsNonRoot: true
//!   containers:
//!     - name: web
//! #     ^^^^^^^^^ nothing says by number which user container `web` runs as
//! ```
//!
//! ```yaml,fixed,uid=10001
//! spec:
//!   securityContext:
//!     runAsNonRoot: true
//!     runAsUser: 10001
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,good
//! spec:
//!   securityContext:
//!     runAsNonRoot: true
//!     runAsUser: 10001
//!   containers:
//!     - name: web
//! ```
//!
//! A pod that may be root has a finding of `run-as-non-root` instead.
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Look up the number of the image's user and set it as `runAsUser` on the pod, or on each container
//! if they differ. `podproof fix --answer uid=NUMBER` writes it for you.
//!
//! ## When to ignore it
//!
//! When the image numbers its user, as many hardened images do.

use super::run_as_user::uid;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "run-as-user-undefined",
    title: "A pod that must not run as root should name its user by number",
    category: Category::Hardening,
    severity: Severity::Info,
    standard: None,
    replaces: &[],
    versions: &[since(0, EachContainer(should_name_its_user))],
    source: crate::source!("run_as_user_undefined.rs"),
};

fn should_name_its_user(container: &Container<'_>, out: &mut Findings) {
    let pod = container.pod;
    let (own, of_pod) = (container.security_context(), pod.security_context());
    let non_root = [&own, &of_pod].map(|context| context.get("runAsNonRoot"));
    let non_root = non_root.iter().find(|non_root| non_root.is_set());
    let must_not_be_root = non_root.is_some_and(|non_root| non_root.as_bool() == Some(true));
    if !must_not_be_root || container.user().is_set() || pod.is_for_windows() {
        return;
    }
    let message = format!("nothing says by number which user {container} runs as");
    out.report(&own.get("runAsUser"), message).fix(|answers| {
        let title = "set `runAsUser` on the pod".to_owned();
        let user = of_pod.get("runAsUser");
        let changes = answers.number(&uid()).map(|number| user.set(number));
        let fix = Fix::needs_input(title, uid(), Vec::from_iter(changes)).breaks(
            "the program's files belong to another user of the image",
            "`Permission denied` in the log",
        );
        Some(fix)
    });
}
