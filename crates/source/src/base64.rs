//! Standard base64, as Go decodes it: line breaks are skipped, padding is required.

/// The decoded bytes, or nothing if the text is not base64.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut symbols = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).peekable();
    let mut decoded = Vec::with_capacity(text.len() / 4 * 3);
    while symbols.peek().is_some() {
        let quad = [symbols.next()?, symbols.next()?, symbols.next()?, symbols.next()?];
        let padding = match quad {
            [_, _, b'=', b'='] => 2,
            [_, _, _, b'='] => 1,
            _ => 0,
        };
        if padding > 0 && symbols.peek().is_some() {
            return None;
        }
        let mut bits = 0_u32;
        for (at, &symbol) in quad.iter().enumerate() {
            let six = if at >= 4 - padding { 0 } else { six_bits(symbol)? };
            bits = bits << 6 | six;
        }
        let [_, bytes @ ..] = bits.to_be_bytes();
        decoded.extend(bytes.iter().take(3 - padding));
    }
    Some(decoded)
}

fn six_bits(symbol: u8) -> Option<u32> {
    Some(u32::from(match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn base64_is_read_as_go_reads_it() {
        let decoded = |text| decode(text).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(decoded("aGVsbG8="), Some("hello".into()));
        assert_eq!(decoded("aGVs\r\nbG8="), Some("hello".into()));
        assert_eq!(decoded(""), Some(String::new()));
        for broken in ["aGVsbG8", "a===", "aGVsbG8=x", "aGVs bG8=", "====", "aGV-"] {
            assert_eq!(decoded(broken), None, "{broken}");
        }
    }
}
