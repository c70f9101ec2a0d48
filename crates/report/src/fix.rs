//! One file, fixed as far as it may be.

mod edits;
mod parts;

use crate::FileReport;
use crate::file::{ObjectReport, Role};
use edits::{Edits, Key};
use podproof_policy::fix::{Input, InputKind};
use podproof_policy::{Answers, Finding, Fix, FixClass, Profile, Rule};
use podproof_source::Span;
use podproof_source::edit::Refusal;
use std::collections::{BTreeMap, BTreeSet};

/// Which fixes are to be made.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What the file is judged by.
    pub profile: Profile,
    /// Whether what somebody wrote may be taken away.
    pub reverses: bool,
    /// Whether pods that were recognised by their shape alone are fixed too.
    pub by_shape: bool,
    /// What a person said to the inputs of fixes.
    pub answers: Answers,
    /// The rules whose findings are to be fixed; all if there is none.
    pub rules: Vec<&'static Rule>,
}

/// A file after its fixes.
#[derive(Clone, Debug)]
pub struct FixedFile {
    /// What was found before, each finding with its fix.
    pub before: FileReport,
    /// The new text; the old one if nothing was to be done.
    pub text: Vec<u8>,
    /// The fixes that were made, in the order of their places.
    pub applied: Vec<AppliedFix>,
    /// What is found in the new text.
    pub after: FileReport,
    /// Why each finding of `after` is still there, in the order of its objects and findings.
    pub left: Vec<Left>,
}

/// A fix that was made.
#[derive(Clone, Debug)]
pub struct AppliedFix {
    /// The object: `Deployment web`.
    pub object: String,
    /// The rule whose finding it undid.
    pub rule: &'static Rule,
    /// Where the finding stood in the text before this fix, if it stood anywhere.
    pub span: Option<Span>,
    /// What it did.
    pub fix: Fix,
}

/// A finding that is still there, by its place in [`FixedFile::after`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The object's index.
    pub object: usize,
    /// The finding's index in the object.
    pub finding: usize,
    /// Why it is still there.
    pub why: Unfixed,
}

/// Why a fix was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfixed {
    /// It takes away what somebody wrote, which was not allowed.
    NotAllowed,
    /// The pod was recognised by its shape, and such fixes were not allowed.
    ByShape,
    /// Another rule was asked for.
    OtherRule,
    /// An answer is needed.
    NeedsInput,
    /// The text cannot be edited safely.
    Refused(Refusal),
    /// With the fixes of its document something would be found that was not found before.
    MakesWorse,
    /// There is no fix.
    NoFix,
}

impl Wanted {
    /// Whether a fix may be made, or why not.
    fn permits(
        &self,
        rule: &'static Rule,
        fix: Option<&Fix>,
        by_shape: bool,
    ) -> Result<(), Unfixed> {
        if !self.asks_for(rule) {
            return Err(Unfixed::OtherRule);
        }
        let fix = fix.ok_or(Unfixed::NoFix)?;
        match fix.class {
            _ if by_shape && !self.by_shape => Err(Unfixed::ByShape),
            FixClass::Reverses if !self.reverses => Err(Unfixed::NotAllowed),
            FixClass::NeedsInput if fix.changes.is_empty() => Err(Unfixed::NeedsInput),
            _ if fix.changes.is_empty() => Err(Unfixed::NoFix),
            _ => Ok(()),
        }
    }

    /// Whether findings of a rule are to be fixed.
    pub fn asks_for(&self, rule: &Rule) -> bool {
        self.rules.is_empty() || self.rules.iter().any(|wanted| wanted.id == rule.id)
    }
}

/// Fixes a file. A document in which the fixes would cause a finding that was not there before
/// stays as it is.
pub fn fix(path: &str, text: &[u8], role: Role, wanted: &Wanted) -> FixedFile {
    let judged =
        |text: &[u8]| FileReport::unmasked(path, text, role, &wanted.profile, &wanted.answers);
    let before = judged(text);
    let mut worse = BTreeSet::new();
    loop {
        let edits = Edits::of(text, role, wanted, &worse);
        let mut after = if edits.text == text { before.clone() } else { judged(&edits.text) };
        let more = worse_documents(&before, &after);
        if !more.is_subset(&worse) {
            worse.extend(more);
            continue;
        }
        let left = left(&after, wanted, &edits.refused, &worse);
        let mut before = before;
        before.hide_secrets();
        after.hide_secrets();
        return FixedFile { before, text: edits.text, applied: edits.applied, after, left };
    }
}

impl FixedFile {
    /// A file that could not even be opened.
    pub fn unopened(report: FileReport) -> Self {
        let left = report.objects.iter().enumerate().flat_map(|(index, object)| {
            let left = move |finding| Left { object: index, finding, why: Unfixed::NoFix };
            (0..object.findings.len()).map(left)
        });
        let left = left.collect();
        let before = report.clone();
        Self { before, text: Vec::new(), applied: Vec::new(), after: report, left }
    }

    /// Whether anything is to be written.
    pub fn is_changed(&self) -> bool {
        !self.applied.is_empty()
    }

    /// The findings that are still there, with their objects and the reasons.
    pub fn left(&self) -> impl Iterator<Item = (&ObjectReport, &Finding, &Unfixed)> {
        self.left.iter().filter_map(|left| {
            let object = self.after.objects.get(left.object)?;
            Some((object, object.findings.get(left.finding)?, &left.why))
        })
    }

    /// What a person was asked or could have been asked.
    pub fn inputs(&self) -> impl Iterator<Item = &Input> {
        let objects = self.before.objects.iter().chain(&self.after.objects);
        let findings = objects.flat_map(|object| &object.findings);
        let offered = findings.filter_map(|finding| finding.fix.as_deref());
        let made = self.applied.iter().map(|applied| &applied.fix);
        offered.chain(made).flat_map(|fix| &fix.inputs)
    }
}

/// What an answer could look like: the first choice, or what kind of value it is.
pub fn example(input: &Input) -> String {
    let kind = || match input.kind {
        InputKind::Uid => "NUMBER".into(),
        InputKind::Name => "NAME".into(),
        InputKind::Choice | InputKind::Text => "TEXT".into(),
    };
    input.choices.first().cloned().unwrap_or_else(kind)
}

/// Why each finding is still there.
fn left(
    after: &FileReport,
    wanted: &Wanted,
    refused: &BTreeMap<Key, Refusal>,
    worse: &BTreeSet<usize>,
) -> Vec<Left> {
    let mut all = Vec::new();
    for (index, object) in after.objects.iter().enumerate() {
        for (finding, found) in object.findings.iter().enumerate() {
            let fix = found.fix.as_deref();
            let why = match (wanted.permits(found.rule, fix, object.by_shape), fix) {
                (Err(why), _) => why,
                (Ok(()), _) if worse.contains(&object.document) => Unfixed::MakesWorse,
                (Ok(()), fix) => {
                    let key = fix.map(|fix| Key::new(object.document, &object.at, fix));
                    let known = key.and_then(|key| refused.get(&key).cloned());
                    Unfixed::Refused(known.unwrap_or(Refusal::NotProven))
                }
            };
            all.push(Left { object: index, finding, why });
        }
    }
    all
}

/// The documents in which more is found than before. A list's items may have moved, so their
/// numbers do not count.
fn worse_documents(before: &FileReport, after: &FileReport) -> BTreeSet<usize> {
    let mut counts: BTreeMap<(usize, Option<usize>, &str, String), isize> = BTreeMap::new();
    for (report, sign) in [(before, -1), (after, 1)] {
        for object in &report.objects {
            for finding in &object.findings {
                let path = without_numbers(&finding.path);
                let place = (object.document, object.item, finding.rule.id, path);
                *counts.entry(place).or_default() += sign;
            }
        }
    }
    counts.into_iter().filter(|(_, count)| *count > 0).map(|((document, ..), _)| document).collect()
}

/// `spec.containers[2].ports[0]` as `spec.containers[].ports[]`
fn without_numbers(path: &str) -> String {
    let mut in_brackets = false;
    let mut kept = path.to_owned();
    kept.retain(|c| {
        let is_digit = in_brackets && c.is_ascii_digit();
        in_brackets = c == '[' || is_digit;
        !is_digit
    });
    kept
}

#[cfg(test)]
mod tests;
