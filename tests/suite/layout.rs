//! The laws of the layout: dependencies point one way, and the Wasm policies stay free of YAML,
//! prose and tables.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::Command;

/// The crates and features that a package is built with, one on a line.
fn tree(package: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--edges", "normal,features", "--prefix", "none"])
        .args(["--format", "{p} {f}", "--package", package])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn lacks(package: &str, forbidden: &[&str]) {
    let tree = tree(package);
    for name in forbidden {
        let found = tree.lines().find(|line| line.starts_with(&format!("{name} ")));
        assert_eq!(found, None, "{package} must not depend on {name}");
    }
}

#[test]
fn dependencies_point_one_way() {
    lacks("podproof-source", &["podproof-policy", "podproof-report", "podproof", "clap"]);
    lacks("podproof-policy", &["podproof-report", "podproof", "clap"]);
    lacks("podproof-report", &["podproof", "clap", "yew"]);
}

#[test]
fn the_policy_modules_carry_no_yaml_no_prose_and_no_tables() {
    lacks("podproof-opa", &["granit-parser", "podproof-report", "annotate-snippets", "yew"]);
    let tree = tree("podproof-opa");
    let policy = tree.lines().find(|line| line.starts_with("podproof-policy ")).unwrap();
    let features = policy.rsplit(')').next().unwrap_or_default();
    assert!(!features.contains("docs") && !features.contains("types"), "{policy}");
}
