//! What came of a run.

use super::laws::Pair;
use super::side::{Oracles, Side};
use super::{LEAST_ALLOWED, Mode, Program, Tally, Violation};
use crate::Result;
use crate::verdicts::At;
use podproof_policy::Answers;
use podproof_policy::fix::{Input, InputKind};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What came of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Files read.
    pub files: usize,
    /// The counts of each mode: of applications, and of policy tools.
    tallies: [[Tally; 2]; 3],
    /// What is wrong.
    pub violations: Vec<Violation>,
}

impl Outcome {
    /// Fixes a file in all modes.
    pub fn file(
        &mut self,
        program: Program<'_>,
        path: &str,
        text: &[u8],
        at: At,
        group: usize,
        oracles: &mut Oracles,
    ) -> Result<()> {
        self.files += 1;
        let before = Side::of(text, at, oracles)?;
        let mut answers = Answers::default();
        for mode in Mode::ALL {
            let wanted = mode.wanted(at, std::mem::take(&mut answers));
            let run = |text: &[u8]| {
                let run = AssertUnwindSafe(|| (program.fixer)(text, &wanted));
                catch_unwind(run).ok()
            };
            let of_file = |law, detail: &str| Violation {
                law,
                file: path.into(),
                document: 0,
                object: String::new(),
                detail: format!("{detail}({})", mode.name()),
            };
            let Some(fixed) = run(text) else {
                self.violations.push(of_file("no panic", ""));
                continue;
            };
            let own =
                if fixed.text == text { None } else { Some(Side::of(&fixed.text, at, oracles)?) };
            let after = own.as_ref().unwrap_or(&before);
            let patcher = program.patcher;
            let (before, fixed, wanted) = (&before, &fixed, &wanted);
            let pair = Pair { path, old: text, fixed, wanted, before, after, patcher };
            let violations = pair.violations()?.into_iter();
            self.violations.extend(violations.map(|found| Violation {
                detail: format!("{} ({})", found.detail, mode.name()),
                ..found
            }));
            match run(&fixed.text) {
                None => self.violations.push(of_file("no panic", "on the second run ")),
                Some(again) if again.text != fixed.text => {
                    let titles = again.applied.iter().map(|applied| applied.fix.title.as_str());
                    let titles = titles.collect::<Vec<_>>().join("; ");
                    let detail = format!("{titles} ");
                    self.violations.push(of_file("a second run changes nothing", &detail));
                }
                Some(_) => {}
            }
            if fixed.is_changed() != (fixed.text != text) {
                let detail = format!("{} fixes ", fixed.applied.len());
                self.violations.push(of_file("a changed file has fixes", &detail));
            }
            self.tallies[mode as usize][group].add(&pair);
            if mode == Mode::Reverses {
                answers = some_answers(fixed.inputs(), path.len() + text.len());
            }
        }
        Ok(())
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.files += other.files;
        self.violations.extend(other.violations);
        for (own, others) in
            self.tallies.iter_mut().flatten().zip(other.tallies.into_iter().flatten())
        {
            own.extend(others);
        }
    }

    /// The counts of a mode, of all files.
    pub fn tally(&self, mode: Mode) -> Tally {
        let mut all = Tally::default();
        for tally in &self.tallies[mode as usize] {
            all.extend(tally.clone());
        }
        all
    }

    /// What is wrong, in sentences.
    pub fn wrong(&self) -> Vec<String> {
        let allowed = self.tally(Mode::Reverses).allowed_percent();
        let too_few = format!("only {allowed:.1} % are allowed with reverses");
        let too_few = (allowed < LEAST_ALLOWED).then_some(too_few);
        too_few.into_iter().chain(self.violations.iter().map(ToString::to_string)).collect()
    }

    /// The counts, for people.
    pub fn table(&self) -> String {
        let tallies = Mode::ALL.map(|mode| self.tally(mode));
        let [all, _, _] = &tallies;
        let mut text = format!(
            "{} files, {} objects with a pod, and {} that cannot be decoded\n\n",
            self.files, all.objects, all.undecodable
        );
        let [applications, tools] = &self.tallies[0];
        let groups = [all, applications, tools];
        let row = |name: &str, cells: [String; 3]| {
            let cells: String = cells.iter().map(|cell| format!("{cell:>15}")).collect();
            format!("{name:<24}{cells}\n")
        };
        let percent = |share: f64| format!("{share:.1} %");
        let columns = ["all", "applications", "policy tools"];
        text += &row("allowed by upstream", columns.map(str::to_owned));
        text += &row("  of objects", groups.map(|tally| tally.objects.to_string()));
        text += &row("  before", groups.map(|tally| percent(tally.allowed_before_percent())));
        for (mode, all) in Mode::ALL.into_iter().zip(&tallies) {
            let [applications, tools] = &self.tallies[mode as usize];
            let groups = [all, applications, tools];
            let shares = groups.map(|tally| percent(tally.allowed_percent()));
            text += &row(&format!("  {}", mode.name()), shares);
        }
        for (mode, all) in Mode::ALL.into_iter().zip(&tallies) {
            text += &format!("\n{}\n{}", mode.name(), all.describe());
        }
        let mut laws: BTreeMap<&str, usize> = BTreeMap::new();
        for violation in &self.violations {
            *laws.entry(violation.law).or_default() += 1;
        }
        for (law, count) in laws {
            text += &format!("\nBROKEN: {count} x {law}");
        }
        text
    }
}

/// An answer to each question. Where there is a choice, `which` says which.
fn some_answers<'a>(inputs: impl Iterator<Item = &'a Input>, which: usize) -> Answers {
    let answer = |input: &Input| match input.kind {
        InputKind::Uid => "10001".to_owned(),
        _ if input.choices.is_empty() => "data".to_owned(),
        _ => input.choices[which % input.choices.len()].replace("NAME", "data"),
    };
    inputs.map(|input| (input.name.clone(), answer(input))).collect()
}
