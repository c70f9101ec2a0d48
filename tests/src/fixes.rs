//! The laws of fixes, over real manifests and over random ones.
//!
//! A file is fixed with the defaults, with leave to take away what somebody wrote, and with answers
//! to all questions too. Each time upstream reads the text before and after, decodes it strictly,
//! validates its objects and judges them.

mod laws;
mod lines;
mod outcome;
mod refusals;
mod side;
mod tally;
mod twice;

pub use outcome::Outcome;
pub use side::Oracles;
pub use tally::Tally;

use crate::verdicts::{At, VERSIONS};
use crate::{Result, corpus, edits, pods};
use fastrand::Rng;
use podproof_policy::{Answers, Base, Level, Profile, Version};
use podproof_report::file::Role;
use podproof_report::fix::{FixedFile, Wanted, fix};
use podproof_source::Node;
use podproof_source::change::{Operation, json_patch};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Of a hundred objects so many must be allowed when everything may be fixed that can be.
pub const LEAST_ALLOWED: f64 = 90.0;

/// Repositories of tools that judge manifests, and of manifests that are wrong on purpose: most of
/// their files are made to be refused.
const POLICY_TOOLS: &[&str] = &[
    "BishopFox/badPods",
    "FairwindsOps/polaris",
    "bridgecrewio/checkov",
    "bridgecrewio/kustomizegoat",
    "controlplaneio/kubesec",
    "kubescape/kubescape",
    "kyverno/policies",
    "madhuakula/kubernetes-goat",
    "open-policy-agent/gatekeeper-library",
    "stackrox/kube-linter",
    "zegl/kube-score",
];

/// A function that fixes a text, right or wrong.
pub type Fixer<'f> = &'f (dyn Fn(&[u8], &Wanted) -> FixedFile + Sync);
/// A function that makes a JSON Patch of an old object and a new one, right or wrong.
pub type Patcher<'f> = &'f (dyn Fn(&Node, &Node) -> Vec<Operation> + Sync);

/// What is put to the test.
#[derive(Clone, Copy)]
pub struct Program<'f> {
    /// Fixes.
    pub fixer: Fixer<'f>,
    /// Makes patches.
    pub patcher: Patcher<'f>,
}

/// Podproof itself.
pub const PODPROOF: Program<'static> = Program {
    fixer: &|text, wanted| fix("manifest.yaml", text, Role::Manifest, wanted),
    patcher: &json_patch,
};

/// A law that is broken.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Which.
    pub law: &'static str,
    /// In which file.
    pub file: String,
    /// In which document, from 0.
    pub document: usize,
    /// In which object; empty for the file as a whole.
    pub object: String,
    /// How.
    pub detail: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { law, file, document, object, detail } = self;
        write!(f, "{law}: {file}, document {document}, {object}: {detail}")
    }
}

/// What the fixer may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// What it does unasked.
    Defaults,
    /// Also take away what somebody wrote.
    Reverses,
    /// That, and every question is answered.
    Answers,
}

impl Mode {
    /// All of them, by how much they allow.
    pub const ALL: [Self; 3] = [Self::Defaults, Self::Reverses, Self::Answers];

    fn name(self) -> &'static str {
        match self {
            Self::Defaults => "with the defaults",
            Self::Reverses => "with reverses",
            Self::Answers => "and with answers",
        }
    }

    fn wanted(self, at: At, answers: Answers) -> Wanted {
        Wanted {
            profile: Profile::new(base(at.0), at.1),
            reverses: self != Self::Defaults,
            by_shape: false,
            answers,
            rules: Vec::new(),
        }
    }
}

/// The profile that holds a level, and the rules beyond the Standards if that is the strictest one.
fn base(level: Level) -> Base {
    if level == Level::Restricted { Base::Aks } else { Base::Baseline }
}

/// Fixes all manifests of a folder (see [`corpus`]) with profile `aks`, judged at restricted:latest.
pub fn corpus(folder: &Path, work: &Path) -> Result<Outcome> {
    std::fs::create_dir_all(work)?;
    let manifests = corpus::unpacked(folder, work, "manifests")?;
    let mut paths = Vec::new();
    corpus::files(&manifests, &mut paths)?;
    paths.sort();
    // Upstream's programs are built before the threads start.
    drop(Oracles::start(true)?);
    let next = AtomicUsize::new(0);
    let outcome = Mutex::new(Outcome::default());
    let error = Mutex::new(String::new());
    let threads = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let files = std::iter::from_fn(|| paths.get(next.fetch_add(1, Ordering::Relaxed)));
                let done = run_files(&manifests, files);
                match done.map_err(|error| error.to_string()) {
                    Ok(done) => lock(&outcome).extend(done),
                    Err(why) => *lock(&error) = why,
                }
            });
        }
    });
    let error = lock(&error).clone();
    if !error.is_empty() {
        return Err(error.into());
    }
    let mut outcome = std::mem::take(&mut *lock(&outcome));
    outcome
        .violations
        .sort_by(|a, b| (a.law, &a.file, a.document).cmp(&(b.law, &b.file, b.document)));
    Ok(outcome)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn run_files<'a>(manifests: &Path, files: impl Iterator<Item = &'a PathBuf>) -> Result<Outcome> {
    let mut oracles = Oracles::start(true)?;
    let mut outcome = Outcome::default();
    for path in files {
        let inside = path.strip_prefix(manifests)?.to_string_lossy().replace('\\', "/");
        let repository = inside.split('/').next().unwrap_or_default().replacen("__", "/", 1);
        let is_tool = POLICY_TOOLS.contains(&repository.as_str());
        let text = std::fs::read(path)?;
        let at = (Level::Restricted, Version::Latest);
        outcome.file(PODPROOF, &inside, &text, at, usize::from(is_tool), &mut oracles)?;
    }
    Ok(outcome)
}

/// Fixes so many random objects, in all notations, at both levels and several versions.
pub fn random(
    count: usize,
    seed: u64,
    program: Program<'_>,
    oracles: &mut Oracles,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for seed in (seed..).take(count) {
        let mut rng = Rng::with_seed(seed);
        let text = random_text(&mut rng)?;
        let level =
            *rng.choice(&[Level::Baseline, Level::Restricted]).unwrap_or(&Level::Restricted);
        let version = rng.choice(&VERSIONS).unwrap_or(&"latest").parse()?;
        let name = format!("seed {seed} at {level}:{version}");
        let at = (level, version);
        let known = outcome.violations.len();
        outcome.file(program, &name, &text, at, 0, oracles)?;
        if let Some(last) = outcome.violations[known..].last_mut() {
            last.detail += &format!("\n----\n{}\n----", String::from_utf8_lossy(&text));
        }
    }
    Ok(outcome)
}

/// One object as programs write it, or a few as people do.
fn random_text(rng: &mut Rng) -> Result<Vec<u8>> {
    let object = pods::object(rng);
    let text = match rng.usize(0..6) {
        0 => serde_json::to_string_pretty(&object)?,
        1 => object.to_string(),
        2 => serde_yaml::to_string(&object)?,
        _ => {
            let objects: Vec<Value> = (0..rng.usize(1..4)).map(|_| pods::object(rng)).collect();
            let nodes: serde_json::Result<Vec<Node>> =
                objects.into_iter().map(serde_json::from_value).collect();
            return Ok(edits::random_text(rng, &nodes?));
        }
    };
    Ok(text.into_bytes())
}
