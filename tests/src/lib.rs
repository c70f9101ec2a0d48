//! Runs Podproof and the programs it must agree with on the same input.
//!
//! The upstream programs live in `tests/conformance` (Go, pinned versions). Every function here
//! returns what differed as a list of sentences; an empty list is agreement.

pub mod census;
pub mod corpus;
pub mod decoding;
pub mod edits;
pub mod fixes;
pub mod fixtures;
pub mod oracle;
pub mod pods;
pub mod reading;
pub mod verdicts;

/// Errors of the test programs themselves.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;
