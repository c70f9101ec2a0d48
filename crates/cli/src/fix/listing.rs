//! What was fixed in a file and what may break, and what is left for a person to decide.

use podproof_policy::{Finding, Fix, FixClass, Severity};
use podproof_report::ObjectReport;
use podproof_report::fix::{AppliedFix, FixedFile, Unfixed, example};
use podproof_report::text::one_line;
use std::collections::BTreeSet;

/// More lines of a kind are counted, not shown.
const MOST_LINES: usize = 30;

/// The list of a file. Empty if there is nothing to tell.
pub(super) fn lines(file: &FixedFile, is_patch: bool, is_done: bool) -> String {
    let mut out = String::new();
    let path = one_line(&file.before.path);
    if is_done && !file.applied.is_empty() {
        out += &format!("{path}: {}\n", count(file.applied.len(), "fix", "fixes"));
        for group in by_consequence(&file.applied) {
            out += &applied(&group);
        }
    }
    let left = left(file);
    if !left.is_empty() {
        out += &format!("{path}: left\n");
        for line in left.iter().take(MOST_LINES) {
            out += &format!("  {}\n", one_line(&line.what));
            out += &format!("      {}\n", one_line(&line.next_step));
        }
        if left.len() > MOST_LINES {
            out += &format!("  and {} more\n", left.len() - MOST_LINES);
        }
    }
    if is_patch && !out.is_empty() {
        out += "  (a Kustomize patch: only what stands in it is looked at)\n";
    }
    out
}

/// Fixes with the same consequence together, in the order of the first of each.
fn by_consequence(applied: &[AppliedFix]) -> Vec<Vec<&AppliedFix>> {
    let consequence = |applied: &AppliedFix| {
        (applied.rule.id, applied.fix.class, applied.fix.breaks_when, applied.fix.symptom)
    };
    let mut groups: Vec<Vec<&AppliedFix>> = Vec::new();
    for fix in applied {
        let same = |group: &&mut Vec<&AppliedFix>| {
            group.first().is_some_and(|first| consequence(first) == consequence(fix))
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(fix),
            None => groups.push(vec![fix]),
        }
    }
    groups
}

fn applied(group: &[&AppliedFix]) -> String {
    let mut out = String::new();
    let mut told = BTreeSet::new();
    for applied in group.iter().take(MOST_LINES) {
        let line = format!("{}: {} [{}]", applied.object, applied.fix.title, applied.rule.id);
        out += &format!("  {}\n", one_line(&line));
        for command in applied.fix.commands.iter().filter(|command| told.insert(*command)) {
            out += &format!("      then run: {}\n", one_line(command));
        }
    }
    if group.len() > MOST_LINES {
        out += &format!("  and {} more such fixes\n", group.len() - MOST_LINES);
    }
    if let Some(breaks) = group.first().and_then(|applied| breaks(&applied.fix)) {
        out += &format!("      {}\n", one_line(&breaks));
    }
    out
}

/// "may break when the image's user is root; you would see `CreateContainerConfigError`"
fn breaks(fix: &Fix) -> Option<String> {
    if fix.breaks_when.is_empty() {
        return None;
    }
    Some(format!("may break when {}; you would see {}", fix.breaks_when, fix.symptom))
}

/// Findings that one decision would settle.
struct Left {
    what: String,
    next_step: String,
    /// The object, and the title of the fix, if there is one.
    key: (usize, Option<usize>, String, String),
    places: usize,
}

fn left(file: &FixedFile) -> Vec<Left> {
    let mut all: Vec<Left> = Vec::new();
    // A hint that nothing can be done about here is counted, and no more.
    let is_wanted = |finding: &Finding, why: &Unfixed| match why {
        Unfixed::OtherRule | Unfixed::Suppressed => false,
        Unfixed::NoFix => finding.severity > Severity::Info,
        _ => true,
    };
    for (object, finding, why) in file.left().filter(|(_, finding, why)| is_wanted(finding, why)) {
        let title = finding.fix.as_deref().map_or(&finding.message, |fix| &fix.title);
        let key = (object.document, object.item, object.title(), title.clone());
        if let Some(known) = all.iter_mut().find(|left| left.key == key) {
            known.places += 1;
            continue;
        }
        let what = format!("{}: {} [{}]", object.title(), finding.message, finding.rule.id);
        all.push(Left { what, next_step: next_step(object, finding, why), key, places: 1 });
    }
    for left in all.iter_mut().filter(|left| left.places > 1) {
        left.what += &format!(" (and {} more)", count(left.places - 1, "place", "places"));
    }
    all
}

/// What a person has to decide.
fn next_step(object: &ObjectReport, finding: &Finding, why: &Unfixed) -> String {
    let no_fix = || format!("nothing fixes this by itself; `podproof explain {}`", finding.rule.id);
    let Some(fix) = finding.fix.as_deref() else { return no_fix() };
    let title = &fix.title;
    match why {
        Unfixed::NotAllowed => {
            let breaks = breaks(fix).map(|breaks| format!("; {breaks}")).unwrap_or_default();
            format!("takes away what somebody wrote: --allow reverses would {title}{breaks}")
        }
        Unfixed::ByShape => {
            let api_version = object.api_version.as_deref().unwrap_or_default();
            let kind = object.kind.as_deref().unwrap_or_default();
            let and = if fix.class == FixClass::Reverses { ",reverses" } else { "" };
            format!(
                "`{api_version}` `{kind}` is no kind that the Pod Security Standards know: \
                 --allow by-shape{and} would {title}"
            )
        }
        Unfixed::NeedsInput => question(fix),
        Unfixed::Refused(refusal) => {
            format!("cannot {title} without a risk for the file: {refusal}; change it by hand")
        }
        Unfixed::MakesWorse => {
            format!("did not {title}: the fixes of this document would cause another finding")
        }
        Unfixed::OtherRule | Unfixed::Suppressed | Unfixed::NoFix => no_fix(),
    }
}

/// "which volume? --answer volume.data=emptyDir (or `claim:NAME`)"
fn question(fix: &Fix) -> String {
    let asked = fix.inputs.iter().map(|input| {
        let others = input.choices.get(1..).unwrap_or_default().join("`, `");
        let others = if others.is_empty() { others } else { format!(" (or `{others}`)") };
        format!("{}: --answer {}={}{others}", input.label, input.name, example(input))
    });
    let asked: Vec<String> = asked.collect();
    format!("to {}, say {}", fix.title, asked.join("; "))
}

/// "1 fix", "2 fixes"
pub(super) fn count(n: usize, one: &str, several: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { several })
}
