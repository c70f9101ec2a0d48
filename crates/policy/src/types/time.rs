//! Times: what Go's `time.Parse` takes for RFC 3339, which is a little more than the standard.

/// Whether the API server decodes this text into a time.
pub(super) fn is_time(text: &str) -> bool {
    parse(text).is_some()
}

fn parse(text: &str) -> Option<()> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = number(rest.strip_prefix('-')?, 2)?;
    let rest = rest.strip_prefix('T')?;
    // The only number that Go takes with one digit.
    let (hour, rest) = number(rest, 2).or_else(|| number(rest, 1))?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = number(rest.strip_prefix(':')?, 2)?;
    let is_valid = (1..=days(year, month)?).contains(&day) && hour < 24 && minute < 60;
    (is_valid && second < 60).then_some(())?;
    zone(without_fraction(rest))
}

fn number(text: &str, digits: usize) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    Some((number.parse().ok()?, rest))
}

fn days(year: u32, month: u32) -> Option<u32> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    Some(match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}

fn without_fraction(text: &str) -> &str {
    let Some(fraction) = text.strip_prefix(['.', ',']) else { return text };
    let rest = fraction.trim_start_matches(|char: char| char.is_ascii_digit());
    // A point without digits stays, and is no zone.
    if rest.len() == fraction.len() { text } else { rest }
}

fn zone(text: &str) -> Option<()> {
    if text == "Z" {
        return Some(());
    }
    let (hours, rest) = number(text.strip_prefix(['+', '-'])?, 2)?;
    let (minutes, rest) = number(rest.strip_prefix(':')?, 2)?;
    (hours <= 24 && minutes <= 60 && rest.is_empty()).then_some(())
}

#[cfg(test)]
mod tests {
    use super::is_time;

    #[test]
    fn times_are_read_as_go_reads_them() {
        for good in [
            "2026-01-31T12:00:00Z",
            "0000-02-29T1:59:59.5Z",
            "2024-02-29T23:00:00,123456789012+24:60",
            "2026-12-31T00:00:00-00:00",
        ] {
            assert!(is_time(good), "{good:?}");
        }
        for bad in [
            "",
            "2026-01-31",
            "2026-01-31 12:00:00Z",
            "2026-01-31t12:00:00Z",
            "2026-01-31T12:00:00z",
            "2026-01-31T12:00:00",
            "2026-01-31T12:00Z",
            "2026-01-31T12:00:00.Z",
            "2026-01-31T12:00:60Z",
            "2026-01-31T24:00:00Z",
            "2026-02-29T12:00:00Z",
            "2026-13-01T12:00:00Z",
            "2026-00-01T12:00:00Z",
            "2026-1-31T12:00:00Z",
            "+026-01-31T12:00:00Z",
            "2026-01-31T12:00:00+25:00",
            "2026-01-31T12:00:00+1:00",
            "2026-01-31T12:00:00+01:00 ",
            "2026-01-31T12:00:00é",
        ] {
            assert!(!is_time(bad), "{bad:?}");
        }
    }
}
