//! The verdicts of both sides on one object.

use crate::Result;
use crate::oracle::Oracle;
use podproof_policy::{Level, Object, Profile, Standing, Version, check, objects};
use podproof_source::Node;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The versions at which any check changes, the newest by both its names, and an unknown later one.
pub const VERSIONS: [&str; 16] = [
    "v1.0", "v1.7", "v1.8", "v1.19", "v1.22", "v1.23", "v1.25", "v1.27", "v1.29", "v1.31", "v1.32",
    "v1.34", "v1.35", "v1.37", "v1.99", "latest",
];

/// Upstream's answer.
#[derive(Debug, Deserialize)]
pub struct Upstream {
    /// The reason why the API server cannot decode the object, or nothing.
    pub error: String,
    /// Whether the object carries a pod.
    pub pod: bool,
    /// The failing checks at each level and version that was asked for.
    pub failed: Vec<BTreeSet<String>>,
}

/// A level at a version.
pub type At = (Level, Version);

/// Both levels at the given versions.
pub fn both_levels(versions: &[&str]) -> Result<Vec<At>> {
    let mut at = Vec::new();
    for version in versions {
        for level in [Level::Baseline, Level::Restricted] {
            at.push((level, version.parse()?));
        }
    }
    Ok(at)
}

/// Asks upstream about an object, given as JSON.
pub fn upstream(oracle: &mut Oracle, object: &str, at: &[At]) -> Result<Upstream> {
    let at: Vec<String> = at.iter().map(|(level, version)| format!("{level}:{version}")).collect();
    let at = serde_json::to_string(&at)?;
    oracle.ask(&format!("{{\"object\":{object},\"at\":{at}}}"))
}

/// What Podproof says of an object.
#[derive(Debug)]
pub struct Ours {
    /// Places that the API server cannot decode.
    pub undecodable: Vec<String>,
    /// The failing checks at each level and version; nothing if there is no pod.
    pub failed: Option<Vec<BTreeSet<String>>>,
}

/// Judges an object at every level and version, by its findings; and compares with its standing.
pub fn ours(object: &Object<'_>, at: &[At]) -> Result<Ours> {
    let source = object.pod().filter(|source| !source.by_shape);
    let standing = source.as_ref().map(|source| Standing::of(&source.pod));
    let mut failed = Vec::new();
    let mut undecodable = Vec::new();
    for &(level, version) in at {
        let findings =
            check(object, &Profile::new(level.name().parse().unwrap_or_default(), version));
        let checks = findings.iter().filter_map(|finding| finding.rule.standard);
        let checks: BTreeSet<String> = checks.map(|standard| standard.check.to_owned()).collect();
        if let Some(standing) = standing {
            let rules = standing.failing(level, version);
            let standing = rules.iter().filter_map(|rule| rule.standard);
            let standing: BTreeSet<String> = standing.map(|found| found.check.to_owned()).collect();
            if standing != checks {
                return Err(format!("findings {checks:?} but standing {standing:?}").into());
            }
        }
        failed.push(checks);
        let wrong = findings.into_iter().filter(|finding| finding.rule.id == "wrong-type");
        undecodable = wrong.map(|finding| finding.path).collect();
    }
    Ok(Ours { undecodable, failed: source.map(|_| failed) })
}

/// What the two sides say differently about an object.
pub fn differences(oracle: &mut Oracle, json: &str, at: &[At]) -> Result<Vec<String>> {
    let upstream = upstream(oracle, json, at)?;
    let node: Node = serde_json::from_str(json)?;
    let mut differences = Vec::new();
    for object in objects(&node) {
        let ours = ours(&object, at)?;
        if upstream.error.is_empty() != ours.undecodable.is_empty() {
            differences.push(format!(
                "decoding: upstream {:?}, Podproof {:?}: {json}",
                upstream.error, ours.undecodable
            ));
        }
        if !upstream.error.is_empty() {
            continue;
        }
        if upstream.pod != ours.failed.is_some() {
            differences.push(format!("a pod for upstream: {}: {json}", upstream.pod));
        }
        let both = upstream.failed.iter().zip(ours.failed.iter().flatten());
        for ((upstream, ours), (level, version)) in both.zip(at) {
            if upstream != ours {
                differences.push(format!(
                    "{level}:{version}: upstream {upstream:?}, Podproof {ours:?}: {json}"
                ));
            }
        }
    }
    Ok(differences)
}
