//! The rules and the engine that applies them to Kubernetes objects.
//!
//! [`objects`] finds the objects in a document, [`check()`] gives the findings of one object under a
//! [`Profile`], [`Standing`] says at which levels and versions of the Pod Security Standards it
//! would be admitted. Nothing here fails or reads a file; only the examples of rules are YAML.

pub mod check;
#[cfg(feature = "docs")]
pub mod examples;
pub mod field;
pub mod finding;
pub mod fix;
pub mod namespace;
pub mod object;
pub mod pod;
pub mod profile;
pub mod rule;
pub mod rules;
pub mod standing;
#[cfg(feature = "types")]
pub mod types;

pub use check::{check, check_and_fix, unread_text};
pub use finding::Finding;
pub use fix::{Answers, Fix, FixClass};
pub use namespace::NamespaceLabels;
pub use object::{Object, objects};
pub use profile::{Level, Profile, Version};
pub use rule::{Category, Rule, Severity};
pub use standing::Standing;
