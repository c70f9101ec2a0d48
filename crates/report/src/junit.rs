//! JUnit XML: a test suite for each file, a test for each object and rule. Every CI system shows it.

use crate::fingerprint::plain_path;
use crate::{FileReport, ObjectReport, Status};
use podproof_policy::{Finding, Severity};
use podproof_source::Lines;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What comes before the files.
pub const HEAD: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"podproof\">\n";

/// What comes behind the files.
pub const TAIL: &str = "</testsuites>\n";

/// A file's suite. Errors and warnings fail a test; one of which all findings are suppressed is
/// skipped; an object without findings is one passed test.
pub fn file(report: &FileReport, text: &[u8]) -> String {
    if report.status == Status::PassedOver {
        return String::new();
    }
    let lines = Lines::new(text);
    let path = escaped(&plain_path(&report.path));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut tests = Vec::new();
    for object in &report.objects {
        let name = name(object, &mut seen);
        if object.findings.is_empty() {
            tests.push(Test { object: name, rule: "podproof", findings: Vec::new() });
            continue;
        }
        for findings in by_rule(&object.findings) {
            let rule = findings.first().map_or("podproof", |finding| finding.rule.id);
            tests.push(Test { object: name.clone(), rule, findings });
        }
    }
    let count = |outcome| tests.iter().filter(|test| test.outcome() == outcome).count();
    let mut out = format!(
        "  <testsuite name=\"{path}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n",
        tests.len(),
        count(Outcome::Failed),
        count(Outcome::Skipped),
    );
    for test in &tests {
        out += &test.written(&path, &lines);
    }
    out + "  </testsuite>\n"
}

struct Test<'r> {
    object: String,
    rule: &'static str,
    findings: Vec<&'r Finding>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    Skipped,
}

impl Test<'_> {
    fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().copied().filter(|finding| finding.suppressed.is_none())
    }

    fn worst(&self) -> Option<Severity> {
        self.open().map(|finding| finding.severity).max()
    }

    fn outcome(&self) -> Outcome {
        match self.worst() {
            Some(Severity::Error | Severity::Warning) => Outcome::Failed,
            Some(Severity::Info) => Outcome::Passed,
            None if self.findings.is_empty() => Outcome::Passed,
            None => Outcome::Skipped,
        }
    }

    fn written(&self, path: &str, lines: &Lines<'_>) -> String {
        let mut out = format!(
            "    <testcase classname=\"{path}: {}\" name=\"{}\" file=\"{path}\"",
            escaped(&self.object),
            escaped(self.rule),
        );
        if let Some(span) = self.findings.iter().find_map(|finding| finding.span) {
            let _ = write!(out, " line=\"{}\"", lines.position(span.start).line);
        }
        if self.findings.is_empty() {
            return out + "/>\n";
        }
        out += ">\n      ";
        out += &match (self.outcome(), self.worst()) {
            (Outcome::Failed, worst) => self.failure(worst.map_or("", Severity::name), lines),
            (Outcome::Skipped, _) => self.skipped(),
            (Outcome::Passed, _) => {
                format!("<system-out>{}</system-out>", escaped(&self.places(lines)))
            }
        };
        out + "\n    </testcase>\n"
    }

    fn failure(&self, severity: &str, lines: &Lines<'_>) -> String {
        let open = self.open().count();
        let first = self.open().next().map_or("", |finding| finding.message.as_str());
        let more = if open > 1 { format!(" (and {} more)", open - 1) } else { String::new() };
        format!(
            "<failure type=\"{severity}\" message=\"{}{more}\">{}</failure>",
            escaped(first),
            escaped(&self.places(lines))
        )
    }

    fn skipped(&self) -> String {
        let suppressed = self.findings.iter().find_map(|finding| finding.suppressed.as_deref());
        let reason = suppressed.map_or("", |suppressed| suppressed.reason.as_str());
        format!("<skipped message=\"{}\"/>", escaped(reason))
    }

    /// The open findings, one on a line.
    fn places(&self, lines: &Lines<'_>) -> String {
        let place = |finding: &Finding| match finding.span {
            Some(span) => {
                let position = lines.position(span.start);
                format!("{}:{}: {}", position.line, position.column, finding.message)
            }
            None => finding.message.clone(),
        };
        self.open().map(place).collect::<Vec<_>>().join("\n")
    }
}

/// `Deployment prod/web`; a number behind it if the file has several.
fn name(object: &ObjectReport, seen: &mut BTreeMap<String, usize>) -> String {
    let title = match (&object.kind, &object.namespace, &object.name) {
        (Some(kind), Some(namespace), Some(name)) => format!("{kind} {namespace}/{name}"),
        _ => object.title(),
    };
    let count = seen.entry(title.clone()).or_default();
    *count += 1;
    if *count > 1 { format!("{title} #{count}") } else { title }
}

/// Findings of the same rule together.
fn by_rule(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut groups: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        groups.entry(finding.rule.id).or_default().push(finding);
    }
    groups.into_values().collect()
}

/// Text for an element or an attribute. What XML 1.0 cannot hold is shown as Rust escapes it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            // As they are, an attribute would lose them.
            '\t' | '\n' | '\r' => out += &format!("&#{};", u32::from(c)),
            '\u{fffe}' | '\u{ffff}' => out.extend(c.escape_unicode()),
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{escaped, file};
    use crate::FileReport;
    use crate::fingerprint::tests::{POD, report};
    use podproof_policy::{Severity, Suppressed, SuppressedBy};

    #[test]
    fn a_test_is_an_object_and_a_rule() {
        let mut report = report(POD);
        let findings = &mut report.objects[0].findings;
        let all = findings.len();
        for finding in findings.iter_mut() {
            match finding.rule.id {
                "host-namespaces" => {
                    let reason = "<agreed>".to_owned();
                    let by = SuppressedBy::Annotation;
                    finding.suppressed = Some(Box::new(Suppressed { reason, by }));
                }
                "run-as-non-root" => finding.severity = Severity::Info,
                _ => {}
            }
        }
        let text = file(&report, POD.as_bytes());
        let tests = text.matches("<testcase ").count();
        assert!(tests < all, "{text}");
        let head = format!("<testsuite name=\"k8s/a.yaml\" tests=\"{tests}\" failures=\"");
        assert!(text.contains(&head), "{text}");
        assert!(text.contains("errors=\"0\" skipped=\"1\">"), "{text}");
        assert!(text.contains("<skipped message=\"&lt;agreed&gt;\"/>"), "{text}");
        assert!(text.contains("<system-out>"), "{text}");
        let ports = "<testcase classname=\"k8s/a.yaml: Pod prod/web\" name=\"host-ports\" \
                     file=\"k8s/a.yaml\" line=\"7\">\n      <failure type=\"error\" message=\"";
        assert!(text.contains(ports), "{text}");
        assert!(text.contains(" (and 1 more)\">7:36: "), "{text}");
    }

    #[test]
    fn equal_objects_are_two_tests_and_clean_ones_pass() {
        let mut report = report(&format!("{POD}---\n{POD}"));
        report.objects[1].findings.clear();
        let text = file(&report, POD.as_bytes());
        let passed = "    <testcase classname=\"k8s/a.yaml: Pod prod/web #2\" name=\"podproof\" \
                      file=\"k8s/a.yaml\"/>\n";
        assert!(text.contains(passed), "{text}");
    }

    #[test]
    fn what_is_passed_over_is_no_suite() {
        let mut report = report(POD);
        report.pass_over("why not");
        assert_eq!(file(&report, POD.as_bytes()), "");
        let unopened = file(&FileReport::unopened("gone.yaml", "it is gone"), b"");
        assert!(
            unopened.contains("<failure type=\"error\" message=\"cannot be read: it is gone\">")
        );
    }

    #[test]
    fn xml_holds_any_text() {
        assert_eq!(
            escaped("<a b=\"c\">&'\u{0}\u{1b}\u{fffe}\n\u{e9}"),
            "&lt;a b=&quot;c&quot;&gt;&amp;'\\u{0}\\u{1b}\\u{fffe}&#10;\u{e9}"
        );
    }
}
