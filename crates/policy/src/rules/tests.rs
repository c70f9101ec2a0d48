//! What every rule promises: its examples come true, its file is registered, its history is that of
//! `k8s.io/pod-security-admission`.

use super::{RULES, UNREAD_TEXT, wrong_type};
use crate::check;
use crate::finding::{Finding, Findings};
use crate::object::{Object, objects};
use crate::profile::{Level, Profile, Version};
use crate::rule::{Rule, Severity};
use podproof_source::yaml;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

#[test]
fn examples_come_true() {
    let mut failures = String::new();
    for rule in RULES {
        for example in examples(rule) {
            if let Err(failure) = prove(rule, &example) {
                let (file, line) = (file_of(rule), example.line);
                write!(failures, "\nsrc/rules/{file}:{line}: {failure}\n").unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_rule_is_explained() {
    for rule in RULES {
        let (file, docs, examples) = (file_of(rule), rule.docs(), examples(rule));
        for heading in ["## How to fix it", "## When to ignore it"] {
            assert!(docs.lines().any(|line| line == heading), "{file} has no section `{heading}`");
        }
        assert!(examples.iter().any(|example| example.is_bad), "{file} has no `yaml,bad` example");
        assert!(
            std::ptr::eq(*rule, UNREAD_TEXT) || examples.iter().any(|example| !example.is_bad),
            "{file} has no `yaml,good` example"
        );
        assert!(!rule.source.contains("FIXME"), "{file} is not finished: it says FIXME");
    }
}

#[test]
fn every_file_is_registered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files = folder.read_dir().unwrap().map(|file| file.unwrap().file_name());
    let files: BTreeSet<String> =
        files.map(|file| file.into_string().unwrap()).filter(|file| file != "tests.rs").collect();
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

/// A fenced block of a rule's prose.
struct Example {
    is_bad: bool,
    version: Result<Version, String>,
    /// Where it starts in the rule's file, from 1.
    line: usize,
    text: String,
}

/// A finding as an example shows it: line and column from 0, width, message.
type Marker = (usize, usize, usize, String);

fn file_of(rule: &Rule) -> String {
    rule.id.replace('-', "_") + ".rs"
}

fn examples(rule: &Rule) -> Vec<Example> {
    let docs = rule.docs();
    let mut lines = docs.lines().enumerate();
    let mut examples = Vec::new();
    while let Some((index, line)) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else { continue };
        let body = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
        let text: String = body.flat_map(|line| [line, "\n"]).collect();
        let mut words = fence.split(',');
        let is_bad = match (words.next(), words.next()) {
            (Some("yaml"), Some("bad")) => true,
            (Some("yaml"), Some("good")) => false,
            _ => continue,
        };
        let version = words.next().unwrap_or("latest").parse();
        examples.push(Example { is_bad, version, line: index + 1, text });
    }
    examples
}

/// Whether an example has exactly the findings of the rule that it says it has.
fn prove(rule: &'static Rule, example: &Example) -> Result<(), String> {
    if std::ptr::eq(rule, UNREAD_TEXT) {
        let is_unread = yaml::read(example.text.as_bytes())
            .any(|document| document.map_or(true, |document| document.ignored.is_some()));
        return if is_unread == example.is_bad {
            Ok(())
        } else {
            Err(format!("the cluster reads this example wrongly marked:\n\n{}", example.text))
        };
    }
    let mut expected = markers(&example.text);
    let mut found = found(rule, example)?;
    expected.sort();
    found.sort();
    if expected != found {
        let shown = marked(&example.text, &found);
        return Err(format!("the example's findings are others:\n\n{shown}"));
    }
    if example.is_bad && found.is_empty() {
        return Err("a `yaml,bad` example must have a finding".into());
    }
    if !example.is_bad && !found.is_empty() {
        return Err("a `yaml,good` example must have no finding".into());
    }
    Ok(())
}

/// The findings of this rule alone, where they stand in the text.
fn found(rule: &'static Rule, example: &Example) -> Result<Vec<Marker>, String> {
    let version = example.version.clone()?;
    let mut found = Vec::new();
    for document in yaml::read(example.text.as_bytes()) {
        let document =
            document.map_err(|error| format!("the example cannot be read: {error:?}"))?;
        for mut object in objects(&document.root) {
            // Most examples leave out what is the same in every Pod.
            if object.kind.is_empty() {
                object = Object { api_version: "v1", kind: "Pod", ..object };
            }
            for finding in findings(rule, version, &object) {
                let span = finding.span.ok_or("a finding points nowhere")?;
                let before = &example.text[..span.range().start];
                let column = before.rsplit('\n').next().unwrap_or_default().len();
                let line = before.matches('\n').count();
                found.push((line, column, span.range().len(), finding.message));
            }
        }
    }
    Ok(found)
}

fn findings(rule: &'static Rule, version: Version, object: &Object<'_>) -> Vec<Finding> {
    if std::ptr::eq(rule, &raw const wrong_type::RULE) {
        let mut findings = check::check(object, &Profile { level: Level::Privileged, version });
        findings.retain(|finding| std::ptr::eq(finding.rule, rule));
        return findings;
    }
    let mut findings = Findings::of(rule, Severity::Error);
    if let Some(source) = object.pod() {
        check::run(rule, version, &source.pod, &mut findings);
    }
    findings.into_vec()
}

fn is_marker(line: &str) -> bool {
    line.starts_with('#') && line.contains('^')
}

/// The findings that lines like `#   ^^^^ message` announce for the line above them.
fn markers(text: &str) -> Vec<Marker> {
    let mut markers = Vec::new();
    let mut target = 0;
    for (index, line) in text.lines().enumerate() {
        if let (true, Some(column)) = (is_marker(line), line.find('^')) {
            let message = line[column..].trim_start_matches('^');
            let width = line.len() - column - message.len();
            markers.push((target, column, width, message.trim_start().to_owned()));
        } else {
            target = index;
        }
    }
    markers
}

/// The example with markers for these findings, to be compared or copied.
fn marked(text: &str, found: &[Marker]) -> String {
    let mut shown = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !is_marker(line)) {
        shown.push(format!("//! {line}"));
        for (_, column, width, message) in found.iter().filter(|(line, ..)| *line == index) {
            let (gap, carets) = (" ".repeat(column.saturating_sub(1)), "^".repeat(*width));
            shown.push(format!("//! #{gap}{carets} {message}"));
        }
    }
    shown.join("\n")
}
