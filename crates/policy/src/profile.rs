//! Which rules are applied, and as which Kubernetes version knows them.

mod exemptions;
mod read;
mod shipped;

pub use exemptions::{Exemptions, Workload};
pub use read::ProfileError;
pub(crate) use read::no_such_rule;

use crate::finding::{Finding, SuppressedBy};
use crate::rule::{Rule, Severity};
use crate::rules::RULES;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A level of the Pod Security Standards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Everything is allowed.
    Privileged,
    /// No known way to take over the node.
    Baseline,
    /// Current best practice for hardening.
    Restricted,
}

/// A version of the Pod Security Standards: that of a Kubernetes minor release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// As Kubernetes 1.N has it.
    Minor(u32),
    /// The newest one.
    Latest,
}

/// A shipped profile, which another one may be based on (`policies/profiles`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Base {
    /// The Pod Security Standards at level baseline.
    Baseline,
    /// The Pod Security Standards at level restricted.
    Restricted,
    /// Everything that Microsoft's advice on pod security for AKS asks for.
    #[default]
    Aks,
}

/// What to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What it is based on.
    pub base: Base,
    /// The version of the Pod Security Standards.
    pub version: Version,
    /// Rules with another severity than in the base, by id; none means that the rule is off.
    pub severities: BTreeMap<&'static str, Option<Severity>>,
    /// What is not judged.
    pub exemptions: Exemptions,
    /// Whether what somebody suppressed in a manifest counts as settled at admission, too.
    pub allow_suppressions: bool,
    /// Whether nobody may suppress anything in a manifest.
    pub ignores_suppressions: bool,
}

impl Profile {
    /// A shipped profile at a version of the Pod Security Standards.
    pub const fn new(base: Base, version: Version) -> Self {
        Self {
            base,
            version,
            severities: BTreeMap::new(),
            exemptions: Exemptions::NONE,
            allow_suppressions: false,
            ignores_suppressions: false,
        }
    }

    /// Whether admission judges a finding, even if somebody ignores it. It never sees comments.
    pub fn counts_at_admission(&self, finding: &Finding) -> bool {
        match finding.suppressed.as_deref().map(|suppressed| suppressed.by) {
            Some(SuppressedBy::Exemption) => false,
            Some(SuppressedBy::Annotation) => !self.allow_suppressions,
            Some(SuppressedBy::Comment | SuppressedBy::Baseline) | None => true,
        }
    }

    /// How bad what a rule finds is; nothing if the rule is off. What the engine itself reports is
    /// always an error.
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        if rule.is_always_on() {
            return Some(Severity::Error);
        }
        match self.severities.get(rule.id) {
            Some(severity) => *severity,
            None => self.base.severity(rule),
        }
    }

    /// The rules that are on and known at the version, with their severities. Where a rule of the
    /// Standards stands in for a milder one, or one that is as bad, only the first is in force.
    pub fn rules(&self) -> Vec<(&'static Rule, Severity)> {
        let is_on = |rule: &&'static Rule| {
            let severity = self.severity(rule)?;
            rule.check_at(self.version).map(|_| (*rule, severity))
        };
        let on: Vec<_> = RULES.iter().filter_map(is_on).collect();
        let covering: Vec<_> = on.iter().filter(|(rule, _)| !rule.replaces.is_empty()).collect();
        let is_covered = |(rule, severity): &(&'static Rule, Severity)| {
            covering
                .iter()
                .any(|(other, of_other)| other.replaces.contains(&rule.id) && of_other >= severity)
        };
        on.iter().filter(|rule| !is_covered(rule)).copied().collect()
    }
}

impl Base {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Restricted, Self::Aks];

    /// The word in settings and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
            Self::Aks => "aks",
        }
    }

    /// How bad it takes what a rule finds; nothing if the rule is off.
    pub fn severity(self, rule: &Rule) -> Option<Severity> {
        let of_base = match self {
            Self::Baseline => shipped::BASELINE,
            Self::Restricted => shipped::RESTRICTED,
            Self::Aks => shipped::AKS,
        };
        let index = of_base.binary_search_by_key(&rule.id, |(id, _)| id).ok()?;
        of_base.get(index).map(|(_, severity)| *severity)
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Base {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = Self::ALL.into_iter().find(|base| base.name() == text);
        named
            .ok_or_else(|| format!("`{text}` is no profile: use `baseline`, `restricted` or `aks`"))
    }
}

impl Level {
    /// The word in labels, settings and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "privileged" => Ok(Self::Privileged),
            "baseline" => Ok(Self::Baseline),
            "restricted" => Ok(Self::Restricted),
            _ => Err(format!("`{text}` is no level: use `privileged`, `baseline` or `restricted`")),
        }
    }
}

impl Version {
    /// Whether a step that came with minor release `since` is in force.
    pub fn has(self, since: u32) -> bool {
        match self {
            Self::Minor(minor) => minor >= since,
            Self::Latest => true,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minor(minor) => write!(f, "v1.{minor}"),
            Self::Latest => f.write_str("latest"),
        }
    }
}

/// Reads `latest` or `v1.N`, N without leading zeros (`k8s.io/pod-security-admission`'s
/// `api/helpers.go`).
impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "latest" {
            return Ok(Self::Latest);
        }
        let minor = text.strip_prefix("v1.").filter(|minor| {
            let digits = !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit());
            digits && (*minor == "0" || !minor.starts_with('0'))
        });
        match minor {
            // A number too large for 32 bits is newer than every step all the same.
            Some(minor) => Ok(Self::Minor(minor.parse().unwrap_or(u32::MAX))),
            None => Err(format!("`{text}` is no version: use `latest` or `v1.N`, such as `v1.30`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_read_as_upstream_reads_them() {
        assert_eq!("latest".parse(), Ok(Version::Latest));
        assert_eq!("v1.0".parse(), Ok(Version::Minor(0)));
        assert_eq!("v1.30".parse(), Ok(Version::Minor(30)));
        for text in ["", "1.30", "v1.", "v1.030", "v1.-1", "v1.+1", "v2.0", "v1.3x", "Latest"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }
}
