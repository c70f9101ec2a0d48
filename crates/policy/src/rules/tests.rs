//! What every rule promises: its examples come true, its file is registered, its history is that of
//! `k8s.io/pod-security-admission`.

use super::{DUPLICATE_KEY, RULES, UNREAD_TEXT};
use crate::examples::{self, Example, ExampleKind::*, examples};
use crate::profile::Level;
use crate::rule::Rule;
use podproof_source::yaml;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

#[test]
fn examples_come_true() {
    let mut failures = String::new();
    for rule in RULES {
        let mut bad = None;
        for example in examples(rule.source) {
            let proof = match (example.kind, &bad) {
                (Fixed, Some(bad)) => prove_fixed(rule, bad, &example),
                (Fixed, None) => Err("a `yaml,fixed` example must follow a bad one".into()),
                _ => prove(rule, &example),
            };
            if let Err(failure) = proof {
                let (file, line) = (file_of(rule), example.line);
                write!(failures, "\nsrc/rules/{file}:{line}: {failure}\n").unwrap();
            }
            if example.kind != Fixed {
                bad = (example.kind == Bad).then_some(example);
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_rule_is_explained() {
    for rule in RULES {
        let (file, docs, examples) = (file_of(rule), rule.docs(), examples(rule.source));
        for heading in ["## How to fix it", "## When to ignore it"] {
            assert!(docs.lines().any(|line| line == heading), "{file} has no section `{heading}`");
        }
        assert!(
            examples.iter().any(|example| example.kind == Bad),
            "{file} has no `yaml,bad` example"
        );
        assert!(
            std::ptr::eq(*rule, UNREAD_TEXT) || examples.iter().any(|example| example.kind == Good),
            "{file} has no `yaml,good` example"
        );
        let shows_fix = examples.iter().any(|example| example.kind == Fixed);
        let has_fix = examples.iter().any(|example| example.kind == Bad && has_fix(rule, example));
        assert_eq!(
            shows_fix, has_fix,
            "{file}: a `yaml,fixed` example behind each `yaml,bad` one if the rule has fixes, else none"
        );
        assert!(!rule.source.contains("FIXME"), "{file} is not finished: it says FIXME");
    }
}

#[test]
fn every_file_is_registered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files = folder.read_dir().unwrap().map(|file| file.unwrap().file_name());
    let files = files.map(|file| file.into_string().unwrap());
    // A folder holds parts of the rule of the same name.
    let is_rule = |file: &String| {
        Path::new(file).extension().is_some_and(|extension| extension == "rs") && file != "tests.rs"
    };
    let files: BTreeSet<String> = files.filter(is_rule).collect();
    let registered: BTreeSet<String> = RULES.iter().map(|rule| file_of(rule)).collect();
    let missing = files.difference(&registered).map(|file| {
        let module = file.trim_end_matches(".rs");
        format!(
            "src/rules/{file} is in no report: add `mod {module};` and, in RULES, \
             `&{module}::RULE,` to src/rules.rs (its id must be the file's name, with dashes)"
        )
    });
    let stray = registered.difference(&files).map(|file| {
        format!(
            "RULES in src/rules.rs has a rule whose file must be src/rules/{file}: no such file"
        )
    });
    let problems: Vec<String> = missing.chain(stray).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_table_is_consistent() {
    let find = |id: &str| super::by_id(id).filter(|rule| rule.standard.is_some());
    let level = |rule: &Rule| rule.standard.map(|standard| standard.level);
    let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len(), "two rules have the same id");
    for rule in RULES {
        let id = rule.id;
        assert!(!rule.versions.is_empty(), "{id} has no version");
        assert!(
            rule.versions.is_sorted_by(|older, newer| older.since < newer.since),
            "{id}: every version must be newer than the one before"
        );
        for replaced in rule.replaces {
            assert_eq!(level(rule), Some(Level::Restricted), "{id} must not replace a rule");
            let replaced_level = find(replaced).and_then(level);
            assert_eq!(replaced_level, Some(Level::Baseline), "{id} cannot replace {replaced}");
        }
    }
    let group = |rule: &&Rule| (rule.category, level(rule).map_or(0, |level| level as u8), rule.id);
    let standard: Vec<_> = RULES.iter().filter(|rule| rule.standard.is_some()).copied().collect();
    assert!(standard.is_sorted_by_key(group), "RULES: keep each group sorted by id");
}

#[test]
fn the_history_is_upstreams() {
    const BASELINE: &[(&str, &[u32])] = &[
        ("appArmorProfile", &[0]),
        ("capabilities_baseline", &[0]),
        ("hostNamespaces", &[0]),
        ("hostPathVolumes", &[0]),
        ("hostPorts", &[0]),
        ("hostProbesAndHostLifecycle", &[34]),
        ("privileged", &[0]),
        ("procMount", &[0, 35]),
        ("seLinuxOptions", &[0, 31]),
        ("seccompProfile_baseline", &[0, 19]),
        ("sysctls", &[0, 27, 29, 32, 37]),
        ("windowsHostProcess", &[0]),
    ];
    const RESTRICTED: &[(&str, &[u32])] = &[
        ("allowPrivilegeEscalation", &[8, 25]),
        ("capabilities_restricted", &[22, 25]),
        ("procMount_restricted", &[35]),
        ("restrictedVolumes", &[0]),
        ("runAsNonRoot", &[0, 35]),
        ("runAsUser", &[23, 35]),
        ("seccompProfile_restricted", &[19, 25]),
    ];
    for (level, upstream) in [(Level::Baseline, BASELINE), (Level::Restricted, RESTRICTED)] {
        let ours = RULES.iter().filter_map(|rule| {
            let standard = rule.standard.filter(|standard| standard.level == level)?;
            Some((standard.check, rule.versions.iter().map(|step| step.since).collect()))
        });
        let mut ours: Vec<(&str, Vec<u32>)> = ours.collect();
        ours.sort();
        let upstream: Vec<_> =
            upstream.iter().map(|(check, since)| (*check, since.to_vec())).collect();
        assert_eq!(ours, upstream, "level {level}");
    }
}

fn file_of(rule: &Rule) -> String {
    rule.id.replace('-', "_") + ".rs"
}

/// Whether a bad or good block has exactly the findings that it says it has.
fn prove(rule: &'static Rule, example: &Example) -> Result<(), String> {
    let is_bad = example.kind == Bad;
    let text = examples::unmarked(&example.text);
    if std::ptr::eq(rule, UNREAD_TEXT) {
        let is_unread = yaml::read(text.as_bytes())
            .any(|document| document.map_or(true, |document| document.ignored.is_some()));
        return if is_unread == is_bad {
            Ok(())
        } else {
            Err(format!("the cluster reads this example wrongly marked:\n\n{text}"))
        };
    }
    if std::ptr::eq(rule, DUPLICATE_KEY) {
        let has_duplicates = yaml::read(text.as_bytes())
            .any(|document| document.is_ok_and(|document| !document.duplicates.is_empty()));
        return if has_duplicates == is_bad {
            Ok(())
        } else {
            Err(format!("this example is wrongly marked:\n\n{text}"))
        };
    }
    let mut expected = examples::markers(&example.text);
    let found = examples::found(rule, example.version.clone()?, &text)?;
    expected.sort();
    if expected != found {
        let shown = as_docs(&examples::marked(&text, &found));
        return Err(format!("the example's findings are others:\n\n{shown}"));
    }
    if is_bad && found.is_empty() {
        return Err("a `yaml,bad` example must have a finding".into());
    }
    if !is_bad && !found.is_empty() {
        return Err("a `yaml,good` example must have no finding".into());
    }
    Ok(())
}

/// Whether a fixed block is what the rule's fixes make of the bad block before it, and right.
fn prove_fixed(rule: &'static Rule, bad: &Example, fixed: &Example) -> Result<(), String> {
    let version = fixed.version.clone()?;
    let made = examples::fixed(rule, version, &fixed.answers, &examples::unmarked(&bad.text))?;
    let made = made.ok_or("there is no fix for the `yaml,bad` example before this one")?;
    if made != fixed.text {
        return Err(format!("the fixed example is another one:\n\n{}", as_docs(&made)));
    }
    if !examples::found(rule, version, &made)?.is_empty() {
        return Err("the fixed example still has findings".into());
    }
    Ok(())
}

fn has_fix(rule: &'static Rule, bad: &Example) -> bool {
    let Ok(version) = bad.version else { return false };
    let fixed = examples::fixed(rule, version, &bad.answers, &examples::unmarked(&bad.text));
    fixed.is_ok_and(|fixed| fixed.is_some())
}

fn as_docs(text: &str) -> String {
    text.lines().flat_map(|line| ["//! ", line, "\n"]).collect()
}
