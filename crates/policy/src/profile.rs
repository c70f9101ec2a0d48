//! Which rules are applied, and as which Kubernetes version knows them.

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

/// What to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The level of the Pod Security Standards.
    pub level: Level,
    /// Their version.
    pub version: Version,
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
