//! Byte offsets as lines and columns.

use std::cell::Cell;

/// Finds the line and column of a byte offset.
#[derive(Clone, Debug)]
pub struct Lines<'text> {
    text: &'text [u8],
    starts: Vec<u32>,
    /// The last position found: columns of a long line are counted on from it.
    last: Cell<Position>,
}

/// A place for people and editors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Bytes from the start of the text.
    pub offset: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1. A byte-order mark has no column.
    pub column: u32,
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl<'text> Lines<'text> {
    /// Reads the line starts of a text.
    pub fn new(text: &'text [u8]) -> Self {
        let mut starts = vec![0];
        for (at, &byte) in text.iter().enumerate() {
            // A carriage return ends a line unless a line feed follows.
            if byte == b'\n' || (byte == b'\r' && text.get(at + 1) != Some(&b'\n')) {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Self { text, starts, last: Cell::new(Position { offset: 0, line: 1, column: 1 }) }
    }

    /// The position of an offset; one behind the end is the end.
    pub fn position(&self, offset: u32) -> Position {
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let offset = offset.min(end);
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let last = self.last.get();
        let (start, columns_before) = if last.line == count(line) && last.offset <= offset {
            (last.offset, last.column as usize - 1)
        } else {
            (self.starts.get(line - 1).copied().unwrap_or(0), 0)
        };
        let before = self.text.get(start as usize..offset as usize).unwrap_or_default();
        let before = before.strip_prefix(BYTE_ORDER_MARK).unwrap_or(before);
        // Bytes that continue a UTF-8 sequence count for nothing.
        let columns = columns_before + before.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
        let position = Position { offset, line: count(line), column: count(columns + 1) };
        self.last.set(position);
        position
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn columns_count_characters_and_no_byte_order_mark() {
        let text = "\u{feff}a: ü\r\nb: 1\rc: 2\n";
        let lines = Lines::new(text.as_bytes());
        let place = |needle: &str| {
            let offset = u32::try_from(text.find(needle).unwrap()).unwrap();
            let position = lines.position(offset);
            (position.line, position.column)
        };
        assert_eq!(place("a"), (1, 1));
        assert_eq!(place("\r\n"), (1, 5));
        assert_eq!(place("b"), (2, 1));
        assert_eq!(place("2"), (3, 4));
        assert_eq!(lines.position(u32::MAX).line, 4);
    }
}
