//! Scalars as go-yaml v2 resolves them (YAML 1.1, with its own additions).

use super::Dialect;
use crate::{Number, Reason, Value};
use granit_parser::{ScalarStyle, Tag};

/// A scalar before it becomes a value or a key.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    Unsigned(u64),
    Float(f64),
    Text(Box<str>),
}

/// What kind of key a text came from: `1`, `1.0` and `"1"` are three keys for go-yaml, and then one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyKind {
    Bool,
    Int,
    Float,
    Text,
}

impl Scalar {
    /// Reads a scalar.
    pub(super) fn resolve(
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        dialect: Dialect,
    ) -> Result<Self, Reason> {
        match tag {
            Some(tag) => tagged(text, tag),
            None if style != ScalarStyle::Plain => Ok(Self::Text(text.into())),
            None if dialect == Dialect::Json => json(text),
            None => Ok(plain(text)),
        }
    }

    /// The value in an object.
    pub(super) fn into_value(self) -> Result<Value, Reason> {
        Ok(match self {
            Self::Null => Value::Null,
            Self::Bool(bool) => Value::Bool(bool),
            Self::Int(int) => Value::Number(Number::Int(int)),
            Self::Unsigned(int) => Value::Number(Number::Unsigned(int)),
            Self::Float(float) if float.is_finite() => Value::Number(Number::from_float(float)),
            Self::Float(_) => {
                return Err(Reason::Refused("`.inf` and `.nan` are no values in Kubernetes"));
            }
            Self::Text(text) => Value::String(text),
        })
    }

    /// The text of a key.
    pub(super) fn into_key(self) -> Result<(Box<str>, KeyKind), Reason> {
        Ok(match self {
            Self::Null => return Err(Reason::Refused("a key cannot be null")),
            Self::Unsigned(_) => return Err(Reason::Refused("this number is too large for a key")),
            Self::Bool(bool) => (bool.to_string().into(), KeyKind::Bool),
            Self::Int(int) => (int.to_string().into(), KeyKind::Int),
            Self::Float(float) => (float_key(float).into(), KeyKind::Float),
            Self::Text(text) => (text, KeyKind::Text),
        })
    }
}

fn json(text: &str) -> Result<Scalar, Reason> {
    Ok(match text {
        "null" => Scalar::Null,
        "true" => Scalar::Bool(true),
        "false" => Scalar::Bool(false),
        _ => match (text.parse(), text.parse(), text.parse::<f64>()) {
            (Ok(int), _, _) => Scalar::Int(int),
            (_, Ok(int), _) => Scalar::Unsigned(int),
            (_, _, Ok(float)) if float.is_finite() => Scalar::Float(float),
            _ => return Err(Reason::Refused("this number is out of range")),
        },
    })
}

/// An untagged plain scalar.
fn plain(text: &str) -> Scalar {
    let words = match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Scalar::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Some(Scalar::Bool(true))
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Some(Scalar::Bool(false))
        }
        ".nan" | ".NaN" | ".NAN" => Some(Scalar::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            Some(Scalar::Float(f64::INFINITY))
        }
        "-.inf" | "-.Inf" | "-.INF" => Some(Scalar::Float(f64::NEG_INFINITY)),
        _ => None,
    };
    let number = || match text.as_bytes().first()? {
        b'0'..=b'9' | b'+' | b'-' => number(&text.replace('_', "")),
        b'.' => go_float(text).map(Scalar::Float),
        _ => None,
    };
    words.or_else(number).unwrap_or_else(|| Scalar::Text(text.into()))
}

/// A number that starts with a digit or a sign, without underscores.
fn number(text: &str) -> Option<Scalar> {
    if let Some(int) = go_integer(text) {
        return Some(int);
    }
    if is_yaml_float(text) {
        // A float that is out of range stays text.
        return text.parse().ok().filter(|float: &f64| float.is_finite()).map(Scalar::Float);
    }
    // go-yaml's own leftover: a sign behind the prefix.
    let binary = text.strip_prefix("0b")?;
    i64::from_str_radix(binary, 2).ok().map(Scalar::Int)
}

/// Go's `strconv.ParseInt` and then `ParseUint`, base 0.
fn go_integer(text: &str) -> Option<Scalar> {
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'+' => ("", text.get(1..)?),
        b'-' => ("-", text.get(1..)?),
        _ => ("", text),
    };
    let prefixed = |lower, upper| unsigned.strip_prefix(lower).or(unsigned.strip_prefix(upper));
    let (digits, radix) = if let Some(digits) = prefixed("0x", "0X") {
        (digits, 16)
    } else if let Some(digits) = prefixed("0b", "0B") {
        (digits, 2)
    } else if let Some(digits) = prefixed("0o", "0O") {
        (digits, 8)
    } else if unsigned.len() > 1 && unsigned.starts_with('0') {
        (unsigned, 8)
    } else {
        (unsigned, 10)
    };
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    if let Ok(int) = i64::from_str_radix(&format!("{sign}{digits}"), radix) {
        return Some(Scalar::Int(int));
    }
    let without_sign = text == unsigned;
    u64::from_str_radix(digits, radix).ok().filter(|_| without_sign).map(Scalar::Unsigned)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_yaml_float(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = digits(rest);
    let (_, mut rest) = rest.split_at(whole);
    let mut fraction = 0;
    if let Some(after) = rest.strip_prefix('.') {
        fraction = digits(after);
        rest = after.split_at(fraction).1;
    }
    if whole == 0 && fraction == 0 {
        return false;
    }
    match rest.strip_prefix(['e', 'E']) {
        None => rest.is_empty(),
        Some(exponent) => {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
    }
}

/// Go's `strconv.ParseFloat` on a text that starts with a dot. It allows `_` between digits.
fn go_float(text: &str) -> Option<f64> {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let underscores = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'_');
    for (at, _) in underscores {
        if !is_digit(at.checked_sub(1).and_then(|at| bytes.get(at))) || !is_digit(bytes.get(at + 1))
        {
            return None;
        }
    }
    let text = text.replace('_', "");
    let float = text.parse::<f64>().ok()?;
    (is_yaml_float(&text) && float.is_finite()).then_some(float)
}

/// A scalar with an explicit tag. Tags unknown to go-yaml make every scalar a text.
fn tagged(text: &str, tag: &Tag) -> Result<Scalar, Reason> {
    const MISMATCH: Reason = Reason::Refused("the value does not fit its tag");
    if !tag.original().bytes().all(is_tag_character) {
        return Err(Reason::Refused(
            "this tag has a character that kubectl does not allow in tags",
        ));
    }
    let name = tag.suffix_in_namespace("tag:yaml.org,2002:");
    let resolved = plain(text);
    match (name.as_deref(), resolved) {
        (Some("null"), Scalar::Null) => Ok(Scalar::Null),
        (Some("bool"), resolved @ Scalar::Bool(_))
        | (Some("int"), resolved @ (Scalar::Int(_) | Scalar::Unsigned(_)))
        | (Some("float"), resolved @ Scalar::Float(_)) => Ok(resolved),
        #[expect(clippy::cast_precision_loss, reason = "as Go converts it")]
        (Some("float"), Scalar::Int(int)) => Ok(Scalar::Float(int as f64)),
        (Some("null" | "bool" | "int" | "float"), _) => Err(MISMATCH),
        (Some("timestamp"), _) if is_date(text) => Ok(Scalar::Text(text.into())),
        (Some("timestamp"), _) => {
            Err(Reason::Ambiguous("only a date like 2030-01-31 can be tagged as a timestamp here"))
        }
        (Some("binary"), _) => binary(text),
        _ => Ok(Scalar::Text(text.into())),
    }
}

fn is_tag_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_;/?:@&=+$,.!~*'()[]%<>".contains(&byte)
}

fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut part = |length: usize, range: std::ops::RangeInclusive<u32>| {
        parts.next().is_some_and(|part| {
            part.len() == length && part.parse().is_ok_and(|number| range.contains(&number))
        })
    };
    // Days that every month has: the others are refused as ambiguous.
    part(4, 0..=9999) && part(2, 1..=12) && part(2, 1..=28)
}

fn binary(text: &str) -> Result<Scalar, Reason> {
    let bytes = crate::base64::decode(text)
        .ok_or(Reason::Refused("the value does not fit its tag: it is not base64"))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Reason::Ambiguous("the base64 data under this tag is not UTF-8 text"))?;
    Ok(Scalar::Text(text.into()))
}

/// Go's `FormatFloat(float, 'g', -1, 32)`, which sigs.k8s.io/yaml uses for keys.
#[expect(clippy::cast_possible_truncation, reason = "as Go rounds it")]
fn float_key(float: f64) -> String {
    let float = float as f32;
    if float.is_nan() {
        return ".nan".into();
    }
    if float.is_infinite() {
        return if float > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => float.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Scalar, float_key, plain};

    #[test]
    fn numbers_are_read_as_in_yaml_1_1() {
        let ints = [
            ("0777", 511),
            ("0o777", 511),
            ("0O777", 511),
            ("-0777", -511),
            ("0x1F", 31),
            ("0b101", 5),
            ("0B1", 1),
            ("1_000", 1000),
            ("1__0", 10),
            ("1_", 1),
            ("0_7", 7),
            ("+1", 1),
            ("-0", 0),
            ("00", 0),
            ("0b-101", -5),
        ];
        for (text, int) in ints {
            assert_eq!(plain(text), Scalar::Int(int), "{text}");
        }
        let floats = [
            ("08", 8.0),
            ("12e3", 12e3),
            ("1.", 1.0),
            (".5", 0.5),
            ("+.5", 0.5),
            ("1_000.5", 1000.5),
        ];
        for (text, float) in floats {
            assert_eq!(plain(text), Scalar::Float(float), "{text}");
        }
        for text in ["0o8", "0b2", "0x", "1e", "1e+", "_1", "1:30", "1e400", "tRue", "nO", "+", "."]
        {
            assert_eq!(plain(text), Scalar::Text(text.into()));
        }
    }

    #[test]
    fn float_keys_are_written_as_go_writes_them() {
        assert_eq!(float_key(1.50), "1.5");
        assert_eq!(float_key(100_000.0), "100000");
        assert_eq!(float_key(1e6), "1e+06");
        assert_eq!(float_key(1e-5), "1e-05");
    }
}
