//! A pod that uses Microsoft Entra Workload ID must have its label.
//!
//! The webhook of Workload ID gives a token to pods with the label `azure.workload.identity/use:
//! "true"` and to no others. It looks at the pod, so in a Deployment the label belongs into the
//! template; on the Deployment itself, as an annotation, or with another value it does nothing, and
//! the program cannot sign in to Azure.
//!
//! ```yaml,bad
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//!   annotations:
//!     azure.workload.identity/client-id: 00000000-1111-2222-3333-444444444444
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//! spec:
//!   serviceAccountName: web
//! #                     ^^^ service account `web` is for Workload ID, but the pod lacks the label `azure.workload.identity/use`
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,fixed
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//!   annotations:
//!     azure.workload.identity/client-id: 00000000-1111-2222-3333-444444444444
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//!   labels:
//!     azure.workload.identity/use: "true"
//! spec:
//!   serviceAccountName: web
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,bad
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   labels:
//!     azure.workload.identity/use: "true"
//! #                                ^^^^^^ `azure.workload.identity/use` does nothing here: it must be a label of the pod
//! spec:
//!   template:
//!     metadata:
//!       labels:
//!         app: web
//!     spec:
//!       containers:
//!         - name: web
//! ```
//!
//! ```yaml,fixed
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   labels:
//!     azure.workload.identity/use: "true"
//! spec:
//!   template:
//!     metadata:
//!       labels:
//!         app: web
//!         azure.workload.identity/use: "true"
//!     spec:
//!       containers:
//!         - name: web
//! ```
//!
//! ```yaml,bad
//! metadata:
//!   labels:
//!     azure.workload.identity/use: "True"
//! #                                ^^^^^^ the label `azure.workload.identity/use` must be exactly `"true"`
//! spec:
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,fixed
//! metadata:
//!   labels:
//!     azure.workload.identity/use: "true"
//! spec:
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,bad
//! metadata:
//!   annotations:
//!     azure.workload.identity/use: "true"
//! #                                ^^^^^^ `azure.workload.identity/use` does nothing as an annotation: it must be a label of the pod
//! spec:
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,fixed
//! metadata:
//!   annotations: {}
//!   labels:
//!     azure.workload.identity/use: "true"
//! spec:
//!   containers:
//!     - name: web
//! ```
//!
//! The proxy that helps programs with the old way to a token changes the network of the pod: its init
//! container is privileged, so no namespace with a level of the Pod Security Standards admits it. On
//! the network of the node the webhook itself refuses it.
//!
//! ```yaml,bad
//! metadata:
//!   labels:
//!     azure.workload.identity/use: "true"
//!   annotations:
//!     azure.workload.identity/inject-proxy-sidecar: "false"
//! #                                                 ^^^^^^^ this adds a privileged init container to the pod, whatever the value
//! spec:
//!   hostNetwork: true
//! #              ^^^^ Workload ID refuses the pod: its proxy would change the network of the node
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,fixed
//! metadata:
//!   labels:
//!     azure.workload.identity/use: "true"
//!   annotations: {}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,good
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     metadata:
//!       labels:
//!         azure.workload.identity/use: "true"
//!     spec:
//!       serviceAccountName: web
//!       containers:
//!         - name: web
//! ```
//!
//! A pod that mounts its token itself, or only secrets from Azure Key Vault, needs no label. One that
//! says `"false"` wants no token.
//!
//! ```yaml,good
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//!   annotations:
//!     azure.workload.identity/client-id: 00000000-1111-2222-3333-444444444444
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//! spec:
//!   serviceAccountName: web
//!   containers:
//!     - name: web
//!   volumes:
//!     - name: token
//!       projected:
//!         sources:
//!           - serviceAccountToken:
//!               audience: api://AzureADTokenExchange
//!               path: token
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: report
//!   labels:
//!     azure.workload.identity/use: "false"
//! spec:
//!   serviceAccountName: web
//!   containers:
//!     - name: report
//! ```
//!
//! ## How to fix it
//!
//! Put `azure.workload.identity/use: "true"` into the labels of the pod or of the pod template, in
//! quotes. Leave `spec.selector` alone: it cannot be changed later. If the selector names the label
//! with another value, no fix is made: the workload has to be created anew. Move a program that needs
//! the proxy to a library of its language that knows Workload ID.
//!
//! ## When to ignore it
//!
//! When the service account is shared with pods that do not sign in to Azure: label those `"false"`.

use crate::azure::{self, PROXY, USE};
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::inventory::Neighbour;
use crate::pod::Pod;
use crate::rule::{self, Category, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "workload-identity-label",
    title: "A pod that uses Microsoft Entra Workload ID must have its label",
    category: Category::Identity,
    severity: Severity::Warning,
    standard: None,
    replaces: &[],
    versions: &[since(0, rule::Check::Pod(must_have_the_label_and_no_proxy))],
    source: crate::source!("workload_identity_label.rs"),
};

fn must_have_the_label_and_no_proxy(pod: &Pod<'_>, out: &mut Findings) {
    must_have_the_label(pod, out);
    must_not_get_the_proxy(pod, out);
}

fn must_have_the_label(pod: &Pod<'_>, out: &mut Findings) {
    let label = label(pod);
    let (place, message) = if label.is_set() {
        // What is no text at all is a finding of `wrong-type`.
        if label.as_str().is_none_or(|text| text == "true") || !azure::asks(&label) {
            return;
        }
        (label, format!("the label `{USE}` must be exactly `\"true\"`"))
    } else if let Some((what, place)) = azure::misplaced_label(pod) {
        let where_to = if what == "label" { "here" } else { "as an annotation" };
        (place, format!("`{USE}` does nothing {where_to}: it must be a label of the pod"))
    } else if let Some(account) = account_that_waits(pod) {
        let name = account.object().name().unwrap_or_default();
        let message = format!(
            "service account `{name}` is for Workload ID, but the pod lacks the label `{USE}`"
        );
        (pod.spec.get("serviceAccountName"), message)
    } else {
        return;
    };
    out.report(&place, message).fix(|_| with_label(pod));
}

fn label<'a>(pod: &Pod<'a>) -> Field<'a> {
    pod.metadata.at(&["labels", USE])
}

/// The service account, if it has an identity that only the label would give to the pod.
fn account_that_waits<'a>(pod: &Pod<'a>) -> Option<&'a Neighbour> {
    let account = azure::known_account(pod)?;
    (azure::client_id(account).is_some() && !gets_along_without_label(pod)).then_some(account)
}

/// Whether the pod mounts a token for Azure itself, or leaves signing in to the driver that mounts
/// secrets.
fn gets_along_without_label(pod: &Pod<'_>) -> bool {
    let is_for_azure = |source: Field<'_>| {
        let audience = source.at(&["serviceAccountToken", "audience"]).as_str().unwrap_or_default();
        ["api://AzureADTokenExchange", "api://AKSIdentityBinding"]
            .iter()
            .any(|start| audience.starts_with(start))
    };
    pod.spec.get("volumes").items().any(|volume| {
        volume.at(&["csi", "driver"]).as_str() == Some("secrets-store.csi.k8s.io")
            || volume.at(&["projected", "sources"]).items().any(is_for_azure)
    })
}

/// Sets the label. A selector that names it with another value would no longer find the pods.
fn with_label(pod: &Pod<'_>) -> Option<Fix> {
    let title = format!("set the label `{USE}: \"true\"` on the pod");
    let in_vain = azure::misplaced_label(pod).filter(|(what, _)| *what == "annotation");
    let mut changes = vec![label(pod).set("true")];
    changes.extend(in_vain.map(|(_, annotation)| annotation.remove()));
    let fix = Fix::hardening(title, changes).breaks(
        "the cluster has no webhook of Workload ID, or no identity trusts the service account",
        "the pod is not created, or the program's sign-in to Azure fails",
    );
    (!azure::is_selected_by(&pod.object, USE)).then_some(fix)
}

/// The webhook asks only whether the annotation is there.
fn must_not_get_the_proxy(pod: &Pod<'_>, out: &mut Findings) {
    let Some(proxy) = pod.annotations().entry(PROXY) else { return };
    let without = || {
        let title = format!("remove the annotation `{PROXY}`");
        Fix::reverses(title, vec![proxy.remove()]).breaks(
            "the program asks for tokens in the old way, at the metadata address of the node",
            "the program's sign-in to Azure fails",
        )
    };
    let message = "this adds a privileged init container to the pod, whatever the value";
    out.report(&proxy, message.into()).fix(|_| Some(without()));
    let network = pod.spec.get("hostNetwork");
    if network.as_bool() == Some(true) {
        let message = "Workload ID refuses the pod: its proxy would change the network of the node";
        out.report_as(Severity::Error, &network, message.into()).fix(|_| Some(without()));
    }
}

#[cfg(test)]
#[cfg(feature = "docs")]
mod tests {
    use super::RULE;
    use crate::examples::fixes;
    use crate::profile::Version;
    use crate::{Answers, Fix};

    fn fixes_of(selector: &str, label: &str) -> Vec<Fix> {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nspec:\n  selector: {selector}\n  template:\n    \
             metadata: {{labels: {{{label}}}}}\n    spec: {{containers: [{{name: web}}]}}\n"
        );
        fixes(&RULE, Version::Latest, &Answers::default(), &text).unwrap()
    }

    #[test]
    fn a_label_that_the_selector_names_is_not_changed() {
        let label = "azure.workload.identity/use: yes please";
        assert_eq!(fixes_of("{matchLabels: {app: web}}", label).len(), 1);
        assert!(fixes_of(&format!("{{matchLabels: {{{label}}}}}"), label).is_empty());
        assert!(fixes_of(&format!("{{{label}}}"), label).is_empty());
        let expression = "{key: azure.workload.identity/use, operator: Exists}";
        assert!(fixes_of(&format!("{{matchExpressions: [{expression}]}}"), label).is_empty());
    }
}
