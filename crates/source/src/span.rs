//! A range of bytes in a source text.

/// The bytes `start..end` of a source text, counted from 0, a byte-order mark included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The place of a node that was not read from a text.
    pub const NONE: Self = Self { start: u32::MAX, end: u32::MAX };

    /// The bytes `start..end`. Offsets over 4 GiB are cut: such texts are refused before.
    pub fn new(start: usize, end: usize) -> Self {
        let offset = |bytes| u32::try_from(bytes).unwrap_or(u32::MAX);
        Self { start: offset(start), end: offset(end) }
    }

    /// Whether this is a place in a text at all.
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }

    /// The same range as indices.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}
