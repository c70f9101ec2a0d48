//! Tokens that begin with letters of their own, and keys between marks of their own.

use super::{
    Hit, How, Kind, any, behind, count, decoded, find, is_of_token, is_varied, name, trim, until,
};
use std::ops::Range;

/// A token: what it is, how it begins, of what letters the rest is (sums of the constants below),
/// and how many there are, at least and at most.
type Token = (&'static str, &'static str, u8, u8, u16);

const DIGIT: u8 = 1;
const LOWER: u8 = 2;
const UPPER: u8 = 4;
const LINE: u8 = 8;
const DOT: u8 = 16;
const SLASH: u8 = 32;
const WORD: u8 = DIGIT | LOWER | UPPER;

const AWS_ID: &str = "an AWS access key ID";
const JWT: &str = "a JSON Web Token";
const OPENAI: &str = "an OpenAI key";

static TOKENS: &[Token] = &[
    (AWS_ID, "AKIA ASIA ABIA ACCA", UPPER | DIGIT, 16, 16),
    ("a Google API key", "AIza", WORD | LINE, 35, 35),
    ("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", WORD, 36, 36),
    ("a GitHub token", "github_pat_", WORD | LINE, 82, 82),
    ("a GitLab token", "glpat- gldt- glrt- glptt-", WORD | LINE | DOT, 20, 64),
    ("a Slack token", "xoxb- xoxp- xoxa- xoxr- xoxs- xapp-", WORD | LINE, 20, 255),
    ("a Slack webhook", "hooks.slack.com/services/", WORD | SLASH, 40, 60),
    ("an npm token", "npm_", WORD, 36, 36),
    ("a Stripe key", "sk_live_ rk_live_", WORD, 20, 128),
    ("an Anthropic key", "sk-ant-", WORD | LINE, 80, 120),
    (OPENAI, "sk-", WORD | LINE, 40, 200),
    ("a Hugging Face token", "hf_", LOWER | UPPER, 34, 34),
    ("a SendGrid key", "SG.", WORD | LINE | DOT, 66, 66),
    ("a Databricks token", "dapi", LOWER | DIGIT | LINE, 32, 34),
    ("a NuGet key", "oy2", LOWER | DIGIT, 43, 43),
    ("a Docker Hub token", "dckr_pat_", WORD | LINE, 27, 27),
    ("a PyPI token", "pypi-AgEIcHlwaS5vcmc", WORD | LINE, 50, 250),
    ("a DigitalOcean token", "dop_v1_", LOWER | DIGIT, 64, 64),
    ("a Vault token", "hvs.", WORD | LINE, 24, 200),
    ("an age key", "AGE-SECRET-KEY-1", UPPER | DIGIT, 58, 58),
    (JWT, "eyJ", WORD | LINE | DOT, 60, 8192),
];

/// The token in a run of letters, from wherever a word may begin.
#[inline(never)]
pub(super) fn in_run(text: &[u8], run: &Range<usize>) -> Option<Hit> {
    let mut inside = false;
    for at in run.clone() {
        let byte = text.get(at).copied().unwrap_or_default();
        // The first letters of all prefixes.
        if !inside && b"AaghxnsrSdopeH".contains(&byte) {
            let rest = text.get(at..run.end)?;
            let found = TOKENS.iter().find_map(|token| Some((token.0, length(token, rest)?)));
            if let Some((what, length)) = found {
                let kind = if what == AWS_ID { Kind::Likely } else { Kind::Proved };
                return Some(Hit { what, kind, range: at..at + length });
            }
        }
        inside = byte.is_ascii_alphanumeric();
    }
    None
}

/// How long the token is that a text begins with.
fn length(token: &Token, text: &[u8]) -> Option<usize> {
    let (what, prefixes, letters, least, most) = *token;
    let mut prefixes = prefixes.as_bytes().split(|byte| *byte == b' ');
    let start = prefixes.find(|prefix| text.starts_with(prefix))?.len();
    let rest = behind(text, start);
    let length = rest.iter().take_while(|byte| letters & letter(**byte) != 0).count();
    let token = rest.get(..length)?;
    let fits = length >= usize::from(least)
        && length <= usize::from(most)
        && !rest.get(length).is_some_and(u8::is_ascii_alphanumeric)
        && is_varied(token)
        && !name::is_sample(token)
        && (what != OPENAI || find(token, How::Has, b"T3BlbkFJ").is_some())
        && (what != JWT || is_signed(token));
    fits.then_some(start + length)
}

/// Which letters a byte belongs to.
fn letter(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => DIGIT,
        b'a'..=b'z' => LOWER,
        b'A'..=b'Z' => UPPER,
        b'-' | b'_' => LINE,
        b'.' => DOT,
        b'/' => SLASH,
        _ => 0,
    }
}

/// Whether it has three parts, and the last one is long enough for a signature.
fn is_signed(token: &[u8]) -> bool {
    let dots = count(token, b'.');
    let last = token.iter().rev().take_while(|byte| **byte != b'.').count();
    dots == 2 && last >= 20 && find(token, How::Has, b".eyJ").is_some()
}

/// What stands behind certain words: a private key, the login to a registry.
#[inline(never)]
pub(super) fn behind_word(text: &[u8], run: &Range<usize>) -> Option<Hit> {
    let rest = behind(text, run.end);
    let hit = |what, range| Some(Hit { what, kind: Kind::Proved, range });
    match text.get(run.clone())? {
        b"-----BEGIN" => {
            let end = find(rest, How::Has, b"-----")?;
            // In JSON a line break is `\n`.
            let body = trim(behind(rest, end + 5), b"\\nr");
            let line = body.iter().take_while(|byte| is_of_token(**byte)).count();
            let is_key = end < 40 && any("PRIVATE", How::Has, rest.get(..end)?);
            let has_body =
                line >= 24 && is_varied(body.get(..line)?) || any("Proc-Type:", How::Starts, body);
            if is_key && has_body { hit("a private key", run.start..text.len()) } else { None }
        }
        b"auth" => {
            let is_key = rest.first() == Some(&b'"');
            let start = run.end + rest.iter().position(|byte| !b"\": \t".contains(byte))?;
            let value = until(behind(text, start), b"\"");
            let login = decoded(value);
            let colon = login.iter().position(|byte| *byte == b':')?;
            let is_login = is_key && colon > 0 && name::is_literal(behind(&login, colon + 1));
            if is_login { hit("a login to a registry", start..start + value.len()) } else { None }
        }
        _ => None,
    }
}
