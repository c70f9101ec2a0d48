//! The command as its users meet it: exit codes, folders, streams, formats.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::process::Command;
use support::{Folder, stderr, stdout, with_stdin};

const CLEAN: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: clean}
spec:
  securityContext:
    runAsNonRoot: true
    seccompProfile: {type: RuntimeDefault}
  containers:
    - name: web
      image: registry.example.com/web:1
      securityContext:
        allowPrivilegeEscalation: false
        capabilities: {drop: [ALL]}
";
const PRIVILEGED: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: bad}
spec:
  containers:
    - name: web
      securityContext: {privileged: true}
";

#[test]
fn exit_codes_tell_clean_findings_and_unread_apart() {
    let folder = Folder::new(
        "exit-codes",
        &[("clean.yaml", CLEAN), ("bad.yaml", PRIVILEGED), ("broken.yaml", "kind: [Pod\n")],
    );
    let code = |args: &[&str]| folder.check(args).status.code().unwrap();
    assert_eq!(code(&["clean.yaml"]), 0);
    assert_eq!(code(&["bad.yaml"]), 1);
    assert_eq!(code(&["bad.yaml", "--fail-on", "never"]), 0);
    assert_eq!(code(&["broken.yaml"]), 2);
    assert_eq!(code(&["broken.yaml", "--fail-on", "never"]), 2);
    assert_eq!(code(&["missing.yaml"]), 2);
    assert_eq!(code(&["clean.yaml", "--kubernetes-version", "1.30"]), 2);
    assert_eq!(code(&["clean.yaml", "--profile", "restrictive"]), 2);
}

#[test]
fn one_bad_file_never_stops_the_run() {
    let files = [("a.yaml", "kind: [Pod\n"), ("b.yaml", PRIVILEGED), ("c.yml", CLEAN)];
    let folder = Folder::new("one-bad-file", &files);
    let output = folder.check(&["."]);
    assert_eq!(output.status.code(), Some(2));
    let text = stdout(&output);
    assert!(text.contains("error[unread-text]"), "{text}");
    assert!(text.contains("b.yaml:7:37"), "{text}");
    assert!(text.contains("1 file was not read in full"), "{text}");
}

#[test]
fn a_walk_passes_over_what_is_no_manifest() {
    let files = [
        (".gitignore", "ignored.yaml\n"),
        ("ignored.yaml", PRIVILEGED),
        ("ci.yaml", "on: push\njobs: {}\n"),
        ("package.json", "{\"name\": \"x\"}"),
        ("notes.txt", "kind: Pod\n"),
        ("k8s/clean.yaml", CLEAN),
        ("chart/Chart.yaml", "name: c\n"),
        ("chart/templates/a.yaml", "kind: Pod\nspec: {{ .Values.x }}\n"),
    ];
    let folder = Folder::new("walk", &files);
    let output = folder.check(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stderr(&output).contains("helm template ./chart | podproof check -"));
    assert_eq!(folder.check(&["--strict"]).status.code(), Some(2));
    assert_eq!(folder.check(&["ci.yaml"]).status.code(), Some(2));
    assert_eq!(folder.check(&["ignored.yaml"]).status.code(), Some(1));
}

#[test]
fn patches_of_an_overlay_are_judged_as_patches() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n\
                 spec: {template: {spec: {hostPID: true, containers: [{name: web}]}}}\n";
    let files =
        [("kustomization.yaml", "patches: [{path: ./patch.yaml}]\n"), ("patch.yaml", patch)];
    let folder = Folder::new("overlay", &files);
    let output = folder.check(&["."]);
    let text = stdout(&output);
    assert!(text.contains("host-namespaces"), "{text}");
    assert!(!text.contains("run-as-non-root"), "{text}");
    assert!(text.contains("Kustomize patch"), "{text}");
}

#[test]
fn the_verdict_follows_the_labels_of_a_namespace() {
    let text = format!(
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: prod\n  labels:\n    \
         pod-security.kubernetes.io/enforce: baseline\n---\n{}",
        PRIVILEGED.replace("name: bad", "name: bad, namespace: prod")
    );
    let output = with_stdin("check", text.as_bytes(), &["--profile", "baseline"]);
    let text = stdout(&output);
    assert!(text.contains("verdict: baseline: rejected, 1 reason; restricted: rejected"), "{text}");
    assert!(
        text.contains("namespace `prod` enforces baseline:latest: rejected, 1 reason"),
        "{text}"
    );
}

#[test]
fn what_the_api_server_cannot_decode_is_not_called_admitted() {
    let text = CLEAN.replace("runAsNonRoot: true", "runAsNonRoot: \"true\"");
    let text = stdout(&with_stdin("check", text.as_bytes(), &[]));
    assert!(text.contains("error[wrong-type]"), "{text}");
    assert!(!text.contains("admitted"), "{text}");
}

#[test]
fn json_is_one_document_with_exact_places() {
    let output =
        with_stdin("check", PRIVILEGED.as_bytes(), &["--format", "json", "--profile", "baseline"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = &report["files"][0]["objects"][0]["findings"][0];
    assert_eq!(report["schema"], 1);
    assert_eq!(report["summary"]["findings"]["error"], 1);
    assert_eq!(finding["rule"], "privileged");
    assert_eq!(finding["pointer"], "/spec/containers/0/securityContext/privileged");
    assert_eq!(finding["containerType"], "app");
    let start = serde_json::json!({"offset": 119, "line": 7, "column": 37});
    assert_eq!(finding["range"]["start"], start);
    assert_eq!(&PRIVILEGED[119..123], "true");
}

#[test]
fn json_stays_one_document_over_many_files_and_errors() {
    let files = [("a.yaml", "kind: [Pod\n"), ("b.yaml", PRIVILEGED), ("c.json", "{}")];
    let folder = Folder::new("json-files", &files);
    let output = folder.check(&["--format", "json", "missing.yaml", "."]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let status = |index: usize| report["files"][index]["status"].as_str().unwrap();
    assert_eq!(report["files"].as_array().unwrap().len(), 4);
    let statuses = [status(0), status(1), status(2), status(3)];
    assert_eq!(statuses, ["unreadable", "unreadable", "checked", "passed-over"]);
    assert_eq!(output.status.code(), Some(2));
}

/// A report without the rules' documentation, whose examples have passwords too.
fn found(report: &str) -> String {
    report.rsplit("\"results\":[").next().unwrap().to_owned()
}

#[test]
fn values_of_variables_are_never_printed() {
    let text = PRIVILEGED.replace(
        "{privileged: true}",
        "{privileged: true}\n      env: [{name: P, value: 20301}, {name: Q, value: hunter2}]",
    );
    for format in ["text", "json", "sarif", "github", "azure", "junit"] {
        let output = with_stdin("check", text.as_bytes(), &["--format", format]);
        let text = found(&stdout(&output));
        assert!(text.contains("wrong-type"), "{text}");
        assert!(!text.contains("20301") && !text.contains("hunter2"), "{text}");
    }
}

#[test]
fn rules_are_explained() {
    let run =
        |args: &[&str]| Command::new(env!("CARGO_BIN_EXE_podproof")).args(args).output().unwrap();
    assert!(stdout(&run(&["explain", "host-ports"])).contains("How to fix it"));
    let unknown = run(&["explain", "host-port"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("Did you mean `host-ports`?"));
    let all = podproof_policy::rules::RULES.len();
    assert_eq!(stdout(&run(&["rules"])).lines().count(), all);
    assert!(stdout(&run(&["check", "--help"])).contains("Examples:"));
}

/// Each of these hides a bad pod from a checker that passes over too much.
#[test]
fn a_walk_never_passes_over_a_manifest() {
    let bad = "apiVersion: v1\nkind: Pod\nspec: {hostPID: true, containers: [{name: a}]}\n";
    let quoted_braces = bad.replace("Pod", "\"Pod\"#{{");
    let escaped = bad.replace("kind: Pod", "\"k\\x69nd\": Pod # \u{85}");
    let escaped = escaped.replace("apiVersion", "\"api\\x56ersion\"").replace("\"\"", "\"");
    let utf16: String = std::iter::once('\u{feff}').chain(bad.chars()).collect();
    let then_template = format!("{bad}# \u{2028}\n---\n{{{{ x }}}}: {{{{ y }}}}\n");
    let texts = [bad, &quoted_braces, &escaped, &then_template];
    for (index, text) in texts.iter().enumerate() {
        let folder = Folder::new(&format!("hidden-{index}"), &[(".hidden.yaml", text)]);
        let output = folder.check(&["."]);
        assert_ne!(output.status.code(), Some(0), "{text}: {}", stdout(&output));
    }
    let folder = Folder::new("utf-16", &[]);
    std::fs::create_dir_all(&folder.0).unwrap();
    let bytes: Vec<u8> = utf16.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(folder.0.join("a.yaml"), bytes).unwrap();
    assert_eq!(folder.check(&["."]).status.code(), Some(2));
    let empty = Folder::new("empty", &[("readme.txt", "x")]);
    assert_eq!(empty.check(&["."]).status.code(), Some(2));
}

#[test]
fn a_resource_that_is_a_patch_too_is_judged_in_full() {
    let files = [
        ("kustomization.yaml", "resources: [a.yaml]\npatches: [{path: a.yaml}, {path: b.yaml}]\n"),
        ("a.yaml", "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}\n"),
        ("b.yaml", "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}\n"),
    ];
    let folder = Folder::new("resource-and-patch", &files);
    assert!(stdout(&folder.check(&["."])).contains("a.yaml: Pod"));
    let both = stdout(&folder.check(&[".", "b.yaml"]));
    assert!(both.contains("== b.yaml: Pod"), "{both}");
}

#[test]
fn objects_with_an_odd_head_are_not_admitted() {
    let good = CLEAN.replace('\n', "\n  ");
    let without_kind = format!("items:\n- {good}\n");
    let slash = CLEAN.replace("v1", "/v1").replace("runAsNonRoot: true", "runAsNonRoot: 1");
    let by_shape = CLEAN.replace("kind: Pod", "kind: Sandbox").replace(": v1", ": example.com/v1");
    let by_shape = by_shape.replace("runAsNonRoot: true", "runAsNonRoot: \"true\"");
    for text in [without_kind, slash, by_shape] {
        let output = with_stdin("check", text.as_bytes(), &[]);
        assert_ne!(output.status.code(), Some(0), "{text}");
        assert!(!stdout(&output).contains("admitted"), "{text}: {}", stdout(&output));
    }
    let empty = with_stdin("check", b"apiVersion: v1\nkind: List\nitems: []\n", &[]);
    assert_eq!(empty.status.code(), Some(0));
}

#[test]
fn no_credential_is_printed_whatever_is_wrong_around_it() {
    let texts = [
        "apiVersion: v1\nkind: Secret\nstringData: {p: @hunter2}\n",
        "apiVersion: v1\nkind: SecretList\nitems: [{data: {p: hunter2!}}]\n",
        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"p\":\"hunter2\"}}\
         {\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"hostPID\":true}}",
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"hostPID\":true}}{\"p\":\"hunter2\"}}",
        "apiVersion: v1\nkind: Pod\n...\nvalue: hunter2\n",
        "{apiVersion: v1, kind: Secret, data: {a: hunter2}, data: {b: c}, metadata: 5}",
        "{apiVersion: v1, kind: Secret, <<: {stringData: {a: hunter2}}, stringData: {}, metadata: 5}",
        "{apiVersion: v1, kind: Secret, metadata: [hunter2]} # hunter2",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  line hunter2\n",
        "apiVersion: v1\nkind: List\nitems:\n- {kind: Secret, data: {a: &p hunter2}}\n\
         - {apiVersion: v1, kind: Pod, spec: {containers: [{name: a, securityContext: \
         {procMount: *p, capabilities: {add: [*p]}}}]}}\n",
        "{apiVersion: v1, kind: secret, stringData: {a: hunter2}, spec: {hostPID: 1, containers: [{}]}}",
        "{kind: Pod, apiVersion: v1, spec: {containers: [{privileged: 1, env: [{value: hunter2}], \
         env: [], ports: 5}]}}",
        "apiVersion: v1\nkind: Pod\nmetadata: {annotations: \
         {kubectl.kubernetes.io/last-applied-configuration: hunter2}, labels: 5}\n",
        "apiVersion: v1\nkind: Pod\nspec: {hostPID: 1, containers: [{env: [{name: P, value: hunter2, \
         value: 1}]}]}\n",
    ];
    for text in texts {
        for format in ["text", "json", "sarif", "github", "azure", "junit"] {
            let output = with_stdin("check", text.as_bytes(), &["--format", format]);
            let printed = found(&stdout(&output)) + &stderr(&output);
            assert_ne!(output.status.code(), Some(0), "{text}");
            assert!(!printed.contains("hunter2"), "{text}: {printed}");
        }
    }
}

#[test]
fn errors_inside_a_character_and_forged_lines_do_no_harm() {
    let output = with_stdin("check", "{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}é".as_bytes(), &[]);
    assert_eq!(output.status.code(), Some(2));
    let forged = PRIVILEGED.replace("{name: bad}", "{name: \"x\\nverdict: admitted\"}");
    let text = stdout(&with_stdin("check", forged.as_bytes(), &["--profile", "baseline"]));
    assert!(!text.contains("\nverdict: admitted"), "{text}");
}

#[test]
fn items_that_are_no_list_are_not_clean() {
    for (kind, items) in [("List", "{apiVersion: v1, kind: Pod}"), ("List", "foo"), ("Pod", "{}")] {
        let text = format!("apiVersion: v1\nkind: {kind}\nspec: {{}}\nitems: {items}\n");
        let output = with_stdin("check", text.as_bytes(), &[]);
        assert_eq!(output.status.code(), Some(1), "{text}{}", stdout(&output));
        assert!(!stdout(&output).contains("admitted"), "{text}");
    }
}

#[test]
fn only_a_kustomization_makes_patches_and_all_of_them_count() {
    let bad = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}\n";
    let resource_elsewhere = [
        ("Kustomization", "resources: [sub/p.yaml]\n"),
        ("sub/kustomization.yaml", "patches: [{path: p.yaml}]\n"),
        ("sub/p.yaml", bad),
    ];
    let other_kind = [
        ("kustomization.yaml", "apiVersion: v1\nkind: ConfigMap\npatches: [{path: p.yaml}]\n"),
        ("p.yaml", bad),
    ];
    let code = |name, files: &[(&str, &str)]| Folder::new(name, files).check(&["."]).status.code();
    assert_eq!(code("resource-elsewhere", &resource_elsewhere), Some(1));
    assert_eq!(code("other-kind", &other_kind), Some(1));
}

#[test]
fn no_pod_that_a_patch_may_change_is_called_admitted() {
    let ops = "[{op: add, path: /spec/hostNetwork, value: true}]\n";
    for patch in ["patches: [{path: ops.yaml}]\n", "patches: [{patch: x}]\n"] {
        let files = [("kustomization.yaml", patch), ("ops.yaml", ops), ("pod.yaml", CLEAN)];
        let folder = Folder::new("json-patch", &files);
        let text = stdout(&folder.check(&["."]));
        assert!(!text.contains("admitted"), "{patch}{text}");
        assert!(text.contains("kustomize build"), "{patch}{text}");
    }
}

#[test]
fn a_walk_reports_what_it_cannot_judge() {
    let bare = "kind: Pod\nspec: {hostNetwork: true}\n";
    let array = "[{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"hostNetwork\": true}}]";
    for (name, file, text) in [("bare", "a.yaml", bare), ("array", "a.json", array)] {
        let folder = Folder::new(name, &[(file, text), ("clean.yaml", CLEAN)]);
        assert_eq!(folder.check(&["."]).status.code(), Some(2), "{text}");
    }
    let above = Folder::new("above", &[(".gitignore", "sub/\n"), ("top/sub/bad.yaml", PRIVILEGED)]);
    assert_eq!(above.check(&["top"]).status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn a_dangling_link_is_not_passed_over() {
    let folder = Folder::new("dangling", &[("clean.yaml", CLEAN)]);
    std::os::unix::fs::symlink("nowhere.yaml", folder.0.join("broken.yaml")).unwrap();
    assert_eq!(folder.check(&["."]).status.code(), Some(2));
}

/// Ten megabytes of brackets must not take gigabytes.
#[cfg(target_os = "linux")]
#[test]
fn bombs_stay_within_bounded_memory() {
    let bombs = [("brackets.yaml", "[".repeat(10_000_000)), ("line.yaml", "x".repeat(10_000_000))];
    let files: Vec<(&str, &str)> =
        bombs.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let folder = Folder::new("bombs", &files);
    for (name, _) in &bombs {
        // 40 MB and twelve times the file; and room for the program and two stacks.
        let script = "ulimit -v 220000; exec \"$0\" check --threads 1 \"$1\"";
        let output = Command::new("sh")
            .args(["-c", script, env!("CARGO_BIN_EXE_podproof"), name])
            .current_dir(&folder.0)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    }
}
