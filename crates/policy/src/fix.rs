//! What would undo a mistake: changes of the object, and what they may break.

use podproof_source::Change;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A way to undo a mistake.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// How much it asks of the people who run the program.
    pub class: FixClass,
    /// What it does: "set `allowPrivilegeEscalation: false` on container `web`". The same fix of
    /// several findings has the same title, and is applied once.
    pub title: String,
    /// When the program stops working; empty for safe fixes.
    pub breaks_when: &'static str,
    /// What one sees then; empty for safe fixes.
    pub symptom: &'static str,
    /// What a person may say to it; for [`FixClass::NeedsInput`], must.
    pub inputs: Vec<Input>,
    /// The changes of the object, with the answers in them. None as long as an answer that is
    /// needed is missing.
    pub changes: Vec<Change>,
}

/// How much a fix asks of the people who run the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FixClass {
    /// No running program can notice it.
    Safe,
    /// Sets what nobody set.
    Hardening,
    /// Takes away what somebody wrote.
    Reverses,
    /// Needs a value that only a person can know.
    NeedsInput,
}

impl FixClass {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Hardening => "hardening",
            Self::Reverses => "reverses",
            Self::NeedsInput => "needs-input",
        }
    }
}

/// A value that a person can give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What the answer is given to: `uid`, `volume.data`.
    pub name: String,
    /// The question.
    pub label: String,
    /// What an answer looks like.
    pub kind: InputKind,
    /// Examples of answers, or, for [`InputKind::Choice`], all of them.
    pub choices: Vec<String>,
}

/// What an answer looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// The number of a user or group other than root.
    Uid,
    /// The name of an object.
    Name,
    /// One of the choices.
    Choice,
    /// Any text.
    Text,
}

impl InputKind {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uid => "uid",
            Self::Name => "name",
            Self::Choice => "choice",
            Self::Text => "text",
        }
    }
}

/// The answers that were given, by the names of the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(Rc<BTreeMap<String, String>>);

impl Answers {
    /// The answer to an input.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl FromIterator<(String, String)> for Answers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(answers: I) -> Self {
        Self(Rc::new(answers.into_iter().collect()))
    }
}
