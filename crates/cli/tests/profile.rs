//! Profiles and suppressions as users of the command meet them.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use support::{Folder, stderr, stdout, with_stdin};

const TWO: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: two}
spec:
  containers:
    - name: a
      image: registry.example.com/a:1
      securityContext: {privileged: true}
    - name: b
      image: registry.example.com/b:1
      securityContext: {privileged: true}
";

fn annotated(annotation: &str) -> String {
    TWO.replace("{name: two}", &format!("{{name: two, annotations: {{{annotation}}}}}"))
}

/// The exit code of a check at level baseline, or of the profile in the folder, and what it prints.
fn check(folder: &Folder, args: &[&str]) -> (Option<i32>, String) {
    let output = folder.check(args);
    (output.status.code(), stdout(&output) + &stderr(&output))
}

#[test]
fn mistakes_in_a_profile_are_told_with_place_and_next_step() {
    for (name, profile, expected) in [
        (
            "typo",
            "profile: aks\nruls: {}\n",
            "podproof.yaml:2:1: unknown key `ruls`. Did you mean `rules`?",
        ),
        (
            "rule",
            "rules:\n  priviledged: off\n",
            "podproof.yaml:2:3: there is no rule `priviledged`. Did you mean `privileged`?",
        ),
        ("version", "version: 1.30\n", "podproof.yaml:1:10: `version` must be `latest` or `v1.N`"),
        ("broken", "rules: [\n", "podproof.yaml:1:8: unclosed bracket"),
        ("always-on", "rules: {wrong-type: off}\n", "is always an error"),
        (
            "duplicate",
            "profile: aks\nprofile: aks\n",
            "podproof.yaml:1:1: this key stands here twice",
        ),
    ] {
        let folder = Folder::new(name, &[("k8s/a.yaml", TWO), ("podproof.yaml", profile)]);
        for args in [&["k8s"][..], &["k8s", "--profile", "podproof.yaml"]] {
            let (code, said) = check(&folder, args);
            assert_eq!(code, Some(2), "{name}: {said}");
            assert!(said.contains(expected), "{name}: {said}");
            assert!(!said.contains("verdict"), "{name}: {said}");
        }
        let output = folder.fix(&["k8s"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(expected));
    }
    let folder = Folder::new("arguments", &[("a.yaml", TWO)]);
    for (profile, expected) in
        [("baselin", "Did you mean `baseline`?"), ("./none.yaml", "there is no such file")]
    {
        let (code, said) = check(&folder, &["a.yaml", "--profile", profile]);
        assert_eq!(code, Some(2));
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn the_nearest_profile_above_a_file_counts() {
    let files = [
        ("podproof.yaml", "profile: baseline\nrules: {suppression: error}\n"),
        ("a.yaml", TWO),
        ("deep/podproof.yaml", "profile: baseline\nrules: {privileged: off}\n"),
        ("deep/er/a.yaml", TWO),
    ];
    let folder = Folder::new("nearest", &files);
    assert_eq!(check(&folder, &["a.yaml"]).0, Some(1));
    assert_eq!(check(&folder, &["deep"]).0, Some(0));
    assert_eq!(check(&folder, &["deep/er/a.yaml", "--profile", "podproof.yaml"]).0, Some(1));
    assert_eq!(check(&folder, &["deep/er/a.yaml", "--profile", "baseline"]).0, Some(1));
    let (code, said) = check(&folder, &["."]);
    assert_eq!(code, Some(1));
    assert!(said.contains("a.yaml:8:") && !said.contains("deep/er/a.yaml:8:"), "{said}");
    assert!(
        said.contains(
            "not all files have the same profile; read: deep/podproof.yaml, podproof.yaml"
        )
    );
}

#[test]
fn standard_input_is_judged_by_the_profile_of_the_current_directory() {
    let folder = Folder::new("stdin", &[("podproof.yaml", "rules: {nonsense: off}\n")]);
    let output = folder.command(&["check", "-"]).stdin(std::process::Stdio::null()).output();
    assert!(stderr(&output.unwrap()).contains("there is no rule `nonsense`"));
    let output = with_stdin("check", TWO.as_bytes(), &["--profile", "baseline"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_version_of_the_command_line_beats_that_of_the_profile() {
    let profile = "profile: baseline\nversion: v1.18\n";
    let folder = Folder::new("version-wins", &[("a.yaml", TWO), ("podproof.yaml", profile)]);
    assert!(check(&folder, &["a.yaml"]).1.contains("at v1.18"));
    let args = ["a.yaml", "--kubernetes-version", "v1.30"];
    assert!(check(&folder, &args).1.contains("at v1.30"));
}

#[test]
fn exempt_objects_are_clean() {
    let exempt = |exemptions: &str| {
        let profile = format!("profile: baseline\nexemptions: {{{exemptions}}}\n");
        let folder = Folder::new("exempt", &[("a.yaml", TWO), ("podproof.yaml", &profile)]);
        check(&folder, &["a.yaml"])
    };
    assert_eq!(exempt("workloads: [{kind: Pod, name: two}]").0, Some(0));
    assert_eq!(exempt("images: ['registry.example.com/*']").0, Some(0));
    assert_eq!(exempt("images: ['registry.example.com/a:*']").0, Some(1));
    assert_eq!(exempt("images: ['example.com/*'], namespaces: [default]").0, Some(1));
}

#[test]
fn a_suppression_ignores_findings_of_its_container_only() {
    let only_b = annotated("podproof/ignore-privileged.b: the agent");
    let both = annotated("podproof/ignore-privileged: the agent");
    let folder = Folder::new("container", &[("b.yaml", &only_b), ("both.yaml", &both)]);
    let profile = ["--profile", "baseline"];
    assert_eq!(check(&folder, &["b.yaml", profile[0], profile[1]]).0, Some(1));
    let (code, said) = check(&folder, &["both.yaml", profile[0], profile[1]]);
    assert_eq!(code, Some(0), "{said}");
    let remark = "2 findings are ignored here; admission still judges them unless \
                  `allowSuppressions: true`";
    assert!(said.contains(remark), "{said}");
    assert!(said.contains("baseline: rejected"), "{said}");
    let all = ["both.yaml", profile[0], profile[1], "--no-suppressions"];
    assert_eq!(check(&folder, &all).0, Some(1));
}

#[test]
fn a_suppression_needs_a_reason_and_a_rule() {
    for (name, annotation, expected) in [
        ("no-reason", "podproof/ignore-privileged: ''", "its value must say why"),
        ("no-rule", "podproof/ignore-priviledged: x", "Did you mean `privileged`?"),
        ("always", "podproof/ignore-wrong-type: x", "cannot be ignored"),
    ] {
        let folder = Folder::new(name, &[("a.yaml", &annotated(annotation))]);
        let (code, said) = check(&folder, &["a.yaml"]);
        assert_eq!(code, Some(1));
        assert!(said.contains("error[suppression]"), "{said}");
        // Long lines of prose are wrapped.
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&said).contains(expected), "{said}");
    }
}

#[test]
fn a_comment_ignores_findings_where_it_stands() {
    let line = "      securityContext: {privileged: true}\n";
    let above = format!("      # podproof: ignore[privileged] the agent\n{line}");
    let behind = "      securityContext: {privileged: true} # podproof: ignore[privileged] x\n";
    let quoted = format!("      workingDir: '# podproof: ignore[privileged] x'\n{line}");
    let code = |name: &str, with: &str| {
        let folder = Folder::new(name, &[("a.yaml", &TWO.replace(line, with))]);
        check(&folder, &["a.yaml", "--profile", "baseline"]).0
    };
    assert_eq!(code("above", &above), Some(0));
    assert_eq!(code("behind", behind), Some(0));
    assert_eq!(code("quoted", &quoted), Some(1));
}

#[test]
fn what_is_ignored_is_not_fixed() {
    let ignored = annotated("podproof/ignore-privileged.a: x").replacen(
        "b:1\n      securityContext: {privileged: true}",
        "b:1\n      securityContext: {privileged: true} # podproof: ignore[privileged] x",
        1,
    );
    let folder = Folder::new("not-fixed", &[("a.yaml", &ignored)]);
    let args = ["a.yaml", "--write", "--allow", "reverses", "--profile", "baseline"];
    let output = folder.fix(&args);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(folder.read("a.yaml"), ignored);
    assert!(!stderr(&output).contains("privileged]"), "{}", stderr(&output));
    let output = folder.fix(&[&args[..], &["--no-suppressions"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!folder.read("a.yaml").contains("privileged: true"));
}

#[test]
fn the_schema_knows_the_keys_and_the_rules() {
    let folder = Folder::new("schema", &[]);
    let output = folder.command(&["schema"]).output().unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules = &schema["properties"]["rules"]["properties"];
    assert_eq!(rules["privileged"]["$ref"], "#/$defs/severity");
    assert_eq!(rules["wrong-type"]["const"], "error");
    for key in ["profile", "version", "exemptions", "allowSuppressions"] {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
}

#[test]
fn annotations_of_others_become_a_profile() {
    let annotations =
        "kube-linter.io/ignore-all: the agent, polaris.fairwinds.com/hostIPCSet-exempt: 'true'";
    let folder = Folder::new("import", &[("a.yaml", &annotated(annotations))]);
    let output = folder.command(&["profile", "import", "."]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let profile = stdout(&output);
    assert!(profile.contains("- {kind: \"Pod\", name: \"two\"}"), "{profile}");
    assert!(profile.contains("#   podproof/ignore-host-namespaces: "), "{profile}");
    std::fs::write(folder.0.join("podproof.yaml"), profile).unwrap();
    assert_eq!(check(&folder, &["."]).0, Some(0));
}
