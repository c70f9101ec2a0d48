//! Numbers as the cluster sees them.

/// A number after reading.
///
/// `kubectl` sends a float without a fraction as an integer (`1e3` and `0.0` arrive as `1000` and
/// `0`), so such values are integers here too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer that fits in 64 bits with a sign.
    Int(i64),
    /// An integer above `i64::MAX` that fits in 64 bits.
    Unsigned(u64),
    /// Any other number.
    Float(f64),
}

/// Go writes floats from here on with an exponent, which no integer field accepts.
const FIRST_WITH_EXPONENT: f64 = 1e21;

impl Number {
    /// The number that arrives in the cluster for a float in a file.
    pub fn from_float(float: f64) -> Self {
        if float.fract() != 0.0 || float.abs() >= FIRST_WITH_EXPONENT {
            return Self::Float(float);
        }
        if float == 0.0 {
            return Self::Int(0);
        }
        let digits = decimal(float);
        let unsigned = || digits.parse().map_or(Self::Float(float), Self::Unsigned);
        digits.parse().map_or_else(|_| unsigned(), Self::Int)
    }

    /// The integer, if the number is one that fits.
    pub fn as_i64(self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(int),
            Self::Unsigned(_) | Self::Float(_) => None,
        }
    }
}

/// An integer's digits as Go writes them: the shortest ones that give the same float back, then zeros.
fn decimal(integer: f64) -> String {
    let mut buffer = zmij::Buffer::new();
    let shortest = buffer.format_finite(integer);
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((shortest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let exponent: usize = exponent.trim_start_matches('+').parse().unwrap_or_default();
    let zeros = "0".repeat(exponent.saturating_sub(fraction.len()));
    [whole, fraction, &zeros].concat()
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(int) => int.fmt(f),
            Self::Unsigned(int) => int.fmt(f),
            // What serde_json writes floats with, too: the Wasm modules need no second way.
            Self::Float(float) => f.write_str(zmij::Buffer::new().format(*float)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Number::{self, Float, Int, Unsigned};

    #[test]
    fn floats_without_fraction_arrive_as_integers() {
        assert_eq!(Number::from_float(1e3), Int(1000));
        assert_eq!(Number::from_float(-0.0), Int(0));
        assert_eq!(Number::from_float(0.5), Float(0.5));
        assert_eq!(Number::from_float(1e21), Float(1e21));
        assert_eq!(Number::from_float(18_446_744_073_709_551.561_6), Int(18_446_744_073_709_550));
        let digits_of_go = 9_223_372_036_854_776_000;
        assert_eq!(Number::from_float(9_223_372_036_854_775_808.0), Unsigned(digits_of_go));
    }
}
