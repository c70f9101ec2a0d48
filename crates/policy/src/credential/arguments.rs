//! Credentials in the command line of a container: `--password=…`, `--password …`, and the short
//! options of programs that are known.

use super::{Hit, How, any, by_shape, in_variable, inner, piece};

/// Options that hold a password, of programs that are known. Without `true` the next word is none:
/// with `mysql` it is the name of a database.
static SHORT: &[(&str, &str, bool)] = &[
    ("mysql mysqladmin mysqldump mariadb mariadb-dump", "-p", false),
    ("sshpass mongo mongosh mongodump", "-p", true),
    ("redis-cli", "-a", true),
    ("sqlcmd", "-P", true),
];

/// A command line, item by item.
#[derive(Debug, Default)]
pub struct Arguments<'a> {
    program: &'a str,
    option: Option<&'a str>,
}

impl<'a> Arguments<'a> {
    /// The surest credential in the next item, which may be a whole script, and the option or
    /// variable that it stands behind, if there is one.
    #[inline(never)]
    pub fn next(&mut self, item: &'a str) -> Option<(Option<&'a str>, Hit)> {
        let mut found = by_shape(item).map(|hit| (None, hit));
        let mut rest = item;
        while !rest.is_empty() {
            let (word, next) = piece(rest, b" \t\r\n");
            rest = next;
            let hit = self.word(word);
            if let Some((_, new)) = &hit
                && found.as_ref().is_none_or(|(_, best)| new.kind > best.kind)
            {
                found = hit;
            }
            if word.ends_with('\n') && word != "\\\n" {
                *self = Self::default();
            }
        }
        found
    }

    /// The credential in one word, given what stood before it. Its place is that in the value.
    fn word(&mut self, word: &'a str) -> Option<(Option<&'a str>, Hit)> {
        let word = plain(word);
        if word.is_empty() {
            return None;
        }
        let option = self.option.take();
        let program = self.program.as_bytes();
        let known = SHORT.iter().find(|(programs, option, _)| {
            word.starts_with(option) && any(programs, How::Is, program)
        });
        let is_option = word.starts_with('-');
        let equals = word.bytes().position(|byte| byte == b'=');
        let (name, value) = match (known, equals, option) {
            (Some((_, option, takes_next)), ..) => {
                let value = word.get(option.len()..)?;
                self.option = Some(*option).filter(|_| *takes_next && value.is_empty());
                (*option, value)
            }
            (_, Some(at), _) if is_option || is_of_shell(word.get(..at)?) => {
                (word.get(..at)?, word.get(at + 1..)?)
            }
            (_, None, _) if is_option => {
                self.option = Some(word).filter(|word| word.len() > 2 && word.starts_with("--"));
                return None;
            }
            (_, _, Some(option)) => (option, word),
            _ => {
                let file = word.bytes().rposition(|byte| byte == b'/').map_or(0, |at| at + 1);
                let file = word.get(file..)?;
                let is_known =
                    SHORT.iter().any(|(programs, ..)| any(programs, How::Is, file.as_bytes()));
                if is_known || any("&& || | ;", How::Is, word.as_bytes()) {
                    self.program = file;
                }
                return None;
            }
        };
        // Only known options of one letter are kept in `option`.
        let is_short = known.is_some() || (name.len() == 2 && equals.is_none());
        let variable = if is_short { "password" } else { name };
        Some((Some(name), in_variable(variable, plain(value))?))
    }
}

/// A word without the quotes around it, and what ends a command.
fn plain(word: &str) -> &str {
    word.get(inner(word.as_bytes(), b"\"';,\\)")).unwrap_or_default()
}

/// Whether it can be the name of a variable, as shells set them: `NAME=value`.
fn is_of_shell(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.len() > 2 && name.bytes().all(is_letter)
}
