//! The objects around a pod: what a rule may know of the rest of the input.

use crate::object::Object;
use podproof_source::{Node, Pointer, Value};

/// The objects of an input that rules about others look at. Empty where an object is judged alone, as
/// at admission: such rules are then silent.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    neighbours: Vec<Neighbour>,
}

/// An object of the input.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// The number of its document among the non-empty ones, from 0.
    pub document: usize,
    /// Its number among the items of a list, from 0.
    pub item: Option<usize>,
    /// Its place in the document.
    pub at: Pointer,
    api_version: String,
    kind: String,
    node: Node,
}

/// The kinds that are kept, whatever their version.
pub const KINDS: &[&str] = &[
    "ServiceAccount",
    "Service",
    "Secret",
    "SecretProviderClass",
    "AzureIdentity",
    "AzureIdentityBinding",
    "RoleBinding",
    "ClusterRoleBinding",
];

/// The label of a pod that pod-managed identity looks for. Pods that have it are kept, too.
pub const POD_IDENTITY_LABEL: &str = "aadpodidbinding";

/// The driver that mounts what a `SecretProviderClass` names. Pods with its volumes are kept, too.
pub const STORE_DRIVER: &str = "secrets-store.csi.k8s.io";

impl Inventory {
    /// Takes in an object, if any rule looks at its kind.
    pub fn add(&mut self, document: usize, object: &Object<'_>) {
        if !KINDS.contains(&object.kind) && !has_pod_identity(object) && !mounts_a_store(object) {
            return;
        }
        // What a Secret holds is nobody's business.
        let node =
            if object.kind == "Secret" { without_data(object.node) } else { object.node.clone() };
        self.neighbours.push(Neighbour {
            document,
            item: object.item,
            at: object.at.clone(),
            api_version: object.api_version.to_owned(),
            kind: object.kind.to_owned(),
            node,
        });
    }

    /// All objects of a kind, whatever their version.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Neighbour> {
        self.neighbours.iter().filter(move |neighbour| neighbour.kind == kind)
    }

    /// The object of a kind with a name, in a namespace.
    pub fn find(&self, kind: &str, namespace: Option<&str>, name: &str) -> Option<&Neighbour> {
        self.of_kind(kind).find(|neighbour| {
            let object = neighbour.object();
            object.namespace() == namespace && object.name() == Some(name)
        })
    }

    /// All objects that hold a pod with the label of pod-managed identity.
    pub fn with_pod_identity(&self) -> impl Iterator<Item = &Neighbour> {
        self.neighbours.iter().filter(|neighbour| has_pod_identity(&neighbour.object()))
    }

    /// All objects that hold a pod with a volume of the Secrets Store.
    pub fn with_store_volumes(&self) -> impl Iterator<Item = &Neighbour> {
        self.neighbours.iter().filter(|neighbour| mounts_a_store(&neighbour.object()))
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.neighbours.is_empty()
    }
}

impl Neighbour {
    /// The object's tree.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The object itself. It knows nothing of the objects around it.
    pub fn object(&self) -> Object<'_> {
        Object {
            node: &self.node,
            item: self.item,
            at: self.at.clone(),
            api_version: &self.api_version,
            kind: &self.kind,
            around: None,
        }
    }
}

fn has_pod_identity(object: &Object<'_>) -> bool {
    let labelled = |source: crate::object::PodSource<'_>| {
        source.pod.metadata.at(&["labels", POD_IDENTITY_LABEL]).is_set()
    };
    object.pod().is_some_and(labelled)
}

fn mounts_a_store(object: &Object<'_>) -> bool {
    object.pod().is_some_and(|source| {
        let mut volumes = source.pod.spec.get("volumes").items();
        volumes.any(|volume| volume.at(&["csi", "driver"]).as_str() == Some(STORE_DRIVER))
    })
}

/// The `apiVersion`, `kind`, `metadata` and `type` of an object.
fn without_data(object: &Node) -> Node {
    let entries = object.as_map().map(podproof_source::Map::entries).unwrap_or_default();
    let is_kept = |key: &str| matches!(key, "apiVersion" | "kind" | "metadata" | "type");
    let kept = entries.iter().filter(|entry| is_kept(&entry.key)).cloned().collect();
    let map = podproof_source::Map::from_entries(kept);
    Node { span: object.span, value: Value::Map(map) }
}
