//! Reading a profile that somebody wrote.

use super::{Base, Exemptions, Profile, Version, Workload};
use crate::nearest::did_you_mean;
use crate::rule::Severity;
use crate::rules;
use podproof_source::{Entry, Node, Span, Value};

/// What is wrong with a profile, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError {
    /// The mistake in a sentence, and the next step.
    pub message: String,
    /// Where it stands in the text of the profile, if it was read from one.
    pub span: Option<Span>,
}

const KEYS: &[&str] = &["profile", "version", "rules", "exemptions", "allowSuppressions"];
const EXEMPTION_KEYS: &[&str] = &["namespaces", "users", "runtimeClasses", "images", "workloads"];
const WORKLOAD_KEYS: &[&str] = &["kind", "namespace", "name"];

impl Profile {
    /// Reads a profile; what it does not say is as in the default one. Every mistake is told.
    pub fn read(node: &Node) -> Result<Self, Vec<ProfileError>> {
        Self::read_beside(node, &[])
    }

    /// Reads a profile that stands beside other settings, whose keys are these.
    pub fn read_beside(node: &Node, other_keys: &[&str]) -> Result<Self, Vec<ProfileError>> {
        let mut reader = Reader { errors: Vec::new() };
        let profile = reader.profile(node, other_keys);
        if reader.errors.is_empty() { Ok(profile) } else { Err(reader.errors) }
    }
}

/// A value of a profile, and how messages name it: `exemptions.workloads[0].kind`.
struct Named<'a> {
    node: &'a Node,
    name: String,
}

struct Reader {
    errors: Vec<ProfileError>,
}

impl Reader {
    // Out of line: it keeps the Wasm modules small.
    #[inline(never)]
    fn complain(&mut self, span: Span, message: String) {
        self.errors.push(ProfileError { message, span: Some(span).filter(|span| span.is_some()) });
    }

    fn profile(&mut self, node: &Node, other_keys: &[&str]) -> Profile {
        let mut profile = Profile::new(Base::default(), Version::Latest);
        let root = Named { node, name: String::new() };
        for (key, value) in self.entries(&root, &[KEYS, other_keys].concat()) {
            match key {
                "profile" => profile.base = self.parsed(&value).unwrap_or_default(),
                "version" => profile.version = self.version(&value),
                "rules" => self.rules(&value, &mut profile),
                "exemptions" => profile.exemptions = self.exemptions(&value),
                "allowSuppressions" => profile.allow_suppressions = self.bool(&value),
                _ => {}
            }
        }
        profile
    }

    /// The keys and values of an object. A key without a value is as if it were not there.
    fn entries<'a>(&mut self, object: &Named<'a>, known: &[&str]) -> Vec<(&'a str, Named<'a>)> {
        let mut entries = Vec::new();
        for entry in self.map(object) {
            let key = &*entry.key;
            let path = &object.name;
            let name = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            if !known.contains(&key) {
                let hint = did_you_mean(key, known.iter().copied());
                let all = listed(known);
                self.complain(entry.key_span, format!("unknown key `{name}`.{hint} Keys: {all}"));
            } else if !entry.value.is_null() {
                entries.push((key, Named { node: &entry.value, name }));
            }
        }
        entries
    }

    fn map<'a>(&mut self, object: &Named<'a>) -> &'a [Entry] {
        if let Some(map) = object.node.as_map() {
            return map.entries();
        }
        let name = match &*object.name {
            "" => "a profile".to_owned(),
            name => format!("`{name}`"),
        };
        let shape = object.node.shape();
        let message = format!("{name} must be an object, not {shape}: write `key: value` lines");
        self.complain(object.node.span, message);
        &[]
    }

    fn text<'a>(&mut self, value: &Named<'a>) -> Option<&'a str> {
        if let Some(text) = value.node.as_str().filter(|text| !text.is_empty()) {
            return Some(text);
        }
        let is_empty = value.node.as_str().is_some();
        let shape = if is_empty { "empty" } else { value.node.shape() };
        let message = format!("`{}` must be a text, not {shape}", value.name);
        let hint = if is_empty || value.node.as_map().is_some() || value.node.as_list().is_some() {
            ""
        } else {
            ": put it in quotes"
        };
        self.complain(value.node.span, message + hint);
        None
    }

    fn bool(&mut self, value: &Named<'_>) -> bool {
        if let Value::Bool(bool) = value.node.value {
            return bool;
        }
        let shape = value.node.shape();
        let message = format!("`{}` must be `true` or `false`, not {shape}", value.name);
        self.complain(value.node.span, message);
        false
    }

    fn parsed<T: std::str::FromStr<Err = String>>(&mut self, value: &Named<'_>) -> Option<T> {
        let text = self.text(value)?;
        match text.parse() {
            Ok(parsed) => Some(parsed),
            Err(why) => {
                self.complain(value.node.span, format!("`{}`: {why}", value.name));
                None
            }
        }
    }

    fn version(&mut self, value: &Named<'_>) -> Version {
        // `1.30` is the number 1.3.
        if let Value::Number(_) = value.node.value {
            let name = &value.name;
            let message =
                format!("`{name}` must be `latest` or `v1.N`, such as `v1.30`, not a number");
            self.complain(value.node.span, message);
            return Version::Latest;
        }
        self.parsed(value).unwrap_or(Version::Latest)
    }

    fn rules(&mut self, value: &Named<'_>, profile: &mut Profile) {
        for entry in self.map(value) {
            let Some(rule) = rules::by_id(&entry.key) else {
                // Some doors have no use for some rules.
                if !rules::NEEDING_TYPES.contains(&&*entry.key) {
                    self.complain(entry.key_span, no_such_rule(&entry.key));
                }
                continue;
            };
            let name = format!("rules.{}", entry.key);
            let value = Named { node: &entry.value, name };
            let Ok(severity) = self.severity(&value) else { continue };
            if rule.is_always_on() && severity != Some(Severity::Error) {
                let message = format!(
                    "rule `{}` is always an error: without what it demands nothing can be judged. \
                     Remove this line",
                    rule.id
                );
                self.complain(entry.value.span, message);
                continue;
            }
            profile.severities.insert(rule.id, severity);
        }
    }

    /// A severity; none for `off`, which YAML 1.1 takes for `false`. Of anything else a mistake is
    /// told.
    fn severity(&mut self, value: &Named<'_>) -> Result<Option<Severity>, ()> {
        match &value.node.value {
            Value::Bool(false) => return Ok(None),
            Value::String(word) => match &**word {
                "off" => return Ok(None),
                "info" => return Ok(Some(Severity::Info)),
                "warning" => return Ok(Some(Severity::Warning)),
                "error" => return Ok(Some(Severity::Error)),
                _ => {}
            },
            _ => {}
        }
        let words = ["off", "info", "warning", "error"];
        let meant = value.node.as_str().map(|word| did_you_mean(word, words.into_iter()));
        let hint = meant.filter(|hint| !hint.is_empty());
        let hint = hint.map(|hint| format!(".{hint}")).unwrap_or_default();
        let message = format!("`{}` must be one of {}{hint}", value.name, listed(&words));
        self.complain(value.node.span, message);
        Err(())
    }

    fn exemptions(&mut self, value: &Named<'_>) -> Exemptions {
        let mut exemptions = Exemptions::NONE;
        for (key, value) in self.entries(value, EXEMPTION_KEYS) {
            match key {
                "namespaces" => exemptions.namespaces = self.names(&value),
                "users" => exemptions.users = self.names(&value),
                "runtimeClasses" => exemptions.runtime_classes = self.names(&value),
                "images" => exemptions.images = self.images(&value),
                "workloads" => exemptions.workloads = self.workloads(&value),
                _ => {}
            }
        }
        exemptions
    }

    fn items<'a>(&mut self, value: &Named<'a>) -> Vec<Named<'a>> {
        let Some(items) = value.node.as_list() else {
            let shape = value.node.shape();
            let message = format!(
                "`{}` must be a list, not {shape}: write each entry behind a dash",
                value.name
            );
            self.complain(value.node.span, message);
            return Vec::new();
        };
        let named = |(index, node)| Named { node, name: format!("{}[{index}]", value.name) };
        items.iter().enumerate().map(named).collect()
    }

    /// Texts in which `*` has no meaning.
    fn names(&mut self, value: &Named<'_>) -> Vec<String> {
        let mut names = Vec::new();
        for item in self.items(value) {
            let Some(name) = self.text(&item) else { continue };
            self.must_be_no_pattern(&item, name);
            names.push(name.to_owned());
        }
        names
    }

    fn must_be_no_pattern(&mut self, value: &Named<'_>, name: &str) {
        if name.contains('*') {
            let message =
                format!("`{}`: `*` has no meaning here: write each name in full", value.name);
            self.complain(value.node.span, message);
        }
    }

    fn images(&mut self, value: &Named<'_>) -> Vec<String> {
        let mut images = Vec::new();
        for item in self.items(value) {
            let Some(pattern) = self.text(&item) else { continue };
            if pattern.bytes().all(|byte| byte == b'*') {
                let message = format!(
                    "`{}` would exempt every container: write at least a registry, such as \
                     `registry.example.com/*`",
                    item.name
                );
                self.complain(item.node.span, message);
            }
            images.push(pattern.to_owned());
        }
        images
    }

    fn workloads(&mut self, value: &Named<'_>) -> Vec<Workload> {
        let mut workloads = Vec::new();
        for item in self.items(value) {
            let (mut kind, mut namespace, mut name) = (None, None, None);
            let had = self.errors.len();
            for (key, value) in self.entries(&item, WORKLOAD_KEYS) {
                let Some(text) = self.text(&value) else { continue };
                self.must_be_no_pattern(&value, text);
                match key {
                    "kind" => kind = Some(text.to_owned()),
                    "namespace" => namespace = Some(text.to_owned()),
                    _ => name = Some(text.to_owned()),
                }
            }
            if let (Some(kind), Some(name)) = (kind, name) {
                workloads.push(Workload { kind, namespace, name });
            } else if self.errors.len() == had {
                let message = format!("`{}` needs `kind` and `name`", item.name);
                self.complain(item.node.span, message);
            }
        }
        workloads
    }
}

/// What to say about a rule that does not exist.
pub(crate) fn no_such_rule(id: &str) -> String {
    let ids = rules::RULES.iter().map(|rule| rule.id).chain(rules::NEEDING_TYPES.iter().copied());
    let hint = did_you_mean(id, ids);
    format!("there is no rule `{id}`.{hint} `podproof rules` lists them all")
}

/// "`a`, `b`"
fn listed(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
