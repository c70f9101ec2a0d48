//! What a rule sees: one pod, or one container of it.

use crate::field::Field;
use crate::object::Object;

/// A pod, or the template of one, inside an object.
#[derive(Clone, Debug)]
pub struct Pod<'a> {
    /// The object that it is, or that it stands in.
    pub object: Object<'a>,
    /// The pod's metadata, or the template's. Never the metadata of a workload.
    pub metadata: Field<'a>,
    /// The pod spec.
    pub spec: Field<'a>,
    /// Whether this is a Pod object itself: the API server sets some defaults only there.
    pub is_bare: bool,
}

/// A container of any of the three lists.
#[derive(Clone, Debug)]
pub struct Container<'a> {
    /// The container itself.
    pub field: Field<'a>,
    /// The list it is in.
    pub kind: ContainerKind,
    /// The pod it is in.
    pub pod: &'a Pod<'a>,
}

/// The list that a container is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContainerKind {
    /// `initContainers`
    Init,
    /// `containers`
    App,
    /// `ephemeralContainers`
    Ephemeral,
}

impl ContainerKind {
    /// All three, in the order in which upstream visits them.
    pub const ALL: [Self; 3] = [Self::Init, Self::App, Self::Ephemeral];

    /// The field that holds the list.
    pub fn list(self) -> &'static str {
        match self {
            Self::Init => "initContainers",
            Self::App => "containers",
            Self::Ephemeral => "ephemeralContainers",
        }
    }

    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::App => "app",
            Self::Ephemeral => "ephemeral",
        }
    }
}

impl<'a> Pod<'a> {
    /// `spec.securityContext`
    pub fn security_context(&self) -> Field<'a> {
        self.spec.get("securityContext")
    }

    /// The annotations of the pod (never those of a workload around it).
    pub fn annotations(&self) -> Field<'a> {
        self.metadata.get("annotations")
    }

    /// Whether the pod runs on Windows: `spec.os.name` is `windows`.
    pub fn is_windows(&self) -> bool {
        self.spec.at(&["os", "name"]).as_str() == Some("windows")
    }

    /// Whether the pod says that it runs on Linux.
    pub fn is_linux(&self) -> bool {
        self.spec.at(&["os", "name"]).as_str() == Some("linux")
    }

    /// Whether the pod runs on Windows, whether or not it says so.
    pub fn is_for_windows(&self) -> bool {
        self.is_windows() || self.selects_windows()
    }

    /// Whether the pod does not say where it runs, but goes to Windows nodes only.
    pub fn selects_windows(&self) -> bool {
        let selector = self.spec.get("nodeSelector");
        let affinity = self.spec.at(&[
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms",
        ]);
        let by_selector = OS_LABELS.iter().any(|key| selector.get(key).as_str() == Some("windows"));
        let mut terms = affinity.items().peekable();
        let by_affinity = terms.peek().is_some() && terms.all(|term| demands_windows(&term));
        !self.spec.at(&["os", "name"]).is_set() && (by_selector || by_affinity)
    }

    /// Whether the pod sets a field that the API server refuses on a pod that says it runs on
    /// Windows.
    pub fn has_fields_for_linux(&'a self) -> bool {
        let any =
            |field: &Field<'a>, keys: &[&'a str]| keys.iter().any(|key| field.get(key).is_set());
        any(&self.spec, LINUX_ONLY)
            || any(&self.security_context(), LINUX_ONLY_IN_POD_SECURITY)
            || self.containers().any(|container| {
                any(&container.security_context(), LINUX_ONLY_IN_CONTAINER_SECURITY)
            })
    }

    /// What the pod itself sets, outside of its containers, that the API server refuses if it says
    /// that it runs on Windows.
    pub(crate) fn fields_for_linux(&self) -> Vec<(&'static str, Field<'a>)> {
        let is_refused = |(key, field): &(&str, Field<'a>)| match *key {
            "hostPID" | "hostIPC" => field.as_bool() == Some(true),
            "sysctls" => field.items().next().is_some(),
            _ => field.is_set(),
        };
        let (spec, context) = (&self.spec, &self.security_context());
        let of_spec = LINUX_ONLY.iter().map(|key| (*key, spec.get(key)));
        let of_context = LINUX_ONLY_IN_POD_SECURITY.iter().map(|key| (*key, context.get(key)));
        of_spec.chain(of_context).filter(is_refused).collect()
    }

    /// What stands at the end of a way of names in the security context of the pod and of each
    /// container.
    pub fn in_security_contexts(&'a self, keys: &[&'a str]) -> Vec<Field<'a>> {
        let of_containers = self.containers().map(|container| container.security_context());
        let all = std::iter::once(self.security_context()).chain(of_containers);
        all.map(|context| context.at(keys)).filter(Field::is_set).collect()
    }

    /// Whether no container is root that would follow a `runAsNonRoot` of the pod.
    pub fn every_container_accepts_non_root(&'a self) -> bool {
        self.roots_that_follow_the_pod().is_empty()
    }

    /// Each `runAsUser: 0` that makes a container root which follows, or would follow, a
    /// `runAsNonRoot` of the pod.
    pub fn roots_that_follow_the_pod(&'a self) -> Vec<Field<'a>> {
        let follows = |container: &Container<'a>| {
            container.security_context().get("runAsNonRoot").as_bool().is_none()
        };
        self.containers().filter(follows).flat_map(|container| container.root_users()).collect()
    }

    /// Whether any container sets a variable of this name by itself.
    pub(crate) fn sets_variable(&'a self, name: &str) -> bool {
        let is_named = |variable: Field<'a>| variable.get("name").as_str() == Some(name);
        self.containers().any(|container| container.get("env").items().any(is_named))
    }

    /// Whether any of the three lists has a container of this name.
    pub fn has_container(&'a self, name: &str) -> bool {
        self.containers().any(|container| container.name() == name)
    }

    /// The first container of this name in any of the three lists.
    pub(crate) fn container(&'a self, name: &str) -> Option<Container<'a>> {
        self.containers().find(|container| container.name() == name)
    }

    /// Whether any container does not set, in its security context, what stands at the end of a way
    /// of names, so that it follows the pod.
    pub(crate) fn any_container_lacks(&'a self, keys: &[&'a str]) -> bool {
        self.containers().any(|container| !container.security_context().at(keys).is_set())
    }

    /// Whether any container names a user other than root, itself or through the pod, but of its own
    /// no group other than root's.
    pub(crate) fn any_user_lacks_a_group(&'a self) -> bool {
        let is_zero = |id: &Field<'_>| id.as_int().is_none_or(|id| id == 0);
        self.containers().any(|container| {
            let group = container.security_context().get("runAsGroup");
            !is_zero(&container.user()) && is_zero(&group)
        })
    }

    /// The names of containers that one before them in the three lists has, too.
    pub(crate) fn repeated_names(&'a self) -> Vec<Field<'a>> {
        let mut seen = std::collections::BTreeSet::new();
        let names = self.containers().map(|container| container.get("name"));
        names.filter(|name| name.as_str().is_some_and(|text| !seen.insert(text))).collect()
    }

    /// Whether a container mounts the volume of this name.
    pub fn mounts(&'a self, volume: &str) -> bool {
        self.containers().any(|container| {
            let mut mounts = container.get("volumeMounts").items();
            mounts.any(|mount| mount.get("name").as_str() == Some(volume))
        })
    }

    /// The container, if the pod has one, and it stands in `containers`.
    pub(crate) fn only_container(&'a self) -> Option<Container<'a>> {
        let mut containers = self.containers();
        let first = containers.next().filter(|first| first.kind == ContainerKind::App);
        first.filter(|_| containers.next().is_none())
    }

    /// Whether storage is mounted whose files may belong to another user.
    pub fn mounts_a_claim(&self) -> bool {
        self.spec.get("volumes").items().any(|volume| {
            volume.get("persistentVolumeClaim").is_set() || volume.get("ephemeral").is_set()
        })
    }

    /// Whether the pod has a user namespace of its own (`hostUsers: false`), so that its root user
    /// is nobody on the node.
    pub fn has_own_users(&self) -> bool {
        self.spec.get("hostUsers").as_bool() == Some(false)
    }

    /// The containers of all three lists. Rules do not call this: the engine does.
    pub(crate) fn containers(&'a self) -> impl Iterator<Item = Container<'a>> {
        ContainerKind::ALL.into_iter().flat_map(move |kind| {
            let items = self.spec.get(kind.list()).items();
            items.map(move |field| Container { field, kind, pod: self })
        })
    }
}

impl<'a> Container<'a> {
    /// The container's name; empty if it has none.
    pub fn name(&self) -> &'a str {
        self.field.get("name").as_str().unwrap_or_default()
    }

    /// The field of this name.
    pub fn get(&self, key: &'a str) -> Field<'a> {
        self.field.get(key)
    }

    /// `securityContext`
    pub fn security_context(&self) -> Field<'a> {
        self.field.get("securityContext")
    }

    /// What the container sets that the API server refuses in a pod that says it runs on Windows.
    pub(crate) fn fields_for_linux(&self) -> Vec<(&'static str, Field<'a>)> {
        let context = self.security_context();
        let fields = LINUX_ONLY_IN_CONTAINER_SECURITY.iter().map(|key| (*key, context.get(key)));
        fields.filter(|(_, field)| field.is_set()).collect()
    }

    /// The user that the container runs as, if it or the pod names one.
    pub fn user(&self) -> Field<'a> {
        let own = self.security_context().get("runAsUser");
        if own.is_set() { own } else { self.pod.security_context().get("runAsUser") }
    }

    /// Each `runAsUser: 0` that must go for the container not to be root: its own, and that of the
    /// pod, which would hold instead.
    pub fn root_users(&self) -> Vec<Field<'a>> {
        let of_pod = self.pod.security_context().get("runAsUser");
        let Some(root) = self.root_user() else { return Vec::new() };
        let instead = Some(of_pod).filter(|user| {
            user.as_int() == Some(0) && self.security_context().get("runAsUser").is_set()
        });
        std::iter::once(root).chain(instead).collect()
    }

    /// The `runAsUser: 0` of the container, or of the pod, that makes the container root.
    pub fn root_user(&self) -> Option<Field<'a>> {
        Some(self.user()).filter(|user| user.as_int() == Some(0))
    }
}

/// The labels of a node that name its operating system.
const OS_LABELS: &[&str] = &["kubernetes.io/os", "beta.kubernetes.io/os"];

/// Whether a term of a node selector fits Windows nodes only.
fn demands_windows(term: &Field<'_>) -> bool {
    term.get("matchExpressions").items().any(|expression| {
        let text = |key| expression.get(key).as_str().unwrap_or_default();
        let mut values = expression.get("values").items().peekable();
        OS_LABELS.contains(&text("key"))
            && text("operator") == "In"
            && values.peek().is_some()
            && values.all(|value| value.as_str() == Some("windows"))
    })
}

// What `validateWindows` and `validatePodResources` in `pkg/apis/core/validation` of Kubernetes
// forbid, and `k8s.io/api` lists at `PodSpec.OS`.
const LINUX_ONLY: &[&str] =
    &["hostPID", "hostIPC", "hostUsers", "shareProcessNamespace", "resources"];
const LINUX_ONLY_IN_POD_SECURITY: &[&str] = &[
    "appArmorProfile",
    "seLinuxOptions",
    "seLinuxChangePolicy",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
];
const LINUX_ONLY_IN_CONTAINER_SECURITY: &[&str] = &[
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
];

/// "container `web`", "init container `setup`": how messages name a container.
impl std::fmt::Display for Container<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.kind {
            ContainerKind::Init => "init container",
            ContainerKind::App => "container",
            ContainerKind::Ephemeral => "ephemeral container",
        })?;
        write!(f, " `{}`", self.name())
    }
}
