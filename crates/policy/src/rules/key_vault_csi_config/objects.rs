//! The objects of the vault that a class names: a text that holds YAML. This crate reads no YAML, so
//! it looks at lines, and only those of the form that everybody writes. Of others it knows nothing.

use crate::azure::is_placeholder;

/// What the text says.
pub(super) enum Reading<'a> {
    /// These objects.
    Known(Vec<VaultObject<'a>>),
    /// Perhaps something, written in a less usual way.
    Unknown,
    /// Nothing that the provider can read, and why.
    Wrong(&'static str),
}

/// An object of the vault.
#[derive(Default)]
pub(super) struct VaultObject<'a> {
    pub(super) name: &'a str,
    alias: &'a str,
    version: &'a str,
    history: &'a str,
}

impl<'a> VaultObject<'a> {
    /// The file that it becomes.
    pub(super) fn file(&self) -> &'a str {
        if self.alias.is_empty() { self.name } else { self.alias }
    }

    /// Whether a name in `secretObjects` means it. Of an object with a history, each version is a
    /// file of its own in a folder.
    pub(super) fn is_file(&self, name: &str) -> bool {
        let in_folder = name.strip_prefix(self.file()).and_then(|rest| rest.strip_prefix('/'));
        name == self.file() || !self.history.is_empty() && in_folder.is_some()
    }

    /// Whether it stays at one version, whatever the vault has.
    pub(super) fn is_pinned(&self) -> bool {
        !matches!(self.version, "" | "latest") && !is_placeholder(self.version)
    }

    fn is_placeholder(&self) -> bool {
        is_placeholder(self.name) || !self.alias.is_empty() && is_placeholder(self.alias)
    }
}

/// Reads the value of `objects`.
pub(super) fn read(text: &str) -> Reading<'_> {
    let lines: Vec<Line<'_>> = text.lines().filter_map(Line::of).collect();
    match &*lines {
        _ if text.contains('\t') => Reading::Unknown,
        [only] if only.text == "array:" || only.text == "array: []" => {
            Reading::Wrong("its `array` is empty")
        }
        [first, rest @ ..] if first.text == "array:" => items(rest),
        _ if text.contains("array") || is_placeholder(text) => Reading::Unknown,
        _ => Reading::Wrong("it has no `array`"),
    }
}

/// A line with something on it.
struct Line<'a> {
    indent: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let text = line.trim_start_matches(' ');
        let indent = line.len() - text.len();
        let text = text.trim_end();
        (!text.is_empty() && !text.starts_with('#')).then_some(Self { indent, text })
    }
}

fn items<'a>(lines: &[Line<'a>]) -> Reading<'a> {
    let Some(indent) = lines.first().map(|line| line.indent) else { return Reading::Unknown };
    let mut objects = Vec::new();
    let mut rest = lines;
    while let [first, after @ ..] = rest {
        let Some(header) = first.text.strip_prefix("- ").filter(|_| first.indent == indent) else {
            return Reading::Unknown;
        };
        if header.starts_with("object") && entry(header).is_some() {
            return Reading::Wrong("each object must be a text, begun with `- |`");
        }
        let count = after.iter().take_while(|line| line.indent > indent).count();
        let (body, others) = after.split_at(count);
        let is_text = matches!(header.trim_start(), "|" | "|-" | "|+");
        match object(body).filter(|object| is_text && !object.is_placeholder()) {
            Some(object) => objects.push(object),
            None => return Reading::Unknown,
        }
        rest = others;
    }
    Reading::Known(objects)
}

/// The object that lines of one depth describe, if there is no doubt.
fn object<'a>(lines: &[Line<'a>]) -> Option<VaultObject<'a>> {
    let indent = lines.first()?.indent;
    let mut object = VaultObject::default();
    let mut keys = Vec::new();
    for line in lines {
        let (key, value) = entry(line.text).filter(|_| line.indent == indent)?;
        if keys.contains(&key) {
            return None;
        }
        keys.push(key);
        let value = scalar(value)?;
        match key {
            "objectName" => object.name = value,
            "objectAlias" => object.alias = value,
            "objectVersion" => object.version = value,
            "objectVersionHistory" => object.history = value,
            _ => {}
        }
    }
    (!object.name.is_empty()).then_some(object)
}

/// `key: value`
fn entry(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once(':')?;
    let is_plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_plain && (value.is_empty() || value.starts_with(' '))).then_some((key, value.trim()))
}

/// The text that a value of one line stands for, if it needs no knowledge of YAML to tell.
fn scalar(value: &str) -> Option<&str> {
    if value.starts_with('#') {
        return Some("");
    }
    let value = value.split_once(" #").map_or(value, |(before, _)| before).trim_end();
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            let inner = quoted.strip_suffix(quote)?;
            return (!inner.contains(['\\', '"', '\''])).then_some(inner.trim());
        }
    }
    let is_special = value.starts_with(|c: char| "&*!|>%@`[]{},?-".contains(c));
    match value {
        "null" | "Null" | "NULL" | "~" => Some(""),
        _ if is_special || value.contains(": ") => None,
        _ => Some(value),
    }
}

#[cfg(test)]
mod tests {
    use super::{Reading, VaultObject, read};

    fn files(text: &str) -> String {
        match read(text) {
            Reading::Known(objects) => {
                let files: Vec<_> = objects.iter().map(VaultObject::file).collect();
                files.join(" ")
            }
            Reading::Unknown => "?".into(),
            Reading::Wrong(why) => format!("! {why}"),
        }
    }

    #[test]
    fn the_usual_form_is_read() {
        let text = "array:\n  - |\n    objectName: a\n    objectType: secret # text\n    \
                    objectVersion: \"\"\n\n  # more\n  - |\n    objectName: 'b'\n    objectAlias: c\n";
        assert_eq!(files(text), "a c");
        assert_eq!(files("array:\n- |-\n  objectName: a\n  objectVersion:\n"), "a");
    }

    #[test]
    fn what_is_written_otherwise_is_left_alone() {
        for text in [
            "array: [\"objectName: a\"]",
            "{\"array\": [\"objectName: a\"]}",
            "array:\n  - \"objectName: a\"",
            "array:\n  - >\n    objectName: a\n",
            "array:\n  - |\n    objectName: a\n      b\n",
            "array:\n  - |\n    objectName: a\n    objectName: b\n",
            "array:\n  - |\n    objectName: \"a\\n\"\n",
            "array:\n  - |\n    objectName: ${NAME}\n",
            "array:\n  - |\n    {objectName: a}\n",
            "array:\n  - |\n    objectType: secret\n",
            "array:\n  - |\n\tobjectName: a\n",
            "array:\nother:\n  - |\n    objectName: a\n",
            "array:\n  -\n    |\n      objectName: a\n",
            "${OBJECTS}",
        ] {
            assert_eq!(files(text), "?", "{text}");
        }
    }

    #[test]
    fn what_the_provider_cannot_read_is_wrong() {
        for text in
            ["array:\n", "array: []", "a", "- |\n  objectName: a", "array:\n- objectName: a"]
        {
            assert!(files(text).starts_with('!'), "{text}");
        }
    }
}
