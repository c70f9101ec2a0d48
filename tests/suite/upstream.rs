//! Agreement with the upstream programs. The long runs of the same comparisons are commands:
//! `cargo run --release -p podproof-tests`.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use podproof_tests::{decoding, fixtures, oracle, pods, reading};

/// At most a few: one is enough to fail, hundreds would hide it.
fn shown(differences: &[String]) -> String {
    differences.iter().take(5).fold(String::new(), |text, difference| text + difference + "\n")
}

#[test]
fn all_fixtures_of_pod_security_admission_agree() {
    if !oracle::is_available() {
        return;
    }
    let (files, differences) = fixtures::differences().unwrap();
    assert_eq!(files, fixtures::FILES);
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), shown(&differences));
}

#[test]
fn random_pods_get_the_verdicts_of_upstream() {
    if !oracle::is_available() {
        return;
    }
    let differences = pods::compare(2_000, 20).unwrap();
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), shown(&differences));
}

#[test]
fn every_field_is_decoded_as_upstream_decodes_it() {
    if !oracle::is_available() {
        return;
    }
    let differences = decoding::compare(5_000, 20).unwrap();
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), shown(&differences));
}

#[test]
fn texts_are_read_as_kubectl_reads_them_or_refused_for_a_documented_reason() {
    if !oracle::is_available() {
        return;
    }
    let outcome = reading::compare(6_000, 20).unwrap();
    assert!(outcome.texts > 6_000);
    assert!(outcome.equal > outcome.texts / 4, "the mutations break too much: {}", outcome.equal);
    assert!(outcome.differ.is_empty(), "read differently:\n{}", shown(&outcome.differ));
    let reasons = outcome.refused_here.iter().chain(&outcome.read_here);
    for (reason, texts) in reasons {
        let lacking = "docs/reading.md lacks a row for";
        assert!(reading::is_documented(reason), "{lacking} `{reason}`:\n{}", shown(texts));
    }
}
