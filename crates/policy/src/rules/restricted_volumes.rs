//! A pod must use only the volume types that level restricted allows.
//!
//! Types such as `hostPath` or `nfs` name a path or a server in the manifest, so that whoever
//! writes a pod chooses what it reaches. The types allowed here hold objects of the cluster, or
//! storage that an administrator provides through a claim or a CSI driver.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!   volumes:
//!     - name: shared
//!       nfs:
//! #     ^^^ volume `shared` has type `nfs`
//!         server: files.example.com
//!         path: /
//! ```
//!
//! ```yaml,fixed,volume.shared=claim:shared
//! spec:
//!   containers:
//!     - name: web
//!   volumes:
//!     - name: shared
//!       persistentVolumeClaim:
//!         claimName: shared
//! ```
//!
//! The answer `emptyDir` makes it scratch space.
//!
//! ```yaml,fixed,volume.shared=emptyDir
//! spec:
//!   containers:
//!     - name: web
//!   volumes:
//!     - name: shared
//!       emptyDir: {}
//! ```
//!
//! A volume without a type is an `emptyDir`.
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!   volumes:
//!     - name: scratch
//!     - name: settings
//!       configMap:
//!         name: web
//!     - name: data
//!       persistentVolumeClaim:
//!         claimName: data
//! ```
//!
//! ## How to fix it
//!
//! Use `configMap`, `csi`, `downwardAPI`, `emptyDir`, `ephemeral`, `image`,
//! `persistentVolumeClaim`, `projected` or `secret`. For network storage write a
//! `PersistentVolume` that holds the server, and claim it.
//!
//! ## When to ignore it
//!
//! When no driver or claim gives access to the storage, and the pod's namespace allows the type.

use super::host_path_volumes::with_another_type;
use crate::finding::Findings;
use crate::pod::Pod;
use crate::rule::{self, Category, Rule, Severity, restricted, since};

pub static RULE: Rule = Rule {
    id: "restricted-volumes",
    title: "A pod must use only the volume types that level restricted allows",
    category: Category::PodSecurity,
    severity: Severity::Warning,
    standard: restricted("restrictedVolumes"),
    replaces: &["host-path-volumes"],
    versions: &[since(0, rule::Check::Pod(must_use_only_allowed_volumes))],
    source: crate::source!("restricted_volumes.rs"),
};

const ALLOWED: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// In the order of `k8s.io/pod-security-admission`, which names the first one that it finds.
const FORBIDDEN: &[&str] = &[
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
];

fn must_use_only_allowed_volumes(pod: &Pod<'_>, out: &mut Findings) {
    for volume in pod.spec.get("volumes").items() {
        if ALLOWED.iter().any(|key| volume.get(key).is_set()) {
            continue;
        }
        // One without any of the types becomes an `emptyDir`.
        if let Some(kind) = FORBIDDEN.iter().find(|key| volume.get(key).is_set()) {
            let name = volume.get("name").as_str().unwrap_or_default();
            out.report(&volume.get(kind), format!("volume `{name}` has type `{kind}`"))
                .fix(|answers| Some(with_another_type(&volume, pod, answers)));
        }
    }
}
