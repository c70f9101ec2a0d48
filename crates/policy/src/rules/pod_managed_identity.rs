//! A pod must not use the deprecated pod-managed identity.
//!
//! Pod-managed identity (`AzureIdentity`, `AzureIdentityBinding` and the label `aadpodidbinding`) was
//! replaced by Microsoft Entra Workload ID and is no longer developed or supported. It hands out
//! tokens by intercepting calls on the node, which any pod on it can try to make.
//!
//! ```yaml,bad
//! apiVersion: aadpodidentity.k8s.io/v1
//! kind: AzureIdentity
//! #     ^^^^^^^^^^^^^ `AzureIdentity` belongs to the deprecated pod-managed identity
//! metadata:
//!   name: web-identity
//! spec:
//!   type: 0
//!   clientID: 00000000-1111-2222-3333-444444444444
//! ---
//! apiVersion: aadpodidentity.k8s.io/v1
//! kind: AzureIdentityBinding
//! #     ^^^^^^^^^^^^^^^^^^^^ `AzureIdentityBinding` belongs to the deprecated pod-managed identity
//! metadata:
//!   name: web-binding
//! spec:
//!   azureIdentity: web-identity
//!   selector: web
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   selector:
//!     matchLabels:
//!       app: web
//!   template:
//!     metadata:
//!       labels:
//!         app: web
//!         aadpodidbinding: web
//! #                        ^^^ the pod asks for an identity in the deprecated way: label `aadpodidbinding`
//!     spec:
//!       serviceAccountName: web
//!       containers:
//!         - name: web
//! ---
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//! ```
//!
//! ```yaml,fixed
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   selector:
//!     matchLabels:
//!       app: web
//!   template:
//!     metadata:
//!       labels:
//!         app: web
//!         azure.workload.identity/use: "true"
//!     spec:
//!       serviceAccountName: web
//!       containers:
//!         - name: web
//! ---
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//!   annotations:
//!     azure.workload.identity/client-id: "00000000-1111-2222-3333-444444444444"
//! ```
//!
//! If the pods name no service account, a person has to: one is made of that name, for the identity.
//!
//! ```yaml,bad
//! apiVersion: aadpodidentity.k8s.io/v1
//! kind: AzureIdentity
//! #     ^^^^^^^^^^^^^ `AzureIdentity` belongs to the deprecated pod-managed identity
//! metadata:
//!   name: shop-identity
//!   namespace: shop
//! spec:
//!   resourceID: /subscriptions/1/resourcegroups/shop-rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop
//!   clientID: 00000000-1111-2222-3333-444444444444
//! ---
//! apiVersion: aadpodidentity.k8s.io/v1
//! kind: AzureIdentityBinding
//! #     ^^^^^^^^^^^^^^^^^^^^ `AzureIdentityBinding` belongs to the deprecated pod-managed identity
//! metadata:
//!   name: shop-binding
//!   namespace: shop
//! spec:
//!   azureIdentity: shop-identity
//!   selector: shop
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: shop
//!   namespace: shop
//!   labels:
//!     aadpodidbinding: shop
//! #                    ^^^^ the pod asks for an identity in the deprecated way: label `aadpodidbinding`
//! spec:
//!   containers:
//!     - name: shop
//! ```
//!
//! ```yaml,fixed,service-account.shop-identity=shop
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: shop
//!   namespace: shop
//!   labels:
//!     azure.workload.identity/use: "true"
//! spec:
//!   containers:
//!     - name: shop
//!   serviceAccountName: shop
//! ---
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: shop
//!   namespace: shop
//!   annotations:
//!     azure.workload.identity/client-id: "00000000-1111-2222-3333-444444444444"
//! ```
//!
//! On the workload around the pods the label does nothing.
//!
//! ```yaml,bad
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   labels:
//!     app: web
//!     aadpodidbinding: web
//! #                    ^^^ the label `aadpodidbinding` belongs to the deprecated pod-managed identity, and does nothing here
//! spec:
//!   template:
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
//!     app: web
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: web
//! ```
//!
//! Where the identity is not known, only you can say which one it is.
//!
//! ```yaml,bad
//! metadata:
//!   labels:
//!     aadpodidbinding: web
//! #                    ^^^ the pod asks for an identity in the deprecated way: label `aadpodidbinding`
//! spec:
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,bad
//! apiVersion: aadpodidentity.k8s.io/v1
//! kind: AzurePodIdentityException
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^^ `AzurePodIdentityException` belongs to the deprecated pod-managed identity
//! metadata:
//!   name: web
//! spec:
//!   podLabels:
//!     app: web
//! ```
//!
//! ```yaml,good
//! metadata:
//!   labels:
//!     azure.workload.identity/use: "true"
//! spec:
//!   serviceAccountName: web
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Move to Workload ID: the identity's client id becomes an annotation of the pod's service account, the
//! label `aadpodidbinding` becomes `azure.workload.identity/use: "true"`, and the identity must trust the
//! service account, for which the command is printed. The fix does this for all objects of a file at
//! once; in a cluster, delete the old objects only when the new pods run.
//!
//! It needs the identity, all its bindings and at least one pod in that file and in one namespace. No
//! fix is made
//!
//! * for an identity that is a service principal (`type: 1` or `2`), which trusts in another way;
//! * for pods that get more than one identity: only the program knows when it needs which;
//! * if a service account of the pods has another identity already;
//! * if the selector of a workload, which cannot be changed, names the label;
//! * for the other kinds: delete these objects when nothing of the old way runs any more.
//!
//! ## When to ignore it
//!
//! While a cluster is being moved, object by object.

mod migration;

use crate::azure;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::inventory::POD_IDENTITY_LABEL;
use crate::object::Object;
use crate::pod::Pod;
use crate::rule::{Category, Check::ObjectAndPod, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "pod-managed-identity",
    title: "A pod must not use the deprecated pod-managed identity",
    category: Category::Identity,
    severity: Severity::Warning,
    standard: None,
    replaces: &[],
    versions: &[since(0, ObjectAndPod(must_not_be_of_the_old_kinds, must_not_ask_in_the_old_way))],
    source: crate::source!("pod_managed_identity.rs"),
};

const GROUP: &str = "aadpodidentity.k8s.io/";

fn must_not_be_of_the_old_kinds(object: &Object<'_>, out: &mut Findings) {
    if object.api_version.starts_with(GROUP) {
        let message = format!("`{}` belongs to the deprecated pod-managed identity", object.kind);
        out.report(&object.root().get("kind"), message)
            .fix(|answers| migration::of_object(object, answers));
    }
}

fn must_not_ask_in_the_old_way(pod: &Pod<'_>, out: &mut Findings) {
    let label = pod.metadata.at(&["labels", POD_IDENTITY_LABEL]);
    if label.is_set() {
        let message = format!(
            "the pod asks for an identity in the deprecated way: label `{POD_IDENTITY_LABEL}`"
        );
        out.report(&label, message).fix(|answers| migration::of_pod(pod, answers));
    }
    label_must_not_stand_around_the_pod(pod, out);
}

fn label_must_not_stand_around_the_pod(pod: &Pod<'_>, out: &mut Findings) {
    let Some(outer) = azure::outer_metadata(pod) else { return };
    let label = outer.at(&["labels", POD_IDENTITY_LABEL]);
    if label.is_set() {
        let message = format!(
            "the label `{POD_IDENTITY_LABEL}` belongs to the deprecated pod-managed identity, and \
             does nothing here"
        );
        out.report(&label, message).fix(|_| {
            let title = format!("remove the label `{POD_IDENTITY_LABEL}`, which does nothing");
            Some(Fix::safe(title, vec![label.remove()]))
        });
    }
}
