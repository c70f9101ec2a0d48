//! The report for people, in rustc's style: the line, the place underlined, why, and what to do.

use crate::mask::masked_text;
use crate::{FileReport, ObjectReport, Status};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use podproof_policy::rule::{Rule, Severity};
use podproof_policy::{Finding, rules};
use podproof_source::{Lines, Span};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Prose is wrapped at this many characters.
const WIDTH: usize = 88;

/// The findings of a file, grouped by object and rule. Empty for a clean file.
pub fn file(report: &FileReport, text: &[u8], color: bool) -> String {
    let mut out = String::new();
    if report.status == Status::PassedOver {
        return out;
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let view = View {
        path: &report.path,
        text,
        lines: Lines::new(text),
        renderer: renderer.decor_style(DecorStyle::Ascii),
    };
    for note in &report.notes {
        let _ = writeln!(out, "note: {}: {}\n", report.path, note.message);
    }
    let mut explained = BTreeSet::new();
    for object in report.objects.iter().filter(|object| !object.findings.is_empty()) {
        let _ = writeln!(out, "{}", view.heading(object));
        for group in by_rule(&object.findings) {
            let explain = group.first().is_some_and(|found| explained.insert(found.rule.id));
            out += &view.findings(&group, object, explain);
            out += "\n\n";
        }
    }
    out
}

/// A rule's whole documentation.
pub fn explain(rule: &Rule) -> String {
    let level = match rule.standard {
        Some(standard) => format!(
            "{} level of the Pod Security Standards, upstream check `{}`",
            standard.level, standard.check
        ),
        None => format!("{} rule", rule.category.name()),
    };
    let steps: Vec<String> =
        rule.versions.iter().map(|step| format!("v1.{}", step.since)).collect();
    let docs = without_markers(&rule.docs());
    format!("{}: {}\n({level}; as of {})\n\n{docs}", rule.id, rule.title, steps.join(", "))
}

/// All rules as a table.
pub fn rule_list() -> String {
    let mut out = String::new();
    for rule in rules::RULES {
        let level = rule.standard.map_or(rule.category.name(), |standard| standard.level.name());
        let _ = writeln!(out, "{:28} {level:11} {}", rule.id, rule.title);
    }
    out
}

/// Examples as a reader wants them: the `^^^` lines stay, they show the place.
fn without_markers(docs: &str) -> String {
    docs.replace("```yaml,bad", "```yaml  # refused").replace("```yaml,good", "```yaml  # fine")
}

/// Findings of the same rule together, in the order of the first of each.
fn by_rule(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let same_rule = |group: &&mut Vec<&Finding>| {
            group.first().is_some_and(|first| first.rule.id == finding.rule.id)
        };
        match groups.iter_mut().find(same_rule) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

struct View<'a> {
    path: &'a str,
    text: &'a [u8],
    lines: Lines<'a>,
    renderer: Renderer,
}

impl View<'_> {
    fn heading(&self, object: &ObjectReport) -> String {
        let namespace = object
            .namespace
            .as_ref()
            .map(|name| format!(" in namespace {name}"))
            .unwrap_or_default();
        let by_shape = if object.by_shape { " (recognised by its shape)" } else { "" };
        format!("== {}: {}{namespace}{by_shape}", self.path, object.title())
    }

    /// One diagnostic for all findings of a rule in an object.
    fn findings(&self, findings: &[&Finding], object: &ObjectReport, explain: bool) -> String {
        let Some(first) = findings.first() else { return String::new() };
        let level = match first.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Info => Level::INFO,
        };
        let several = findings.len() > 1;
        let title = if several { first.rule.title } else { first.message.as_str() };
        let mut group = Group::with_title(level.primary_title(title).id(first.rule.id));
        if let Some(snippet) = self.snippet(findings, &object.masked, several) {
            group = group.element(snippet);
        } else {
            let places: Vec<&str> = findings.iter().map(|found| found.message.as_str()).collect();
            group = group.element(annotate_snippets::Origin::path(self.path));
            if several {
                group = group.element(Level::NOTE.message(places.join("\n")));
            }
        }
        if explain {
            let (why, how) = why_and_how(first.rule);
            group = group.element(Level::NOTE.message(why)).element(Level::HELP.message(how));
        }
        self.renderer.render(&[group])
    }

    /// The lines from the first to the last finding, the places underlined.
    fn snippet(
        &self,
        findings: &[&Finding],
        masked: &[Span],
        labels: bool,
    ) -> Option<Snippet<'_, annotate_snippets::Annotation<'_>>> {
        let spans: Vec<(Span, &Finding)> =
            findings.iter().filter_map(|found| Some((found.span?, *found))).collect();
        let first = spans.iter().map(|(span, _)| span.start).min()?;
        let last = spans.iter().map(|(span, _)| span.end).max()?;
        let shown = self.whole_lines(first as usize, last as usize);
        let line = self.lines.position(Span::new(shown.start, 0).start).line;
        let source = masked_text(self.text, shown.clone(), masked);
        let length = source.len();
        let annotations = spans.into_iter().map(|(span, finding)| {
            let start = (span.start as usize).saturating_sub(shown.start).min(length);
            let end = (span.end as usize).saturating_sub(shown.start).clamp(start, length);
            let annotation = AnnotationKind::Primary.span(start..end);
            if labels { annotation.label(finding.message.clone()) } else { annotation }
        });
        let annotations: Vec<_> = annotations.collect();
        let snippet = Snippet::source(source).line_start(line as usize).path(self.path.to_owned());
        Some(snippet.annotations(annotations))
    }

    fn whole_lines(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let before = self.text.get(..start).unwrap_or_default();
        let after = self.text.get(end..).unwrap_or_default();
        let start = before.iter().rposition(is_break).map_or(0, |at| at + 1);
        let end = end + after.iter().position(is_break).unwrap_or(after.len());
        start..end.min(self.text.len()).max(start)
    }
}

/// The second paragraph of a rule's docs, which says why, and the first one of "How to fix it".
fn why_and_how(rule: &Rule) -> (String, String) {
    let docs = rule.docs();
    let mut paragraphs = docs.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    let why = paragraphs.nth(1).unwrap_or(rule.title);
    let how = docs
        .split("## How to fix it")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").map(str::trim).find(|part| !part.is_empty()));
    let how = how.unwrap_or("see the rule's documentation");
    let more = format!("{} (more: `podproof explain {}`)", how.replace('\n', " "), rule.id);
    (wrap(&why.replace('\n', " ")), wrap(&more))
}

fn wrap(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + word.chars().count() < WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
