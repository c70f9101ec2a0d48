//! Counting over many files.

use crate::{FileReport, Status};
use podproof_policy::Severity;

/// How much was checked and found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files looked at, passed-over ones not counted.
    pub files: usize,
    /// Objects judged.
    pub objects: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Findings that somebody said are to be ignored; they count nowhere else.
    pub suppressed: usize,
    /// Files of which at least a part could not be read.
    pub unreadable: usize,
    /// Files without any Kubernetes object.
    pub passed_over: usize,
}

impl Summary {
    /// Counts a file.
    pub fn add(&mut self, file: &FileReport) {
        match file.status {
            Status::PassedOver => {
                self.passed_over += 1;
                return;
            }
            Status::PartlyChecked | Status::Unreadable => self.unreadable += 1,
            Status::Checked => {}
        }
        self.files += 1;
        self.objects += file.objects.len();
        for finding in file.findings() {
            match finding.severity {
                _ if finding.suppressed.is_some() => self.suppressed += 1,
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Info => self.infos += 1,
            }
        }
    }

    /// Findings at least this bad.
    pub fn at_least(&self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.errors + self.warnings,
            Severity::Info => self.errors + self.warnings + self.infos,
        }
    }
}

/// "2 files, 5 objects: 3 errors, 1 warning"
impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {}: ", count(self.files, "file"), count(self.objects, "object"))?;
        let counts = [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "hint")];
        let found: Vec<String> =
            counts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| count(n, what)).collect();
        f.write_str(if found.is_empty() { "nothing found" } else { "" })?;
        f.write_str(&found.join(", "))?;
        if self.suppressed > 0 {
            write!(f, "; {} suppressed", self.suppressed)?;
        }
        if self.unreadable > 0 {
            let verb = if self.unreadable == 1 { "was" } else { "were" };
            write!(f, "; {} {verb} not read in full", count(self.unreadable, "file"))?;
        }
        Ok(())
    }
}

/// "1 file", "2 files"
pub(crate) fn count(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}
