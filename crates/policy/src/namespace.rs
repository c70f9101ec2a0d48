//! The Pod Security labels of a namespace.

use crate::object::Object;
use crate::profile::{Level, Version};

/// What a namespace demands of its pods (`pod-security.kubernetes.io/…` labels).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceLabels {
    /// The namespace.
    pub name: String,
    /// Pods that fail this are refused.
    pub enforce: Option<(Level, Version)>,
    /// Pods that fail this are admitted with a warning.
    pub warn: Option<(Level, Version)>,
    /// Pods that fail this are noted in the audit log.
    pub audit: Option<(Level, Version)>,
}

impl NamespaceLabels {
    /// The labels of a Namespace object that has any. Bad values count as upstream counts them: a
    /// bad `enforce` level is `restricted`, another bad level `privileged`, a bad version `latest`.
    pub fn of(object: &Object<'_>) -> Option<Self> {
        if (object.api_version, object.kind) != ("v1", "Namespace") {
            return None;
        }
        let label = |mode: &str, suffix: &str| {
            let key = format!("pod-security.kubernetes.io/{mode}{suffix}");
            let label = object.node.at(&["metadata", "labels", &key])?;
            // A label that is there without a value is an empty text to the API server.
            if label.is_null() { Some("") } else { label.as_str() }
        };
        let version = |mode| {
            let version = label(mode, "-version")?;
            Some(version.parse().unwrap_or(Version::Latest))
        };
        let demand = |mode, bad_level| {
            let level = label(mode, "").map(|level| level.parse().unwrap_or(bad_level))?;
            Some((level, version(mode).unwrap_or(Version::Latest)))
        };
        let enforce = demand("enforce", Level::Restricted);
        let warn = demand("warn", Level::Privileged);
        let audit = demand("audit", Level::Privileged);
        if enforce.is_none() && warn.is_none() && audit.is_none() {
            return None;
        }
        let valid_enforce =
            label("enforce", "").is_some_and(|level| level.parse::<Level>().is_ok());
        Some(Self {
            name: object.name()?.to_owned(),
            enforce,
            // Without an own label, warnings follow a valid enforce label.
            warn: warn.or(enforce
                .filter(|_| valid_enforce)
                .map(|(level, of_enforce)| (level, version("warn").unwrap_or(of_enforce)))),
            audit,
        })
    }
}
