//! The rules and the engine that applies them to Kubernetes objects.
//!
//! [`objects`] finds the objects in a document, [`check()`] gives the findings of one object under a
//! [`Profile`], [`Standing`] says at which levels and versions of the Pod Security Standards it
//! would be admitted. Nothing here fails or reads a file; only the examples of rules are YAML.

#![cfg_attr(
    not(feature = "advice"),
    allow(
        dead_code,
        reason = "what only the rules beyond the Standards use is there for all builds"
    )
)]

mod azure;
pub mod check;
pub mod credential;
#[cfg(feature = "docs")]
pub mod examples;
pub mod field;
pub mod finding;
pub mod fix;
pub mod inventory;
pub mod namespace;
mod nearest;
pub mod object;
pub mod pod;
pub mod profile;
pub mod rule;
pub mod rules;
pub mod standing;
pub mod suppress;
#[cfg(feature = "docs")]
pub mod transaction;
#[cfg(feature = "types")]
pub mod types;

pub use check::{check, check_and_fix, duplicate_key, unread_text};
pub use finding::{Finding, Suppressed, SuppressedBy};
pub use fix::{Answers, Fix, FixClass};
pub use inventory::Inventory;
pub use namespace::NamespaceLabels;
pub use nearest::did_you_mean;
pub use object::{Object, objects};
pub use profile::{Base, Exemptions, Level, Profile, ProfileError, Version};
pub use rule::{Category, Rule, Severity};
pub use standing::Standing;
