//! The way to a value in an object.

use std::fmt;

/// A JSON Pointer (RFC 6901): keys and list indices, from the object's root. As a last step `-`
/// means the place behind the end of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(Vec<Box<str>>);

impl Pointer {
    /// The root itself.
    pub const ROOT: Self = Self(Vec::new());

    /// A way of steps.
    pub fn new(steps: impl IntoIterator<Item = impl Into<Box<str>>>) -> Self {
        Self(steps.into_iter().map(Into::into).collect())
    }

    /// The value of a key of what this points to.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        Self(self.0.iter().cloned().chain([key.into()]).collect())
    }

    /// An item of the list that this points to.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        self.key(&index.to_string())
    }

    /// This way, begun at the end of another one.
    #[must_use]
    pub fn behind(&self, start: &Self) -> Self {
        Self(start.0.iter().chain(&self.0).cloned().collect())
    }

    /// The steps, unescaped.
    pub fn steps(&self) -> &[Box<str>] {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.0 {
            write!(f, "/{}", step.replace('~', "~0").replace('/', "~1"))?;
        }
        Ok(())
    }
}
