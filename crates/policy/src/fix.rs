//! What would undo a mistake: changes of the object, and what they may break.

use crate::field::Field;
use crate::inventory::Neighbour;
use crate::pod::Pod;
use podproof_source::{Change, Node, Pointer};
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
    /// What must change together with it in other objects of the input.
    pub elsewhere: Vec<Elsewhere>,
    /// Objects that the input needs in addition.
    pub new_objects: Vec<Node>,
    /// Commands that a person has to run as well, with capital words for what only they know.
    pub commands: Vec<String>,
}

/// A change of another object of the input. Taking away its root takes away the object.
#[derive(Clone, Debug, PartialEq)]
pub struct Elsewhere {
    /// The number of its document among the non-empty ones of the input, from 0.
    pub document: usize,
    /// Its number among the items of a list, from 0.
    pub item: Option<usize>,
    /// Its place in the document.
    pub object: Pointer,
    /// The change, from the object's root.
    pub change: Change,
}

/// What a rule does for a pod, if there is anything to do.
pub(crate) type FixOfPod = fn(&Pod<'_>) -> Option<Fix>;

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

impl Fix {
    /// A fix that no running program can notice.
    pub fn safe(title: String, changes: Vec<Change>) -> Self {
        Self::new(FixClass::Safe, title, changes)
    }

    /// A fix that sets what nobody set. It must say what it [breaks](Self::breaks).
    pub fn hardening(title: String, changes: Vec<Change>) -> Self {
        Self::new(FixClass::Hardening, title, changes)
    }

    /// A fix that takes away what somebody wrote. It must say what it [breaks](Self::breaks).
    pub fn reverses(title: String, changes: Vec<Change>) -> Self {
        Self::new(FixClass::Reverses, title, changes)
    }

    /// A fix that needs an answer; without it, there are no changes.
    pub fn needs_input(title: String, input: Input, changes: Vec<Change>) -> Self {
        Self { inputs: vec![input], ..Self::new(FixClass::NeedsInput, title, changes) }
    }

    // Out of line, as what else all rules use: it keeps the Wasm modules small.
    #[inline(never)]
    fn new(class: FixClass, title: String, changes: Vec<Change>) -> Self {
        Self {
            class,
            title,
            breaks_when: "",
            symptom: "",
            inputs: Vec::new(),
            changes,
            elsewhere: Vec::new(),
            new_objects: Vec::new(),
            commands: Vec::new(),
        }
    }

    /// The same fix, with a change of another object of the input.
    #[must_use]
    pub fn also_in(mut self, neighbour: &Neighbour, change: Change) -> Self {
        let Neighbour { document, item, at, .. } = neighbour;
        let (document, item, object) = (*document, *item, at.clone());
        self.elsewhere.push(Elsewhere { document, item, object, change });
        self
    }

    /// The same fix, with an object that the input then has in addition.
    #[must_use]
    pub fn with_new_object(mut self, object: Node) -> Self {
        self.new_objects.push(object);
        self
    }

    /// The same fix, with a command that a person has to run as well.
    #[must_use]
    pub fn with_command(mut self, command: String) -> Self {
        self.commands.push(command);
        self
    }

    /// Whether it does anything at all.
    pub fn has_changes(&self) -> bool {
        !self.changes.is_empty() || self.concerns_others()
    }

    /// Whether it changes more than the object that it stands on, or takes that away.
    pub fn concerns_others(&self) -> bool {
        let removes_object =
            |change: &Change| matches!(change, Change::Remove { at } if at.steps().is_empty());
        !self.elsewhere.is_empty()
            || !self.new_objects.is_empty()
            || self.changes.iter().any(removes_object)
    }

    /// The same fix, saying when the program stops working and what one sees then.
    #[must_use]
    #[inline(never)]
    pub fn breaks(self, breaks_when: &'static str, symptom: &'static str) -> Self {
        Self { breaks_when, symptom, ..self }
    }

    /// The same fix, with a number that a person may ask it to set at a field.
    #[must_use]
    #[inline(never)]
    pub fn may_set(mut self, field: &Field<'_>, input: Input, answers: &Answers) -> Self {
        self.changes.extend(answers.number(&input).map(|number| field.set(number)));
        self.inputs.push(input);
        self
    }

    /// The same fix, with the group that may write to claimed storage as something to ask for,
    /// unless the pod names one.
    #[must_use]
    pub fn may_set_group_of_volumes(self, pod: &Pod<'_>, answers: &Answers) -> Self {
        let group = pod.security_context().get("fsGroup");
        if group.is_set() || pod.is_for_windows() {
            return self;
        }
        let label = "number of the group that owns the files of claimed volumes, if the program \
                     may not write to them";
        self.may_set(&group, Input::number("fsGroup", label), answers)
    }

    /// What a rule about Linux does for a pod: for Linux, or for Windows.
    pub(crate) fn by_system(
        pod: &Pod<'_>,
        on_linux: impl FnOnce() -> Self,
        on_windows: impl FnOnce(&Pod<'_>) -> Option<Self>,
    ) -> Option<Self> {
        if pod.is_for_windows() { on_windows(pod) } else { Some(on_linux()) }
    }

    /// What a rule about Linux does for a pod that runs on Windows and is then exempt: the pod must
    /// say so. The API server refuses that beside fields for Linux.
    pub fn by_naming_windows(pod: &Pod<'_>) -> Option<Self> {
        let name = pod.spec.at(&["os", "name"]);
        let title = "set `os.name: windows`: the pod selects Windows nodes".to_owned();
        let is_possible = pod.selects_windows() && !pod.has_fields_for_linux();
        is_possible.then(|| Self::safe(title, vec![name.set("windows")]))
    }
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
    /// What most would answer. Offered, never taken unasked.
    pub default: Option<String>,
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
    /// A port that any user may open.
    Port,
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
            Self::Port => "port",
            Self::Text => "text",
        }
    }

    /// Whether an answer can be used, or why not.
    pub fn accepts(self, answer: &str) -> Result<(), String> {
        let (is_right, needed) = match self {
            Self::Uid => {
                (as_number(answer).is_some(), "a number from 1 to 2147483647, for 0 is root")
            }
            Self::Name => (
                is_name(answer),
                "the name of an object: small letters, digits, `-` and `.`, such as `web-data`",
            ),
            Self::Port => (is_port(answer), "a port from 1024 to 65535"),
            Self::Choice | Self::Text => (!answer.is_empty(), "a text"),
        };
        if is_right { Ok(()) } else { Err(format!("`{answer}` is not {needed}")) }
    }
}

/// The number of a user or group other than root.
fn as_number(answer: &str) -> Option<i64> {
    let digits = answer.bytes().all(|byte| byte.is_ascii_digit());
    let number: i32 = answer.parse().ok()?;
    (digits && number > 0).then_some(number.into())
}

fn is_port(answer: &str) -> bool {
    let digits = answer.bytes().all(|byte| byte.is_ascii_digit());
    digits && answer.parse::<u16>().is_ok_and(|port| port >= 1024)
}

/// Whether Kubernetes takes it for the name of an object (a DNS subdomain, RFC 1123).
fn is_name(answer: &str) -> bool {
    let is_label = |label: &str| {
        let is_legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        label.bytes().all(|byte| is_legal(byte) || byte == b'-')
            && label.bytes().next().is_some_and(is_legal)
            && label.bytes().last().is_some_and(is_legal)
    };
    answer.len() <= 253 && answer.split('.').all(is_label)
}

/// In the examples of an [`InputKind::Text`]: where a name goes.
const NAME: &str = "NAME";

impl Input {
    /// The number of a user or group.
    pub fn number(name: &str, label: &str) -> Self {
        let (name, label) = (name.to_owned(), label.to_owned());
        Self { name, label, kind: InputKind::Uid, choices: Vec::new(), default: None }
    }

    /// The name of an object.
    pub fn name(name: &str, label: &str, default: Option<String>) -> Self {
        let (name, label) = (name.to_owned(), label.to_owned());
        Self { name, label, kind: InputKind::Name, choices: Vec::new(), default }
    }

    /// Whether an answer can be used, or why not.
    pub fn accepts(&self, answer: &str) -> Result<(), String> {
        let fits = |choice: &String| match choice.strip_suffix(NAME) {
            Some(start) if self.kind == InputKind::Text => {
                answer.strip_prefix(start).is_some_and(is_name)
            }
            _ => choice == answer,
        };
        if self.choices.is_empty() || self.choices.iter().any(fits) {
            return self.kind.accepts(answer);
        }
        Err(format!("`{answer}` is none of `{}`", self.choices.join("`, `")))
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

    /// The answer to an input, if it can be used.
    pub fn valid(&self, input: &Input) -> Option<&str> {
        self.get(&input.name).filter(|answer| input.accepts(answer).is_ok())
    }

    /// The answer to an [`InputKind::Uid`], if it can be used.
    pub fn number(&self, input: &Input) -> Option<i64> {
        as_number(self.get(&input.name)?)
    }
}

impl FromIterator<(String, String)> for Answers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(answers: I) -> Self {
        Self(Rc::new(answers.into_iter().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Input, InputKind};

    #[test]
    fn only_answers_that_the_api_server_takes_are_accepted() {
        let accepts = |kind: InputKind, answer: &str| kind.accepts(answer).is_ok();
        for number in ["1", "10001", "2147483647"] {
            assert!(accepts(InputKind::Uid, number), "{number}");
        }
        for number in ["", "0", "00", "-1", "+1", "1.0", "root", " 1", "2147483648", "0x10"] {
            assert!(!accepts(InputKind::Uid, number), "{number}");
        }
        for name in ["a", "web-data", "web.data.1"] {
            assert!(accepts(InputKind::Name, name), "{name}");
        }
        for name in ["", "-a", "a-", "a..b", "A", "a_b", "a/b", &"a".repeat(254)] {
            assert!(!accepts(InputKind::Name, name), "{name}");
        }
    }

    #[test]
    fn a_text_fits_one_of_its_examples() {
        let input = Input {
            name: "volume.data".into(),
            label: String::new(),
            kind: InputKind::Text,
            choices: ["emptyDir", "claim:NAME"].map(Into::into).into(),
            default: None,
        };
        for answer in ["emptyDir", "claim:data"] {
            assert!(input.accepts(answer).is_ok(), "{answer}");
        }
        for answer in ["", "emptyDir:x", "claim", "claim:", "claim:A", "hostPath", "NAME"] {
            let error = input.accepts(answer).unwrap_err();
            assert!(error.ends_with("is none of `emptyDir`, `claim:NAME`"), "{error}");
        }
    }
}
