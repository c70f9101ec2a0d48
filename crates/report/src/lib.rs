//! From a file's bytes to findings ([`FileReport`]), and from findings to documents: [`text`] for
//! people, [`json`] for programs, [`diff`] for what [`fix`] changes. [`Summary`] and [`verdict`]
//! count over many files.

pub mod diff;
pub mod file;
pub mod fix;
pub mod json;
mod mask;
mod summary;
pub mod text;
pub mod verdict;

pub use file::{FileReport, Note, ObjectReport, Status};
pub use summary::Summary;
