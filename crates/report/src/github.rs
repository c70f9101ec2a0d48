//! Annotations of GitHub Actions: findings beside the lines of a pull request.

use crate::FileReport;
use crate::fingerprint::plain_path;
use crate::text::one_line;
use podproof_policy::{Finding, Severity};
use podproof_source::{Lines, Span};

/// The findings of a file, one command on a line. Those that are suppressed are left out.
pub fn file(report: &FileReport, text: &[u8]) -> String {
    let lines = Lines::new(text);
    report.open_findings().map(|finding| command(report, finding, &lines)).collect()
}

fn command(report: &FileReport, finding: &Finding, lines: &Lines<'_>) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let path = property(&plain_path(&report.path));
    let place = finding.span.map(|span| place(span, lines)).unwrap_or_default();
    let title = property(&format!("podproof: {}", finding.rule.id));
    format!("::{command} file={path}{place},title={title}::{}\n", data(&finding.message))
}

/// GitHub shows columns only where a finding does not end on another line.
fn place(span: Span, lines: &Lines<'_>) -> String {
    let (start, end) = (lines.position(span.start), lines.position(span.end));
    let mut place = format!(",line={},endLine={}", start.line, end.line);
    if start.line == end.line {
        place += &format!(",col={},endColumn={}", start.column, end.column.max(start.column));
    }
    place
}

/// A message. Control characters other than the ends of lines are shown as escapes.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    one_line(&text)
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, file, property};
    use crate::FileReport;
    use crate::fingerprint::tests::{POD, report};

    #[test]
    fn a_finding_is_a_command_with_its_place() {
        let text = file(&report(POD), POD.as_bytes());
        let first = text.lines().find(|line| line.contains("host-namespaces")).unwrap();
        let start = "::error file=k8s/a.yaml,line=5,endLine=5,col=12,endColumn=16,\
                     title=podproof%3A host-namespaces::";
        assert!(first.starts_with(start), "{first}");
        assert!(text.lines().all(|line| line.starts_with("::error ")), "{text}");
    }

    #[test]
    fn suppressed_findings_are_left_out() {
        let mut report = report(POD);
        crate::baseline::accept(&mut report);
        assert_eq!(file(&report, POD.as_bytes()), "");
    }

    #[test]
    fn a_file_that_cannot_be_opened_has_no_place() {
        let text = file(&FileReport::unopened("a,b:c%.yaml", "gone"), b"");
        let start = "::error file=a%2Cb%3Ac%25.yaml,title=podproof%3A unread-text::";
        assert!(text.starts_with(start), "{text}");
    }

    #[test]
    fn nothing_in_a_text_ends_a_command() {
        assert_eq!(data("a: 100%,\r\n::error::b\u{1b}"), "a: 100%25,%0D%0A::error::b\\u{1b}");
        assert_eq!(property("a: 1%,\n"), "a%3A 1%25%2C%0A");
    }
}
