//! How much of the input could be judged.

use crate::{NOT_CHECKED, args, complain, inputs};
use indicatif::{ProgressBar, ProgressStyle};
use podproof_report::file::Role;
use podproof_report::{FileReport, Note, Status, Summary};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};

/// Fewer files need no progress bar.
const FILES_WORTH_A_BAR: usize = 200;

/// What of the input was judged so far.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// How much was found in it.
    pub(crate) summary: Summary,
    /// Templates in folders, counted by the chart they belong to.
    templates: BTreeMap<Option<String>, usize>,
    not_checked: bool,
}

impl Coverage {
    /// Counts a file. Says whether there is anything in it to judge.
    pub(crate) fn add(&mut self, report: &FileReport, is_named: bool, is_template: bool) -> bool {
        if is_template {
            let chart = inputs::chart_of(report.path.as_ref());
            *self.templates.entry(chart).or_default() += 1;
            return false;
        }
        self.not_checked |= match report.status {
            Status::Checked => false,
            Status::PartlyChecked | Status::Unreadable => true,
            Status::PassedOver => is_named,
        };
        if report.status == Status::PassedOver && is_named {
            complain(&format!("{}: no Kubernetes object in it", report.path));
        }
        self.summary.add(report);
        true
    }

    /// Says how to judge what the templates render to.
    pub(crate) fn mention_templates(&self, command: &str) {
        for (chart, count) in &self.templates {
            let files = if *count == 1 { "template is" } else { "templates are" };
            match chart {
                Some(chart) => complain(&format!(
                    "{count} {files} no manifests yet; {command} what they render to: \
                     helm template {chart} | podproof {command} -"
                )),
                None => complain(&format!(
                    "{count} {files} no manifests yet; render them first and {command} the result"
                )),
            }
        }
    }

    /// The exit code, if all else went well.
    pub(crate) fn exit_code(&self, selection: &args::Selection, found: bool) -> u8 {
        let nothing_checked = self.summary.files == 0 && self.templates.is_empty();
        let misses_templates = selection.strict && !self.templates.is_empty();
        if self.not_checked || nothing_checked || misses_templates {
            NOT_CHECKED
        } else {
            u8::from(found)
        }
    }
}

/// A file of which nothing but templates could not be read.
pub(crate) fn is_only_template(report: &FileReport) -> bool {
    report.is_template && report.status == Status::Unreadable
}

/// Says of a patch that it is judged as one.
pub(crate) fn note_patch(report: &mut FileReport, role: Role) {
    if role == Role::Patch {
        let message = "judged as a Kustomize patch: only what stands in it can be wrong; check the \
                       rendered overlay too, for example `kustomize build … | podproof check -`";
        report.notes.push(Note { message: message.into(), span: None });
    }
}

/// How far a long run is, on a terminal.
pub(crate) fn progress_bar(files: usize) -> ProgressBar {
    if files < FILES_WORTH_A_BAR || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} files")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(files as u64).with_style(style)
}
