//! What must be true of every fixed file.

use super::side::{Place, Seen, Side};
use super::twice::written_twice;
use super::{Patcher, Violation};
use crate::Result;
use crate::edits::{apply_patch, comments_of};
use podproof_policy::{Answers, Base, Rule, rules};
use podproof_report::fix::{FixedFile, Unfixed, Wanted};
use podproof_source::edit::Refusal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Since this minor release the checks of Linux leave Windows pods out.
const WINDOWS_IS_EXEMPT: u32 = 25;

/// A file before and after its fixes.
pub(super) struct Pair<'a> {
    pub(super) path: &'a str,
    pub(super) old: &'a [u8],
    pub(super) fixed: &'a FixedFile,
    pub(super) wanted: &'a Wanted,
    pub(super) before: &'a Side,
    pub(super) after: &'a Side,
    pub(super) patcher: Patcher<'a>,
}

/// A finding that is left, for one object: the upstream check, and why.
pub(super) struct LeftCheck<'a> {
    pub(super) check: &'static str,
    path: &'a str,
    pub(super) why: &'a Unfixed,
}

impl Pair<'_> {
    /// All that is wrong.
    pub(super) fn violations(&self) -> Result<Vec<Violation>> {
        let mut wrong = Vec::new();
        if let Some(detail) = comments(self.old, &self.fixed.text) {
            wrong.push(self.of_file("a comment is lost or changed", detail));
        }
        if !self.documents(&mut wrong) {
            return Ok(wrong);
        }
        let (old, new) = (&self.before.objects, &self.after.objects);
        // What a fix adds stands behind all that was there.
        let documents = self.before.documents.len();
        let is_old = |place: &&Place| place.0 < documents;
        if !old.keys().eq(new.keys().filter(is_old)) {
            let detail = format!("{:?} became {:?}", old.keys(), new.keys());
            wrong.push(self.of_file("an object comes or goes", detail));
            return Ok(wrong);
        }
        let left = self.left_by_object();
        for ((place, before), after) in old.iter().zip(new.values()) {
            self.object(place, before, after, &mut wrong)?;
            if after.way.is_some() {
                let left = left.get(place).map(Vec::as_slice).unwrap_or_default();
                self.verdict(place, (before, after), left, &mut wrong);
            }
        }
        Ok(wrong)
    }

    /// The findings of upstream's checks that are left.
    pub(super) fn left_by_object(&self) -> BTreeMap<Place, Vec<LeftCheck<'_>>> {
        let mut left: BTreeMap<Place, Vec<LeftCheck<'_>>> = BTreeMap::new();
        for (object, finding, why) in self.fixed.left() {
            let Some(standard) = finding.rule.standard else { continue };
            let place = (object.document, object.at.to_string());
            let check = LeftCheck { check: standard.check, path: &finding.path, why };
            left.entry(place).or_default().push(check);
        }
        left
    }

    fn has_answers(&self) -> bool {
        self.wanted.answers != Answers::default()
    }

    fn of_file(&self, law: &'static str, detail: String) -> Violation {
        Violation { law, file: self.path.into(), document: 0, object: String::new(), detail }
    }

    fn of_object(
        &self,
        law: &'static str,
        place: &Place,
        object: &Seen,
        detail: String,
    ) -> Violation {
        let object = format!("{}{}", object.title.trim_end(), place.1);
        Violation { law, file: self.path.into(), document: place.0, object, detail }
    }

    /// Whether the documents can be compared at all.
    fn documents(&self, wrong: &mut Vec<Violation>) -> bool {
        const UNREADABLE: &str = "the text becomes unreadable";
        let counts = |side: &Side| (side.documents.len(), side.upstream.len());
        let (old, new) = (counts(self.before), counts(self.after));
        if old.0 != old.1 {
            let detail = format!("{} here, {} upstream", old.0, old.1);
            wrong.push(self.of_file("both sides find as many documents", detail));
            return false;
        }
        let appended = self.fixed.applied.iter().map(|applied| applied.fix.new_objects.len());
        let most = old.0 + appended.sum::<usize>();
        if new.0 != new.1 || !(old.0..=most).contains(&new.0) {
            wrong.push(self.of_file(UNREADABLE, format!("{old:?} documents became {new:?}")));
            return false;
        }
        let here = self.before.documents.iter().zip(&self.after.documents);
        let upstream = self.before.upstream.iter().zip(&self.after.upstream);
        for (document, (here, upstream)) in here.zip(upstream).enumerate() {
            let mut add = |law, detail| {
                wrong.push(Violation { document, ..self.of_file(law, detail) });
            };
            match here {
                (Ok(_), Err(error)) => add(UNREADABLE, format!("here: {error}")),
                (Ok(old), Ok(new)) if old.ignored.is_some() != new.ignored.is_some() => {
                    add(UNREADABLE, "another part of it is ignored".into());
                }
                _ => {}
            }
            if !upstream.0.error.is_empty() {
                continue;
            }
            if !upstream.1.error.is_empty() {
                add(UNREADABLE, format!("upstream: {}", upstream.1.error));
            }
            let strict = new_ones(&upstream.0.strict, &upstream.1.strict).into_iter();
            for error in strict.filter(|error| !self.is_about_a_merge(error)) {
                add("strict decoding finds something new", error);
            }
        }
        true
    }

    /// Whether a key that go-yaml calls written twice only overrides a merged one. (kubectl does
    /// not read YAML strictly, and resolves merges before the API server can see them.)
    fn is_about_a_merge(&self, error: &str) -> bool {
        let merges = self.fixed.text.windows(2).any(|pair| pair == b"<<");
        let key = error.split('"').nth(1).unwrap_or_default();
        let count = |text| {
            let twice = chunks(text).into_iter().filter_map(written_twice).flatten();
            twice.filter(|twice| twice == key).count()
        };
        let is_literal = count(&self.fixed.text) > count(self.old);
        merges && error.ends_with("already set in map") && !is_literal
    }

    fn object(
        &self,
        place: &Place,
        before: &Seen,
        after: &Seen,
        wrong: &mut Vec<Violation>,
    ) -> Result<()> {
        let mut add = |law, detail| wrong.push(self.of_object(law, place, after, detail));
        // Where nothing can be decoded, nothing else is found.
        if before.error.is_empty() {
            for error in new_ones(&before.strict, &after.strict) {
                add("strict decoding finds something new", error);
            }
            let refusals = new_ones(&before.refusals, &after.refusals).into_iter();
            for error in refusals.filter(|error| !takes_a_place(error, before, after)) {
                add("the API server refuses something new", error);
            }
        }
        if before.error.is_empty() && !after.error.is_empty() {
            add("the object can no longer be decoded", after.error.clone());
        }
        let (old, new) = (before.json()?, after.json()?);
        let patch = (self.patcher)(&before.node, &after.node);
        if apply_patch(&old, &patch).as_ref() != Ok(&new) {
            add("the JSON Patch gives the edited object", format!("{patch:?}"));
        }
        if old == new {
            return Ok(());
        }
        let may_change = before.way.filter(|_| !self.fixed.applied.is_empty());
        let others = |object: &Value| {
            may_change.map(|way| without_security(object, way, self.has_answers()))
        };
        if others(&old).is_none() || others(&old) != others(&new) {
            // A list changes with its items, which are objects of their own.
            if old.get("items").is_none() {
                add("something else changes", format!("{patch:?}"));
            }
        }
        Ok(())
    }

    /// What upstream fails is exactly what is left, for a reason.
    fn verdict(
        &self,
        place: &Place,
        (before, after): (&Seen, &Seen),
        left: &[LeftCheck<'_>],
        wrong: &mut Vec<Violation>,
    ) {
        let mut add = |law, detail| wrong.push(self.of_object(law, place, after, detail));
        if !after.error.is_empty() {
            // Where a field has the wrong type nobody can say what the others mean.
            let names_it = self.fixed.left().any(|(object, finding, _)| {
                finding.rule.id == "wrong-type"
                    && (object.document, object.at.to_string()) == *place
            });
            let is_read = self.after.upstream.get(place.0).is_none_or(|read| read.error.is_empty());
            if is_read && !names_it {
                add("an object that cannot be decoded has the wrong type", after.error.clone());
            }
            return;
        }
        for LeftCheck { check, path, why } in left {
            let is_reason = match why {
                Unfixed::NeedsInput => !self.has_answers(),
                Unfixed::NotAllowed => !self.wanted.reverses,
                Unfixed::Refused(refusal) => *refusal != Refusal::NotProven,
                // There the API server refuses the fields that the old checks ask for.
                Unfixed::NoFix => {
                    after.is_windows() && !self.wanted.profile.version.has(WINDOWS_IS_EXEMPT)
                }
                _ => false,
            };
            if !is_reason {
                add("what is left has a reason", format!("{check}: {why:?} ({path})"));
            }
        }
        let Some(failed) = &after.failed else {
            add("both sides see a pod", String::new());
            return;
        };
        // Profile `aks` reports the milder of two checks, one of which stands in for the other, for
        // what it refuses is worse; upstream asks only the stricter one.
        let covered: BTreeSet<&str> =
            left.iter().filter_map(|left| strictest(left.check)).collect();
        let left: BTreeSet<&str> = left.iter().map(|left| left.check).collect();
        let differs = if self.wanted.profile.base == Base::Aks {
            let is_left = |check: &String| left.contains(&**check) || covered.contains(&**check);
            let is_refused = |check: &&str| failed.contains(*check) || strictest(check).is_some();
            !failed.iter().all(is_left) || !left.iter().all(is_refused)
        } else {
            failed.iter().map(String::as_str).ne(left.iter().copied())
        };
        if differs {
            let before = before.failed.as_ref().map_or(0, BTreeSet::len);
            let detail = format!("upstream fails {failed:?} ({before} before), left is {left:?}");
            add("exactly what upstream refuses is left", detail);
        }
    }
}

/// The check that stands in for another one at level restricted.
fn strictest(check: &str) -> Option<&'static str> {
    let is_meant = |rule: &&Rule| rule.standard.is_some_and(|standard| standard.check == check);
    let rule = rules::RULES.iter().copied().find(is_meant)?;
    rules::covering(rule)?.standard.map(|standard| standard.check)
}

/// Whether an error of upstream's validation stands where another one stood: a field that was wrong
/// in one way may turn out to be wrong in a second.
fn takes_a_place(error: &str, before: &Seen, after: &Seen) -> bool {
    let Some((field, _)) = error.split_once(": FieldValue") else { return false };
    let count = |seen: &Seen| {
        let fields = seen.refusals.iter().filter_map(|error| error.split_once(": FieldValue"));
        fields.filter(|(other, _)| *other == field).count()
    };
    count(after) <= count(before)
}

/// Those of the new errors that the old ones do not have, or not as often.
fn new_ones(old: &[String], new: &[String]) -> Vec<String> {
    let mut old: Vec<&String> = old.iter().collect();
    let is_new = |error: &&String| match old.iter().position(|other| other == error) {
        Some(at) => {
            old.swap_remove(at);
            false
        }
        None => true,
    };
    new.iter().filter(is_new).cloned().collect()
}

/// What differs in the comments. Where a text as a whole is no YAML, its documents are compared one
/// by one, and those that are no YAML must not change.
fn comments(old: &[u8], new: &[u8]) -> Option<String> {
    if let (Ok(old), Ok(new)) = (comments_of(old), comments_of(new)) {
        return (old != new).then(|| first_difference(&old, &new));
    }
    let (old, new) = (chunks(old), chunks(new));
    if old.len() != new.len() {
        return Some(format!("{} chunks became {}", old.len(), new.len()));
    }
    old.iter().zip(new).find_map(|(old, new)| match (comments_of(old), comments_of(new)) {
        (Ok(old), Ok(new)) => (old != new).then(|| first_difference(&old, &new)),
        (Err(_), _) if *old == new => None,
        (Err(error), _) => Some(format!("a document that is no YAML ({error}) changed")),
        (Ok(_), Err(error)) => Some(format!("a document is no longer YAML: {error}")),
    })
}

fn first_difference(old: &[String], new: &[String]) -> String {
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    format!(
        "{} comments became {}; the first that differs: {:?} became {:?}",
        old.len(),
        new.len(),
        old.get(same),
        new.get(same)
    )
}

/// The pieces of a text between lines that begin with `---`.
fn chunks(text: &[u8]) -> Vec<&[u8]> {
    let mut chunks = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"---") {
            chunks.push(&text[start..at]);
            start = at;
        }
        at += line.len();
    }
    chunks.push(&text[start..]);
    chunks
}

/// The object without the fields that fixes may change.
fn without_security(object: &Value, way: &[&str], has_answers: bool) -> Value {
    let mut object = object.clone();
    let template = way.iter().try_fold(&mut object, |value, key| value.get_mut(key));
    let Some(template) = template else { return object };
    remove(template, &["metadata", "annotations"]);
    if let Some(spec) = template.get_mut("spec") {
        for key in SECURITY_OF_POD {
            remove(spec, &[key]);
        }
        let volumes = spec.get_mut("volumes").and_then(Value::as_array_mut);
        for volume in volumes.into_iter().flatten().filter(|_| has_answers) {
            if let Some(volume) = volume.as_object_mut() {
                volume.retain(|key, _| key == "name");
            }
        }
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            let containers = spec.get_mut(list).and_then(Value::as_array_mut);
            for container in containers.into_iter().flatten() {
                without_security_of_container(container);
                if has_answers {
                    without_values(container);
                }
            }
        }
    }
    prune(&mut object);
    object
}

/// What the fixes of a pod may change beside its containers and volumes.
const SECURITY_OF_POD: [&str; 7] = [
    "securityContext",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "hostUsers",
    "shareProcessNamespace",
    "os",
];

fn without_security_of_container(container: &mut Value) {
    remove(container, &["securityContext"]);
    for (list, key) in [("ports", "hostPort"), ("volumeMounts", "mountPropagation")] {
        let items = container.get_mut(list).and_then(Value::as_array_mut);
        items.into_iter().flatten().for_each(|item| remove(item, &[key]));
    }
    for handler in ["livenessProbe", "readinessProbe", "startupProbe"] {
        without_host(container.get_mut(handler));
    }
    for hook in ["postStart", "preStop"] {
        without_host(container.get_mut("lifecycle").and_then(|hooks| hooks.get_mut(hook)));
    }
}

/// Without what variables hold: a credential becomes a reference.
fn without_values(container: &mut Value) {
    let variables = container.get_mut("env").and_then(Value::as_array_mut);
    for variable in variables.into_iter().flatten() {
        remove(variable, &["value"]);
        remove(variable, &["valueFrom"]);
    }
}

fn without_host(handler: Option<&mut Value>) {
    let Some(handler) = handler else { return };
    remove(handler, &["httpGet", "host"]);
    remove(handler, &["tcpSocket", "host"]);
}

fn remove(value: &mut Value, way: &[&str]) {
    let Some((last, way)) = way.split_last() else { return };
    let parent = way.iter().try_fold(value, |value, key| value.get_mut(key));
    if let Some(parent) = parent.and_then(Value::as_object_mut) {
        parent.remove(*last);
    }
}

/// Takes away what is empty: a parent may come or go with its only field.
fn prune(value: &mut Value) {
    if let Value::Object(map) = value {
        map.values_mut().for_each(prune);
        map.retain(|_, value| match value {
            Value::Object(map) => !map.is_empty(),
            value => !value.is_null(),
        });
    } else if let Value::Array(items) = value {
        items.iter_mut().for_each(prune);
    }
}
