//! Findings that a comment in a file says are to be ignored:
//! `# podproof: ignore[rule-id] reason`, on the line of the finding or alone on the line above.

use crate::{ObjectReport, mask};
use podproof_policy::{Finding, Profile, Severity, Suppressed, SuppressedBy, suppress};
use podproof_source::{Span, yaml};
use std::ops::Range;

const MARK: &str = "podproof:";
const IGNORE: &str = "ignore[";
/// How a comment must look.
const FORM: &str = "`# podproof: ignore[rule-id] reason`";

/// The comments of a file that are meant for us, and the objects that they may concern.
#[derive(Debug, Default)]
pub(crate) struct Comments {
    all: Vec<Comment>,
    seats: Vec<Seat>,
}

/// A comment that is meant for us.
#[derive(Debug)]
struct Comment {
    place: Span,
    /// It, and what stands in front of it, up to the line above that is more than a comment.
    near: Range<usize>,
    /// The line whose findings it is about; none if it stands above nothing.
    line: Option<Range<usize>>,
    /// What it ignores, or what is wrong with it.
    says: Result<Ignored, String>,
}

#[derive(Debug)]
struct Ignored {
    rules: Vec<Named>,
    reason: String,
}

/// A rule that a comment names.
#[derive(Debug)]
struct Named {
    id: String,
    is_used: bool,
}

/// An object of the file: where the findings about comments in it go.
#[derive(Debug)]
struct Seat {
    start: usize,
    /// Without findings.
    object: ObjectReport,
    /// Its place among the objects of the report, if it has one.
    index: Option<usize>,
}

impl Comments {
    /// The comments of a text that are meant for us; none if the profile has no ear for them.
    pub(crate) fn of(text: &[u8], profile: &Profile) -> Self {
        if profile.ignores_suppressions || !are_in(text) {
            return Self::default();
        }
        let comments = yaml::comments(text, are_in).into_iter();
        let all = comments.filter_map(|place| Comment::of(text, place)).collect();
        Self { all, seats: Vec::new() }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Takes in an object, in the order of the text.
    pub(crate) fn seat(&mut self, start: u32, object: &ObjectReport, index: Option<usize>) {
        if self.is_empty() {
            return;
        }
        let object = ObjectReport { findings: Vec::new(), standing: None, ..object.clone() };
        self.seats.push(Seat { start: start as usize, object, index });
    }

    /// Hides the words of comments that stand beside a secret, since they may tell of it, and adds
    /// them to the places to mask.
    pub(crate) fn hide(&mut self, masked: &mut Vec<Span>) {
        let mut hidden = Vec::new();
        for comment in &mut self.all {
            let (start, end) = (comment.near.start, comment.near.end);
            let is_near = |span: &Span| span.range().start < end && start < span.range().end;
            if !masked.iter().any(is_near) {
                continue;
            }
            match &mut comment.says {
                Ok(ignored) => ignored.reason = "hidden: it stands beside a secret".into(),
                Err(why) => *why = format!("this ignores nothing: write {FORM}"),
            }
            // The `#` alone is shown.
            let behind = comment.place.start + 1;
            hidden.push(Span { start: behind, end: comment.place.end });
            comment.place.end = behind;
        }
        masked.extend(hidden);
        mask::join(masked);
    }

    /// Marks the findings that are ignored.
    pub(crate) fn mark(&mut self, findings: &mut [Finding]) {
        for comment in &mut self.all {
            let (Some(line), Ok(ignored)) = (&comment.line, &mut comment.says) else { continue };
            let on_line = |finding: &&mut Finding| {
                finding.span.is_some_and(|span| line.contains(&(span.start as usize)))
            };
            for finding in findings.iter_mut().filter(on_line) {
                let is_it = |named: &&mut Named| named.id == finding.rule.id;
                let Some(named) = ignored.rules.iter_mut().find(is_it) else { continue };
                named.is_used = true;
                let reason = ignored.reason.clone();
                let by = SuppressedBy::Comment;
                finding.suppressed.get_or_insert_with(|| Box::new(Suppressed { reason, by }));
            }
        }
    }

    /// Adds what is wrong with the comments to the objects they stand in; what is of no use only if
    /// everything was judged.
    pub(crate) fn complain(
        self,
        objects: &mut Vec<ObjectReport>,
        profile: &Profile,
        everything_was_judged: bool,
    ) {
        let on: Vec<&str> = profile.rules().iter().map(|(rule, _)| rule.id).collect();
        let mut seats = self.seats;
        for comment in self.all {
            let mut add = |severity, message| {
                let finding = suppress::wrong(severity, message, comment.place, profile);
                if let Some(finding) = finding {
                    put(finding, comment.concerns(), &mut seats, objects);
                }
            };
            match &comment.says {
                Err(why) => add(Severity::Error, why.clone()),
                Ok(ignored) if everything_was_judged => {
                    let is_useless = |named: &&Named| !named.is_used && on.contains(&&*named.id);
                    for named in ignored.rules.iter().filter(is_useless) {
                        add(Severity::Info, comment.useless(&named.id));
                    }
                }
                Ok(_) => {}
            }
        }
    }
}

impl Comment {
    /// A comment, if it is meant for us.
    fn of(text: &[u8], place: Span) -> Option<Self> {
        let words = std::str::from_utf8(text.get(place.range())?).ok()?;
        let says = words.trim_start_matches('#').trim().strip_prefix(MARK)?;
        let Range { start, end } = place.range();
        let near = near(text, start)..end;
        Some(Self { place, near, line: line_of(text, start), says: Ignored::read(says) })
    }

    /// Where that stands what it is about.
    fn concerns(&self) -> usize {
        let start = self.line.as_ref().map_or(0, |line| line.end);
        start.max(self.place.range().start)
    }

    fn useless(&self, rule: &str) -> String {
        match self.line {
            Some(_) => format!("this is of no use: `{rule}` finds nothing on this line; remove it"),
            None => format!(
                "this is of no use: it must stand on the line of the finding of `{rule}`, or alone \
                 on the line above"
            ),
        }
    }
}

impl Ignored {
    /// What stands behind `podproof:`, or what is wrong with it.
    fn read(words: &str) -> Result<Self, String> {
        let inside = words.trim_start().strip_prefix(IGNORE).and_then(|rest| rest.split_once(']'));
        let (ids, reason) = inside.ok_or(format!("this has no meaning: write {FORM}"))?;
        let ids = ids.split(',').map(str::trim).filter(|id| !id.is_empty());
        let rules: Vec<Named> = ids.map(|id| Named { id: id.to_owned(), is_used: false }).collect();
        if rules.is_empty() {
            return Err(format!("this ignores nothing: it names no rule; write {FORM}"));
        }
        for named in &rules {
            let may = suppress::may_ignore(&named.id);
            may.map_err(|why| format!("this ignores nothing: {why}"))?;
        }
        let reason = reason.trim_start_matches([':', '-', ' ', '\t']).trim().to_owned();
        if reason.is_empty() {
            return Err(format!("this ignores nothing: it must say why; write {FORM}"));
        }
        Ok(Self { rules, reason })
    }
}

/// Whether there may be comments for us in a text.
pub(crate) fn are_in(text: &[u8]) -> bool {
    memchr::memmem::find(text, MARK.as_bytes()).is_some()
}

/// The line that a comment is about: its own, or the one below the comments that stand alone.
fn line_of(text: &[u8], comment: usize) -> Option<Range<usize>> {
    let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let before = text.get(..comment)?;
    let start = before.iter().rposition(is_break).map_or(0, |at| at + 1);
    let end = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest.iter().position(is_break).unwrap_or(rest.len())
    };
    if !is_blank(text.get(start..comment)?) {
        return Some(start..end(comment));
    }
    let mut at = end(comment);
    loop {
        let line_break = if text.get(at..)?.starts_with(b"\r\n") { 2 } else { 1 };
        let next = at + line_break..end(at + line_break);
        let line = text.get(next.clone())?.trim_ascii();
        match line.first() {
            None => return None,
            Some(b'#') => at = next.end,
            Some(_) => return Some(next),
        }
    }
}

/// Where the line of a comment starts, or the nearest one above that is more than a comment.
fn near(text: &[u8], comment: usize) -> usize {
    let mut end = comment;
    loop {
        let before = text.get(..end).unwrap_or_default();
        let start = before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
        let Some(start) = start else { return 0 };
        let line = before.get(start + 1..).unwrap_or_default();
        if !is_blank(line) && line.trim_ascii().first() != Some(&b'#') {
            return start + 1;
        }
        end = start;
    }
}

fn is_blank(text: &[u8]) -> bool {
    text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text).trim_ascii().is_empty()
}

/// Puts a finding into the last object that starts before it.
fn put(finding: Finding, at: usize, seats: &mut [Seat], objects: &mut Vec<ObjectReport>) {
    let after = seats.partition_point(|seat| seat.start <= at);
    let Some(seat) = seats.get_mut(after.saturating_sub(1)) else {
        objects.push(ObjectReport { findings: vec![finding], ..ObjectReport::default() });
        return;
    };
    let index = *seat.index.get_or_insert_with(|| {
        objects.push(seat.object.clone());
        objects.len() - 1
    });
    if let Some(object) = objects.get_mut(index) {
        let place = object.findings.partition_point(|other| other.span <= finding.span);
        object.findings.insert(place, finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::file::Role;
    use crate::{FileReport, Status};
    use podproof_policy::{Base, Profile, Version};

    fn profile() -> Profile {
        let mut profile = Profile::new(Base::Baseline, Version::Latest);
        let rules = ["suppression", "privileged"];
        for rule in rules.map(|id| podproof_policy::rules::by_id(id).unwrap()) {
            profile.severities.insert(rule.id, Some(rule.severity));
        }
        profile
    }

    /// The reasons of what is ignored, and what is wrong with comments.
    fn judged(text: &str) -> (Vec<String>, Vec<String>) {
        let report = FileReport::of("a.yaml", text.as_bytes(), Role::Manifest, &profile());
        assert_eq!(report.status, Status::Checked);
        let findings = || report.objects.iter().flat_map(|object| &object.findings);
        let ignored = findings().filter_map(|finding| finding.suppressed.as_ref());
        let ignored = ignored.map(|suppressed| suppressed.reason.clone()).collect();
        let wrong = findings().filter(|finding| finding.rule.id == "suppression");
        let wrong =
            wrong.map(|finding| format!("{}: {}", finding.severity.name(), finding.message));
        (ignored, wrong.collect())
    }

    fn pod(lines: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n\
             {lines}"
        )
    }

    const BAD: &str = "    securityContext: {privileged: true}";

    #[test]
    fn a_comment_ignores_findings_of_its_line_or_of_the_line_below() {
        for lines in [
            format!("{BAD} # podproof: ignore[privileged] the agent\n"),
            format!("    # podproof: ignore[privileged] the agent\n{BAD}\n"),
            format!("    # podproof: ignore[privileged] the agent\n    # more of it\n{BAD}\n"),
            format!("    #podproof: ignore[ privileged ]: the agent\r\n{BAD}"),
        ] {
            let expected = (vec!["the agent".to_owned()], Vec::new());
            assert_eq!(judged(&pod(&lines)), expected, "{lines}");
        }
        let several = format!("{BAD} # podproof: ignore[host-ports, privileged] x\n");
        let (ignored, wrong) = judged(&pod(&several));
        assert_eq!(ignored, ["x"]);
        let useless = "info: this is of no use: `host-ports` finds nothing on this line; remove it";
        assert_eq!(wrong, [useless]);
    }

    #[test]
    fn what_is_no_comment_ignores_nothing() {
        for lines in [
            format!("    image: 'a # podproof: ignore[privileged] x'\n{BAD}\n"),
            format!("    command: [\"a\n    # podproof: ignore[privileged] x\"]\n{BAD}\n"),
            format!("    workingDir: |\n      # podproof: ignore[privileged] x\n{BAD}\n"),
            format!("    image: a#podproof:ignore[privileged]\n{BAD}\n"),
        ] {
            assert_eq!(judged(&pod(&lines)), (Vec::new(), Vec::new()), "{lines}");
        }
        let json = "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"containers\": [{\"name\": \
                    \"# podproof: ignore[privileged] x\", \"securityContext\": {\"privileged\": true}}]}}";
        assert_eq!(judged(json), (Vec::new(), Vec::new()));
    }

    #[test]
    fn what_is_wrong_with_a_comment_is_told() {
        for (comment, message) in [
            ("ignore[privileged]", "error: this ignores nothing: it must say why"),
            ("ignore[privileged] -", "error: this ignores nothing: it must say why"),
            ("ignore[]", "error: this ignores nothing: it names no rule"),
            ("ignore[priviledged] x", "Did you mean `privileged`?"),
            ("ignore[unread-text] x", "cannot be ignored"),
            ("ignore privileged", "error: this has no meaning"),
        ] {
            let (ignored, wrong) = judged(&pod(&format!("{BAD} # podproof: {comment}\n")));
            assert!(ignored.is_empty(), "{comment}");
            assert_eq!(wrong.len(), 1, "{comment}");
            assert!(wrong[0].contains(message), "{comment}: {}", wrong[0]);
        }
    }

    #[test]
    fn a_comment_too_far_away_is_told_of() {
        for lines in [
            format!("    # podproof: ignore[privileged] x\n\n{BAD}\n"),
            format!("{BAD}\n    # podproof: ignore[privileged] x\n"),
        ] {
            let (ignored, wrong) = judged(&pod(&lines));
            assert!(ignored.is_empty(), "{lines}");
            assert!(wrong[0].contains("it must stand on the line"), "{}", wrong[0]);
        }
        // The rule is off here.
        let (_, wrong) = judged(&pod("    # podproof: ignore[run-as-non-root] x\n    image: a\n"));
        assert_eq!(wrong, [""; 0]);
    }

    #[test]
    fn it_is_told_in_the_object_that_it_is_about() {
        let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n";
        let text = format!(
            "{}---\n{namespace}  # podproof: ignore[x] y\n---\n# podproof: ignore[x] z\n{namespace}",
            pod("")
        );
        let report = FileReport::of("a.yaml", text.as_bytes(), Role::Manifest, &profile());
        let told: Vec<_> =
            report.objects.iter().map(|found| (found.title(), found.findings.len())).collect();
        let (pod, namespace) = ("Pod web".to_owned(), "Namespace a".to_owned());
        assert_eq!(told, [(pod, 0), (namespace.clone(), 1), (namespace, 1)]);
        assert_eq!(report.objects[2].document, 2);
    }

    #[test]
    fn words_beside_a_secret_are_hidden() {
        for comment in ["ignore[host-ports] hunter2", "hunter2", "ignore[hunter2] x"] {
            for before in ["", "\n    # more\n    "] {
                let env = format!("    env: [{{name: a, value: b}}] {before}# podproof: {comment}");
                let text = pod(&format!("{BAD}\n{env}\n    ports: [{{hostPort: 80}}]\n"));
                let text = text.as_bytes();
                let report = FileReport::of("a.yaml", text, Role::Manifest, &profile());
                let shown = crate::text::file(&report, text, crate::text::Look::default());
                assert!(!shown.contains("hunter2"), "{shown}");
                let report = FileReport::findings_only("a.yaml", text, Role::Manifest, &profile());
                let json = crate::json::file(&report, text);
                assert!(!json.contains("hunter2"), "{json}");
            }
        }
    }
}
