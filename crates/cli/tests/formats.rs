//! The formats for CI systems, and baselines.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use serde_json::Value;
use std::process::{Command, Output};
use support::{Folder, stderr, stdout};

const BAD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: bad}
spec:
  hostPID: true
  containers:
    - name: web
      ports: [{hostPort: 80}]
";
const FILES: &[(&str, &str)] = &[
    ("a.yaml", BAD),
    ("b.yaml", "kind: [Pod\napiVersion: v1\n"),
    ("c.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: c}\n"),
    ("d.json", "{\"no\": \"manifest\"}"),
];
/// The rules of this profile change least.
const PROFILE: [&str; 2] = ["--profile", "baseline"];

fn check(folder: &Folder, args: &[&str]) -> Output {
    folder.check(&[args, &PROFILE].concat())
}

#[test]
fn sarif_is_one_log_over_many_files() {
    let folder = Folder::new("sarif", FILES);
    let output = check(&folder, &["--format", "sarif"]);
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let run = &log["runs"][0];
    let rules: Vec<&str> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["ruleId"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["host-namespaces", "host-ports", "unread-text"]);
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn logs_without_results_are_whole() {
    let folder = Folder::new("no-results", &FILES[2..]);
    let sarif = check(&folder, &["--format", "sarif"]);
    let log: Value = serde_json::from_slice(&sarif.stdout).unwrap();
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()));
    assert_eq!(sarif.status.code(), Some(0));
    let junit = stdout(&check(&folder, &["--format", "junit"]));
    assert!(junit.ends_with("</testsuite>\n</testsuites>\n"), "{junit}");
    for format in ["github", "azure"] {
        let text = stdout(&check(&folder, &["--format", format]));
        assert_eq!(text, "1 file, 0 objects: nothing found\n");
    }
}

#[test]
fn ci_systems_get_a_command_for_each_finding() {
    let folder = Folder::new("commands", FILES);
    let github = stdout(&check(&folder, &["--format", "github"]));
    assert_eq!(github.matches("::error file=").count(), 3, "{github}");
    assert!(github.contains("::error file=a.yaml,line=5,endLine=5,col=12,"), "{github}");
    let azure = stdout(&check(&folder, &["--format", "azure"]));
    assert_eq!(azure.matches("##vso[task.logissue type=error;sourcepath=").count(), 3, "{azure}");
    let junit = stdout(&check(&folder, &["--format", "junit"]));
    assert_eq!(junit.matches("<testsuite ").count(), 3, "{junit}");
    assert_eq!(junit.matches("<failure type=\"error\"").count(), 3, "{junit}");
}

#[test]
fn a_baseline_lets_only_new_findings_count() {
    let folder = Folder::new("baseline", &FILES[..1]);
    let first = check(&folder, &["--write-baseline", "accepted.json"]);
    assert_eq!(first.status.code(), Some(0), "{}", stdout(&first));
    assert!(stderr(&first).contains("2 findings accepted in accepted.json"));
    let again = || check(&folder, &["./", "--baseline", "accepted.json"]);
    let write = |text: &str| std::fs::write(folder.0.join("a.yaml"), text).unwrap();
    assert_eq!(again().status.code(), Some(0));

    write(&format!("# moved\n{}", BAD.replace("hostPort: 80", "hostPort: 90")));
    assert_eq!(again().status.code(), Some(0), "{}", stdout(&again()));
    write(&BAD.replace("[{hostPort: 80}]", "[{hostPort: 80}, {hostPort: 81}]"));
    assert_eq!(again().status.code(), Some(1));
    assert!(stdout(&again()).contains("1 error; 2 suppressed"), "{}", stdout(&again()));

    write(&BAD.replace("  hostPID: true\n", ""));
    assert_eq!(again().status.code(), Some(0));
    assert!(stderr(&again()).contains("1 finding of the baseline accepted.json is gone"));

    let written = folder.read("accepted.json");
    check(&folder, &["--write-baseline", "accepted.json"]);
    assert_ne!(folder.read("accepted.json"), written);
}

#[test]
fn suppressed_findings_are_counted_apart_in_json() {
    let folder = Folder::new("json-suppressed", &FILES[..1]);
    check(&folder, &["--write-baseline", "accepted.json"]);
    let output = check(&folder, &["--baseline", "accepted.json", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["summary"]["suppressed"], 2);
    assert_eq!(report["summary"]["findings"]["error"], 0);
    let finding = &report["files"][0]["objects"][0]["findings"][0];
    assert_eq!(finding["suppressed"]["by"], "baseline");
}

#[test]
fn a_baseline_that_is_none_is_an_error_with_the_next_step() {
    let folder = Folder::new("no-baseline", &[("a.yaml", BAD), ("other.json", "{}")]);
    for file in ["gone.json", "other.json"] {
        let output = check(&folder, &["a.yaml", "--baseline", file]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stdout(&output), "");
        let next = format!("Next step: to accept what is found today: --write-baseline {file}");
        assert!(stderr(&output).contains(&next), "{}", stderr(&output));
    }
}

#[test]
fn what_cannot_be_read_is_not_accepted() {
    let folder = Folder::new("accept-unread", FILES);
    let output = check(&folder, &["--write-baseline", "accepted.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!folder.read("accepted.json").contains("unread-text"));
}

#[test]
fn rules_are_listed_in_three_formats() {
    let run = |format: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_podproof"));
        stdout(&command.args(["rules", "--format", format]).output().unwrap())
    };
    let rules: Value = serde_json::from_str(&run("json")).unwrap();
    let all = podproof_policy::rules::RULES.len();
    assert_eq!(rules["rules"].as_array().unwrap().len(), all);
    assert_eq!(run("text").lines().count(), all);
    assert!(run("markdown").contains("\n## host-ports\n"));
}
