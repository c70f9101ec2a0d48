//! `cargo xtask bless`: the `^^^` lines in the examples of rules, from what the rules report now.

use crate::{Result, tools};
use podproof_policy::finding::Findings;
use podproof_policy::rule::Severity;
use podproof_policy::rules::{RULES, UNREAD_TEXT};
use podproof_policy::{Finding, Level, Object, Profile, Rule, Version, check, objects};
use podproof_source::yaml;
use std::fmt::Write as _;
use std::fs;

/// Where a finding is in its example, and what it says.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Marker {
    line: usize,
    column: usize,
    width: usize,
    message: String,
}

/// Rewrites the files of all rules.
pub fn bless() -> Result<()> {
    let folder = tools::root()?.join("crates/policy/src/rules");
    // Its examples are texts that cannot be read: nothing in them can be marked.
    for rule in RULES.iter().filter(|rule| rule.id != UNREAD_TEXT.id) {
        let name = rule.id.replace('-', "_") + ".rs";
        let file = folder.join(&name);
        let source = fs::read_to_string(&file)?;
        let blessed = blessed(rule, &source).map_err(|error| format!("{name}: {error}"))?;
        if blessed != source {
            fs::write(&file, blessed)?;
            println!("rewrote {name}");
        }
    }
    Ok(())
}

/// The text of a rule's file with the right markers in each `yaml,bad` block.
fn blessed(rule: &'static Rule, source: &str) -> Result<String> {
    let mut blessed = String::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        blessed.extend([line, "\n"]);
        let Some(version) = bad_version(line) else { continue };
        let docs = lines.by_ref().take_while(|line| *line != "//! ```");
        let text: String = docs.flat_map(|line| [content(line), "\n"]).collect();
        for line in marked(rule, version.parse()?, &text)?.lines() {
            blessed.extend([format!("//! {line}").trim_end(), "\n"]);
        }
        blessed += "//! ```\n";
    }
    Ok(blessed)
}

/// The version in the fence of a `yaml,bad` block.
fn bad_version(line: &str) -> Option<&str> {
    let fence = line.strip_prefix("//! ```yaml,bad")?;
    if fence.is_empty() { Some("latest") } else { fence.strip_prefix(',') }
}

/// A line of the docs without the sign that it is one.
fn content(line: &str) -> &str {
    let line = line.strip_prefix("//!").unwrap_or(line);
    line.strip_prefix(' ').unwrap_or(line)
}

/// An example with the markers of what is found in it. If they are right, nothing changes: not even
/// their order.
fn marked(rule: &'static Rule, version: Version, text: &str) -> Result<String> {
    let mut found = found(rule, version, text)?;
    found.sort();
    let mut old = markers(text);
    old.sort();
    if old == found {
        return Ok(text.to_owned());
    }
    let mut marked = String::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !is_marker(line)) {
        marked.extend([line, "\n"]);
        for marker in found.iter().filter(|marker| marker.line == index) {
            let gap = " ".repeat(marker.column.saturating_sub(1));
            let carets = "^".repeat(marker.width);
            writeln!(marked, "#{gap}{carets} {}", marker.message)?;
        }
    }
    Ok(marked)
}

fn is_marker(line: &str) -> bool {
    line.starts_with('#') && line.contains('^')
}

/// The markers that stand in an example, each for the line above it.
fn markers(text: &str) -> Vec<Marker> {
    let mut markers = Vec::new();
    let mut target = 0;
    for (index, line) in text.lines().enumerate() {
        let Some(column) = line.find('^').filter(|_| is_marker(line)) else {
            target = index;
            continue;
        };
        let message = line[column..].trim_start_matches('^');
        let width = line.len() - column - message.len();
        let message = message.trim_start().to_owned();
        markers.push(Marker { line: target, column, width, message });
    }
    markers
}

/// What the rule finds in an example. Markers in it are comments, so that they change nothing.
fn found(rule: &'static Rule, version: Version, text: &str) -> Result<Vec<Marker>> {
    let mut found = Vec::new();
    for document in yaml::read(text.as_bytes()) {
        let document = document.map_err(|error| format!("an example cannot be read: {error}"))?;
        for mut object in objects(&document.root) {
            // Most examples leave out what is the same in every Pod.
            if object.kind.is_empty() {
                object = Object { api_version: "v1", kind: "Pod", ..object };
            }
            for finding in findings(rule, version, &object) {
                found.push(marker(text, finding)?);
            }
        }
    }
    Ok(found)
}

fn findings(rule: &'static Rule, version: Version, object: &Object<'_>) -> Vec<Finding> {
    // The engine always applies it, and no other way leads to it.
    if rule.id == "wrong-type" {
        let mut findings = check(object, &Profile { level: Level::Privileged, version });
        findings.retain(|finding| finding.rule.id == rule.id);
        return findings;
    }
    let mut findings = Findings::of(rule, Severity::Error);
    if let Some(source) = object.pod() {
        podproof_policy::check::run(rule, version, &source.pod, &mut findings);
    }
    findings.into_vec()
}

fn marker(text: &str, finding: Finding) -> Result<Marker> {
    let span = finding.span.ok_or("a finding points nowhere")?.range();
    let before = &text[..span.start];
    let column = before.rsplit('\n').next().unwrap_or_default().len();
    if column == 0 {
        return Err("a finding in the first column cannot be marked: indent the example".into());
    }
    let line = before.matches('\n').count();
    Ok(Marker { line, column, width: span.len(), message: finding.message })
}

#[cfg(test)]
mod tests {
    use super::blessed;
    use podproof_policy::rules::by_id;

    const RIGHT: &str = "\
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         privileged: true
//! #                   ^^^^ container `web` is privileged
//! ```
code();
";

    #[test]
    fn wrong_and_missing_markers_are_rewritten_and_right_ones_stay() {
        let rule = by_id("privileged").unwrap();
        assert_eq!(blessed(rule, RIGHT).unwrap(), RIGHT);
        assert_eq!(blessed(rule, &RIGHT.replace("   ^^^^", "  ^^^^^")).unwrap(), RIGHT);
        let without: String =
            RIGHT.split_inclusive('\n').filter(|line| !line.contains('^')).collect();
        assert_eq!(blessed(rule, &without).unwrap(), RIGHT);
    }
}
