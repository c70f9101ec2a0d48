//! All rules. A new one is a file in `rules/`, a `mod` line and a line in [`RULES`].

#![allow(rustdoc::invalid_codeblock_attributes, reason = "answers stand in fences: `uid=10001`")]

use crate::rule::Rule;

mod allow_privilege_escalation;
mod apparmor_profile;
mod capabilities_baseline;
mod capabilities_restricted;
mod conflicting_fields;
mod deprecated_security_annotation;
mod duplicate_key;
mod hard_coded_credential;
mod host_namespaces;
mod host_path_volumes;
mod host_ports;
mod host_probes_and_lifecycle;
mod ineffective_setting;
mod key_vault_csi_config;
mod linux_only_field;
mod pod_managed_identity;
mod privileged;
mod privileged_port;
mod proc_mount;
mod proc_mount_restricted;
mod read_only_root_filesystem;
mod restricted_volumes;
mod run_as_non_root;
mod run_as_root_group;
mod run_as_user;
mod run_as_user_undefined;
mod seccomp_profile_baseline;
mod seccomp_profile_restricted;
mod secret_in_environment;
mod secret_in_manifest;
mod selinux_options;
mod service_account_token;
mod suppression;
mod sysctls;
#[cfg(feature = "types")]
mod unknown_field;
mod unread_text;
mod windows_admin_user;
mod windows_host_process;
mod workload_identity_label;
mod workload_identity_service_account;
#[cfg(feature = "types")]
pub(crate) mod wrong_type;

/// The finding for text that the cluster rejects or ignores.
pub static UNREAD_TEXT: &Rule = &unread_text::RULE;

/// The finding for what ignores findings in a wrong way.
pub static SUPPRESSION: &Rule = &suppression::RULE;

/// Rules that need the table of all field types: other builds know only their names.
pub const NEEDING_TYPES: &[&str] = &["unknown-field", "wrong-type"];

/// The finding for a key that a later one overrides.
pub static DUPLICATE_KEY: &Rule = &duplicate_key::RULE;

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
    // Hardening
    #[cfg(feature = "advice")]
    &deprecated_security_annotation::RULE,
    #[cfg(feature = "advice")]
    &ineffective_setting::RULE,
    #[cfg(feature = "advice")]
    &linux_only_field::RULE,
    #[cfg(feature = "advice")]
    &privileged_port::RULE,
    #[cfg(feature = "advice")]
    &read_only_root_filesystem::RULE,
    #[cfg(feature = "advice")]
    &run_as_root_group::RULE,
    #[cfg(feature = "advice")]
    &run_as_user_undefined::RULE,
    #[cfg(feature = "advice")]
    &service_account_token::RULE,
    #[cfg(feature = "advice")]
    &windows_admin_user::RULE,
    // Credentials
    #[cfg(feature = "advice")]
    &hard_coded_credential::RULE,
    #[cfg(feature = "advice")]
    &secret_in_environment::RULE,
    #[cfg(feature = "advice")]
    &secret_in_manifest::RULE,
    // Identity
    #[cfg(feature = "advice")]
    &key_vault_csi_config::RULE,
    #[cfg(feature = "advice")]
    &pod_managed_identity::RULE,
    #[cfg(feature = "advice")]
    &workload_identity_label::RULE,
    #[cfg(feature = "advice")]
    &workload_identity_service_account::RULE,
    // Manifest
    #[cfg(feature = "advice")]
    &conflicting_fields::RULE,
    #[cfg(feature = "advice")]
    &duplicate_key::RULE,
    #[cfg(feature = "advice")]
    &suppression::RULE,
    #[cfg(all(feature = "advice", feature = "types"))]
    &unknown_field::RULE,
    &unread_text::RULE,
    #[cfg(feature = "types")]
    &wrong_type::RULE,
];

/// The rule of this id.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// The rule that stands in for this one at level restricted, if there is one.
pub fn covering(rule: &Rule) -> Option<&'static Rule> {
    RULES.iter().copied().find(|other| other.replaces.contains(&rule.id))
}

#[cfg(all(test, feature = "docs", feature = "types"))]
mod tests;
