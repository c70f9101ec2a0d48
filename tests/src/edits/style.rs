//! Manifests written by many hands: every way of writing YAML that a manifest may show.

use fastrand::Rng;
use podproof_source::{Node, Value};

/// A text and what is known about how it was written.
pub struct Written {
    pub text: Vec<u8>,
    /// What stands behind each `#`, in order.
    pub comments: Vec<String>,
    pub class: Class,
}

/// What kind of text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Yaml,
    Json,
    /// Some keys are written twice.
    Duplicates,
    /// With anchors, aliases and merges.
    Anchors,
}

/// How often things are written, in percent.
#[derive(Clone, Debug)]
pub struct Habits {
    pub(super) step: usize,
    pub(super) indentless: bool,
    comments: usize,
    blank_lines: usize,
    trailing_blanks: usize,
    pub(super) flow: usize,
    pub(super) lines_in_flow: usize,
    pub(super) wide_dash: usize,
    pub(super) lone_dash: usize,
    pub(super) next_line: usize,
    pub(super) tags: usize,
    /// What is allowed, and hardly ever seen.
    pub(super) odd: usize,
    pub(super) tabs: usize,
    pub(super) quotes: usize,
    pub(super) wrapped: usize,
    pub(super) blocks: usize,
    pub(super) class: Class,
}

pub struct Writer<'a> {
    pub(super) rng: &'a mut Rng,
    pub(super) habits: Habits,
    pub(super) out: String,
    comments: Vec<String>,
    pub(super) anchors: Vec<(String, Node)>,
    /// Whether a comment would still belong to a block of text if it were indented.
    after_block: bool,
}

pub fn write(rng: &mut Rng, documents: &[Node]) -> Written {
    let class = match rng.usize(..100) {
        0..12 => Class::Json,
        12..16 => Class::Duplicates,
        16..32 => Class::Anchors,
        _ => Class::Yaml,
    };
    if class == Class::Json {
        return Written { text: json(rng, documents), comments: Vec::new(), class };
    }
    let shared: Vec<Node>;
    let documents = if class == Class::Anchors {
        shared = documents.iter().map(|node| super::changes::repeat(rng, node)).collect();
        &shared
    } else {
        documents
    };
    let often = |rng: &mut Rng, choices: &[usize]| choices[rng.usize(..choices.len())];
    let habits = Habits {
        step: often(rng, &[2, 2, 2, 4, 3]),
        indentless: rng.bool(),
        comments: often(rng, &[0, 5, 15, 30]),
        blank_lines: often(rng, &[0, 5, 15]),
        trailing_blanks: often(rng, &[0, 0, 0, 10]),
        flow: often(rng, &[0, 10, 30, 60]),
        lines_in_flow: often(rng, &[0, 30, 60]),
        wide_dash: often(rng, &[0, 0, 50, 100]),
        lone_dash: often(rng, &[0, 0, 20]),
        next_line: often(rng, &[0, 0, 5, 15]),
        tags: often(rng, &[0, 0, 5]),
        odd: often(rng, &[0, 0, 0, 0, 0, 0, 1, 2]),
        tabs: often(rng, &[0, 0, 0, 10]),
        quotes: often(rng, &[5, 30, 90]),
        wrapped: often(rng, &[0, 10, 40]),
        blocks: often(rng, &[10, 40, 70]),
        class,
    };
    let out = String::new();
    let (comments, anchors) = (Vec::new(), Vec::new());
    let mut writer = Writer { rng, habits, out, comments, anchors, after_block: false };
    writer.documents(documents);
    let Writer { out, comments, .. } = writer;
    Written { text: with_line_ends(rng, out), comments, class }
}

/// Other line ends, a byte-order mark, a last line that does not end.
fn with_line_ends(rng: &mut Rng, mut out: String) -> Vec<u8> {
    if rng.usize(..7) == 0 {
        out.truncate(out.trim_end_matches('\n').len());
    }
    let has_many = out.starts_with("---") || out.contains("\n---") || out.contains("\n...");
    out = match rng.usize(..20) {
        0..4 => out.replace('\n', "\r\n"),
        4 if !has_many => out.replace('\n', "\r"),
        5 => out.split_inclusive('\n').fold(String::new(), |text, line| {
            let line = line.strip_suffix('\n').map_or(line.to_owned(), |start| {
                start.to_owned() + if rng.bool() { "\n" } else { "\r\n" }
            });
            text + &line
        }),
        _ => out,
    };
    if rng.usize(..16) == 0 {
        out.insert(0, '\u{feff}');
    }
    out.into_bytes()
}

fn json(rng: &mut Rng, documents: &[Node]) -> Vec<u8> {
    let indent: &[u8] = [b"  ".as_slice(), b"    ", b"\t"][rng.usize(..3)];
    let compact = rng.usize(..3) == 0;
    let windows = rng.usize(..8) == 0;
    let mut text = Vec::new();
    for document in documents {
        let formatter = serde_json::ser::PrettyFormatter::with_indent(indent);
        let mut pretty = Vec::new();
        let mut to = serde_json::Serializer::with_formatter(&mut pretty, formatter);
        let written = serde::Serialize::serialize(document, &mut to);
        if compact || written.is_err() {
            text.extend(serde_json::to_vec(document).unwrap_or_default());
        } else {
            text.extend(pretty);
        }
        if rng.usize(..4) != 0 {
            text.push(b'\n');
        }
    }
    if windows {
        return String::from_utf8_lossy(&text).replace('\n', "\r\n").into_bytes();
    }
    text
}

const COMMENTS: &[&str] = &[
    "",
    " ",
    " todo",
    "no space",
    " a: b",
    " - x",
    " {a, b: [",
    " \"open",
    " 'open",
    " größe 😀",
    " # twice",
    "---",
    " key: |",
    " trailing  ",
    "\ttab",
    " *a &b",
    " }",
    " ], ",
];

impl Writer<'_> {
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.rng.usize(..100) < percent
    }

    fn documents(&mut self, documents: &[Node]) {
        for (index, document) in documents.iter().enumerate() {
            if index > 0 || self.chance(15) {
                if index > 0 && self.chance(8) {
                    self.out += "...\n";
                }
                if index > 0 && self.chance(3) {
                    self.out += "---\n# nothing\n";
                    self.comments.push(" nothing".into());
                }
                self.out += "---";
                self.end_line();
            }
            self.anchors.clear();
            match &document.value {
                Value::Map(map) if !map.entries().is_empty() && !self.chance(4) => {
                    self.block_map(map, 0, false);
                }
                _ => {
                    self.flow(document, 0);
                    self.end_line();
                }
            }
            self.lines_between(0);
        }
        if self.chance(5) && !self.after_block {
            self.out += "...\n";
            // The cluster reads no further.
            let rest = if self.chance(20) { "ignored: true\n" } else { "" };
            self.out += rest;
        }
    }

    fn comment(&mut self) {
        let count = self.comments.len();
        let text = match self.rng.usize(..3) {
            0 => COMMENTS[self.rng.usize(..COMMENTS.len())].to_owned(),
            _ => format!(" c{count}"),
        };
        self.out += "#";
        self.out += &text;
        self.comments.push(text);
    }

    /// The end of a line, with whatever may stand there.
    pub(super) fn end_line(&mut self) {
        if self.chance(self.habits.comments) {
            let blanks = [" ", " ", "  ", "    "];
            let blank = blanks[self.rng.usize(..blanks.len())];
            let blank = if self.chance(self.habits.tabs) { "\t" } else { blank };
            self.out += blank;
            self.comment();
        } else if self.chance(self.habits.trailing_blanks) {
            let blank = if self.chance(self.habits.tabs) { "\t" } else { " " };
            self.out += blank;
        }
        self.out.push('\n');
        self.after_block = false;
    }

    /// Blank lines and comments, which stand where they like.
    pub(super) fn lines_between(&mut self, indent: usize) {
        while self.chance(self.habits.comments / 2) {
            let most = if self.after_block { indent } else { indent + 4 };
            let column = if self.rng.bool() { indent } else { self.rng.usize(..=most) };
            self.spaces(column);
            self.comment();
            self.out.push('\n');
            self.after_block = false;
        }
        // Behind a block of text, blank lines may be a part of it.
        while !self.after_block && self.chance(self.habits.blank_lines) {
            if self.chance(self.habits.trailing_blanks) {
                let column = self.rng.usize(..=indent + 2);
                self.spaces(column);
            }
            self.out.push('\n');
        }
    }

    pub(super) fn spaces(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }

    /// Marks the end of a block of text, the last line of which has ended.
    pub(super) fn end_block(&mut self) {
        self.after_block = true;
    }

    /// The comment in the header of a block of text.
    pub(super) fn end_header(&mut self) {
        self.end_line();
    }
}
