//! Kubernetes manifests as a tree with places in the text.
//!
//! [`yaml::read`] reads a file exactly as `kubectl` reads it (YAML 1.1 scalars, apimachinery's
//! document splitter, last duplicate wins) or refuses it with a place and a reason. [`Node`] also
//! implements serde's traits, so that JSON which a server already decoded gives the same tree,
//! without places.
//!
//! This crate knows no Kubernetes kinds.

mod align;
pub mod base64;
pub mod change;
#[cfg(feature = "yaml")]
pub mod edit;
mod error;
mod json;
mod lines;
mod number;
mod pointer;
mod span;
mod tree;
#[cfg(feature = "yaml")]
pub mod yaml;

pub use change::Change;
pub use error::{Error, Reason};
pub use lines::{Lines, Position};
pub use number::Number;
pub use pointer::Pointer;
pub use span::Span;
pub use tree::{Entry, MAX_DEPTH, Map, Node, Value};
