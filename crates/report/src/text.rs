//! The report for people, in rustc's style: the line, the place underlined, why, and what to do.

mod hint;

use crate::mask::masked_text;
use crate::{FileReport, ObjectReport, Status};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use podproof_policy::rule::{Rule, Severity};
use podproof_policy::{Finding, rules};
use podproof_source::{Lines, Span};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

/// Prose is wrapped at this many characters.
const WIDTH: usize = 88;
/// More places of a rule in one object are counted, not shown.
const MOST_PLACES: usize = 20;
/// Source lines longer than this are not shown.
const LONGEST_LINE: usize = 500;

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
        masked: &report.masked,
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
            out += &view.findings(&group, explain, object.by_shape);
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
    // The first paragraph is the title.
    let docs = docs.split_once("\n\n").map_or(docs.as_str(), |(_, rest)| rest);
    format!("{}: {}\n({level}; steps: {})\n\n{docs}", rule.id, rule.title, steps.join(", "))
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
    masked: &'a [Span],
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
        one_line(&format!("== {}: {}{namespace}{by_shape}", self.path, object.title()))
    }

    /// One diagnostic for all findings of a rule in an object.
    fn findings(&self, findings: &[&Finding], explain: bool, by_shape: bool) -> String {
        let Some(first) = findings.first() else { return String::new() };
        let level = match first.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Info => Level::INFO,
        };
        let shown = findings.get(..MOST_PLACES).unwrap_or(findings);
        let several = shown.len() > 1;
        let title = if several { first.rule.title.to_owned() } else { one_line(&first.message) };
        let mut group = Group::with_title(level.primary_title(title).id(first.rule.id));
        match self.snippet(shown, several) {
            Some(snippet) => group = group.element(snippet),
            None => group = group.element(self.origin(first)),
        }
        if several && self.source_lines(shown).is_none() {
            let places: Vec<String> = shown.iter().map(|found| self.place(found)).collect();
            group = group.element(Level::NOTE.message(places.join("\n")));
        }
        if findings.len() > shown.len() {
            let more = format!("and {} more", findings.len() - shown.len());
            group = group.element(Level::NOTE.message(more));
        }
        if explain {
            let (why, how) = why_and_how(first.rule);
            group = group.element(Level::NOTE.message(why)).element(Level::HELP.message(how));
        }
        for hint in hint::hints(findings, by_shape) {
            group = group.element(Level::HELP.message(wrap(&one_line(&hint))));
        }
        self.renderer.render(&[group])
    }

    /// The place alone, where no source can be shown.
    fn origin(&self, finding: &Finding) -> Origin<'_> {
        let origin = Origin::path(self.path.to_owned());
        let Some(span) = finding.span else { return origin };
        let position = self.lines.position(span.start);
        origin.line(position.line as usize).char_column(position.column as usize)
    }

    /// "12:7: container `web` is privileged"
    fn place(&self, finding: &Finding) -> String {
        let message = one_line(&finding.message);
        let Some(span) = finding.span else { return message };
        let position = self.lines.position(span.start);
        format!("{}:{}: {message}", position.line, position.column)
    }

    /// The lines from the first to the last finding, the places underlined.
    fn snippet(
        &self,
        findings: &[&Finding],
        labels: bool,
    ) -> Option<Snippet<'_, annotate_snippets::Annotation<'_>>> {
        let shown = self.source_lines(findings)?;
        let line = self.lines.position(Span::new(shown.start, 0).start).line;
        let places: Vec<Span> = findings.iter().filter_map(|found| found.span).collect();
        let source = masked_text(self.text, shown.clone(), self.masked, &places);
        let at = |offset: u32| {
            let offset = (offset as usize).saturating_sub(shown.start).min(source.len());
            (0..=offset).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0)
        };
        let annotations = findings.iter().filter_map(|finding| {
            let span = finding.span?;
            let annotation = AnnotationKind::Primary.span(at(span.start)..at(span.end));
            Some(if labels { annotation.label(one_line(&finding.message)) } else { annotation })
        });
        let annotations: Vec<_> = annotations.collect();
        let snippet = Snippet::source(source).line_start(line as usize).path(self.path.to_owned());
        Some(snippet.annotations(annotations))
    }

    /// The whole lines of these findings. None if a line is too long to be read, or if nobody knows
    /// what stands in it: text that could not be read may hold a credential.
    fn source_lines(&self, findings: &[&Finding]) -> Option<Range<usize>> {
        if findings.iter().any(|found| found.rule.id == rules::UNREAD_TEXT.id) {
            return None;
        }
        let spans = || findings.iter().filter_map(|found| found.span);
        let start = spans().map(|span| span.start).min()? as usize;
        let end = spans().map(|span| span.end).max()? as usize;
        let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let before = self.text.get(..start)?;
        let after = self.text.get(end..)?;
        let start = before.iter().rposition(is_break).map_or(0, |at| at + 1);
        let end = end + after.iter().position(is_break).unwrap_or(after.len());
        let longest = self.text.get(start..end)?.split(is_break).map(<[u8]>::len).max()?;
        (longest <= LONGEST_LINE).then_some(start..end)
    }
}

/// Without control characters, which could forge lines of a report.
pub fn one_line(text: &str) -> String {
    let shown =
        |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
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
