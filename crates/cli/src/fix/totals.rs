//! What a run has fixed, and what it leaves.

use super::Fixed;
use super::listing::count;
use crate::coverage::Coverage;
use crate::{NOT_CHECKED, args};
use podproof_policy::{Profile, Severity, Version};
use podproof_report::fix::Unfixed;
use podproof_report::verdict::Verdicts;
use podproof_report::{FileReport, Summary};
use std::io::Write as _;

pub(super) struct Totals {
    version: Version,
    least: Option<Severity>,
    coverage: Coverage,
    before: Verdicts,
    after: Verdicts,
    /// What is left, of the rules that were asked for.
    left: Summary,
    fixes: usize,
    changed_files: usize,
    not_written: usize,
}

impl Totals {
    pub(super) fn new(profile: &Profile, args: &args::Fix) -> Self {
        Self {
            version: profile.version,
            least: args.selection.fail_on.severity(),
            coverage: Coverage::default(),
            before: Verdicts::default(),
            after: Verdicts::default(),
            left: Summary::default(),
            fixes: 0,
            changed_files: 0,
            not_written: 0,
        }
    }

    /// Kustomize changes the pods before the cluster sees them.
    pub(super) fn note_patches(&mut self) {
        self.before.note_patches();
        self.after.note_patches();
    }

    /// Counts a file.
    pub(super) fn add(&mut self, fixed: &Fixed<'_>, is_done: bool) {
        let file = &fixed.file;
        if !self.coverage.add(&file.before, fixed.input.is_named, fixed.is_template) {
            return;
        }
        self.before.add(&file.before);
        if !is_done {
            self.not_written += 1;
            self.after.add(&file.before);
            self.left.add(&file.before);
            return;
        }
        self.fixes += file.applied.len();
        self.changed_files += usize::from(file.is_changed());
        self.after.add(&file.after);
        let mut left = FileReport { objects: Vec::new(), ..file.after.clone() };
        for (object, finding, _) in file.left().filter(|(_, _, why)| **why != Unfixed::OtherRule) {
            let mut object = object.clone();
            object.findings = vec![finding.clone()];
            left.objects.push(object);
        }
        self.left.add(&left);
    }

    /// Says what came of it, and gives the exit code.
    pub(super) fn finish(&self, args: &args::Fix) -> u8 {
        self.coverage.mention_templates("fix");
        let mut out = anstream::stderr().lock();
        for line in self.lines(args) {
            // Whether anybody reads these lines changes nothing about the outcome.
            let _ = writeln!(out, "{line}");
        }
        let is_left = self.least.is_some_and(|least| self.left.at_least(least) > 0);
        let would_change = args.check && self.fixes > 0;
        let code = self.coverage.exit_code(&args.selection, is_left || would_change);
        if self.not_written > 0 { NOT_CHECKED } else { code }
    }

    fn lines(&self, args: &args::Fix) -> Vec<String> {
        let all = self.coverage.summary.files;
        if all == 0 {
            return vec!["no Kubernetes objects found".into()];
        }
        let fixes = count(self.fixes, "fix", "fixes");
        let of = format!("in {} of {}", self.changed_files, count(all, "file", "files"));
        let mut lines = vec![match self.fixes {
            0 if self.not_written > 0 => {
                format!("{} not written", count(self.not_written, "file", "files"))
            }
            0 => format!("nothing to fix in {}", count(all, "file", "files")),
            _ if args.write => format!("made {fixes} {of}"),
            _ if args.stdout => format!("{fixes} {of}"),
            _ => format!("{fixes} {of} would be made; --write makes them"),
        }];
        let findings = [
            (self.left.errors, "error"),
            (self.left.warnings, "warning"),
            (self.left.infos, "hint"),
        ];
        let left: Vec<String> = findings
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| count(n, what, &format!("{what}s")))
            .collect();
        if !left.is_empty() {
            lines.push(format!("left: {}", left.join(", ")));
        }
        if self.not_written > 0 {
            let not_written = count(self.not_written, "file was", "files were");
            lines.push(format!("{not_written} not written"));
        }
        let verdicts = |when: &str, verdicts: &Verdicts| {
            let lines = verdicts.lines(self.version).into_iter();
            let line = |line: String| format!("{when} {}", line.trim_start_matches("verdict: "));
            lines.map(line).collect::<Vec<_>>()
        };
        lines.extend(verdicts("before:", &self.before));
        lines.extend(verdicts("after: ", &self.after));
        lines
    }
}
