//! Credentials that only their names give away: `DB_PASSWORD`, `--api-key`.

use super::{Hit, How, Kind, any, by_shape, inner, is_varied, pairs, trim};

const PASSWORD: &str = "a password";

/// How names of credentials end, in small words with `_` before each, and what they hold.
static ENDS: &[(&str, &str)] = &[
    (PASSWORD, "password passwd passphrase _pwd _pass requirepass"),
    ("a token", "_token authtoken accesstoken"),
    ("a secret", "_secret clientsecret _credential _credentials"),
    (
        "a key",
        "apikey api_key accesskey access_key accountkey account_key secretkey secret_key \
         privatekey private_key master_key signing_key encryption_key",
    ),
];

/// What may stand behind the end of a name.
const BEHIND: &str = "_base _value _prod _dev _test _staging _primary _secondary _old";

/// Names with these in them hold something about a credential, or where it is.
const NEVER_NAMED: &str = "existing pull vault public csrf_token cluster_token _require_ _hash \
    _enable _allow _use_ _type _tls_ _is_ _has_ _no_ _show_ _reset _next_ _page _bos_ _eos_ _pad_ \
    _min_ _max_";

/// What stands where a value is to be filled in.
const PLACEHOLDERS: &str = "xxx *** ... placeholder example redacted your todo dummy fixme replace \
    insert enter- enter_ sample unused not-used fake put_ put- undefined provided generated \
    omitted removed";

/// Default passwords that say so.
const DEFAULTS: &str = "changeme change-me change_me changeit change_it change-this";

/// Words that are values of settings, not credentials.
const SETTINGS: &str = "true false null none yes no on off enabled disabled nil string str int bool \
    integer boolean number required optional default auto file env header cookie bearer basic jwt \
    opaque token secret key apikey credentials external internal any empty n/a";

/// The credential in a variable, an argument or an entry of a configuration: by its shape, or else
/// by the variable's name.
#[inline(never)]
pub fn in_variable(name: &str, value: &str) -> Option<Hit> {
    let shape = by_shape(value);
    if shape.is_some() {
        return shape;
    }
    let name = words(name);
    let range = inner(value.as_bytes(), b"");
    let trimmed = value.as_bytes().get(range.clone())?;
    let (what, kind) = with_context(&name, trimmed).or_else(|| by_name(&name, trimmed))?;
    Some(Hit { what, kind, range })
}

/// What is a credential only under the right name.
fn with_context(name: &[u8], value: &[u8]) -> Option<(&'static str, Kind)> {
    if any("instrumentation_key instrumentationkey", How::Ends, name) {
        return is_uuid(value).then_some((pairs::INSIGHTS, Kind::Minor));
    }
    let is_random = is_varied(value)
        && !is_sample(value)
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    if !is_random {
        return None;
    }
    if value.len() == 40 && any("secret_access_key", How::Ends, name) {
        return Some(("an AWS secret access key", Kind::Proved));
    }
    if value.len() == 52 && any("azp_ devops _pat", How::Has, name) {
        return Some(("an Azure DevOps access token", Kind::Proved));
    }
    None
}

fn by_name(name: &[u8], value: &[u8]) -> Option<(&'static str, Kind)> {
    let what = named(name)?;
    // In references to Secrets these are the names of a Secret and of a key in it.
    let is_reference = any("_secret _secret_key", How::Is, name)
        && value.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_');
    let is_one =
        is_literal_or_default(value) && (what == PASSWORD || (is_opaque(value) && !is_reference));
    match (is_one, any(DEFAULTS, How::Has, value)) {
        (true, false) => Some((what, Kind::Likely)),
        (true, true) if what == PASSWORD => Some(("a default password", Kind::Minor)),
        _ => None,
    }
}

/// What a name says that it holds.
fn named(name: &[u8]) -> Option<&'static str> {
    let mut end = name;
    loop {
        // A name begins with `_`.
        end = trim(end, b"0123456789_");
        if !any(BEHIND, How::Ends, end) {
            break;
        }
        let last = end.iter().rposition(|byte| *byte == b'_')?;
        end = end.get(..last)?;
    }
    let from = name.first().map_or(0, |_| 1);
    let end = name.get(..from + end.len())?;
    let (what, _) = ENDS.iter().find(|(_, words)| any(words, How::Ends, end))?;
    (!any(NEVER_NAMED, How::Has, name)).then_some(*what)
}

/// A name as small words with `_` before each: `_db_password` for `DB_PASSWORD`, `db.password` and
/// `dbPassword`.
fn words(name: &str) -> Vec<u8> {
    let mut words = vec![b'_'];
    let mut before = b'_';
    for byte in name.bytes() {
        let is_word = byte.is_ascii_alphanumeric();
        let starts = byte.is_ascii_uppercase() && !before.is_ascii_uppercase();
        if (starts || !is_word) && words.last() != Some(&b'_') {
            words.push(b'_');
        }
        if is_word {
            words.push(byte.to_ascii_lowercase());
        }
        before = byte;
    }
    words
}

/// Whether a long random text is one of an example. A real one may well have `xXx` in it.
pub(super) fn is_sample(random: &[u8]) -> bool {
    any("example xxxx your placeholder", How::Has, random)
}

/// Whether a value stands for itself: no reference, path, template or placeholder.
pub(super) fn is_literal(value: &[u8]) -> bool {
    is_literal_or_default(value) && !any(DEFAULTS, How::Has, value)
}

#[inline(never)]
fn is_literal_or_default(value: &[u8]) -> bool {
    let [first, second, .., last] = value else { return false };
    let is_path =
        any("/ ./ ../ ~/", How::Starts, value) && *last != b'=' || value.get(1..3) == Some(b":\\");
    let is_name = value.contains(&b'_')
        && value
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    !(is_path
        || is_name
        || any("$ { [ * ! ` vault: arn:", How::Starts, value)
        || any("${ $( {{ ENC[ :// ()", How::Has, value)
        || (b"%@<".contains(first) && b"%@>".contains(last))
        || (value.contains(&b'<') && value.contains(&b'>'))
        || any(SETTINGS, How::Is, value)
        || any(PLACEHOLDERS, How::Has, value)
        || value.iter().all(|byte| byte == second)
        || value.iter().any(|byte| *byte <= b' ')
        || is_uuid(value)
        || is_number(value))
}

/// Whether a value could be a token or key: no number, and no name of an object or type.
fn is_opaque(value: &[u8]) -> bool {
    let (mut separators, mut digits, mut upper, mut others) = (0, 0, 0, 0);
    for byte in value {
        match byte {
            b'-' | b'.' | b'/' => separators += 1,
            b'0'..=b'9' => digits += 1,
            b'A'..=b'Z' => upper += 1,
            b'a'..=b'z' | b'_' | b':' => {}
            _ => others += 1,
        }
    }
    let is_name = separators > 0 && others == 0 && (digits == 0 || (digits < 4 && upper == 0));
    !is_name && digits < value.len() && value.len() >= 4
}

/// A short number, or one with a unit, such as a time.
fn is_number(value: &[u8]) -> bool {
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let unit = super::behind(value, digits);
    digits > 0
        && (value.len() < 4 || !unit.is_empty())
        && (unit.is_empty() || any("s m h d ms Mi Gi Ki %", How::Is, unit))
}

pub(super) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.get(8) == Some(&b'-')
        && value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
}
