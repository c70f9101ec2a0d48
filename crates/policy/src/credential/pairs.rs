//! Credentials in connection strings and addresses: `AccountKey=…`, `Password=…;`, `sig=…`,
//! `scheme://user:password@host`.

use super::{Hit, How, Kind, any, behind, count, find, is_varied, name, trim, until};
use std::ops::Range;

/// A key of a connection string: what stands behind it, how long that is, at least and at most, and
/// what else must stand in the text.
type Pair = (&'static str, &'static str, u8, u16, &'static str);

static PAIRS: &[Pair] = &[
    ("AccountKey", "an Azure account key", 88, 88, "="),
    ("SharedAccessKey", "an Azure shared access key", 44, 44, "="),
    ("sig", "an Azure shared access signature", 40, 400, "sv=20 se="),
    ("Secret", "an Azure App Configuration key", 20, 200, "azconfig.io"),
    ("code", "an Azure Functions key", 40, 200, "azurewebsites.net"),
    ("InstrumentationKey", INSIGHTS, 36, 36, "="),
];

/// Who has it can send telemetry, no more.
pub(super) const INSIGHTS: &str = "an Application Insights key";

/// The value of a key in a connection string, when the run of letters before a `=` is its key.
#[inline(never)]
pub(super) fn behind_key(text: &[u8], run: &Range<usize>) -> Option<Hit> {
    // The longest is `InstrumentationKey`.
    if run.len() > 18 {
        return None;
    }
    let key = text.get(run.clone())?;
    let start = run.end + 1;
    let value = until(behind(text, start), b";&,\"'`");
    let range = start..start + value.len();
    if any("password pwd", How::Is, key) {
        let kind = strength(value, b"")?.min(of_connection_string(text, run)?);
        return Some(Hit { what: "the password of a connection string", kind, range });
    }
    let is_it = |pair: &&Pair| find(key, How::Is, pair.0.as_bytes()).is_some();
    let (_, what, least, most, beside) = *PAIRS.iter().find(is_it)?;
    let fits = value.len() >= usize::from(least)
        && value.len() <= usize::from(most)
        && is_varied(value)
        && !name::is_sample(value)
        && any(beside, How::Has, text)
        // The key of the storage emulator is the same everywhere.
        && !any("devstoreaccount1", How::Has, text);
    let kind = if what == INSIGHTS { Kind::Minor } else { Kind::Proved };
    fits.then_some(Hit { what, kind, range })
}

/// The password of an address, at the `:` before its `//`.
#[inline(never)]
pub(super) fn in_address(text: &[u8], colon: usize) -> Option<Hit> {
    let start = colon + 3;
    if text.get(colon..start)? != b"://" {
        return None;
    }
    let authority = until(behind(text, start), b"/?#\"'`\\");
    let at = authority.iter().rposition(|byte| *byte == b'@')?;
    let login = authority.get(..at)?;
    let middle = login.iter().position(|byte| *byte == b':')?;
    let (user, password) = (login.get(..middle)?, behind(login, middle + 1));
    let is_example =
        any("user username usr", How::Is, user) && any("pass password passwd", How::Is, password);
    if is_example || is_comment(line_before(text, colon)) {
        return None;
    }
    let kind = strength(password, user)?;
    let range = start + middle + 1..start + at;
    Some(Hit { what: "the password of an address", kind, range })
}

/// How sure a password is one that protects something.
fn strength(password: &[u8], user: &[u8]) -> Option<Kind> {
    const EASY: &str = "password admin root guest secret test user pass postgres mysql redis mongo";
    let is_easy = password == user || any(EASY, How::Is, password);
    name::is_literal(password).then_some(if is_easy { Kind::Likely } else { Kind::Proved })
}

/// How sure a key stands in a connection string, if it does: among other keys, in one line. A file
/// of properties has one in each line.
fn of_connection_string(text: &[u8], key: &Range<usize>) -> Option<Kind> {
    let before = line_before(text, key.start);
    let line = behind(text, key.start - before.len());
    let line = line.split(|byte| *byte == b'\n').next()?;
    let is_listed = any("; & ? ,", How::Ends, trim(before, b"")) && !before.ends_with(b", ");
    let pairs = count(line, b'=');
    let is_sure = pairs > 2 || any("redis.cache.windows.net", How::Has, line);
    let kind = if is_sure { Kind::Proved } else { Kind::Likely };
    ((is_listed || any("host=", How::Has, line)) && !is_comment(before)).then_some(kind)
}

/// The line that a place is in, up to the place.
fn line_before(text: &[u8], at: usize) -> &[u8] {
    let before = text.get(..at).unwrap_or_default();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    behind(before, start)
}

/// Whether a line is a comment, where examples stand.
fn is_comment(line: &[u8]) -> bool {
    any("# ; * //", How::Starts, trim(line, b""))
}
