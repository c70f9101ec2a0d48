//! The fixture files that upstream tests itself with, from the Go module cache.

use crate::verdicts::ours;
use crate::{Result, oracle};
use podproof_policy::rules::RULES;
use podproof_policy::{Level, Version, objects};
use podproof_source::yaml;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files in the pinned module.
pub const FILES: usize = 4537;

/// Checks every fixture file; gives the number of files and what differed.
pub fn differences() -> Result<(usize, Vec<String>)> {
    let mut differences = Vec::new();
    let mut files = 0;
    for level in [Level::Baseline, Level::Restricted] {
        for minor in 0..=37 {
            for verdict in ["pass", "fail"] {
                let folder = testdata()?.join(format!("{level}/v1.{minor}/{verdict}"));
                for entry in std::fs::read_dir(folder)? {
                    let path = entry?.path();
                    files += 1;
                    let failed = failed_checks(&path, level, Version::Minor(minor))?;
                    let expected = expected(&path, verdict, level, minor)?;
                    if failed != expected {
                        let path = path.display();
                        differences.push(format!("{path}: {failed:?}, expected {expected:?}"));
                    }
                }
            }
        }
    }
    Ok((files, differences))
}

fn testdata() -> Result<PathBuf> {
    let module = Command::new("go")
        .current_dir(oracle::sources())
        .args(["list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission"])
        .output()?;
    let folder = String::from_utf8(module.stdout)?;
    Ok(Path::new(folder.trim()).join("test/testdata"))
}

fn failed_checks(path: &Path, level: Level, version: Version) -> Result<BTreeSet<String>> {
    let text = std::fs::read(path)?;
    let document = yaml::read(&text).next().ok_or("an empty fixture")??;
    let object = objects(&document.root).into_iter().next().ok_or("no object")?;
    let ours = ours(&object, &[(level, version)])?;
    Ok(ours.failed.into_iter().flatten().flatten().collect())
}

/// A `fail` file is named for the check that its pod breaks: that check fails, or the one that
/// stands in for it, and with it those that the same setting always breaks too.
fn expected(path: &Path, verdict: &str, level: Level, minor: u32) -> Result<BTreeSet<String>> {
    if verdict == "pass" {
        return Ok(BTreeSet::new());
    }
    let name = path.file_stem().and_then(|name| name.to_str()).ok_or("a file without a name")?;
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let named = |rule: &&&podproof_policy::Rule| {
        let check = rule.standard.map(|standard| standard.check.to_lowercase());
        check.as_deref() == Some(name)
    };
    let rule = RULES.iter().find(named).ok_or_else(|| format!("no check for {name}"))?;
    let version = Version::Minor(minor);
    let in_force = podproof_policy::check::standard_rules(level, version);
    let mut checks =
        in_force.filter(|other| other.id == rule.id || other.replaces.contains(&rule.id));
    let check = checks.next().and_then(|rule| rule.standard).ok_or("no check in force")?.check;
    let mut expected = BTreeSet::from([check.to_owned()]);
    let restricted = |since| level == Level::Restricted && minor >= since;
    match check {
        // A host-process container needs the host's network.
        "windowsHostProcess" => drop(expected.insert("hostNamespaces".into())),
        // A privileged container cannot forbid escalation.
        "privileged" if restricted(8) => drop(expected.insert("allowPrivilegeEscalation".into())),
        // Its pod adds CAP_SYS_ADMIN.
        "allowPrivilegeEscalation" if restricted(22) => {
            let file = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            if file.ends_with('3') {
                expected.insert("capabilities_restricted".into());
            }
        }
        _ => {}
    }
    Ok(expected)
}
