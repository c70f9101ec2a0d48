//! `--baseline` and `--write-baseline`: findings that were accepted once.

use crate::{args, complain};
use podproof_report::baseline::{self, Baseline, Counts};
use podproof_report::{FileReport, Status};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// What a run does with findings that are accepted.
pub(crate) enum Accepted {
    /// There are none.
    Nothing,
    /// Those of this baseline.
    Known(Baseline, PathBuf),
    /// All, and they are to be written to this file.
    All(PathBuf),
}

impl Accepted {
    /// Reads the baseline that the arguments name.
    pub(crate) fn of(args: &args::Check) -> io::Result<Self> {
        if let Some(file) = &args.write_baseline {
            return Ok(Self::All(file.clone()));
        }
        let Some(file) = &args.baseline else { return Ok(Self::Nothing) };
        let name = file.display();
        let wrong = |why: String| {
            let next = format!("to accept what is found today: --write-baseline {name}");
            io::Error::other(format!(
                "the baseline {name} cannot be used: {why}. Next step: {next}"
            ))
        };
        let text = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
        let baseline = Baseline::read(&text, &name.to_string()).map_err(wrong)?;
        Ok(Self::Known(baseline, file.clone()))
    }

    /// Marks what is accepted of a file's findings, and says what that was.
    pub(crate) fn apply(&self, report: &mut FileReport) -> Counts {
        match self {
            Self::Nothing => Counts::new(),
            Self::Known(baseline, _) => baseline.apply(report),
            Self::All(_) => baseline::accept(report),
        }
    }
}

/// What was accepted so far.
#[derive(Default)]
pub(crate) struct Seen {
    counts: Counts,
    /// The files that were read in full, as baselines name them.
    files: BTreeSet<String>,
}

impl Seen {
    pub(crate) fn add(&mut self, report: &FileReport, counts: Counts) {
        // What could not be read may still hold what was accepted.
        if matches!(report.status, Status::Checked | Status::PassedOver) {
            self.files.insert(podproof_report::fingerprint::plain_path(&report.path));
        }
        self.counts.extend(counts);
    }

    /// Writes the new baseline, or says what of the old one is of no use any more.
    pub(crate) fn finish(&self, accepted: &Accepted) -> io::Result<()> {
        match accepted {
            Accepted::Nothing => {}
            Accepted::Known(baseline, file) => {
                let is_known = |file: &str| self.files.contains(file) || !Path::new(file).exists();
                let stale = baseline.stale(&self.counts, is_known);
                let file = file.display();
                match stale {
                    0 => {}
                    1 => complain(&format!(
                        "1 finding of the baseline {file} is gone; --write-baseline {file} takes \
                         it out"
                    )),
                    _ => complain(&format!(
                        "{stale} findings of the baseline {file} are gone; --write-baseline {file} \
                         takes them out"
                    )),
                }
            }
            Accepted::All(file) => {
                std::fs::write(file, baseline::write(&self.counts)).map_err(|error| {
                    io::Error::other(format!("cannot write {}: {error}", file.display()))
                })?;
                let count: usize = self.counts.values().sum();
                let plural = if count == 1 { "" } else { "s" };
                let file = file.display();
                complain(&format!("{count} finding{plural} accepted in {file}"));
            }
        }
        Ok(())
    }
}
