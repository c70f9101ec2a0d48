//! Texts made to break a reader: each gives a clear error, in little time and memory.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use podproof_policy::{Base, Profile, Version};
use podproof_report::{FileReport, Status, file::Role};

fn report(text: &[u8]) -> FileReport {
    let profile = Profile::new(Base::Restricted, Version::Latest);
    FileReport::of("torture.yaml", text, Role::Manifest, &profile)
}

/// The messages of the `unread-text` findings in a file that also holds a readable object.
fn complaints(piece: &[u8]) -> Vec<String> {
    let text = [b"apiVersion: v1\nkind: Namespace\n---\n", piece].concat();
    let report = report(&text);
    assert_eq!(report.status, Status::PartlyChecked);
    let findings = report.objects.into_iter().flat_map(|object| object.findings);
    findings.filter(|found| found.rule.id == "unread-text").map(|found| found.message).collect()
}

#[track_caller]
fn complains(piece: &[u8], expected: &str) {
    let complaints = complaints(piece);
    assert!(complaints.iter().any(|message| message.contains(expected)), "{complaints:?}");
}

#[test]
fn deep_nesting_is_refused() {
    complains("[".repeat(10_000_000).as_bytes(), "127 levels");
    complains("{a: ".repeat(1_000_000).as_bytes(), "127 levels");
    complains("- ".repeat(1_000_000).as_bytes(), "127 levels");
    let stairs: String = (0..1000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    complains(stairs.as_bytes(), "127 levels");
}

#[test]
fn deep_json_is_refused() {
    let json = format!("{{\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    let report = report(json.as_bytes());
    assert_ne!(report.status, Status::Checked);
}

#[test]
fn alias_bombs_are_refused() {
    let mut lists = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    let mut merges = String::from("a0: &a0 {x: 1}\n");
    for level in 1..10 {
        let before = format!("*a{},", level - 1);
        lists += &format!("a{level}: &a{level} [{}]\n", before.repeat(9));
        merges += &format!("a{level}: &a{level} {{b: [{0}], <<: [{0}]}}\n", before.repeat(9));
    }
    complains(lists.as_bytes(), "aliases");
    complains(merges.as_bytes(), "aliases");
}

#[test]
fn characters_that_are_no_text_are_refused() {
    complains(b"a: \0\n", "U+0000");
    complains(b"a: \xff\xfe\n", "UTF-8");
    complains(b"a: \xed\xa0\x80\n", "UTF-8");
    complains(b"a: \"\\ud800\"\n", "surrogate");
    complains("a: \u{7f}\n".as_bytes(), "U+007F");
    complains("# x\u{2028}privileged: true\na: 1\n".as_bytes(), "line breaks");
}

#[test]
fn long_lines_are_read() {
    let long = "x".repeat(1_000_000);
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{annotations: {{a: {long}}}}}\n\
         spec: {{containers: [{{name: a, securityContext: {{privileged: true}}}}]}}\n"
    );
    let report = report(pod.as_bytes());
    assert_eq!(report.status, Status::Checked);
    assert!(report.objects[0].findings.iter().any(|found| found.rule.id == "privileged"));
    complains(format!("{long}: 1\n").as_bytes(), "Next step");
}

#[test]
fn many_documents_are_read() {
    let text = "apiVersion: v1\nkind: Pod\nspec: {hostPID: true}\n---\n".repeat(100_000);
    let report = report(text.as_bytes());
    assert_eq!(report.objects.len(), 100_000);
    let has_finding = |object: &podproof_report::ObjectReport| {
        object.findings.iter().any(|found| found.rule.id == "host-namespaces")
    };
    assert!(report.objects.iter().all(has_finding));
}

#[test]
fn many_keys_are_read() {
    let keys: String = (0..200_000).map(|key| format!("  k{key}: v\n")).collect();
    let text = format!("apiVersion: v1\nkind: ConfigMap\ndata:\n{keys}");
    assert_eq!(report(text.as_bytes()).status, Status::Checked);
}
