//! Fixing a text, round by round.

use super::parts::{Part, parts};
use super::{AppliedFix, Wanted};
use crate::comments::Comments;
use crate::file::{Role, title};
use crate::{around, mask};
use podproof_policy::{
    Finding, Fix, FixClass, Inventory, Object, Rule, check_and_fix, objects, transaction,
};
use podproof_source::edit::{Edited, Refusal, edit};
use podproof_source::{Change, Pointer, Span, yaml};
use std::collections::{BTreeMap, BTreeSet};

/// A fix may need another one first. More rounds than these are needed by no rules.
const MOST_ROUNDS: usize = 12;

/// What stands for a fix that the text already has, although its finding is there.
pub(super) const NO_EFFECT: Refusal = Refusal::Unusual("it would change nothing");

/// A fix, wherever in the text its object has moved to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    document: usize,
    object: Pointer,
    title: String,
    /// What it changes: containers can have the same name.
    places: Vec<(usize, Pointer)>,
}

impl Key {
    pub(super) fn new(document: usize, object: &Pointer, fix: &Fix) -> Self {
        let places = transaction::places(fix, (document, object));
        let title = fix.title.clone();
        // Any of several objects may be the one that it stands on.
        match places.first().filter(|_| fix.concerns_others()) {
            Some(&(document, _)) => Self { document, object: Pointer::ROOT, title, places },
            None => Self { document, object: object.clone(), title, places },
        }
    }
}

/// A text after fixes.
#[derive(Default)]
pub(super) struct Edits {
    /// The text.
    pub(super) text: Vec<u8>,
    /// The fixes that were made, in the order of their places.
    pub(super) applied: Vec<AppliedFix>,
    /// The fixes that could not be made.
    pub(super) refused: BTreeMap<Key, Refusal>,
    /// The number of the first document.
    first_document: usize,
}

/// Whether a document is to stay as it is.
type LeftAlone<'a> = &'a dyn Fn(usize) -> bool;

/// A fix that is to be made.
#[derive(Clone)]
struct Planned {
    key: Key,
    /// Its changes, of the document.
    changes: Vec<Change>,
    /// What is told about it. Quotes no secret.
    applied: AppliedFix,
}

impl Edits {
    /// Fixes a text until nothing is left that may be fixed, except in some documents.
    pub(super) fn of(text: &[u8], role: Role, wanted: &Wanted, left_alone: LeftAlone<'_>) -> Self {
        let mut all = Self::default();
        // What rules may know of the rest is that of the whole text, as it is now.
        let around = around::inventory(text);
        for Part { range, first_document } in parts(text) {
            let start = range.start;
            let part = text.get(range).unwrap_or_default().to_vec();
            let mut edits = Self { text: part, first_document, ..Self::default() };
            edits.fix(role, wanted, left_alone, &around);
            for applied in &mut edits.applied {
                let moved =
                    |span: Span| Span::new(span.range().start + start, span.range().end + start);
                applied.span = applied.span.map(moved);
            }
            all.text.append(&mut edits.text);
            all.applied.append(&mut edits.applied);
            all.refused.append(&mut edits.refused);
        }
        all
    }

    fn fix(&mut self, role: Role, wanted: &Wanted, left_alone: LeftAlone<'_>, around: &Inventory) {
        let mut made: BTreeMap<Key, (_, AppliedFix)> = BTreeMap::new();
        // Only a document that was worked on can have become different.
        let mut last_due: Option<BTreeSet<usize>> = None;
        for _ in 0..MOST_ROUNDS {
            let is_due = |document: &usize| {
                !left_alone(*document) && last_due.as_ref().is_none_or(|due| due.contains(document))
            };
            let plan = self.plan(role, wanted, around, is_due);
            if plan.is_empty() {
                break;
            }
            last_due = Some(plan.iter().map(|(document, _)| *document).collect());
            for (document, fixes) in plan {
                let done = self.make(document, fixes);
                if !done.is_empty() {
                    // What was refused before may be possible now.
                    self.refused.retain(|key, _| key.document != document);
                }
                for (place, fix) in done.into_iter().enumerate() {
                    let order = (document, fix.applied.span, made.len(), place);
                    made.entry(fix.key).or_insert((order, fix.applied));
                }
            }
        }
        let mut applied: Vec<_> = made.into_values().collect();
        applied.sort_by_key(|(order, _)| *order);
        self.applied = applied.into_iter().map(|(_, applied)| applied).collect();
    }

    /// The fixes of the next round, by document.
    fn plan(
        &self,
        role: Role,
        wanted: &Wanted,
        around: &Inventory,
        is_due: impl Fn(&usize) -> bool,
    ) -> Vec<(usize, Vec<Planned>)> {
        let read = (self.first_document..).zip(yaml::read(&self.text));
        let read = read.filter(|(document, _)| is_due(document));
        let mut comments = Comments::of(&self.text, &wanted.profile);
        let mut plan = Vec::new();
        for (document, read) in read {
            let Ok(read) = read else { continue };
            let mut masked = Vec::new();
            mask::collect(&read.root, "", &mut masked);
            masked.extend(&read.overridden);
            let objects = objects(&read.root);
            for object in &objects {
                mask::collect(object.node, object.kind, &mut masked);
                // Without a kind nobody knows where its secrets stand.
                masked.extend((!object.is_kubernetes()).then_some(object.node.span));
            }
            mask::join(&mut masked);
            let mut fixes = Vec::new();
            for object in objects.into_iter().map(|object| object.among(around)) {
                let mut findings = check_and_fix(&object, &wanted.profile, Some(&wanted.answers));
                comments.mark(&mut findings);
                let of_object = (document, &object, findings);
                self.plan_object(of_object, role, wanted, &masked, &mut fixes);
            }
            // What must go goes first: what is to be set is decided on the pod that remains.
            if fixes.iter().any(|planned: &Planned| goes_first(planned.applied.fix.class)) {
                fixes.retain(|planned| goes_first(planned.applied.fix.class));
            }
            if !fixes.is_empty() {
                plan.push((document, fixes));
            }
        }
        plan
    }

    fn plan_object(
        &self,
        (document, object, findings): (usize, &Object<'_>, Vec<Finding>),
        role: Role,
        wanted: &Wanted,
        masked: &[Span],
        fixes: &mut Vec<Planned>,
    ) {
        let mut planned = BTreeSet::new();
        let by_shape = object.pod().is_some_and(|source| source.by_shape);
        let kind = Some(object.kind).filter(|kind| !kind.is_empty());
        for finding in findings {
            let permitted = wanted.permits(finding.rule, finding.fix.as_deref(), by_shape).is_ok();
            let Some(fix) = finding.fix.as_deref().filter(|_| permitted) else { continue };
            // What concerns several objects is done on the text as a whole.
            if fix.concerns_others() || finding.suppressed.is_some() {
                continue;
            }
            let key = Key::new(document, &object.at, fix);
            let is_known = self.refused.contains_key(&key) || planned.contains(&key);
            if !role.judges(&finding) || is_known {
                continue;
            }
            planned.insert(key.clone());
            fixes.push(Planned {
                key,
                changes: fix.changes.iter().map(|change| change.behind(&object.at)).collect(),
                applied: AppliedFix {
                    object: title(kind, object.name(), document),
                    rule: finding.rule,
                    span: finding.span,
                    fix: shown(&finding, fix, masked),
                },
            });
        }
    }

    /// Makes as many fixes of a document as can be made; remembers the others.
    fn make(&mut self, document: usize, fixes: Vec<Planned>) -> Vec<Planned> {
        let (mut made, mut refused) = (Vec::new(), Vec::new());
        self.bisect(document, fixes, &mut made, &mut refused);
        // What nobody may do alone, such as changing a part that several containers share, the
        // fixes of a rule may do together.
        let mut by_rule: BTreeMap<&str, Vec<(Planned, Refusal)>> = BTreeMap::new();
        for (planned, refusal) in refused {
            by_rule.entry(planned.applied.rule.id).or_default().push((planned, refusal));
        }
        for group in by_rule.into_values() {
            let together: Vec<Planned> = group.iter().map(|(planned, _)| planned.clone()).collect();
            if together.len() > 1 && self.edit(document, &together).is_ok() {
                made.extend(together);
                continue;
            }
            let refused = group.into_iter().map(|(planned, refusal)| (planned.key, refusal));
            self.refused.extend(refused);
        }
        made
    }

    /// Makes fixes together, or halves them until those that cannot be made stand alone.
    fn bisect(
        &mut self,
        document: usize,
        mut fixes: Vec<Planned>,
        made: &mut Vec<Planned>,
        refused: &mut Vec<(Planned, Refusal)>,
    ) {
        match self.edit(document, &fixes) {
            Ok(()) => made.append(&mut fixes),
            Err(refusal) if fixes.len() < 2 || concerns_all(&refusal) => {
                refused.extend(fixes.into_iter().map(|planned| (planned, refusal.clone())));
            }
            Err(_) => {
                let second = fixes.split_off(fixes.len() / 2);
                self.bisect(document, fixes, made, refused);
                self.bisect(document, second, made, refused);
            }
        }
    }

    fn edit(&mut self, document: usize, fixes: &[Planned]) -> Result<(), Refusal> {
        let changes: Vec<Change> =
            fixes.iter().flat_map(|planned| &planned.changes).cloned().collect();
        let Edited { text, .. } = edit(&self.text, document - self.first_document, &changes)?;
        if text == self.text {
            return Err(NO_EFFECT);
        }
        self.text = text;
        Ok(())
    }
}

/// Whether nothing at all in a document can be changed.
fn concerns_all(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Unread | Refusal::PartlyRead)
}

fn goes_first(class: FixClass) -> bool {
    class != FixClass::Hardening
}

/// The fix without anything that a secret lends to it.
pub(super) fn shown(finding: &Finding, fix: &Fix, masked: &[Span]) -> Fix {
    let mut fix = fix.clone();
    if mask::is_hidden(finding, masked) {
        let rule: &'static Rule = finding.rule;
        mask::redact_fix(&mut fix, rule);
    }
    fix
}
