//! A pod must not mount a path of the node.
//!
//! A `hostPath` volume is a door to the node's files: credentials of the kubelet, the container
//! runtime's socket, data of other pods. Mounting it read-only closes that door only by half.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!   volumes:
//!     - name: runtime
//!       hostPath:
//! #     ^^^^^^^^ volume `runtime` mounts a path of the node
//!         path: /run/containerd/containerd.sock
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!   volumes:
//!     - name: cache
//!       emptyDir: {}
//! ```
//!
//! ## How to fix it
//!
//! Use `emptyDir` for scratch space, a `persistentVolumeClaim` for data that must stay, and a
//! `configMap`, `secret` or `projected` volume for what the program only reads.
//!
//! ## When to ignore it
//!
//! Log collectors, storage drivers and other node agents need it. Run them in a namespace of their
//! own that allows it.

use crate::finding::Findings;
use crate::pod::Pod;
use crate::rule::{self, Category, Rule, Severity, baseline, since};

pub static RULE: Rule = Rule {
    id: "host-path-volumes",
    title: "A pod must not mount a path of the node",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("hostPathVolumes"),
    replaces: &[],
    versions: &[since(0, rule::Check::Pod(must_not_mount_paths_of_the_node))],
    source: crate::source!("host_path_volumes.rs"),
};

fn must_not_mount_paths_of_the_node(pod: &Pod<'_>, out: &mut Findings) {
    for volume in pod.spec.get("volumes").items() {
        let host_path = volume.get("hostPath");
        if host_path.is_set() {
            let name = volume.get("name").as_str().unwrap_or_default();
            out.report(&host_path, format!("volume `{name}` mounts a path of the node"));
        }
    }
}
