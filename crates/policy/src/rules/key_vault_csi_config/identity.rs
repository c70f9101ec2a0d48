//! The identity that a class signs in with.

use super::mount::names_class;
use super::provider_class::{POD_IDENTITY, VM_IDENTITY, is_given, is_on};
use crate::azure::{account_of, client_id, is_guid};
use crate::field::Field;
use crate::fix::{Answers, Fix, Input, InputKind};
use crate::inventory::{Neighbour, POD_IDENTITY_LABEL};
use crate::object::Object;
use crate::pod::Pod;
use podproof_source::Node;

/// Signs in with Workload ID instead of the deprecated identity of the pods.
pub(super) fn instead_of_pod_identity(
    class: &Object<'_>,
    parameters: &Field<'_>,
    answers: &Answers,
) -> Fix {
    let off = parameters.get(POD_IDENTITY).set("false");
    if is_given(&parameters.get("clientID")) || is_on(parameters, VM_IDENTITY) {
        let title = format!("set `{POD_IDENTITY}: \"false\"`");
        return warned(Fix::reverses(title, vec![off]));
    }
    let mut fix = match identity_of_pods(class) {
        Some(id) => {
            let title = format!("sign in with Workload ID as `{id}`, the identity of the pods");
            warned(Fix::reverses(title, vec![parameters.get("clientID").set(id)]))
        }
        None => named(class, parameters, answers),
    };
    if fix.has_changes() {
        fix.changes.push(off);
    }
    fix
}

/// Signs in with the `clientID` that the class names.
pub(super) fn instead_of_node_identity(parameters: &Field<'_>) -> Fix {
    let title = format!("set `{VM_IDENTITY}: \"false\"`: sign in with Workload ID");
    warned(Fix::reverses(title, vec![parameters.get(VM_IDENTITY).set("false")]))
}

/// Signs in with Workload ID, as the identity that a person names.
pub(super) fn named(class: &Object<'_>, parameters: &Field<'_>, answers: &Answers) -> Fix {
    let input = Input {
        name: "client-id".to_owned(),
        label: "client id of the identity that may read the vault".to_owned(),
        kind: InputKind::Text,
        choices: Vec::new(),
        default: only(identities_around(class)).map(str::to_owned),
    };
    let id = answers.valid(&input).filter(|id| is_guid(id));
    let changes = id.map(|id| parameters.get("clientID").set(id));
    let title = "sign in with Workload ID, as an identity that may read the vault".to_owned();
    warned(Fix::needs_input(title, input, Vec::from_iter(changes)))
}

fn warned(fix: Fix) -> Fix {
    fix.breaks(
        "the identity does not trust the service account of the pods yet, or may not read the \
         vault",
        "pods stay in `ContainerCreating`, with the event `FailedMount`",
    )
}

/// The identity of all pods that mount the class, if the input tells.
fn identity_of_pods<'a>(class: &Object<'a>) -> Option<&'a str> {
    let (around, namespace, name) = (class.around?, class.namespace(), class.name()?);
    let mut ids = Vec::new();
    for neighbour in around.with_store_volumes() {
        let object = neighbour.object();
        let Some(source) = object.pod() else { continue };
        if object.namespace() == namespace && names_class(&source.pod, name) {
            // One pod that is not understood makes the answer a guess.
            ids.push(identity_of(&source.pod, class)?);
        }
    }
    only(ids.into_iter())
}

/// What the binding that a pod's label selects names, or else the pod's service account.
fn identity_of<'a>(pod: &Pod<'_>, class: &Object<'a>) -> Option<&'a str> {
    let selector = pod.metadata.at(&["labels", POD_IDENTITY_LABEL]).as_str();
    let bindings = class.neighbours("AzureIdentityBinding");
    let bound =
        bindings.filter(|binding| selector.is_some() && spec(binding, "selector") == selector);
    let names: Vec<&str> = bound.filter_map(|binding| spec(binding, "azureIdentity")).collect();
    let identities = class
        .neighbours("AzureIdentity")
        .filter(|identity| identity.object().name().is_some_and(|name| names.contains(&name)));
    let account = account_of(pod);
    let accounts = class.neighbours("ServiceAccount");
    let own = accounts.filter(|other| other.object().name() == Some(account));
    let ids = identities.filter_map(|identity| spec(identity, "clientID"));
    only(ids).or_else(|| only(own.filter_map(client_id)).filter(|_| names.is_empty()))
}

fn identities_around<'a>(class: &Object<'a>) -> impl Iterator<Item = &'a str> {
    let identities = class.neighbours("AzureIdentity");
    let of_accounts = class.neighbours("ServiceAccount").filter_map(client_id);
    identities.filter_map(|identity| spec(identity, "clientID")).chain(of_accounts)
}

fn spec<'a>(neighbour: &'a Neighbour, key: &str) -> Option<&'a str> {
    neighbour.node().at(&["spec", key]).and_then(Node::as_str)
}

/// The id, if all are the same one.
fn only<'a>(mut ids: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let first = ids.next().filter(|id| is_guid(id))?;
    ids.all(|id| id == first).then_some(first)
}

#[cfg(test)]
#[cfg(feature = "docs")]
mod tests {
    use super::super::RULE;
    use crate::examples::{fixed, fixes, found};
    use crate::profile::Version;
    use crate::{Answers, Fix, FixClass};

    const ONE: &str = "00000000-1111-2222-3333-444444444444";
    const OTHER: &str = "00000000-1111-2222-3333-555555555555";

    fn class(parameters: &str) -> String {
        format!(
            "apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\n\
             metadata: {{name: vault}}\nspec:\n  provider: azure\n  parameters:\n    \
             keyvaultName: web\n    tenantID: {ONE}\n    objects: \"array: ['objectName: a']\"\n\
             {parameters}"
        )
    }

    fn pod(label: &str, account: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, labels: {{aadpodidbinding: {label}}}}}\n\
             spec:\n  serviceAccountName: {account}\n  containers:\n    \
             - {{name: a, volumeMounts: [{{name: vault, mountPath: /v}}]}}\n  volumes:\n    \
             - {{name: vault, csi: {{driver: secrets-store.csi.k8s.io, readOnly: true, \
             volumeAttributes: {{secretProviderClass: vault}}}}}}\n"
        )
    }

    fn identity(name: &str, id: &str) -> String {
        let group = "apiVersion: aadpodidentity.k8s.io/v1";
        format!(
            "{group}\nkind: AzureIdentity\nmetadata: {{name: {name}}}\nspec: {{clientID: {id}}}\n\
             ---\n{group}\nkind: AzureIdentityBinding\nmetadata: {{name: {name}}}\n\
             spec: {{azureIdentity: {name}, selector: {name}}}\n"
        )
    }

    fn account(id: &str) -> String {
        format!(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: own, annotations: \
             {{azure.workload.identity/client-id: {id}}}}}\n"
        )
    }

    fn fixes_of(documents: &[String]) -> Vec<Fix> {
        let text = documents.join("---\n");
        fixes(&RULE, Version::Latest, &Answers::default(), &text).unwrap()
    }

    #[test]
    fn an_identity_is_taken_only_where_there_is_no_doubt() {
        let old = || class("    usePodIdentity: \"true\"\n");
        let sure: &[&[String]] = &[
            &[old(), pod("one", "own"), identity("one", ONE), identity("other", OTHER)],
            &[old(), pod("one", "own"), account(ONE)],
            &[old(), pod("one", "own").replace("aadpodidbinding", "app"), account(ONE)],
            &[
                old(),
                pod("one", "own"),
                pod("other", "own"),
                identity("one", ONE),
                identity("other", ONE),
            ],
        ];
        for documents in sure {
            let [fix] = &fixes_of(documents)[..] else { panic!("{documents:#?}") };
            assert_eq!((fix.class, fix.changes.len()), (FixClass::Reverses, 2), "{fix:#?}");
            assert!(fix.title.contains(ONE), "{fix:#?}");
        }
        let unsure: &[(&[String], Option<&str>)] = &[
            (&[old()], None),
            (&[old(), account(ONE)], Some(ONE)),
            (&[old(), identity("one", ONE)], Some(ONE)),
            (&[old(), pod("one", "own"), identity("one", "<id>")], None),
            (&[old(), pod("one", "own"), pod("x", "x"), identity("one", ONE)], Some(ONE)),
            (
                &[
                    old(),
                    pod("one", "own"),
                    pod("other", "own"),
                    identity("one", ONE),
                    identity("other", OTHER),
                ],
                None,
            ),
        ];
        for (documents, default) in unsure {
            let [fix] = &fixes_of(documents)[..] else { panic!("{documents:#?}") };
            assert_eq!((fix.class, fix.changes.len()), (FixClass::NeedsInput, 0), "{fix:#?}");
            assert_eq!(fix.inputs[0].default.as_deref(), *default, "{fix:#?}");
        }
    }

    #[test]
    fn what_is_fixed_has_no_findings() {
        let answers: Answers = [("client-id".to_owned(), ONE.to_owned())].into_iter().collect();
        for parameters in [
            "",
            "    usePodIdentity: true\n",
            "    usePodIdentity: 1\n    useVMManagedIdentity: true\n",
            "    usePodIdentity: \"T\"\n    clientID: \"\"\n",
            "    useVMManagedIdentity: yes\n    clientID: x\n",
            "    useAzureTokenProxy: true\n",
            "    usePodIdentity: true\n    useAzureTokenProxy: \"1\"\n    clientID: null\n",
        ] {
            let text = class(parameters);
            let fixed = fixed(&RULE, Version::Latest, &answers, &text).unwrap().unwrap();
            let left = found(&RULE, Version::Latest, &fixed).unwrap();
            assert!(left.is_empty(), "{fixed}\n{left:#?}");
        }
    }

    #[test]
    fn what_is_right_or_not_ours_has_no_findings() {
        for text in [
            class("    useVMManagedIdentity: \"true\"\n    userAssignedIdentityID: \"\"\n"),
            class("    clientID: x\n    useAzureTokenProxy: \" True \"\n"),
            class("    usePodIdentity: ${POD_IDENTITY}\n"),
            class("").replace("azure", "vault"),
            class("").replace("secrets-store.csi.x-k8s.io", "example.com"),
        ] {
            let found = found(&RULE, Version::Latest, &text).unwrap();
            assert!(found.is_empty(), "{text}\n{found:#?}");
        }
    }

    #[test]
    fn fixes_of_malformed_objects_can_be_made() {
        for text in [
            "kind: SecretProviderClass\napiVersion: secrets-store.csi.x-k8s.io/v1\nspec: {provider: azure}",
            "kind: SecretProviderClass\napiVersion: secrets-store.csi.x-k8s.io/v1\nspec: {provider: azure, parameters: [], secretObjects: {}}",
            "metadata: {a: b}\nspec: {volumes: [{name: a, csi: {driver: secrets-store.csi.k8s.io}}], containers: [{volumeMounts: a}]}",
            "metadata: {a: b}\nspec: {volumes: [{csi: {driver: secrets-store.csi.k8s.io}}], containers: [{envFrom: [null, {secretRef: a}]}]}",
            "metadata: {a: b}\nspec: {volumes: [{name: a, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: a}}], containers: text}",
        ] {
            let answers = [("class.a", "b"), ("mount.a", "/a"), ("client-id", ONE)];
            let answers = answers.map(|(name, answer)| (name.to_owned(), answer.to_owned()));
            fixed(&RULE, Version::Latest, &answers.into_iter().collect(), text).unwrap();
        }
    }
}
