//! A pod that does not talk to the API server should not hold a token for it.
//!
//! Unless it is told not to, the cluster mounts a token of the pod's service account into every
//! container. Whoever breaks into the program can use it to ask the API server. A token for Azure
//! (Microsoft Entra Workload ID) is another one, and does not need this one.
//!
//! ```yaml,bad
//! apiVersion: apps/v1
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//! #   ^^^^ every container of the pod gets a token for the API server
//!       containers:
//!         - name: web
//! ```
//!
//! ```yaml,good
//! spec:
//!   automountServiceAccountToken: false
//!   containers:
//!     - name: web
//! ```
//!
//! The service account may say it for all its pods.
//!
//! ```yaml,good
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//! automountServiceAccountToken: false
//! ---
//! apiVersion: v1
//! kind: Pod
//! spec:
//!   serviceAccountName: web
//!   containers:
//!     - name: web
//! ```
//!
//! Who gave the service account a role meant its pods to use the token.
//!
//! ```yaml,good
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRoleBinding
//! metadata:
//!   name: controller
//! subjects:
//!   - kind: ServiceAccount
//!     name: controller
//!     namespace: system
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   namespace: system
//! spec:
//!   serviceAccountName: controller
//!   containers:
//!     - name: controller
//! ```
//!
//! ## How to fix it
//!
//! Set `automountServiceAccountToken: false` on the pod, or on the service account for all its pods.
//! Nobody but you knows whether the program asks the API server, so no fix is made for you.
//!
//! ## When to ignore it
//!
//! When the program asks the API server and its role is bound elsewhere.

use crate::azure::{account_of, known_account};
use crate::finding::Findings;
use crate::inventory::Neighbour;
use crate::pod::Pod;
use crate::rule::{self, Category, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "service-account-token",
    title: "A pod that does not talk to the API server should not hold a token for it",
    category: Category::Hardening,
    severity: Severity::Info,
    standard: None,
    replaces: &[],
    versions: &[since(0, rule::Check::Pod(should_not_hold_a_needless_token))],
    source: crate::source!("service_account_token.rs"),
};

fn should_not_hold_a_needless_token(pod: &Pod<'_>, out: &mut Findings) {
    let automount = pod.spec.get("automountServiceAccountToken");
    let is_mounted = match automount.as_bool() {
        Some(wanted) => wanted,
        None => !account_refuses(pod),
    };
    if is_mounted && !has_role(pod) {
        let message = "every container of the pod gets a token for the API server";
        out.report(&automount, message.into());
    }
}

/// Whether the pod's service account, if it is known, turns the token off.
fn account_refuses(pod: &Pod<'_>) -> bool {
    known_account(pod).is_some_and(|account| {
        account.object().root().get("automountServiceAccountToken").as_bool() == Some(false)
    })
}

/// Whether something in the input binds a role to the pod's service account.
fn has_role(pod: &Pod<'_>) -> bool {
    // A RoleBinding may name an account of another namespace.
    let kinds = ["RoleBinding", "ClusterRoleBinding"];
    let around = pod.object.around.into_iter();
    let mut bindings = around.flat_map(|around| kinds.map(|kind| around.of_kind(kind))).flatten();
    bindings.any(|binding| names(binding, pod))
}

fn names(binding: &Neighbour, pod: &Pod<'_>) -> bool {
    let (account, namespace) = (account_of(pod), pod.object.namespace());
    binding.object().root().get("subjects").items().any(|subject| {
        let text = |key| subject.get(key).as_str();
        text("kind") == Some("ServiceAccount")
            && text("name") == Some(account)
            // Where one is left out, `kubectl apply --namespace` says it.
            && text("namespace").is_none_or(|other| namespace.is_none_or(|own| own == other))
    })
}
