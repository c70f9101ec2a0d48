//! The objects of a document, and where the pods in them are.

use crate::field::Field;
use crate::inventory::{Inventory, Neighbour};
use crate::pod::Pod;
use podproof_source::{Node, Pointer};

/// A Kubernetes object: a document, or an item of a `List`.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    /// The object's tree.
    pub node: &'a Node,
    /// Its place among the items of a list, from 0.
    pub item: Option<usize>,
    /// Its place in the document.
    pub at: Pointer,
    /// `apiVersion`; empty if it has none.
    pub api_version: &'a str,
    /// `kind`; empty if it has none.
    pub kind: &'a str,
    /// The other objects of the input, where they are known.
    pub around: Option<&'a Inventory>,
}

/// The kinds that carry a pod and that Pod Security admission knows, with the way to the part that
/// holds `metadata` and `spec` of the pod.
pub const KINDS: &[(&str, &str, &[&str])] = &[
    ("v1", "Pod", &[]),
    ("v1", "PodTemplate", &["template"]),
    ("v1", "ReplicationController", &["spec", "template"]),
    ("apps/v1", "ReplicaSet", &["spec", "template"]),
    ("apps/v1", "Deployment", &["spec", "template"]),
    ("apps/v1", "StatefulSet", &["spec", "template"]),
    ("apps/v1", "DaemonSet", &["spec", "template"]),
    ("batch/v1", "Job", &["spec", "template"]),
    ("batch/v1", "CronJob", &["spec", "jobTemplate", "spec", "template"]),
];

/// Where other kinds (Argo's Rollout, Knative's Service, OpenShift's DeploymentConfig, old API
/// groups) keep a pod, if they keep one.
const SHAPES: &[&[&str]] =
    &[&["spec", "template"], &["spec", "jobTemplate", "spec", "template"], &[], &["template"]];

/// The pod of an object.
#[derive(Clone, Debug)]
pub struct PodSource<'a> {
    /// The pod.
    pub pod: Pod<'a>,
    /// Whether the kind is unknown to Pod Security admission and the pod was recognised by its
    /// shape alone.
    pub by_shape: bool,
}

/// The objects of a document: itself, or the items if it is a list, as `kubectl` takes them apart.
pub fn objects(document: &Node) -> Vec<Object<'_>> {
    let mut objects = Vec::new();
    collect(document, (None, Pointer::ROOT), ("", ""), &mut objects);
    objects
}

/// `inherited` are apiVersion and kind that an item without its own takes from a list like
/// `PodList`.
fn collect<'a>(
    node: &'a Node,
    (item, at): (Option<usize>, Pointer),
    inherited: (&'a str, &'a str),
    objects: &mut Vec<Object<'a>>,
) {
    let text = |key| node.get(key).and_then(Node::as_str).unwrap_or_default();
    let (mut api_version, mut kind) = (text("apiVersion"), text("kind"));
    if api_version.is_empty() && kind.is_empty() {
        (api_version, kind) = inherited;
    }
    // The API server takes `/v1` for `v1`.
    api_version = api_version.strip_prefix('/').unwrap_or(api_version);
    let Some(items) = node.get("items").and_then(Node::as_list) else {
        objects.push(Object { node, item, at, api_version, kind, around: None });
        return;
    };
    let list = at.key("items");
    let own_pod = Object { node, item, at, api_version, kind, around: None };
    // `kubectl` sends only the items. Whoever applies this otherwise may still create the pod.
    // A list that does not say what it is is refused as a whole.
    if own_pod.pod().is_some() || !own_pod.is_kubernetes() {
        objects.push(own_pod);
    }
    let kind_of_items = kind.strip_suffix("List").filter(|kind| !kind.is_empty());
    let inherited = kind_of_items.map_or(("", ""), |kind| (api_version, kind));
    for (index, node) in items.iter().enumerate() {
        collect(node, (Some(index), list.item(index)), inherited, objects);
    }
}

impl<'a> Object<'a> {
    /// The same object, with what is known of the others.
    #[must_use]
    pub fn among(self, around: &'a Inventory) -> Self {
        Self { around: Some(around), ..self }
    }

    /// The root of the object as a field.
    pub fn root(&self) -> Field<'a> {
        Field::root(self.node)
    }

    /// The objects of a kind in this object's namespace, as far as they are known.
    pub fn neighbours(&self, kind: &'a str) -> impl Iterator<Item = &'a Neighbour> + use<'a> {
        let (around, namespace) = (self.around, self.namespace());
        let all = around.into_iter().flat_map(move |around| around.of_kind(kind));
        all.filter(move |neighbour| neighbour.object().namespace() == namespace)
    }

    /// The object's own name, or else the prefix that the API server makes one from.
    pub fn name(&self) -> Option<&'a str> {
        let name = |key| self.node.at(&["metadata", key]).and_then(Node::as_str);
        name("name").or_else(|| name("generateName"))
    }

    /// The namespace that the manifest names.
    pub fn namespace(&self) -> Option<&'a str> {
        self.node.at(&["metadata", "namespace"]).and_then(Node::as_str)
    }

    /// Whether this is a Kubernetes object at all: it says its version (`v1`, `apps/v1`) and kind.
    pub fn is_kubernetes(&self) -> bool {
        let group_and_version = self.api_version.split('/').count() <= 2;
        !self.api_version.is_empty() && group_and_version && !self.kind.is_empty()
    }

    /// The pod in the object.
    pub fn pod(&self) -> Option<PodSource<'a>> {
        let known = |(api_version, kind, _): &&(&str, &str, _)| {
            *api_version == self.api_version && *kind == self.kind
        };
        if let Some((_, kind, way)) = KINDS.iter().find(known) {
            let template = Field::root(self.node).at(way);
            // Only there the API has a template that may be missing; elsewhere it is then empty.
            let may_be_missing = *kind == "ReplicationController";
            let pod = pod(self, &template, *kind == "Pod");
            return (template.is_set() || !may_be_missing)
                .then_some(PodSource { pod, by_shape: false });
        }
        let mut templates = SHAPES.iter().map(|way| Field::root(self.node).at(way));
        let template = templates.find(|template| is_pod_spec(&template.get("spec")))?;
        Some(PodSource { pod: pod(self, &template, false), by_shape: true })
    }
}

fn pod<'a>(object: &Object<'a>, template: &Field<'a>, is_bare: bool) -> Pod<'a> {
    let (metadata, spec) = (template.get("metadata"), template.get("spec"));
    Pod { object: object.clone(), metadata, spec, is_bare }
}

fn is_pod_spec(spec: &Field<'_>) -> bool {
    crate::pod::ContainerKind::ALL.iter().any(|kind| {
        let list = spec.get(kind.list());
        list.items().any(|container| container.node().is_some_and(|node| node.as_map().is_some()))
    })
}
