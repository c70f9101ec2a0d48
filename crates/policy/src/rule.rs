//! A rule: plain data and functions.

use crate::finding::Findings;
use crate::object::Object;
use crate::pod::{Container, Pod};
use crate::profile::{Level, Version};

/// A rule. Its file under `rules/` holds everything about it: prose, examples, history, check.
#[derive(Debug)]
pub struct Rule {
    /// The name in reports, settings and documentation: the file's name with dashes.
    pub id: &'static str,
    /// The demand in one sentence.
    pub title: &'static str,
    /// What kind of mistake it finds.
    pub category: Category,
    /// How bad a finding is under a profile that names no severity, unless the check says that this
    /// one is [worse or milder](Findings::report_as).
    pub severity: Severity,
    /// The upstream check it is, if it belongs to the Pod Security Standards.
    pub standard: Option<Standard>,
    /// Ids of baseline rules that this one stands in for at level restricted.
    pub replaces: &'static [&'static str],
    /// The check's history, oldest first. At a version the last step that is not newer applies.
    pub versions: &'static [Step],
    /// The text of the rule's file, for its prose and examples; empty without feature `docs`.
    pub source: &'static str,
}

/// A check of the Pod Security Standards (`k8s.io/pod-security-admission`, `policy/check_*.go`).
#[derive(Clone, Copy, Debug)]
pub struct Standard {
    /// The upstream check's id.
    pub check: &'static str,
    /// The level that demands it.
    pub level: Level,
}

/// A check as one Kubernetes release introduced it.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The minor release.
    pub since: u32,
    /// The check from then on.
    pub check: Check,
}

/// What a rule looks at. The engine walks the pods and their containers, never the rule.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The pod as a whole.
    Pod(fn(&Pod<'_>, &mut Findings)),
    /// Each container of the three lists.
    EachContainer(fn(&Container<'_>, &mut Findings)),
    /// The pod, and then each container.
    PodAndEachContainer(fn(&Pod<'_>, &mut Findings), fn(&Container<'_>, &mut Findings)),
    /// The object as a whole, whatever its kind.
    Object(fn(&Object<'_>, &mut Findings)),
    /// The object as a whole, and then the pod in it.
    ObjectAndPod(fn(&Object<'_>, &mut Findings), fn(&Pod<'_>, &mut Findings)),
    /// The object as a whole, and then each container in it.
    ObjectAndEachContainer(fn(&Object<'_>, &mut Findings), fn(&Container<'_>, &mut Findings)),
    /// The object as a whole, the pod in it, and then each container.
    ObjectPodAndEachContainer(
        fn(&Object<'_>, &mut Findings),
        fn(&Pod<'_>, &mut Findings),
        fn(&Container<'_>, &mut Findings),
    ),
    /// Not a check of objects: the engine itself reports it.
    Reading,
}

/// What kind of mistake a rule finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// The Pod Security Standards.
    PodSecurity,
    /// What hardens a workload beyond them.
    Hardening,
    /// Credentials in manifests.
    Credentials,
    /// How a pod proves who it is to Azure, and gets its secrets from there.
    Identity,
    /// The manifest itself.
    Manifest,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Advice.
    Info,
    /// The cluster admits it, but it should not be.
    Warning,
    /// The cluster refuses it, or it cannot work.
    Error,
}

/// The check of a rule from a minor release on.
pub const fn since(minor: u32, check: Check) -> Step {
    Step { since: minor, check }
}

/// The upstream check of a baseline rule.
pub const fn baseline(check: &'static str) -> Option<Standard> {
    Some(Standard { check, level: Level::Baseline })
}

/// The upstream check of a restricted rule.
pub const fn restricted(check: &'static str) -> Option<Standard> {
    Some(Standard { check, level: Level::Restricted })
}

/// The text of a rule's file, where a door has a use for prose.
#[macro_export]
#[doc(hidden)]
macro_rules! source {
    ($file:literal) => {
        if cfg!(feature = "docs") { include_str!($file) } else { "" }
    };
}

impl Rule {
    /// The check in force at a version.
    pub fn check_at(&self, version: Version) -> Option<&Step> {
        self.versions.iter().rev().find(|step| version.has(step.since))
    }

    /// Whether it cannot be switched off, lowered, exempted or suppressed: without what it demands
    /// nothing could be judged.
    pub fn is_always_on(&self) -> bool {
        matches!(self.id, "wrong-type" | "unread-text")
    }

    /// The rule's prose and examples: its file's `//!` comment, as Markdown.
    pub fn docs(&self) -> String {
        let docs = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        docs.flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"]).collect()
    }
}

impl Category {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::PodSecurity => "pod-security",
            Self::Hardening => "hardening",
            Self::Credentials => "credentials",
            Self::Identity => "identity",
            Self::Manifest => "manifest",
        }
    }
}

impl Severity {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
