//! All rules. A new one is a file in `rules/`, a `mod` line and a line in [`RULES`].

#![allow(rustdoc::invalid_codeblock_attributes, reason = "answers stand in fences: `uid=10001`")]

use crate::rule::Rule;

mod allow_privilege_escalation;
mod apparmor_profile;
mod capabilities_baseline;
mod capabilities_restricted;
mod host_namespaces;
mod host_path_volumes;
mod host_ports;
mod host_probes_and_lifecycle;
mod privileged;
mod proc_mount;
mod proc_mount_restricted;
mod restricted_volumes;
mod run_as_non_root;
mod run_as_user;
mod seccomp_profile_baseline;
mod seccomp_profile_restricted;
mod selinux_options;
mod sysctls;
mod unread_text;
mod windows_host_process;
#[cfg(feature = "types")]
pub(crate) mod wrong_type;

/// The finding for text that the cluster rejects or ignores.
pub static UNREAD_TEXT: &Rule = &unread_text::RULE;

/// Every rule, by category and level, then by id.
pub static RULES: &[&Rule] = &[
    // Pod Security Standards, baseline
    &apparmor_profile::RULE,
    &capabilities_baseline::RULE,
    &host_namespaces::RULE,
    &host_path_volumes::RULE,
    &host_ports::RULE,
    &host_probes_and_lifecycle::RULE,
    &privileged::RULE,
    &proc_mount::RULE,
    &seccomp_profile_baseline::RULE,
    &selinux_options::RULE,
    &sysctls::RULE,
    &windows_host_process::RULE,
    // Pod Security Standards, restricted
    &allow_privilege_escalation::RULE,
    &capabilities_restricted::RULE,
    &proc_mount_restricted::RULE,
    &restricted_volumes::RULE,
    &run_as_non_root::RULE,
    &run_as_user::RULE,
    &seccomp_profile_restricted::RULE,
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
