//! One file, fixed as far as it may be.

use crate::FileReport;
use crate::file::Role;
use podproof_policy::{Answers, Fix, Profile, Rule};
use podproof_source::Span;
use podproof_source::edit::Refusal;

/// Which fixes are to be made.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What the file is judged by.
    pub profile: Profile,
    /// Whether what somebody wrote may be taken away.
    pub reverses: bool,
    /// Whether pods that were recognised by their shape alone are fixed too.
    pub by_shape: bool,
    /// What a person said to the inputs of fixes.
    pub answers: Answers,
    /// The rules whose findings are to be fixed; all if there is none.
    pub rules: Vec<&'static Rule>,
}

/// A file after its fixes.
#[derive(Clone, Debug)]
pub struct FixedFile {
    /// What was found before, each finding with its fix.
    pub before: FileReport,
    /// The new text; the old one if nothing was to be done.
    pub text: Vec<u8>,
    /// The fixes that were made, in the order of their places.
    pub applied: Vec<AppliedFix>,
    /// What is found in the new text. Findings that have a fix say why it was not made.
    pub after: FileReport,
}

/// A fix that was made.
#[derive(Clone, Debug)]
pub struct AppliedFix {
    /// The object: `Deployment web`.
    pub object: String,
    /// The rule whose finding it undid.
    pub rule: &'static Rule,
    /// Where the finding stood in the text before this fix, if it stood anywhere.
    pub span: Option<Span>,
    /// What it did.
    pub fix: Fix,
}

/// Why a fix was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfixed {
    /// It takes away what somebody wrote, which was not allowed.
    NotAllowed,
    /// The pod was recognised by its shape, and such fixes were not allowed.
    ByShape,
    /// Another rule was asked for.
    OtherRule,
    /// An answer is needed.
    NeedsInput,
    /// The text cannot be edited safely.
    Refused(Refusal),
    /// There is no fix.
    NoFix,
}

/// Fixes a file.
pub fn fix(path: &str, text: &[u8], role: Role, wanted: &Wanted) -> FixedFile {
    let before = FileReport::of(path, text, role, &wanted.profile);
    FixedFile { after: before.clone(), before, text: text.to_vec(), applied: Vec::new() }
}
