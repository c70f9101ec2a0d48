//! The move of one identity, with all that belongs to it, to Workload ID: one fix, which stands on each
//! of the objects that it changes because of a finding.

use super::GROUP;
use crate::azure::{self, CLIENT_ID, DEFAULT_ACCOUNT, USE};
use crate::fix::{Answers, Fix, Input, InputKind};
use crate::inventory::{Inventory, Neighbour, POD_IDENTITY_LABEL};
use crate::object::Object;
use crate::pod::Pod;
use podproof_source::{Change, Node};
use std::collections::BTreeSet;

/// The fix of a pod that has the old label.
pub(super) fn of_pod(pod: &Pod<'_>, answers: &Answers) -> Option<Fix> {
    let selector = pod.metadata.at(&["labels", POD_IDENTITY_LABEL]).as_str()?;
    let around = pod.object.around?;
    let namespace = pod.object.namespace();
    let binding = bindings(around, namespace).find(|binding| text(binding, "selector") == selector);
    let name = text(binding?, "azureIdentity");
    Migration::of(around, namespace, name)?.fix(&pod.object, answers)
}

/// The fix of an identity or of a binding.
pub(super) fn of_object(object: &Object<'_>, answers: &Answers) -> Option<Fix> {
    let name = match object.kind {
        "AzureIdentity" => object.name()?,
        "AzureIdentityBinding" => object.root().at(&["spec", "azureIdentity"]).as_str()?,
        _ => return None,
    };
    Migration::of(object.around?, object.namespace(), name)?.fix(object, answers)
}

/// An identity, and all that has to do with it in the namespace.
struct Migration<'a> {
    around: &'a Inventory,
    namespace: Option<&'a str>,
    identity: &'a Neighbour,
    name: &'a str,
    client_id: &'a str,
    bindings: Vec<&'a Neighbour>,
    pods: Vec<&'a Neighbour>,
}

impl<'a> Migration<'a> {
    /// Nothing if the identity is not known well enough, or the pods cannot be moved.
    fn of(around: &'a Inventory, namespace: Option<&str>, name: &str) -> Option<Self> {
        let mut all = old_objects(around, "AzureIdentity", namespace)
            .filter(|identity| identity.object().name() == Some(name));
        let identity = all.next().filter(|_| all.next().is_none())?;
        let name = identity.object().name()?;
        let client_id = text(identity, "clientID");
        // Absent or 0 is a managed identity.
        let kind = identity.object().root().at(&["spec", "type"]);
        if !azure::is_guid(client_id) || kind.is_set() && kind.as_int() != Some(0) {
            return None;
        }
        let is_own = |binding: &&Neighbour| text(binding, "azureIdentity") == name;
        let (own, others): (Vec<_>, Vec<_>) = bindings(around, namespace).partition(is_own);
        let has_label = |pod: &&Neighbour, bindings: &[&Neighbour]| {
            let label = label_of(pod).unwrap_or_default();
            bindings.iter().any(|binding| text(binding, "selector") == label)
        };
        let pods = around
            .with_pod_identity()
            .filter(|pod| pod.object().namespace() == namespace && has_label(pod, &own));
        let pods: Vec<_> = pods.collect();
        let can_move = |pod: &&Neighbour| !has_label(pod, &others) && may_change_labels(pod);
        let can_all_move = !pods.is_empty() && pods.iter().all(can_move);
        let namespace = identity.object().namespace();
        let all = Self { around, namespace, identity, name, client_id, bindings: own, pods };
        can_all_move.then_some(all)
    }

    /// The fix, as it stands on one of the objects. Without an answer that it needs, it changes
    /// nothing.
    fn fix(&self, on: &Object<'_>, answers: &Answers) -> Option<Fix> {
        let title = format!("move `{}` and its pods to Workload ID", self.name);
        let named: BTreeSet<&str> = self.pods.iter().filter_map(|pod| own_account(pod)).collect();
        if named.iter().any(|account| !self.may_use(account)) {
            return None;
        }
        let mut accounts: Vec<&str> = named.into_iter().collect();
        let is_asked = self.pods.iter().any(|pod| own_account(pod).is_none());
        let input = self.input();
        let answer = answers.valid(&input).filter(|account| self.may_use(account));
        let fix = match (is_asked, answer) {
            (false, _) => Fix::reverses(title, Vec::new()),
            (true, None) => return Some(broken_by(Fix::needs_input(title, input, Vec::new()))),
            (true, Some(answer)) => {
                accounts.extend(Some(answer).filter(|answer| !accounts.contains(answer)));
                Fix::needs_input(title, input, Vec::new())
            }
        };
        let changes = self.changes(answer);
        let fix = changes.into_iter().fold(fix, |fix, (of, change)| changed(fix, of, change, on));
        let with_account = |fix, account: &&str| self.with_account(fix, account);
        Some(broken_by(accounts.iter().fold(fix, with_account)))
    }

    fn input(&self) -> Input {
        let name = format!("service-account.{}", self.name);
        let label = format!("service account that the pods of `{}` run under", self.name);
        let is_name = InputKind::Name.accepts(self.name).is_ok();
        Input::name(&name, &label, is_name.then(|| self.name.to_owned()))
    }

    fn account(&self, name: &str) -> Option<&'a Neighbour> {
        self.around.find("ServiceAccount", self.namespace, name)
    }

    /// Whether a service account has no identity yet, or this one.
    fn may_use(&self, account: &str) -> bool {
        let id = self.account(account).and_then(azure::client_id);
        let is_this = |id: &str| id.eq_ignore_ascii_case(self.client_id);
        let can_be_made = InputKind::Name.accepts(account).is_ok();
        can_be_made && account != DEFAULT_ACCOUNT && id.is_none_or(is_this)
    }

    /// What becomes of the pods and of the old objects. A pod without a service account gets the one
    /// that somebody named.
    fn changes(&self, answer: Option<&str>) -> Vec<(&'a Neighbour, Change)> {
        let mut changes = Vec::new();
        for neighbour in &self.pods {
            let object = neighbour.object();
            let Some(source) = object.pod() else { continue };
            let (labels, spec) = (source.pod.metadata.get("labels"), source.pod.spec);
            let label = labels.get(USE);
            if label.as_str() != Some("true") {
                changes.push((*neighbour, label.set("true")));
            }
            changes.push((*neighbour, labels.get(POD_IDENTITY_LABEL).remove()));
            if let Some(account) = answer.filter(|_| own_account(neighbour).is_none()) {
                changes.push((*neighbour, spec.get("serviceAccountName").set(account)));
            }
        }
        let old = self.bindings.iter().copied().chain([self.identity]);
        changes.extend(old.map(|old| (old, old.object().root().remove())));
        changes
    }

    /// Gives the identity to a service account, and tells how Azure learns of it.
    fn with_account(&self, fix: Fix, name: &str) -> Fix {
        let fix = match self.account(name) {
            Some(account) if azure::client_id(account).is_some() => fix,
            Some(account) => {
                let id = account.object().root().at(&["metadata", "annotations", CLIENT_ID]);
                fix.also_in(account, id.set(self.client_id))
            }
            None => fix.with_new_object(self.new_account(name)),
        };
        fix.with_command(self.command(name))
    }

    fn new_account(&self, name: &str) -> Node {
        let annotations = Node::map([(CLIENT_ID, self.client_id.into())]);
        let mut metadata = vec![("name", name.into())];
        metadata.extend(self.namespace.map(|namespace| ("namespace", namespace.into())));
        metadata.push(("annotations", annotations));
        Node::map([
            ("apiVersion", "v1".into()),
            ("kind", "ServiceAccount".into()),
            ("metadata", Node::map(metadata)),
        ])
    }

    /// What no manifest can do: the identity must trust the service account.
    fn command(&self, account: &str) -> String {
        let id: Vec<&str> = text(self.identity, "resourceID").split('/').collect();
        let behind = |key: &str| {
            let at = id.iter().position(|part| part.eq_ignore_ascii_case(key))?;
            id.get(at + 1).copied().filter(|part| is_plain(part))
        };
        let identity = behind("userAssignedIdentities").unwrap_or("IDENTITY_NAME");
        let group = behind("resourceGroups").unwrap_or("RESOURCE_GROUP");
        let namespace = self.namespace.filter(|name| is_plain(name)).unwrap_or("NAMESPACE");
        format!(
            "az identity federated-credential create --name {account} --identity-name {identity} \
             --resource-group {group} --issuer OIDC_ISSUER_URL \
             --subject system:serviceaccount:{namespace}:{account} \
             --audiences api://AzureADTokenExchange"
        )
    }
}

fn broken_by(fix: Fix) -> Fix {
    fix.breaks(
        "the identity does not trust the service account yet, the program's library is too old for \
         Workload ID, or a pod that is not in this file still needs the old objects",
        "the program's sign-in to Azure fails",
    )
}

/// A change of an object: of the one that the fix stands on, or of another one.
fn changed(mut fix: Fix, of: &Neighbour, change: Change, on: &Object<'_>) -> Fix {
    if of.item == on.item && of.at == on.at && of.node() == on.node {
        fix.changes.push(change);
        return fix;
    }
    fix.also_in(of, change)
}

fn bindings<'a, 'n>(
    around: &'a Inventory,
    namespace: Option<&'n str>,
) -> impl Iterator<Item = &'a Neighbour> + use<'a, 'n> {
    old_objects(around, "AzureIdentityBinding", namespace)
}

fn old_objects<'a, 'n>(
    around: &'a Inventory,
    kind: &'static str,
    namespace: Option<&'n str>,
) -> impl Iterator<Item = &'a Neighbour> + use<'a, 'n> {
    around.of_kind(kind).filter(move |neighbour| {
        let object = neighbour.object();
        object.api_version.starts_with(GROUP) && object.namespace() == namespace
    })
}

/// A text in the spec of an object; empty if there is none.
fn text<'a>(of: &'a Neighbour, key: &str) -> &'a str {
    of.node().at(&["spec", key]).and_then(Node::as_str).unwrap_or_default()
}

fn label_of(pod: &Neighbour) -> Option<&str> {
    pod.object().pod()?.pod.metadata.at(&["labels", POD_IDENTITY_LABEL]).as_str()
}

/// The service account that a pod names, unless it is the one of all pods that name none.
fn own_account(pod: &Neighbour) -> Option<&str> {
    let object = pod.object();
    let account = azure::account_of(&object.pod()?.pod);
    Some(account).filter(|account| *account != DEFAULT_ACCOUNT)
}

fn may_change_labels(pod: &Neighbour) -> bool {
    [POD_IDENTITY_LABEL, USE].iter().all(|label| !azure::is_selected_by(&pod.object(), label))
}

/// Whether a text can stand in a command as it is.
fn is_plain(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !text.is_empty() && text.bytes().all(is_plain)
}

#[cfg(test)]
#[cfg(feature = "docs")]
mod tests {
    use super::super::RULE;
    use crate::examples::{fixed, fixes, found};
    use crate::profile::Version;
    use crate::{Answers, Fix, FixClass};

    const ID: &str = "00000000-1111-2222-3333-444444444444";

    fn identity(name: &str, rest: &str) -> String {
        format!(
            "apiVersion: aadpodidentity.k8s.io/v1\nkind: AzureIdentity\n\
             metadata: {{name: {name}}}\nspec: {{clientID: {ID}{rest}}}\n"
        )
    }

    fn binding(identity: &str, selector: &str) -> String {
        format!(
            "apiVersion: aadpodidentity.k8s.io/v1\nkind: AzureIdentityBinding\n\
             metadata: {{name: {selector}}}\n\
             spec: {{azureIdentity: {identity}, selector: {selector}}}\n"
        )
    }

    fn pod(selector: &str, spec: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {selector}\n  labels:\n    \
             aadpodidbinding: {selector}\nspec:\n  containers: [{{name: a}}]\n{spec}"
        )
    }

    fn account(name: &str, id: &str) -> String {
        let annotation = format!("azure.workload.identity/client-id: {id}");
        format!(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {name}\n  \
             annotations: {{{annotation}}}\n"
        )
    }

    const OWN: &str = "  serviceAccountName: own\n";

    fn fixes_of(documents: &[String]) -> Vec<Fix> {
        let answers = Answers::default();
        fixes(&RULE, Version::Latest, &answers, &documents.join("---\n")).unwrap()
    }

    fn moved(documents: &[String], answers: &[(&str, &str)]) -> String {
        let answers = answers.iter().map(|(name, text)| ((*name).into(), (*text).into()));
        let (answers, text) = (answers.collect(), documents.join("---\n"));
        fixed(&RULE, Version::Latest, &answers, &text).unwrap().unwrap()
    }

    #[test]
    fn all_that_an_identity_has_is_moved_at_once() {
        let documents = [
            identity("one", ", type: 0"),
            binding("one", "a"),
            binding("one", "b"),
            pod("a", OWN),
            pod("b", "  serviceAccount: default\n"),
            account("own", ID),
        ];
        let [fix] = &*fixes_of(&documents) else { panic!("one fix") };
        assert_eq!((fix.class, fix.has_changes()), (FixClass::NeedsInput, false));
        for unusable in ["default", "-", "B"] {
            let answers = [("service-account.one", unusable)];
            assert_eq!(moved(&documents, &answers), documents.join("---\n"));
        }
        let text = moved(&documents, &[("service-account.one", "new")]);
        assert_eq!(found(&RULE, Version::Latest, &text), Ok(vec![]));
        assert_eq!(text.matches("kind: ServiceAccount\n").count(), 2, "{text}");
        assert_eq!(text.matches("serviceAccountName: new\n").count(), 1, "{text}");
        assert_eq!(text.matches("azure.workload.identity/use: \"true\"").count(), 2, "{text}");
    }

    #[test]
    fn two_identities_are_moved_side_by_side() {
        let documents = [
            pod("a", OWN),
            identity("one", ""),
            binding("one", "a"),
            identity("two", ""),
            binding("two", "b"),
            pod("b", "  serviceAccountName: other\n"),
        ];
        let text = moved(&documents, &[]);
        assert_eq!(found(&RULE, Version::Latest, &text), Ok(vec![]));
        assert_eq!(text.matches("kind: ServiceAccount\n").count(), 2, "{text}");
    }

    #[test]
    fn what_cannot_be_moved_is_left_alone() {
        let (one, bound, own) = (identity("one", ""), binding("one", "a"), pod("a", OWN));
        let other = account("own", "55555555-6666-7777-8888-999999999999");
        let principal = identity("one", ", type: 1");
        let unknown = identity("one", "").replace(ID, "<CLIENT_ID>");
        let elsewhere = one.replace("{name: one}", "{name: one, namespace: shop}");
        let second = [identity("two", ""), binding("two", "a")].join("---\n");
        let selecting = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  \
            selector: {matchLabels: {aadpodidbinding: a}}\n  template:\n    \
            metadata: {labels: {aadpodidbinding: a}}\n    spec: {containers: [{name: a}]}\n";
        for documents in [
            vec![one.clone(), bound.clone()],
            vec![bound.clone(), own.clone()],
            vec![one.clone(), own.clone()],
            vec![one.clone(), bound.clone(), own.clone(), other],
            vec![principal, bound.clone(), own.clone()],
            vec![unknown, bound.clone(), own.clone()],
            vec![elsewhere, bound.clone(), own.clone()],
            vec![one.clone(), bound.clone(), own.clone(), second],
            vec![one.clone(), bound.clone(), own.clone(), selecting.into()],
        ] {
            assert_eq!(fixes_of(&documents), [], "{documents:#?}");
        }
        assert_eq!(fixes_of(&[one, bound, own]).len(), 1);
    }

    #[test]
    fn the_command_holds_nothing_that_a_shell_would_take_apart() {
        let resource = "/subscriptions/1/resourcegroups/$(id)/providers/x/userAssignedIdentities/i";
        let documents = [
            identity("one", &format!(", resourceID: {resource}")),
            binding("one", "a"),
            pod("a", OWN),
        ];
        let [fix] = &*fixes_of(&documents) else { panic!("one fix") };
        let [command] = &*fix.commands else { panic!("one command") };
        assert!(
            command.contains("--identity-name i --resource-group RESOURCE_GROUP "),
            "{command}"
        );
        assert!(command.contains("system:serviceaccount:NAMESPACE:own "), "{command}");
    }
}
