//! All rules. A new one is a file in `rules/`, a `mod` line and a line in [`RULES`].

use crate::rule::Rule;

mod privileged;
mod run_as_non_root;
mod unread_text;
#[cfg(feature = "types")]
pub(crate) mod wrong_type;

/// The finding for text that the cluster rejects or ignores.
pub static UNREAD_TEXT: &Rule = &unread_text::RULE;

/// Every rule, by category and level, then by id.
pub static RULES: &[&Rule] = &[
    // Pod Security Standards, baseline
    &privileged::RULE,
    // Pod Security Standards, restricted
    &run_as_non_root::RULE,
    // Manifest
    &unread_text::RULE,
    #[cfg(feature = "types")]
    &wrong_type::RULE,
];

/// The rule of this id.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

#[cfg(all(test, feature = "docs", feature = "types"))]
mod tests;
