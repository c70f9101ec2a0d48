//! What a rule sees: one pod, or one container of it.

use crate::field::Field;

/// A pod, or the template of one, inside an object.
#[derive(Clone, Debug)]
pub struct Pod<'a> {
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
}

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
