//! From a file's bytes to findings ([`FileReport`]), and from findings to documents: [`text`] for
//! people, [`json`] for programs, [`sarif`], [`github`], [`azure_pipelines`] and [`junit`] for CI
//! systems, [`diff`] for what [`fix`] changes. [`Summary`] and [`verdict`] count over many files;
//! a [`baseline`] remembers findings that were accepted. [`rule_page`] tells of the rules.

mod around;
pub mod azure_pipelines;
pub mod baseline;
mod comments;
pub mod diff;
pub mod file;
pub mod fingerprint;
pub mod fix;
pub mod github;
pub mod json;
pub mod junit;
mod mask;
pub mod profile;
pub mod rule_page;
pub mod sarif;
pub mod schema;
mod summary;
pub mod text;
pub mod verdict;

pub use file::{FileReport, Note, ObjectReport, Status};
pub use summary::Summary;
