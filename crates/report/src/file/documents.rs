//! Counting the documents of a file.

use crate::comments::Comments;
use podproof_source::{Error, Reason};

/// How many documents of a file are what.
#[derive(Default)]
pub(super) struct Documents {
    pub(super) kubernetes: usize,
    pub(super) foreign: usize,
    /// Objects without a version or kind.
    pub(super) headless: usize,
    pub(super) unread: usize,
    /// Unread ones that no program reads.
    pub(super) broken: usize,
    /// Unread ones that are templates.
    pub(super) templates: usize,
    pub(super) ignored: usize,
    /// Where the last document that could be read ends.
    pub(super) read_until: u32,
    /// The comments that ignore findings.
    pub(super) comments: Comments,
}

impl Documents {
    /// Counts a document that could not be read.
    pub(super) fn add_unread(&mut self, error: &Error) {
        self.unread += 1;
        match error.reason {
            Reason::Template => self.templates += 1,
            Reason::Syntax(_) | Reason::Refused(_) | Reason::Separator => self.broken += 1,
            _ => {}
        }
    }
}
