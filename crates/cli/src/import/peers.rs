//! What the annotations of other programs mean.

/// Another program whose annotations are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    KubeLinter,
    Polaris,
}

/// What an annotation says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing: it is switched off.
    Nothing,
    /// The object is not to be judged, for a reason.
    Everything(String),
    /// Findings of these rules are to be ignored, for a reason.
    Rules(&'static [&'static str], String),
    /// Something that has no counterpart.
    Unknown,
}

const KUBE_LINTER_CHECK: &str = "ignore-check.kube-linter.io/";
const KUBE_LINTER_ALL: &str = "kube-linter.io/ignore-all";
const POLARIS: &str = "polaris.fairwinds.com/";

impl Peer {
    /// The program that an annotation is for.
    pub(super) fn of(key: &str) -> Option<Self> {
        let is_exemption = |name: &str| name == "exempt" || name.ends_with("-exempt");
        if key.starts_with(KUBE_LINTER_CHECK) || key == KUBE_LINTER_ALL {
            Some(Self::KubeLinter)
        } else if key.strip_prefix(POLARIS).is_some_and(is_exemption) {
            Some(Self::Polaris)
        } else {
            None
        }
    }

    /// What its annotation says.
    pub(super) fn reads(self, key: &str, value: &str) -> Meaning {
        let (name, checks, check) = match self {
            Self::KubeLinter => ("kube-linter", KUBE_LINTER, key.strip_prefix(KUBE_LINTER_CHECK)),
            Self::Polaris if !value.eq_ignore_ascii_case("true") => return Meaning::Nothing,
            Self::Polaris => {
                let name = key.strip_prefix(POLARIS).unwrap_or_default();
                ("Polaris", POLARIS_CHECKS, name.strip_suffix("-exempt"))
            }
        };
        let given = Some(value.trim()).filter(|_| self == Self::KubeLinter);
        let given = given.filter(|reason| !reason.is_empty()).map(str::to_owned);
        let Some(check) = check else {
            return Meaning::Everything(given.unwrap_or(format!("exempt from {name}")));
        };
        let known = checks.iter().find(|(known, _)| *known == check);
        match known {
            Some((_, rules)) => {
                let reason = || format!("exempt from {check} of {name}");
                Meaning::Rules(rules, given.unwrap_or_else(reason))
            }
            None => Meaning::Unknown,
        }
    }
}

type Checks = &'static [(&'static str, &'static [&'static str])];

/// The checks of kube-linter, and the rules that find the same.
const KUBE_LINTER: Checks = &[
    ("privileged-container", &["privileged"]),
    ("host-network", &["host-namespaces"]),
    ("host-pid", &["host-namespaces"]),
    ("host-ipc", &["host-namespaces"]),
    ("sensitive-host-mounts", &["host-path-volumes", "restricted-volumes"]),
    ("writable-host-mount", &["host-path-volumes", "restricted-volumes"]),
    ("docker-sock", &["host-path-volumes", "restricted-volumes"]),
    ("drop-net-raw-capability", &["capabilities-restricted"]),
    ("privilege-escalation-container", &["allow-privilege-escalation"]),
    ("run-as-non-root", &["run-as-non-root", "run-as-user", "run-as-root-group"]),
    ("unsafe-proc-mount", &["proc-mount", "proc-mount-restricted"]),
    ("unsafe-sysctls", &["sysctls"]),
    ("no-read-only-root-fs", &["read-only-root-filesystem"]),
    ("privileged-ports", &["privileged-port"]),
    ("env-var-secret", &["hard-coded-credential"]),
    ("read-secret-from-env-var", &["secret-in-environment"]),
];

/// The checks of Polaris, and the rules that find the same.
const POLARIS_CHECKS: Checks = &[
    ("runAsPrivileged", &["privileged"]),
    ("hostNetworkSet", &["host-namespaces"]),
    ("hostPIDSet", &["host-namespaces"]),
    ("hostIPCSet", &["host-namespaces"]),
    ("hostPathSet", &["host-path-volumes", "restricted-volumes"]),
    ("hostPortSet", &["host-ports"]),
    ("dangerousCapabilities", &["capabilities-baseline"]),
    ("insecureCapabilities", &["capabilities-restricted"]),
    ("privilegeEscalationAllowed", &["allow-privilege-escalation"]),
    ("runAsRootAllowed", &["run-as-non-root", "run-as-user"]),
    ("linuxHardening", &["seccomp-profile-restricted"]),
    ("procMount", &["proc-mount", "proc-mount-restricted"]),
    ("hostProcess", &["windows-host-process"]),
    ("notReadOnlyRootFilesystem", &["read-only-root-filesystem"]),
    ("sensitiveContainerEnvVar", &["hard-coded-credential"]),
    ("sensitiveConfigmapContent", &["hard-coded-credential"]),
    ("automountServiceAccountToken", &["service-account-token"]),
];

#[cfg(test)]
mod tests {
    use super::{KUBE_LINTER, POLARIS_CHECKS};
    use podproof_policy::suppress;

    #[test]
    fn all_counterparts_can_be_ignored() {
        for (check, rules) in KUBE_LINTER.iter().chain(POLARIS_CHECKS) {
            for rule in *rules {
                assert_eq!(suppress::may_ignore(rule), Ok(()), "{check}");
            }
        }
    }
}
