//! What fixes change in a file, as a unified diff. What may be a credential is hidden in it.

use crate::fix::FixedFile;
use crate::mask::masked_text;
use crate::text::one_line;
use podproof_source::Span;
use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};
use std::fmt::Write as _;

/// Lines without a change that are shown around one.
const CONTEXT: usize = 3;

/// A unified diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// The diff; empty if nothing differs.
    pub text: String,
    /// Whether something in it is hidden: no program can apply it.
    pub is_masked: bool,
}

/// The diff of a file and the text from before its fixes. With colours also control characters
/// are shown as escapes: it is for a terminal.
pub fn unified(file: &FixedFile, old: &[u8], color: bool) -> Diff {
    let old = Side::new(old, &file.before.masked);
    let new = Side::new(&file.text, &file.after.masked);
    let mut diff = Writer { text: String::new(), is_masked: false, color };
    let ops = capture_diff_slices(Algorithm::Histogram, &old.lines, &new.lines);
    if old.lines == new.lines {
        return Diff { text: diff.text, is_masked: false };
    }
    let path = one_line(file.before.path.trim_start_matches("./"));
    let slash = if path.starts_with('/') { "" } else { "/" };
    diff.line(Style::Head, &format!("--- a{slash}{path}"));
    diff.line(Style::Head, &format!("+++ b{slash}{path}"));
    for hunk in group_diff_ops(ops, CONTEXT) {
        diff.hunk(&hunk, &old, &new);
    }
    Diff { text: diff.text, is_masked: diff.is_masked }
}

/// One of the two texts.
struct Side<'t> {
    /// Its lines, with their ends.
    lines: Vec<&'t [u8]>,
    /// As they may be shown.
    shown: Vec<String>,
}

impl<'t> Side<'t> {
    fn new(text: &'t [u8], masked: &[Span]) -> Self {
        let shown = masked_text(text, 0..text.len(), masked, &[]);
        Self {
            lines: text.split_inclusive(|byte| *byte == b'\n').collect(),
            shown: shown.split_inclusive('\n').map(str::to_owned).collect(),
        }
    }
}

#[derive(Clone, Copy)]
enum Style {
    Head,
    Hunk,
    Same,
    Removed,
    Added,
}

impl Style {
    /// The colour in which Git shows it.
    fn ansi(self) -> &'static str {
        match self {
            Self::Head => "\u{1b}[1m",
            Self::Hunk => "\u{1b}[36m",
            Self::Same => "",
            Self::Removed => "\u{1b}[31m",
            Self::Added => "\u{1b}[32m",
        }
    }
}

struct Writer {
    text: String,
    is_masked: bool,
    color: bool,
}

impl Writer {
    fn hunk(&mut self, ops: &[DiffOp], old: &Side<'_>, new: &Side<'_>) {
        let (Some(first), Some(last)) = (ops.first(), ops.last()) else { return };
        let removed = range(first.old_range().start, last.old_range().end);
        let added = range(first.new_range().start, last.new_range().end);
        self.line(Style::Hunk, &format!("@@ -{removed} +{added} @@"));
        for op in ops {
            if let DiffOp::Equal { .. } = op {
                // A line may be hidden in one of the texts alone.
                for (before, after) in op.old_range().zip(op.new_range()) {
                    let side = if old.hides(before) { (old, before) } else { (new, after) };
                    self.source_line(Style::Same, ' ', side.0, side.1);
                }
                continue;
            }
            for line in op.old_range() {
                self.source_line(Style::Removed, '-', old, line);
            }
            for line in op.new_range() {
                self.source_line(Style::Added, '+', new, line);
            }
        }
    }

    fn source_line(&mut self, style: Style, sign: char, side: &Side<'_>, index: usize) {
        let Some(shown) = side.shown.get(index) else { return };
        self.is_masked |= side.hides(index);
        let has_end = shown.ends_with('\n');
        let line = shown.strip_suffix('\n').unwrap_or(shown);
        if self.color {
            let line = line.strip_suffix('\r').unwrap_or(line);
            self.line(style, &format!("{sign}{}", one_line(&line.replace('\t', "    "))));
        } else {
            self.line(style, &format!("{sign}{line}"));
        }
        if !has_end {
            self.line(Style::Same, "\\ No newline at end of file");
        }
    }

    fn line(&mut self, style: Style, line: &str) {
        let _ = if self.color && !style.ansi().is_empty() {
            writeln!(self.text, "{}{line}\u{1b}[0m", style.ansi())
        } else {
            writeln!(self.text, "{line}")
        };
    }
}

impl Side<'_> {
    fn hides(&self, index: usize) -> bool {
        let line = self.lines.get(index).copied().unwrap_or_default();
        self.shown.get(index).is_some_and(|shown| shown.as_bytes() != line)
    }
}

/// `3,7`, as a hunk's head counts lines. An empty range stands behind the line before it.
fn range(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        lines => format!("{},{lines}", start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::{Diff, unified};
    use crate::FileReport;
    use crate::file::Role;
    use crate::fix::FixedFile;
    use podproof_policy::{Base, Profile, Version};

    fn file(old: &str, new: &str) -> FixedFile {
        let profile = Profile::new(Base::Restricted, Version::Latest);
        let report =
            |text: &str| FileReport::of("./a.yaml", text.as_bytes(), Role::Manifest, &profile);
        FixedFile {
            before: report(old),
            text: new.into(),
            applied: Vec::new(),
            after: report(new),
            left: Vec::new(),
        }
    }

    fn diff(old: &str, new: &str, color: bool) -> Diff {
        unified(&file(old, new), old.as_bytes(), color)
    }

    #[test]
    fn a_diff_has_hunks_with_context() {
        let old = "kind: Pod\napiVersion: v1\na: 1\nb: 2\nc: 3\nd: 4\r\ne: 5";
        let new = old.replace("b: 2\n", "").replace("e: 5", "e: 5\nf: 6\n");
        let expected = "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,7 +1,7 @@\n kind: Pod\n apiVersion: v1\n \
                        a: 1\n-b: 2\n c: 3\n d: 4\r\n-e: 5\n\\ No newline at end of file\n+e: 5\n\
                        +f: 6\n";
        assert_eq!(diff(old, &new, false), Diff { text: expected.into(), is_masked: false });
        assert_eq!(diff(old, old, true).text, "");
    }

    #[test]
    fn credentials_are_hidden_on_every_line() {
        let pod = |host: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - env:\n    - name: P\n      \
                 value: hunter2\n{host}---\napiVersion: v1\nkind: Secret\nstringData: {{p: hunter2}}\n\
                 ---\nkind: [hunter2\n"
            )
        };
        for color in [false, true] {
            let diff = diff(&pod("  hostPID: true\n"), &pod(""), color);
            assert!(diff.is_masked);
            assert!(diff.text.contains("-  hostPID: true"), "{}", diff.text);
            assert!(!diff.text.contains("hunter2"), "{}", diff.text);
        }
    }

    #[test]
    fn a_terminal_gets_no_control_characters_of_the_file() {
        let (old, new) = ("a: 1\n# \u{1b}[2J\r\n", "a: 2\n# \u{1b}[2J\r\n");
        let mut file = file(old, new);
        file.before.masked.clear();
        file.after.masked.clear();
        let diff = unified(&file, old.as_bytes(), true);
        assert!(diff.text.contains("\u{1b}[31m-a: 1\u{1b}[0m\n"), "{}", diff.text);
        assert!(diff.text.contains(" # \\u{1b}[2J\n"), "{}", diff.text);
    }
}
