//! A text as both sides see it: Podproof's objects, and what upstream says of them.

use super::refusals;
use crate::Result;
use crate::oracle::Oracle;
use crate::verdicts::At;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use podproof_policy::object::KINDS;
use podproof_policy::{Object, objects};
use podproof_source::{Node, yaml};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The upstream programs.
pub struct Oracles {
    podsecurity: Oracle,
    validation: Option<Oracle>,
}

impl Oracles {
    /// Starts them; the one that validates takes minutes to build.
    pub fn start(with_validation: bool) -> Result<Self> {
        let validation = with_validation.then(|| Oracle::start("validation")).transpose()?;
        Ok(Self { podsecurity: Oracle::start("podsecurity")?, validation })
    }
}

/// An object's document and its place in it.
pub(super) type Place = (usize, String);

/// A text as both sides see it.
pub(super) struct Side {
    /// The documents as Podproof reads them: the error, if it cannot.
    pub(super) documents: Vec<std::result::Result<yaml::Document, String>>,
    /// Its objects.
    pub(super) objects: BTreeMap<Place, Seen>,
    /// The documents as upstream reads them.
    pub(super) upstream: Vec<UpstreamDocument>,
}

/// An object.
pub(super) struct Seen {
    /// `Deployment web`
    pub(super) title: String,
    pub(super) node: Node,
    /// What carries the pod's `metadata` and `spec`, if the kind is known to carry a pod.
    pub(super) way: Option<&'static [&'static str]>,
    /// Why the API server would refuse it: by upstream's validation, and by our own reading of the
    /// rules.
    pub(super) refusals: Vec<String>,
    /// What strict decoding refuses.
    pub(super) strict: Vec<String>,
    /// Why it cannot be decoded, or nothing.
    pub(super) error: String,
    /// The failing checks; nothing if upstream sees no pod.
    pub(super) failed: Option<BTreeSet<String>>,
}

/// A document for upstream.
#[derive(Debug, Deserialize)]
pub(super) struct UpstreamDocument {
    /// Why it cannot be read, or nothing.
    pub(super) error: String,
    /// Keys that are written twice.
    pub(super) strict: Vec<String>,
    objects: Vec<UpstreamObject>,
}

#[derive(Debug, Deserialize)]
struct UpstreamObject {
    at: String,
    error: String,
    pod: bool,
    strict: Vec<String>,
    failed: Vec<BTreeSet<String>>,
}

#[derive(Deserialize)]
struct Judged {
    error: String,
    #[serde(default)]
    documents: Vec<UpstreamDocument>,
}

#[derive(Deserialize)]
struct Validated {
    error: String,
    objects: Vec<ValidatedObject>,
}

#[derive(Deserialize)]
struct ValidatedObject {
    document: usize,
    at: String,
    refused: Vec<Refused>,
}

#[derive(Deserialize)]
struct Refused {
    field: String,
    reason: String,
}

impl Side {
    /// Reads a text on both sides.
    pub(super) fn of(text: &[u8], at: At, oracles: &mut Oracles) -> Result<Self> {
        let encoded = BASE64_STANDARD.encode(text);
        let (level, version) = at;
        let request = format!("{{\"text\":\"{encoded}\",\"at\":[\"{level}:{version}\"]}}");
        let judged: Judged = oracles.podsecurity.ask(&request)?;
        if !judged.error.is_empty() {
            return Err(judged.error.into());
        }
        let mut side =
            Self { documents: Vec::new(), objects: BTreeMap::new(), upstream: judged.documents };
        for (document, read) in yaml::read(text).enumerate() {
            let read = read.map_err(|error| error.to_string());
            for object in read.iter().flat_map(|read| objects(&read.root)) {
                let seen = Seen::of(&object)?;
                side.objects.insert((document, object.at.to_string()), seen);
            }
            side.documents.push(read);
        }
        side.take_verdicts();
        if let Some(validation) = &mut oracles.validation {
            let request = format!("{{\"text\":\"{encoded}\"}}");
            side.take_validations(validation.ask(&request)?)?;
        }
        Ok(side)
    }

    fn take_verdicts(&mut self) {
        for ((document, _), seen) in &mut self.objects {
            // Some of what is read here is not read by upstream.
            if let Some(read) = self.upstream.get(*document) {
                seen.error.clone_from(&read.error);
            }
        }
        for (document, read) in self.upstream.iter_mut().enumerate() {
            for object in std::mem::take(&mut read.objects) {
                let Some(seen) = self.objects.get_mut(&(document, object.at)) else { continue };
                seen.strict = object.strict.iter().map(|error| without_numbers(error)).collect();
                seen.error = object.error;
                seen.failed = object.failed.into_iter().next().filter(|_| object.pod);
            }
        }
    }

    fn take_validations(&mut self, validated: Validated) -> Result<()> {
        if !validated.error.is_empty() {
            return Err(validated.error.into());
        }
        for ValidatedObject { document, at, refused } in validated.objects {
            let Some(seen) = self.objects.get_mut(&(document, at)) else { continue };
            let refused = refused.iter().map(|Refused { field, reason }| {
                format!("{}: {}", without_numbers(field), without_numbers(reason))
            });
            seen.refusals.extend(refused);
        }
        Ok(())
    }
}

impl Seen {
    fn of(object: &Object<'_>) -> Result<Self> {
        let known = |(api_version, kind, _): &&(&str, &str, _)| {
            *api_version == object.api_version && *kind == object.kind
        };
        let way = KINDS.iter().find(known).map(|(_, _, way)| *way);
        let mut seen = Self {
            title: format!("{} {}", object.kind, object.name().unwrap_or_default()),
            node: object.node.clone(),
            way: way.filter(|_| object.pod().is_some()),
            refusals: Vec::new(),
            strict: Vec::new(),
            error: String::new(),
            failed: None,
        };
        if let Some(way) = seen.way {
            let json = seen.json()?;
            let template = way.iter().try_fold(&json, |value, key| value.get(key));
            let spec = template.and_then(|template| template.get("spec"));
            seen.refusals = spec.map(refusals::of).unwrap_or_default();
        }
        Ok(seen)
    }

    /// Whether the pod says that it runs on Windows.
    pub(super) fn is_windows(&self) -> bool {
        let way = self.way.unwrap_or_default().iter().chain(&["spec", "os", "name"]);
        let name = way.copied().try_fold(&self.node, |node, key| node.get(key));
        name.and_then(Node::as_str) == Some("windows")
    }

    pub(super) fn json(&self) -> Result<Value> {
        Ok(serde_json::to_value(&self.node)?)
    }
}

/// `spec.containers[2].ports[0]` as `spec.containers[].ports[]`: an item may have moved.
fn without_numbers(text: &str) -> String {
    let mut in_brackets = false;
    let mut kept = text.to_owned();
    kept.retain(|c| {
        let is_digit = in_brackets && c.is_ascii_digit();
        in_brackets = c == '[' || is_digit;
        !is_digit
    });
    kept
}
