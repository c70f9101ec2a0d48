//! What a profile does not judge.

use crate::field::Field;
use crate::finding::{Finding, Suppressed, SuppressedBy};
use crate::object::Object;
use crate::pod::Pod;

/// What a profile does not judge. Findings of it stay in the list, marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exemptions {
    /// Namespaces whose objects are exempt.
    pub namespaces: Vec<String>,
    /// Users whose requests are exempt. Only admission knows who asks.
    pub users: Vec<String>,
    /// Runtime classes whose pods are exempt.
    pub runtime_classes: Vec<String>,
    /// Patterns of images; containers with one of these are exempt. `*` stands for any text.
    pub images: Vec<String>,
    /// Single objects that are exempt.
    pub workloads: Vec<Workload>,
}

/// An object that is exempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// `kind`
    pub kind: String,
    /// `metadata.namespace`; any if there is none.
    pub namespace: Option<String>,
    /// `metadata.name`
    pub name: String,
}

impl Exemptions {
    /// Nothing is exempt.
    pub const NONE: Self = Self {
        namespaces: Vec::new(),
        users: Vec::new(),
        runtime_classes: Vec::new(),
        images: Vec::new(),
        workloads: Vec::new(),
    };

    /// Marks the findings of an object that are exempt, whoever else ignores them.
    pub fn mark(&self, object: &Object<'_>, pod: Option<&Pod<'_>>, findings: &mut [Finding]) {
        if let Some(reason) = self.of_object(object).or_else(|| self.of_pod(pod?)) {
            mark(&reason, "", findings);
        } else if let Some(pod) = pod.filter(|_| !self.images.is_empty()) {
            for container in pod.containers() {
                self.mark_container(&container.field, findings);
            }
        }
    }

    /// Marks the findings of a container whose image is exempt. It is known by its place: names may
    /// stand there twice.
    fn mark_container(&self, container: &Field<'_>, findings: &mut [Finding]) {
        let Some(image) = container.get("image").as_str() else { return };
        if let Some(pattern) = self.images.iter().find(|pattern| fits(pattern, image)) {
            let reason = format!("images like `{pattern}` are exempt");
            mark(&reason, &container.path().pointer(), findings);
        }
    }

    /// Why an object is exempt as a whole.
    fn of_object(&self, object: &Object<'_>) -> Option<String> {
        let namespace = object.namespace();
        if let Some(name) = namespace.filter(|name| has(&self.namespaces, name)) {
            return Some(format!("namespace `{name}` is exempt"));
        }
        let name = object.root().at(&["metadata", "name"]).as_str()?;
        let is_it = |workload: &&Workload| {
            workload.kind == object.kind
                && workload.name == name
                && workload.namespace.as_deref().is_none_or(|own| Some(own) == namespace)
        };
        let workload = self.workloads.iter().find(is_it)?;
        Some(format!("workload `{} {}` is exempt", workload.kind, workload.name))
    }

    fn of_pod(&self, pod: &Pod<'_>) -> Option<String> {
        let class = pod.spec.get("runtimeClassName").as_str()?;
        has(&self.runtime_classes, class).then(|| format!("runtime class `{class}` is exempt"))
    }
}

/// Marks the findings at a place and below it. The root stands for all.
#[inline(never)]
fn mark(reason: &str, place: &str, findings: &mut [Finding]) {
    for finding in findings {
        let inside = finding.pointer.strip_prefix(place);
        let is_of = inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if (place.is_empty() || is_of) && !finding.rule.is_always_on() {
            let (reason, by) = (reason.to_owned(), SuppressedBy::Exemption);
            finding.suppressed = Some(Box::new(Suppressed { reason, by }));
        }
    }
}

fn has(list: &[String], name: &str) -> bool {
    list.iter().any(|own| own == name)
}

/// Whether a text is like a pattern, in which `*` stands for any text. Byte by byte: the searches of
/// the standard library would make the Wasm modules larger.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut read) = (0, 0);
    // The last star, and how much of the text it and all before it stand for.
    let mut star = None;
    while read < text.len() {
        match (pattern.get(at), star) {
            (Some(b'*'), _) => {
                star = Some((at, read));
                at += 1;
            }
            (Some(byte), _) if text.get(read) == Some(byte) => {
                at += 1;
                read += 1;
            }
            (_, Some((last, until))) => {
                star = Some((last, until + 1));
                (at, read) = (last + 1, until + 1);
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text) in [
            ("a", "a"),
            ("a*", "a"),
            ("a*", "a/b:1"),
            ("*/web:*", "registry.example.com/web:1"),
            ("a*b*c", "a-b-b-c"),
            ("*aa", "aaa"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("a", "ab"),
            ("a", "ba"),
            ("a*a", "a"),
            ("*b", "ba"),
            ("registry.example.com/*", "evil.com/registry.example.com/web"),
            ("a*b*b", "ab"),
            ("", "a"),
        ] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}
