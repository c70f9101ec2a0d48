//! Fixes that concern several objects: made on the text as a whole, each with all that it changes or
//! not at all.

use super::edits::{self, Key};
use super::worse::{Origins, worse_documents};
use super::{AppliedFix, Barred, Unfixed, Wanted};
use crate::FileReport;
use crate::file::Role;
use podproof_policy::{Finding, Fix, FixClass, transaction};
use podproof_source::edit::{Batch, Refusal};
use podproof_source::{Node, Pointer, yaml};
use std::collections::{BTreeMap, BTreeSet};

/// A fix may need another one first. More rounds than these are needed by no rules.
const MOST_ROUNDS: usize = 24;

/// What stands in a patch is part of an object that stands elsewhere.
const IN_PATCH: Refusal =
    Refusal::Unusual("a patch can neither hold other objects nor take one away");

/// Judges a text.
pub(super) type Judge<'j> = &'j dyn Fn(&[u8]) -> FileReport;

/// A text after fixes that concern several objects.
pub(super) struct Across {
    pub(super) text: Vec<u8>,
    /// What is found in it.
    pub(super) report: FileReport,
    /// Where its documents stood at first.
    pub(super) origins: Origins,
    /// The fixes that were made, in their order.
    pub(super) applied: Vec<AppliedFix>,
}

/// A fix that is to be made.
struct Planned {
    key: Key,
    document: usize,
    object: Pointer,
    fix: Fix,
    /// What is told about it. Quotes no secret.
    applied: AppliedFix,
}

/// A text after some fixes.
struct Made {
    text: Vec<u8>,
    report: FileReport,
    origins: Origins,
}

impl Across {
    /// A text as it was found.
    pub(super) fn new(text: &[u8], report: FileReport) -> Self {
        Self { text: text.to_vec(), report, origins: Origins::default(), applied: Vec::new() }
    }

    /// Makes fixes until none is left that may and can be made. Says why others were not made.
    pub(super) fn fix(
        &mut self,
        role: Role,
        wanted: &Wanted,
        barred: &Barred,
        judge: Judge<'_>,
    ) -> BTreeMap<Key, Unfixed> {
        let mut refused = BTreeMap::new();
        if role == Role::Patch {
            let planned = self.plan(wanted, barred, &refused).into_iter();
            return planned.map(|planned| (planned.key, Unfixed::Refused(IN_PATCH))).collect();
        }
        for _ in 0..MOST_ROUNDS {
            let planned = self.plan(wanted, barred, &refused);
            if planned.is_empty() || !self.make(planned, judge, &mut refused) {
                break;
            }
            // What was refused before may be possible now.
            refused.clear();
        }
        refused
    }

    /// The fixes of the next round.
    fn plan(
        &self,
        wanted: &Wanted,
        barred: &Barred,
        refused: &BTreeMap<Key, Unfixed>,
    ) -> Vec<Planned> {
        let mut planned: Vec<Planned> = Vec::new();
        let mut known = BTreeSet::new();
        for object in &self.report.objects {
            for finding in object.findings.iter().filter(|found| found.suppressed.is_none()) {
                let fix = finding.fix.as_deref().filter(|fix| fix.concerns_others());
                let Some(fix) = fix else { continue };
                let permitted = wanted.permits(finding.rule, Some(fix), object.by_shape).is_ok();
                let is_barred = barred.bars(fix, (object.document, &object.at), &self.origins);
                let key = Key::new(object.document, &object.at, fix);
                // Another finding may offer the same.
                let is_known = refused.contains_key(&key) || known.contains(&key);
                if !permitted || is_barred || is_known {
                    continue;
                }
                known.insert(key.clone());
                planned.push(Planned {
                    key,
                    document: object.document,
                    object: object.at.clone(),
                    fix: fix.clone(),
                    applied: self.applied(finding, fix, object.title()),
                });
            }
        }
        // What must go goes first: what is to be set is decided on the pod that remains.
        let goes_first = |planned: &Planned| planned.fix.class != FixClass::Hardening;
        if planned.iter().any(goes_first) {
            planned.retain(goes_first);
        }
        planned
    }

    fn applied(&self, finding: &Finding, fix: &Fix, object: String) -> AppliedFix {
        let fix = edits::shown(finding, fix, &self.report.masked);
        AppliedFix { object, rule: finding.rule, span: finding.span, fix }
    }

    /// Makes all fixes together, or else the first that can be made; remembers those in front of
    /// that one.
    fn make(
        &mut self,
        planned: Vec<Planned>,
        judge: Judge<'_>,
        refused: &mut BTreeMap<Key, Unfixed>,
    ) -> bool {
        let documents = documents(&self.text);
        if planned.len() > 1
            && let Ok(made) = self.attempt(&planned, &documents, judge)
        {
            self.take(made, planned);
            return true;
        }
        for one in planned {
            let one = [one];
            match self.attempt(&one, &documents, judge) {
                Ok(made) => {
                    self.take(made, one.into());
                    return true;
                }
                Err(why) => refused.extend(one.map(|planned| (planned.key, why.clone()))),
            }
        }
        false
    }

    fn take(&mut self, made: Made, planned: Vec<Planned>) {
        let Made { text, report, origins } = made;
        (self.text, self.report, self.origins) = (text, report, origins);
        self.applied.extend(planned.into_iter().map(|planned| planned.applied));
    }

    /// The text after fixes, if they can be made and cause no finding.
    fn attempt(
        &self,
        planned: &[Planned],
        documents: &BTreeMap<usize, Node>,
        judge: Judge<'_>,
    ) -> Result<Made, Unfixed> {
        let mut batch = Batch::default();
        for planned in planned {
            let place = (planned.document, &planned.object);
            transaction::add(&mut batch, &planned.fix, place, documents)
                .map_err(|misfit| Unfixed::Refused(Refusal::Misfit(misfit)))?;
        }
        let text = batch.made(&self.text).map_err(Unfixed::Refused)?;
        if text == self.text {
            return Err(Unfixed::Refused(edits::NO_EFFECT));
        }
        let report = judge(&text);
        let gone: Vec<usize> = batch.removed_documents().collect();
        let kept = yaml::read(&self.text).count() - gone.len();
        let moved = |mut origins: Origins| {
            for document in gone.iter().rev() {
                origins.remove(*document);
            }
            if !batch.appended().is_empty() {
                origins.append(kept);
            }
            origins
        };
        if !worse_documents(&self.report, &report, &moved(Origins::default())).is_empty() {
            return Err(Unfixed::MakesWorse);
        }
        Ok(Made { text, report, origins: moved(self.origins.clone()) })
    }
}

/// The documents that can be read, by their numbers.
fn documents(text: &[u8]) -> BTreeMap<usize, Node> {
    let read = yaml::read(text).enumerate();
    read.filter_map(|(number, read)| Some((number, read.ok()?.root))).collect()
}
