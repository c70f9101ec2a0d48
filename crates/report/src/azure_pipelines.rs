//! Logging commands of Azure Pipelines: findings as issues of a run.

use crate::FileReport;
use crate::fingerprint::plain_path;
use crate::text::one_line;
use podproof_policy::{Finding, Severity};
use podproof_source::Lines;

/// The findings of a file, one command on a line; hints, for which there is no command, as plain
/// lines. Those that are suppressed are left out.
pub fn file(report: &FileReport, text: &[u8]) -> String {
    let lines = Lines::new(text);
    report.open_findings().map(|finding| line(report, finding, &lines)).collect()
}

fn line(report: &FileReport, finding: &Finding, lines: &Lines<'_>) -> String {
    let path = plain_path(&report.path);
    let place = finding.span.map(|span| lines.position(span.start));
    let rule = finding.rule.id;
    if finding.severity == Severity::Info {
        let place = place.map(|place| format!(":{}:{}", place.line, place.column));
        let place = place.unwrap_or_default();
        let line = format!("info: {path}{place}: {} [{rule}]", finding.message);
        return plain_line(&line) + "\n";
    }
    let place =
        place.map(|place| format!("linenumber={};columnnumber={};", place.line, place.column));
    format!(
        "##vso[task.logissue type={};sourcepath={};{}code={rule}]{}\n",
        finding.severity.name(),
        property(&path),
        place.unwrap_or_default(),
        data(&format!("{} [{rule}]", finding.message)),
    )
}

/// A line that is no command, whatever stands in it: the agent looks for commands in the middle of
/// lines too.
pub fn plain_line(line: &str) -> String {
    one_line(line).replace("##", "# #")
}

/// A message. Control characters other than the ends of lines are shown as escapes.
fn data(text: &str) -> String {
    let text = text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A");
    plain_line(&text)
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(']', "%5D").replace(';', "%3B")
}

#[cfg(test)]
mod tests {
    use super::{data, file, plain_line, property};
    use crate::FileReport;
    use crate::fingerprint::tests::{POD, report};
    use podproof_policy::Severity;

    #[test]
    fn a_finding_is_an_issue_with_its_place() {
        let mut report = report(POD);
        report.objects[0].findings[1].severity = Severity::Info;
        let text = file(&report, POD.as_bytes());
        let host = text.lines().find(|line| line.contains("code=host-namespaces")).unwrap();
        let start = "##vso[task.logissue type=error;sourcepath=k8s/a.yaml;linenumber=5;\
                     columnnumber=12;code=host-namespaces]";
        assert!(host.starts_with(start), "{host}");
        let info = text.lines().find(|line| line.starts_with("info: k8s/a.yaml:")).unwrap();
        assert!(info.ends_with(']'), "{info}");
    }

    #[test]
    fn suppressed_findings_are_left_out() {
        let mut report = report(POD);
        crate::baseline::accept(&mut report);
        assert_eq!(file(&report, POD.as_bytes()), "");
    }

    #[test]
    fn a_file_that_cannot_be_opened_has_no_place() {
        let text = file(&FileReport::unopened("a;b].yaml", "gone"), b"");
        let start = "##vso[task.logissue type=error;sourcepath=a%3Bb%5D.yaml;code=unread-text]";
        assert!(text.starts_with(start), "{text}");
    }

    #[test]
    fn nothing_in_a_text_is_a_command() {
        assert_eq!(data("a]; 5%\r\n##vso[x]\u{7}"), "a]; 5%AZP25%0D%0A# #vso[x]\\u{7}");
        assert_eq!(property("a];"), "a%5D%3B");
        assert_eq!(
            plain_line("a\n##vso[task.complete]###[error]"),
            "a\\n# #vso[task.complete]# ##[error]"
        );
    }
}
