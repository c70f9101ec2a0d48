//! How many lines a fix changes, and how many it would if the file were written anew.

use podproof_source::yaml::Document;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The lines that a file's fixes changed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lines {
    /// Fixes that were made.
    pub(super) fixes: usize,
    /// Lines that went or came.
    pub(super) changed: usize,
    /// Lines that go or come if all objects of the file are written by `serde_yaml`.
    pub(super) rewritten: usize,
}

impl Lines {
    pub(super) fn of(
        old: &[u8],
        new: &[u8],
        documents: &[Result<Document, String>],
        fixes: usize,
    ) -> Self {
        let roots = documents.iter().flatten().map(|document| &document.root);
        let written: Vec<String> =
            roots.map(|root| serde_yaml::to_string(root).unwrap_or_default()).collect();
        let written = written.join("---\n");
        Self { fixes, changed: changed(old, new), rewritten: changed(old, written.as_bytes()) }
    }
}

/// Lines that go or come between two texts.
fn changed(old: &[u8], new: &[u8]) -> usize {
    let lines = |text| <[u8]>::split_inclusive(text, |byte| *byte == b'\n').collect::<Vec<_>>();
    let (old, new) = (lines(old), lines(new));
    let steps = capture_diff_slices(Algorithm::Histogram, &old, &new);
    let differs = steps.iter().filter(|step| !matches!(step, DiffOp::Equal { .. }));
    differs.map(|step| step.old_range().len() + step.new_range().len()).sum()
}
