//! Byte offsets as lines and columns.

/// Finds the line and column of a byte offset, in a time that does not depend on the text.
#[derive(Clone, Debug)]
pub struct Lines<'text> {
    text: &'text [u8],
    starts: Vec<u32>,
    /// How many characters begin before each block of the text.
    characters_before_block: Vec<u32>,
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
/// Bytes in a block.
const BLOCK: usize = 1024;

impl<'text> Lines<'text> {
    /// Reads the line starts of a text.
    pub fn new(text: &'text [u8]) -> Self {
        let mut starts = vec![0];
        for (at, &byte) in text.iter().enumerate() {
            // A carriage return ends a line unless a line feed follows.
            if byte == b'\n' || (byte == b'\r' && text.get(at + 1) != Some(&b'\n')) {
                starts.push(to_u32(at + 1));
            }
        }
        let before = text.chunks(BLOCK).scan(0, |sum, block| {
            let before = *sum;
            *sum += characters(block);
            Some(to_u32(before))
        });
        let characters_before_block = before.collect();
        Self { text, starts, characters_before_block }
    }

    /// The position of an offset; one behind the end is the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = offset.min(to_u32(self.text.len()));
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let mut column = self.characters_before(offset) - self.characters_before(start);
        if start == 0 && offset > 0 && self.text.starts_with(BYTE_ORDER_MARK) {
            column -= 1;
        }
        Position { offset, line: to_u32(line), column: to_u32(column + 1) }
    }

    fn characters_before(&self, offset: u32) -> usize {
        let block = offset as usize / BLOCK;
        let Some(&before) = self.characters_before_block.get(block) else {
            // The end of a text of whole blocks.
            return characters(self.text);
        };
        let rest = self.text.get(block * BLOCK..offset as usize).unwrap_or_default();
        before as usize + characters(rest)
    }
}

/// Characters that begin in these bytes: bytes that continue a UTF-8 sequence count for nothing.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
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

    #[test]
    fn columns_of_long_lines_are_right() {
        let text = "ü".repeat(2048);
        let lines = Lines::new(text.as_bytes());
        assert_eq!(lines.position(2 * 1500).column, 1501);
        assert_eq!(lines.position(u32::MAX).column, 2049);
    }
}
