//! A container should not be able to write to its root filesystem.
//!
//! Whoever breaks into a program first wants to leave something behind: a tool, a changed script, a
//! web shell. With `readOnlyRootFilesystem: true` only the volumes that the pod mounts can be written
//! to. Microsoft's advice does not name it, and many programs write next to themselves, so this is a
//! hint.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//! #     ^^^^^^^^^ container `web` can write to its root filesystem
//! ```
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         readOnlyRootFilesystem: false
//! #                               ^^^^^ container `web` can write to its root filesystem
//! ```
//!
//! Only the container's own setting counts: at the pod there is no such field.
//!
//! ```yaml,bad
//! spec:
//!   securityContext:
//!     readOnlyRootFilesystem: true
//!   containers:
//!     - name: web
//! #     ^^^^^^^^^ container `web` can write to its root filesystem
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         readOnlyRootFilesystem: true
//! ```
//!
//! Windows has no such setting.
//!
//! ```yaml,good
//! spec:
//!   os:
//!     name: windows
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! Set `readOnlyRootFilesystem: true` on the container and mount an `emptyDir` wherever the program
//! writes, often `/tmp` and a cache. Nobody but you knows these places, so no fix is made for you.
//!
//! ## When to ignore it
//!
//! When the program writes to too many places of its image.

use crate::finding::Findings;
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "read-only-root-filesystem",
    title: "A container should not be able to write to its root filesystem",
    category: Category::Hardening,
    severity: Severity::Info,
    standard: None,
    replaces: &[],
    versions: &[since(0, EachContainer(should_not_write_to_its_root))],
    source: crate::source!("read_only_root_filesystem.rs"),
};

fn should_not_write_to_its_root(container: &Container<'_>, out: &mut Findings) {
    let read_only = container.security_context().get("readOnlyRootFilesystem");
    if read_only.as_bool() != Some(true) && !container.pod.is_for_windows() {
        out.report(&read_only, format!("{container} can write to its root filesystem"));
    }
}
