//! Quantities: what `resource.ParseQuantity` of `k8s.io/apimachinery` takes for one.

/// A suffix: a power of ten or of two.
enum Suffix {
    Decimal(i32),
    Binary(i32),
}

/// Whether the API server decodes this text into a quantity.
///
/// It is generous. Digits may be missing (`k`, `-` and `.` are zero), unless the number takes the
/// slow way for very large and very small ones.
pub(super) fn is_quantity(text: &str) -> bool {
    let text = trimmed(text);
    if text.is_empty() {
        return false;
    }
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = digits(rest);
    let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), digits);
    let has_digits = !(whole.is_empty() && fraction.is_empty());
    match suffix_of(suffix) {
        None => false,
        Some(_) if has_digits => true,
        // Without digits only the fast way works.
        Some(Suffix::Decimal(exponent)) => exponent >= SMALLEST,
        Some(Suffix::Binary(exponent)) => exponent <= LARGEST_FAST_BINARY,
    }
}

/// One nano.
const SMALLEST: i32 = -9;
/// `Ti`; `Pi` and `Ei` take the slow way.
const LARGEST_FAST_BINARY: i32 = 40;

/// The decoder trims the text as it stands in JSON: white space that JSON writes as an escape
/// stays, and no quantity begins or ends with one.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|char: char| {
        char.is_whitespace() && char >= ' ' && !matches!(char, '\u{2028}' | '\u{2029}')
    })
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn suffix_of(text: &str) -> Option<Suffix> {
    Some(match text {
        "n" => Suffix::Decimal(-9),
        "u" => Suffix::Decimal(-6),
        "m" => Suffix::Decimal(-3),
        "" => Suffix::Decimal(0),
        "k" => Suffix::Decimal(3),
        "M" => Suffix::Decimal(6),
        "G" => Suffix::Decimal(9),
        "T" => Suffix::Decimal(12),
        "P" => Suffix::Decimal(15),
        "E" => Suffix::Decimal(18),
        "Ki" => Suffix::Binary(10),
        "Mi" => Suffix::Binary(20),
        "Gi" => Suffix::Binary(30),
        "Ti" => Suffix::Binary(40),
        "Pi" => Suffix::Binary(50),
        "Ei" => Suffix::Binary(60),
        _ => Suffix::Decimal(exponent(text.strip_prefix(['e', 'E'])?)?),
    })
}

/// Upstream reads 64 bits and keeps the lower 32.
#[expect(clippy::cast_possible_truncation, reason = "upstream truncates, too")]
fn exponent(text: &str) -> Option<i32> {
    text.parse::<i64>().ok().map(|exponent| exponent as i32)
}

#[cfg(test)]
mod tests {
    use super::is_quantity;

    #[test]
    fn quantities_are_read_as_upstream_reads_them() {
        let good = "1 0 -1 +1 1.5 1. .5 500m 1Gi 1.5Gi 1E 1e3 1E-3 1e+3 k Ti . - +.k e5 e-9 0e-10 0Ei \
                    99999999999999999999Ei 1e4294967296";
        for good in good.split(' ').chain([" 1 ", "\u{a0}1"]) {
            assert!(is_quantity(good), "{good:?}");
        }
        let bad =
            "1gi 1K 1e 1e+ 1ee5 1k5 1.2.3 --1 0x10 1_000 Pi Ei e-10 1e9223372036854775808 \u{661}";
        for bad in bad.split(' ').chain(["", " ", "1 Gi", "\t1", "1\n", "\u{2028}1"]) {
            assert!(!is_quantity(bad), "{bad:?}");
        }
    }
}
