//! One file, fixed as far as it may be.

mod across;
mod edits;
pub(crate) mod parts;
mod worse;

use crate::FileReport;
use crate::file::{ObjectReport, Role};
use across::{Across, Judge};
use edits::{Edits, Key};
use podproof_policy::fix::{Input, InputKind};
use podproof_policy::{Answers, Finding, Fix, FixClass, Profile, Rule, transaction};
use podproof_source::edit::Refusal;
use podproof_source::{Pointer, Span};
use std::collections::{BTreeMap, BTreeSet};
use worse::{Origins, worse_documents};

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
    /// Somebody said that the finding is to be ignored.
    Suppressed,
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
            FixClass::NeedsInput if !fix.has_changes() => Err(Unfixed::NeedsInput),
            _ if !fix.has_changes() => Err(Unfixed::NoFix),
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
    let judge =
        |text: &[u8]| FileReport::unmasked(path, text, role, &wanted.profile, &wanted.answers);
    fix_judged(text, role, wanted, &judge)
}

fn fix_judged(text: &[u8], role: Role, wanted: &Wanted, judge: Judge<'_>) -> FixedFile {
    let before = judge(text);
    let mut barred = Barred::default();
    loop {
        let fixed = Attempt::of(text, before.clone(), role, wanted, &barred, judge);
        if barred.add(worse_documents(&before, &fixed.across.report, &fixed.across.origins)) {
            continue;
        }
        let left = fixed.left(wanted, &barred);
        let Across { text, applied, report: mut after, .. } = fixed.across;
        let mut before = before;
        before.hide_secrets();
        after.hide_secrets();
        return FixedFile { before, text, applied, after, left };
    }
}

/// What is not to be done, because something became worse by it.
#[derive(Clone, Debug, Default)]
struct Barred {
    /// The documents of the text before, and whether those that are appended, are left alone.
    documents: BTreeSet<Option<usize>>,
    /// Whether no fix that concerns several objects is made.
    across: bool,
}

impl Barred {
    /// Whether a fix of an object that stands at a place of a document is not to be made.
    fn bars(&self, fix: &Fix, (document, object): (usize, &Pointer), origins: &Origins) -> bool {
        if self.documents.is_empty() && !self.across {
            return false;
        }
        let places = transaction::places(fix, (document, object));
        let mut touched = places.iter().map(|(document, _)| *document).chain([document]);
        (self.across && fix.concerns_others())
            || touched.any(|document| self.documents.contains(&origins.of(document)))
    }

    /// Bars what made documents worse. Nothing if that is done.
    fn add(&mut self, worse: BTreeSet<Option<usize>>) -> bool {
        if worse.is_empty() {
            return false;
        }
        let known = self.documents.len();
        self.documents.extend(worse);
        if self.documents.len() > known {
            return true;
        }
        // Left alone, and worse nevertheless: by what was done elsewhere.
        !std::mem::replace(&mut self.across, true)
    }
}

/// A text after as many fixes as may be made.
struct Attempt {
    across: Across,
    /// The fixes that could not be made.
    refused: BTreeMap<Key, Unfixed>,
}

/// Fixes of one object can make those of several possible, and the other way round. More passes than
/// these are needed by no rules.
const MOST_PASSES: usize = 4;

impl Attempt {
    fn of(
        text: &[u8],
        before: FileReport,
        role: Role,
        wanted: &Wanted,
        barred: &Barred,
        judge: Judge<'_>,
    ) -> Self {
        let across = Across::new(text, before);
        let mut fixed = Self { across, refused: BTreeMap::new() };
        for _ in 0..MOST_PASSES {
            let is_changed = fixed.pass(role, wanted, barred, judge);
            if !is_changed || !fixed.is_open(wanted, barred) {
                break;
            }
        }
        fixed
    }

    /// Makes the fixes that concern several objects, and then those of each object.
    fn pass(&mut self, role: Role, wanted: &Wanted, barred: &Barred, judge: Judge<'_>) -> bool {
        let across = &mut self.across;
        let made_before = across.applied.len();
        self.refused = across.fix(role, wanted, barred, judge);
        let is_barred = |document| barred.documents.contains(&across.origins.of(document));
        let edits = Edits::of(&across.text, role, wanted, &is_barred);
        let refused = edits.refused.into_iter();
        self.refused.extend(refused.map(|(key, refusal)| (key, Unfixed::Refused(refusal))));
        if edits.text != across.text {
            across.report = judge(&edits.text);
        }
        across.text = edits.text;
        across.applied.extend(edits.applied);
        across.applied.len() > made_before
    }

    /// Whether a fix may be made that was not tried on this text.
    fn is_open(&self, wanted: &Wanted, barred: &Barred) -> bool {
        self.left(wanted, barred).iter().any(|left| left.why == UNTRIED)
    }

    /// Why each finding is still there.
    fn left(&self, wanted: &Wanted, barred: &Barred) -> Vec<Left> {
        let mut all = Vec::new();
        for (index, object) in self.across.report.objects.iter().enumerate() {
            for (finding, found) in object.findings.iter().enumerate() {
                let why = self.why(object, found, wanted, barred);
                all.push(Left { object: index, finding, why });
            }
        }
        all
    }

    fn why(
        &self,
        object: &ObjectReport,
        finding: &Finding,
        wanted: &Wanted,
        barred: &Barred,
    ) -> Unfixed {
        if finding.suppressed.is_some() {
            return Unfixed::Suppressed;
        }
        let fix = finding.fix.as_deref();
        if let Err(why) = wanted.permits(finding.rule, fix, object.by_shape) {
            return why;
        }
        let Some(fix) = fix else { return Unfixed::NoFix };
        if barred.bars(fix, (object.document, &object.at), &self.across.origins) {
            return Unfixed::MakesWorse;
        }
        let key = Key::new(object.document, &object.at, fix);
        self.refused.get(&key).cloned().unwrap_or(UNTRIED)
    }
}

/// What is said of a fix that could be made, and was not.
const UNTRIED: Unfixed = Unfixed::Refused(Refusal::NotProven);

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
        InputKind::Port => "PORT".into(),
        InputKind::Choice | InputKind::Text => "TEXT".into(),
    };
    input.choices.first().cloned().unwrap_or_else(kind)
}

#[cfg(test)]
mod tests;
