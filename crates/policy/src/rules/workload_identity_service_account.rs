//! A pod that uses Microsoft Entra Workload ID must run under a service account that has an identity.
//!
//! Azure trusts a token because of the service account in it, and learns from the account's annotation
//! which identity is meant. A pod with the label that runs under `default`, or under an account without
//! that annotation, gets a token that nobody accepts.
//!
//! ```yaml,bad
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//!   annotations:
//!     azure.workload.identity/client-id: 00000000-1111-2222-3333-444444444444
//! ---
//! apiVersion: apps/v1
//! kind: Deployment
//! spec:
//!   template:
//!     metadata:
//!       labels:
//!         azure.workload.identity/use: "true"
//!     spec:
//! #   ^^^^ the pod uses Workload ID, but runs under the service account `default`
//!       containers:
//!         - name: web
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
//! apiVersion: apps/v1
//! kind: Deployment
//! spec:
//!   template:
//!     metadata:
//!       labels:
//!         azure.workload.identity/use: "true"
//!     spec:
//!       containers:
//!         - name: web
//!       serviceAccountName: web
//! ```
//!
//! The annotation does nothing on a pod.
//!
//! ```yaml,bad
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   labels:
//!     azure.workload.identity/use: "true"
//!   annotations:
//!     azure.workload.identity/client-id: 00000000-1111-2222-3333-444444444444
//! #                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this does nothing on a pod: it belongs to the service account
//!     example.com/owner: shop
//! spec:
//!   serviceAccountName: web
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
//!     azure.workload.identity/client-id: "00000000-1111-2222-3333-444444444444"
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   labels:
//!     azure.workload.identity/use: "true"
//!   annotations:
//!     example.com/owner: shop
//! spec:
//!   serviceAccountName: web
//!   containers:
//!     - name: web
//! ```
//!
//! Azure's libraries pass over the token if the environment holds another credential, and ask for
//! another identity if it names one.
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
//!   labels:
//!     azure.workload.identity/use: "true"
//! spec:
//!   serviceAccountName: web
//!   containers:
//!     - name: web
//!       env:
//!         - name: AZURE_CLIENT_ID
//!           value: 55555555-6666-7777-8888-999999999999
//! #                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `web` sets `AZURE_CLIENT_ID` to another identity than that of its service account
//!         - name: AZURE_CLIENT_SECRET
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^ container `web` has `AZURE_CLIENT_SECRET` beside Workload ID, which needs no secret
//!           valueFrom:
//!             secretKeyRef:
//!               name: old
//!               key: secret
//!         - name: LANG
//!           value: C
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
//!   labels:
//!     azure.workload.identity/use: "true"
//! spec:
//!   serviceAccountName: web
//!   containers:
//!     - name: web
//!       env:
//!         - name: LANG
//!           value: C
//! ```
//!
//! Nobody but you knows which identity an account without one is for.
//!
//! ```yaml,bad
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   labels:
//!     azure.workload.identity/use: "true"
//! spec:
//!   serviceAccountName: web
//! #                     ^^^ service account `web` names no identity: it lacks the annotation `azure.workload.identity/client-id`
//!   containers:
//!     - name: web
//! ```
//!
//! ```yaml,bad
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//!   annotations:
//!     azure.workload.identity/client-id: web-identity
//! #                                      ^^^^^^^^^^^^ `azure.workload.identity/client-id` must be an id such as `00000000-1111-2222-3333-444444444444`
//!     azure.workload.identity/tenant-id: <TENANT>
//! #                                      ^^^^^^^^ `azure.workload.identity/tenant-id` is still to be filled in
//! ```
//!
//! ```yaml,bad
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//!   annotations:
//!     azure.workload.identity/service-account-token-expiration: "600"
//! #                                                             ^^^^^ a token may last from 3600 to 86400 seconds: pods with another number are refused
//! ```
//!
//! ```yaml,fixed
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//!   annotations:
//!     azure.workload.identity/service-account-token-expiration: "3600"
//! ```
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
//!   labels:
//!     azure.workload.identity/use: "true"
//! spec:
//!   serviceAccountName: web
//!   containers:
//!     - name: web
//! ```
//!
//! A program that is told the client id by its own variable needs none from the service account, and
//! a container that Workload ID skips may sign in as it likes.
//!
//! ```yaml,good
//! apiVersion: v1
//! kind: ServiceAccount
//! metadata:
//!   name: web
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   labels:
//!     azure.workload.identity/use: "true"
//!   annotations:
//!     azure.workload.identity/skip-containers: proxy
//! spec:
//!   serviceAccountName: web
//!   containers:
//!     - name: web
//!       env:
//!         - name: AZURE_CLIENT_ID
//!           value: 00000000-1111-2222-3333-444444444444
//!     - name: proxy
//!       env:
//!         - name: AZURE_CLIENT_SECRET
//!           valueFrom:
//!             secretKeyRef:
//!               name: proxy
//!               key: secret
//! ```
//!
//! ## How to fix it
//!
//! Name the service account in `serviceAccountName`, put the identity's client id into its annotation
//! `azure.workload.identity/client-id` (`az identity show --query clientId`), and let the identity
//! trust the account (`az identity federated-credential create`). Pod and account stand in the same
//! namespace. If exactly one account of the file has an identity, the fix takes that one; otherwise it
//! asks for the name. It never makes up an id.
//!
//! ## When to ignore it
//!
//! When the program is told the client id in another way, or `AZURE_CLIENT_ID` names a second identity
//! that trusts the same service account.

mod of_container;
mod remedy;

use crate::azure::{self, CLIENT_ID, DEFAULT_ACCOUNT, EXPIRATION, TENANT_ID, USE};
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::object::Object;
use crate::pod::Pod;
use crate::rule::{Category, Check::ObjectPodAndEachContainer, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "workload-identity-service-account",
    title: "A pod that uses Microsoft Entra Workload ID must run under a service account that has an \
            identity",
    category: Category::Identity,
    severity: Severity::Warning,
    standard: None,
    replaces: &[],
    versions: &[since(
        0,
        ObjectPodAndEachContainer(
            account_must_make_sense,
            pod_must_run_under_its_account,
            of_container::must_sign_in_by_token,
        ),
    )],
    source: crate::source!("workload_identity_service_account.rs"),
};

fn account_must_make_sense(object: &Object<'_>, out: &mut Findings) {
    if object.kind == "ServiceAccount" {
        let annotations = object.root().at(&["metadata", "annotations"]);
        for key in [CLIENT_ID, TENANT_ID] {
            id_must_be_one(&annotations.get(key), key, out);
        }
        tokens_must_last_as_long_as_they_may(&annotations.get(EXPIRATION), out);
    }
}

/// Never quotes the text: somebody may have taken a secret for an id.
fn id_must_be_one(id: &Field<'_>, key: &str, out: &mut Findings) {
    let Some(text) = id.as_str() else { return };
    if azure::is_placeholder(text) {
        out.report_as(Severity::Info, id, format!("`{key}` is still to be filled in"));
    } else if !azure::is_guid(text) {
        let example = "00000000-1111-2222-3333-444444444444";
        let message = format!("`{key}` must be an id such as `{example}`");
        out.report_as(Severity::Error, id, message);
    }
}

const SHORTEST: i64 = 3_600;
const LONGEST: i64 = 86_400;

fn tokens_must_last_as_long_as_they_may(seconds: &Field<'_>, out: &mut Findings) {
    let Some(text) = seconds.as_str().filter(|text| !azure::is_placeholder(text)) else { return };
    let number = text.parse::<i64>().ok();
    if number.is_some_and(|number| (SHORTEST..=LONGEST).contains(&number)) {
        return;
    }
    let message =
        "a token may last from 3600 to 86400 seconds: pods with another number are refused";
    out.report_as(Severity::Error, seconds, message.into()).fix(|_| {
        let nearest = number?.clamp(SHORTEST, LONGEST).to_string();
        let title = format!("let tokens for Azure last {nearest} seconds");
        Some(Fix::reverses(title, vec![seconds.set(&*nearest)]).breaks(
            "the program keeps a token for as long as the old number says",
            "`AADSTS700024` (the token has expired) in the log",
        ))
    });
}

fn pod_must_run_under_its_account(pod: &Pod<'_>, out: &mut Findings) {
    for key in [CLIENT_ID, TENANT_ID] {
        for misplaced in misplaced_ids(pod, key) {
            let message = "this does nothing on a pod: it belongs to the service account";
            out.report(&misplaced, message.into()).fix(|_| remedy::with_id_on_account(pod, key));
        }
    }
    if azure::is_meant_for_workload_identity(pod) {
        tokens_must_last_as_long_as_they_may(&pod.annotations().get(EXPIRATION), out);
    }
    let label = pod.metadata.at(&["labels", USE]);
    let asks =
        if label.is_set() { azure::asks(&label) } else { azure::misplaced_label(pod).is_some() };
    if asks {
        account_must_have_an_identity(pod, out);
    }
}

fn account_must_have_an_identity(pod: &Pod<'_>, out: &mut Findings) {
    let place = pod.spec.get("serviceAccountName");
    let (name, account) = (azure::account_of(pod), azure::known_account(pod));
    if account.is_some_and(|account| azure::client_id(account).is_some()) {
        return;
    }
    if name == DEFAULT_ACCOUNT {
        let message = format!(
            "the pod uses Workload ID, but runs under the service account `{DEFAULT_ACCOUNT}`"
        );
        out.report(&place, message).fix(|answers| Some(remedy::with_account(pod, answers)));
        return;
    }
    // A misplaced id has a finding of its own.
    let is_told_otherwise =
        pod.sets_variable("AZURE_CLIENT_ID") || !misplaced_ids(pod, CLIENT_ID).is_empty();
    if account.is_some() && !is_told_otherwise {
        let message = format!(
            "service account `{name}` names no identity: it lacks the annotation `{CLIENT_ID}`"
        );
        out.report(&place, message);
    }
}

/// The service account's annotation where it stands on the pod, or on the workload around it.
fn misplaced_ids<'a>(pod: &Pod<'a>, key: &'static str) -> Vec<Field<'a>> {
    let outer = azure::outer_metadata(pod).map(|metadata| metadata.get("annotations"));
    let all = std::iter::once(pod.annotations()).chain(outer);
    all.map(|annotations| annotations.get(key)).filter(Field::is_set).collect()
}
