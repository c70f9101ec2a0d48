//! SARIF 2.1.0: for code scanning of GitHub, and for whatever else shows results of many tools.
//!
//! Written file by file. It holds no source lines: the viewer has the files.

mod fixes;

use crate::fingerprint::{Identity, identities, plain_path};
use crate::rule_page;
use crate::{FileReport, ObjectReport, Status};
use fixes::Fixes;
use podproof_policy::rules::RULES;
use podproof_policy::{Finding, Profile, Rule, Severity, Suppressed, SuppressedBy};
use podproof_source::{Lines, Span};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What comes before the results.
pub fn head(profile: &Profile) -> String {
    let rules: Vec<Value> = RULES.iter().map(|rule| descriptor(rule, profile)).collect();
    let driver = json!({
        "name": "podproof",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": rules,
    });
    format!(
        "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\
         \"tool\":{{\"driver\":{driver}}},\"columnKind\":\"unicodeCodePoints\",\
         \"newlineSequences\":[\"\\r\\n\",\"\\n\",\"\\r\"],\"results\":["
    )
}

/// The results of a file, with commas between them; put one before it if it is not empty and not
/// the first that is not.
pub fn file(report: &FileReport, text: &[u8]) -> String {
    let lines = Lines::new(text);
    let mut fixes = Fixes::new(text, &lines, artifact(&report.path));
    let mut seen: BTreeMap<Identity, usize> = BTreeMap::new();
    let mut out = String::new();
    for (object, identities) in report.objects.iter().zip(identities(report)) {
        for (finding, identity) in object.findings.iter().zip(identities) {
            // The severity is no part of it.
            let identity = Identity { severity: Severity::Info, ..identity };
            let mut result = result(report, object, finding, &lines);
            let before = seen.get(&identity).copied().unwrap_or_default();
            result["partialFingerprints"] = json!({ "podproof/v1": identity.hash(before) });
            seen.insert(identity, before + 1);
            if let Some(fix) = fixes.of(finding, object) {
                result["fixes"] = json!([fix]);
            }
            out.push_str(if out.is_empty() { "" } else { "," });
            out.push_str(&result.to_string());
        }
    }
    out
}

/// Files of which at least a part could not be judged.
#[derive(Clone, Debug, Default)]
pub struct Unread(Vec<Value>);

impl Unread {
    /// Remembers what could not be judged in a file.
    pub fn add(&mut self, report: &FileReport) {
        if matches!(report.status, Status::Checked | Status::PassedOver) {
            return;
        }
        let why = report.findings().filter(|finding| finding.rule.id == "unread-text");
        let why = why.map(|finding| finding.message.as_str()).next();
        let why = why.unwrap_or("not all of it could be read");
        self.0.push(json!({
            "level": "error",
            "message": { "text": format!("{} was not checked in full: {why}", report.path) },
            "locations": [{ "physicalLocation": { "artifactLocation": artifact(&report.path) } }],
        }));
    }
}

/// What comes behind the results.
pub fn tail(unread: &Unread) -> String {
    let invocation = json!({
        "executionSuccessful": unread.0.is_empty(),
        "toolExecutionNotifications": unread.0,
    });
    format!("],\"invocations\":[{invocation}]}}]}}\n")
}

fn descriptor(rule: &Rule, profile: &Profile) -> Value {
    let severity = profile.severity(rule);
    let mut tags = vec!["kubernetes", rule.category.name()];
    tags.extend(rule.standard.map(|standard| standard.level.name()));
    json!({
        "id": rule.id,
        "name": camel_case(rule.id),
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule_page::why(rule) },
        "help": { "text": rule_page::how(rule), "markdown": rule_page::help(rule) },
        "helpUri": rule_page::uri(rule),
        "defaultConfiguration": {
            "enabled": severity.is_some(),
            "level": level(severity.unwrap_or(rule.severity)),
        },
        "properties": { "tags": tags, "precision": "high" },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// `HostPorts`: the name that SARIF wants beside an id.
fn camel_case(id: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or_default();
        first.to_ascii_uppercase() + rest
    };
    id.split('-').map(word).collect()
}

fn result(
    report: &FileReport,
    object: &ObjectReport,
    finding: &Finding,
    lines: &Lines<'_>,
) -> Value {
    let region = finding.span.map_or_else(|| json!({ "startLine": 1 }), |span| region(span, lines));
    let place = json!({ "artifactLocation": artifact(&report.path), "region": region });
    let mut location = json!({ "physicalLocation": place });
    if !finding.path.is_empty() {
        let name = format!("{}: {}", object.title(), finding.path);
        location["logicalLocations"] = json!([{ "fullyQualifiedName": name, "kind": "property" }]);
    }
    let mut result = json!({
        "ruleId": finding.rule.id,
        "level": level(finding.severity),
        "message": { "text": finding.message },
        "locations": [location],
    });
    if let Some(index) = RULES.iter().position(|rule| rule.id == finding.rule.id) {
        result["ruleIndex"] = index.into();
    }
    if let Some(suppressed) = &finding.suppressed {
        result["suppressions"] = json!([suppression(suppressed)]);
    }
    result
}

fn suppression(suppressed: &Suppressed) -> Value {
    let kind = match suppressed.by {
        SuppressedBy::Comment | SuppressedBy::Annotation => "inSource",
        SuppressedBy::Exemption | SuppressedBy::Baseline => "external",
    };
    json!({ "kind": kind, "status": "accepted", "justification": suppressed.reason })
}

fn region(span: Span, lines: &Lines<'_>) -> Value {
    let (start, end) = (lines.position(span.start), lines.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column.max(1),
        "endLine": end.line,
        "endColumn": end.column.max(1),
    })
}

/// A file as a URI, relative to the folder of the run unless its path is not.
fn artifact(path: &str) -> Value {
    let path = plain_path(path);
    if path.starts_with('/') {
        return json!({ "uri": format!("file://{}", encoded(&path)) });
    }
    json!({ "uri": encoded(&path), "uriBaseId": "%SRCROOT%" })
}

/// Percent-encoded, except what RFC 3986 leaves alone in every segment of a path.
fn encoded(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encode = |byte: u8| match byte {
        byte if is_plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    path.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::{Unread, artifact, camel_case, file, head, tail};
    use crate::fingerprint::tests::{POD, report};
    use crate::{FileReport, baseline};
    use podproof_policy::{Base, Profile, Suppressed, SuppressedBy, Version};
    use serde_json::{Value, json};

    fn log(reports: &[(&FileReport, &str)]) -> Value {
        let mut unread = Unread::default();
        let mut results = Vec::new();
        for (report, text) in reports {
            unread.add(report);
            results.push(file(report, text.as_bytes()));
        }
        let head = head(&Profile::new(Base::Restricted, Version::Latest));
        let text = head + &results.join(",") + &tail(&unread);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn results_have_rules_places_and_fingerprints() {
        let log = log(&[(&report(POD), POD)]);
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let results = run["results"].as_array().unwrap();
        let mut prints: Vec<&str> = Vec::new();
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            prints.push(result["partialFingerprints"]["podproof/v1"].as_str().unwrap());
        }
        let all = prints.len();
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), all);
        let of = |rule: &str| results.iter().find(|result| result["ruleId"] == rule).unwrap();
        let host_pid = &of("host-namespaces")["locations"][0]["physicalLocation"];
        assert_eq!(
            *host_pid,
            json!({
                "artifactLocation": {"uri": "k8s/a.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 5, "startColumn": 12, "endLine": 5, "endColumn": 16},
            })
        );
        assert_eq!(run["invocations"][0]["executionSuccessful"], true);
        // The fix of what nobody set is there, the one that takes something away is not.
        let fix = &of("run-as-non-root")["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(fix["deletedRegion"]["startLine"], fix["deletedRegion"]["endLine"]);
        assert!(fix["insertedContent"]["text"].as_str().unwrap().contains("runAsNonRoot: true"));
        assert_eq!(of("host-namespaces")["fixes"], Value::Null);
    }

    #[test]
    fn fingerprints_stay_when_lines_move() {
        let prints = |text: &str| {
            let log = log(&[(&report(text), text)]);
            let results = log["runs"][0]["results"].as_array().unwrap().clone();
            let mut prints: Vec<_> =
                results.iter().map(|result| result["partialFingerprints"].to_string()).collect();
            prints.sort();
            prints
        };
        assert_eq!(prints(POD), prints(&format!("# more\n{POD}")));
    }

    #[test]
    fn suppressed_results_say_who_suppressed_them() {
        let mut report = report(POD);
        let by = SuppressedBy::Comment;
        let own = Suppressed { reason: "we \"need\" it".into(), by };
        report.objects[0].findings[0].suppressed = Some(Box::new(own));
        baseline::accept(&mut report);
        let log = log(&[(&report, POD)]);
        let results = &log["runs"][0]["results"];
        let first = json!([{"kind": "inSource", "status": "accepted",
            "justification": "we \"need\" it"}]);
        assert_eq!(results[0]["suppressions"], first);
        assert_eq!(results[1]["suppressions"][0]["kind"], "external");
    }

    #[test]
    fn what_cannot_be_read_is_no_success() {
        let log = log(&[(&FileReport::unopened("a b.yaml", "gone"), "")]);
        let run = &log["runs"][0];
        assert_eq!(run["results"][0]["ruleId"], "unread-text");
        assert_eq!(run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
        let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
        assert!(notification["message"]["text"].as_str().unwrap().contains("gone"));
    }

    #[test]
    fn a_run_without_results_is_a_whole_log() {
        let log = log(&[]);
        assert_eq!(log["runs"][0]["results"], json!([]));
    }

    #[test]
    fn no_fix_carries_a_credential() {
        // The edit of a map in braces writes its neighbours again.
        let text = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, env: [{name: P, value: \
                    hunter2}]}]}\n---\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - &a\n    \
                    name: a\n    env: [{name: P, value: hunter2}]\n  - *a\n";
        let log = log(&[(&report(text), text)]);
        let results = log["runs"][0]["results"].to_string();
        assert!(results.contains("\"fixes\"") && !results.contains("hunter2"), "{results}");
    }

    #[test]
    fn paths_are_uris() {
        let uri = |path: &str| artifact(path)["uri"].as_str().unwrap().to_owned();
        assert_eq!(uri("./a b/ü:%.yaml"), "a%20b/%C3%BC%3A%25.yaml");
        assert_eq!(uri("/k8s/a#.yaml"), "file:///k8s/a%23.yaml");
        assert_eq!(uri("-"), "-");
        assert_eq!(camel_case("host-ports"), "HostPorts");
    }
}
