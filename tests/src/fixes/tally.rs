//! The counts of a run.

use super::laws::{LeftCheck, Pair};
use super::lines::Lines;
use podproof_report::fix::Unfixed;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What some files came to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Objects of a kind that is known to carry a pod, and that can be decoded.
    pub objects: usize,
    /// Those that cannot be decoded.
    pub undecodable: usize,
    /// Those of `objects` that upstream allows before the fixes.
    pub allowed_before: usize,
    /// Those that it allows after them.
    pub allowed: usize,
    /// The fixes that were made, by class.
    fixes: BTreeMap<&'static str, usize>,
    /// Why something is left: objects by check and reason.
    left: BTreeMap<(&'static str, String), usize>,
    /// The lines of each changed file.
    lines: Vec<Lines>,
}

impl Tally {
    /// Adds a file, and gives what its objects are left for.
    pub(super) fn add(&mut self, pair: &Pair<'_>) {
        let left = pair.left_by_object();
        for (place, after) in &pair.after.objects {
            let Some(before) = pair.before.objects.get(place) else { continue };
            let (Some(failed), Some(failed_before)) = (&after.failed, &before.failed) else {
                self.undecodable += usize::from(after.way.is_some());
                continue;
            };
            self.objects += 1;
            self.allowed_before += usize::from(failed_before.is_empty());
            self.allowed += usize::from(failed.is_empty());
            let left = left.get(place).map(Vec::as_slice).unwrap_or_default();
            let reasons: BTreeSet<_> = left.iter().map(reason).collect();
            for reason in reasons {
                *self.left.entry(reason).or_default() += 1;
            }
        }
        for applied in &pair.fixed.applied {
            *self.fixes.entry(applied.fix.class.name()).or_default() += 1;
        }
        if pair.old != pair.fixed.text {
            let (old, new) = (pair.old, &pair.fixed.text);
            let fixes = pair.fixed.applied.len();
            self.lines.push(Lines::of(old, new, &pair.after.documents, fixes));
        }
    }

    /// Adds other files.
    pub(super) fn extend(&mut self, other: Self) {
        self.objects += other.objects;
        self.undecodable += other.undecodable;
        self.allowed_before += other.allowed_before;
        self.allowed += other.allowed;
        for (class, count) in other.fixes {
            *self.fixes.entry(class).or_default() += count;
        }
        for (reason, count) in other.left {
            *self.left.entry(reason).or_default() += count;
        }
        self.lines.extend(other.lines);
    }

    /// Of a hundred objects so many are allowed after the fixes.
    pub fn allowed_percent(&self) -> f64 {
        percent(self.allowed, self.objects)
    }

    /// Of a hundred objects so many are allowed before them.
    pub fn allowed_before_percent(&self) -> f64 {
        percent(self.allowed_before, self.objects)
    }

    /// Fixes and lines.
    pub(super) fn describe(&self) -> String {
        let sum = |count: fn(&Lines) -> usize| self.lines.iter().map(count).sum::<usize>();
        let (fixes, changed, rewritten) =
            (sum(|lines| lines.fixes), sum(|lines| lines.changed), sum(|lines| lines.rewritten));
        let mut text = format!("  {} files changed by {fixes} fixes (", self.lines.len());
        let classes: Vec<String> =
            self.fixes.iter().map(|(class, count)| format!("{count} {class}")).collect();
        text += &format!("{})\n", classes.join(", "));
        let median = |count: fn(&Lines) -> f64| median(self.lines.iter().map(count).collect());
        let _ = writeln!(
            text,
            "  lines changed: {changed}; per fix {:.2}, median {:.2}; per file, median {:.0}",
            ratio(changed, fixes),
            median(|lines| ratio(lines.changed, lines.fixes)),
            median(|lines| float(lines.changed)),
        );
        let _ = writeln!(
            text,
            "  written anew:  {rewritten}; per fix {:.2}, median {:.2}; per file, median {:.0}",
            ratio(rewritten, fixes),
            median(|lines| ratio(lines.rewritten, lines.fixes)),
            median(|lines| float(lines.rewritten)),
        );
        for ((check, reason), count) in &self.left {
            let _ = writeln!(text, "  left: {count:>5} x {check:<28}{reason}");
        }
        text
    }
}

fn reason(left: &LeftCheck<'_>) -> (&'static str, String) {
    let why = match left.why {
        Unfixed::NeedsInput => "needs an answer",
        Unfixed::NotAllowed => "not allowed",
        Unfixed::Refused(refusal) => return (left.check, format!("refused: {refusal}")),
        Unfixed::MakesWorse => "makes worse",
        Unfixed::NoFix => "no fix",
        Unfixed::ByShape | Unfixed::OtherRule | Unfixed::Suppressed => "not asked for",
    };
    (left.check, why.to_owned())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of tests are small")]
fn float(count: usize) -> f64 {
    count as f64
}

fn ratio(part: usize, all: usize) -> f64 {
    float(part) / float(all.max(1))
}

fn percent(part: usize, all: usize) -> f64 {
    100.0 * ratio(part, all)
}
