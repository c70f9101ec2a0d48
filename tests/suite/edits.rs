//! Edits of texts: what a careful person would write with the fewest changed characters, and the
//! law of edits over random texts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::needless_pass_by_value, reason = "`[set(…)]` reads better than `&[set(…)]`")]

#[path = "edits/anchors.rs"]
mod anchors;
#[path = "edits/append.rs"]
mod append;
#[path = "edits/apply.rs"]
mod apply;
#[path = "edits/bytes.rs"]
mod bytes;
#[path = "edits/delete.rs"]
mod delete;
#[path = "edits/duplicates.rs"]
mod duplicates;
#[path = "edits/empty.rs"]
mod empty;
#[path = "edits/flow.rs"]
mod flow;
#[path = "edits/indent.rs"]
mod indent;
#[path = "edits/insert.rs"]
mod insert;
#[path = "edits/json.rs"]
mod json;
#[path = "edits/law.rs"]
mod law;
#[path = "edits/quoting.rs"]
mod quoting;
#[path = "edits/refused.rs"]
mod refused;
#[path = "edits/replace.rs"]
mod replace;
#[path = "edits/several.rs"]
mod several;
#[path = "edits/support.rs"]
mod support;
