//! The report for people, in rustc's style: the line, the place underlined, why, and what to do.

mod hint;

use crate::mask::masked_text;
use crate::summary::count;
use crate::{FileReport, ObjectReport, Status, rule_page};
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

/// How a report is to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// In colours, for a terminal.
    pub color: bool,
    /// With hints in full, not in one line for an object.
    pub infos: bool,
}

/// The findings of a file, grouped by object, rule and severity. Empty for a clean file.
pub fn file(report: &FileReport, text: &[u8], look: Look) -> String {
    let mut out = String::new();
    if report.status == Status::PassedOver {
        return out;
    }
    let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    let view = View {
        look,
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
        let is_folded = |found: &Finding| found.severity == Severity::Info && !look.infos;
        let open = || object.findings.iter().filter(|found| found.suppressed.is_none());
        for group in by_rule(open().filter(|found| !is_folded(found))) {
            let explain = group.first().is_some_and(|found| explained.insert(found.rule.id));
            out += &view.findings(&group, explain, object.by_shape);
            out += "\n\n";
        }
        out += &view.dim_lines(open().filter(|found| is_folded(found)), &object.findings);
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
        let severity = rule.severity.name();
        let _ = writeln!(out, "{:34} {severity:8} {level:12} {}", rule.id, rule.title);
    }
    out
}

/// Examples as a reader wants them: the `^^^` lines stay, they show the place.
fn without_markers(docs: &str) -> String {
    docs.replace("```yaml,bad", "```yaml  # refused").replace("```yaml,good", "```yaml  # fine")
}

/// Findings of the same rule and severity together, in the order of the first of each.
fn by_rule<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<Vec<&'f Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let key = |found: &Finding| (found.rule.id, found.severity);
        let same = |group: &&mut Vec<&Finding>| {
            group.first().is_some_and(|first| key(first) == key(finding))
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

struct View<'a> {
    look: Look,
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

    /// What need not be read at once: the hints in one line, and each suppressed finding in one.
    fn dim_lines<'f>(
        &self,
        hints: impl Iterator<Item = &'f Finding>,
        findings: &[Finding],
    ) -> String {
        let mut lines = Vec::new();
        let groups = by_rule(hints);
        if !groups.is_empty() {
            let rules: Vec<&str> = groups
                .iter()
                .filter_map(|group| group.first())
                .map(|found| found.rule.id)
                .collect();
            let all = count(groups.iter().map(Vec::len).sum(), "hint");
            let rules = rules.join(", ");
            lines.push(format!("info: {rules} ({all}; --show-info prints them)"));
        }
        lines.extend(findings.iter().filter_map(|found| self.suppressed(found)));
        if lines.is_empty() {
            return String::new();
        }
        let (dim, end) = if self.look.color { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
        let lines: String = lines.iter().map(|line| format!("{dim}{line}{end}\n")).collect();
        lines + "\n"
    }

    /// "suppressed: host-ports at 12:7: the reason (comment)"
    fn suppressed(&self, finding: &Finding) -> Option<String> {
        let suppressed = finding.suppressed.as_ref()?;
        let place = finding.span.map(|span| self.lines.position(span.start));
        let place = place.map(|place| format!(" at {}:{}", place.line, place.column));
        let place = place.unwrap_or_default();
        let (rule, by) = (finding.rule.id, suppressed.by.name());
        Some(one_line(&format!("suppressed: {rule}{place}: {} ({by})", suppressed.reason)))
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

/// Why a rule is there, and how to satisfy it.
fn why_and_how(rule: &Rule) -> (String, String) {
    let more = format!("{} (more: `podproof explain {}`)", rule_page::how(rule), rule.id);
    (wrap(&rule_page::why(rule)), wrap(&more))
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

#[cfg(test)]
mod tests {
    use super::{Look, file};
    use crate::fingerprint::tests::{POD, report};
    use podproof_policy::{Severity, Suppressed, SuppressedBy};

    fn shown(infos: bool) -> String {
        let mut report = report(POD);
        for finding in &mut report.objects[0].findings {
            match finding.rule.id {
                "run-as-non-root" | "seccomp-profile-restricted" => {
                    finding.severity = Severity::Info;
                }
                "host-namespaces" => {
                    let reason = "the node's\nprocesses".to_owned();
                    let by = SuppressedBy::Comment;
                    finding.suppressed = Some(Box::new(Suppressed { reason, by }));
                }
                _ => {}
            }
        }
        file(&report, POD.as_bytes(), Look { color: false, infos })
    }

    #[test]
    fn hints_are_one_line_unless_they_are_asked_for() {
        let text = shown(false);
        let line = text.lines().find(|line| line.starts_with("info: ")).unwrap();
        assert!(line.contains("run-as-non-root") && line.contains("seccomp-profile"), "{text}");
        assert!(line.ends_with("hints; --show-info prints them)"), "{text}");
        assert!(!text.contains("info[run-as-non-root]"), "{text}");
        assert!(shown(true).contains("info[run-as-non-root]"));
    }

    #[test]
    fn a_suppressed_finding_is_one_line_with_its_reason() {
        let text = shown(false);
        let line = "\nsuppressed: host-namespaces at 5:12: the node's\\nprocesses (comment)\n";
        assert!(text.contains(line), "{text}");
        assert!(!text.contains("error[host-namespaces]"), "{text}");
    }

    #[test]
    fn findings_of_one_rule_and_two_severities_are_two_groups() {
        let mut report = report(POD);
        let ports = report.objects[0].findings.iter_mut();
        let mut ports = ports.filter(|finding| finding.rule.id == "host-ports");
        ports.next().unwrap().severity = Severity::Warning;
        let text = file(&report, POD.as_bytes(), Look::default());
        assert!(
            text.contains("warning[host-ports]") && text.contains("error[host-ports]"),
            "{text}"
        );
    }
}
