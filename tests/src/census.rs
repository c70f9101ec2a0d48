//! What profile `aks` finds in real manifests: how much of what, and findings drawn at random for a
//! person to judge.

use crate::{Result, corpus};
use podproof_policy::{Base, Finding, Profile, Severity, Version};
use podproof_report::FileReport;
use podproof_report::file::Role;
use podproof_source::Lines;
use std::collections::BTreeMap;
use std::path::Path;

/// What was counted.
#[derive(Debug, Default)]
pub struct Census {
    files: usize,
    objects: usize,
    rules: BTreeMap<&'static str, OfRule>,
    /// The numbers of findings of each object with a pod, by severity.
    per_object: BTreeMap<Severity, Vec<usize>>,
}

/// What one rule found.
#[derive(Debug, Default)]
struct OfRule {
    severities: BTreeMap<Severity, usize>,
    objects: usize,
    places: Vec<String>,
}

/// Counts what is found in a folder as `corpus::compare` takes it.
pub fn count(folder: &Path, work: &Path) -> Result<Census> {
    std::fs::create_dir_all(work)?;
    let manifests = corpus::unpacked(folder, work, "manifests")?;
    let mut paths = Vec::new();
    corpus::files(&manifests, &mut paths)?;
    paths.sort();
    let profile = Profile::new(Base::Aks, Version::Latest);
    let mut census = Census::default();
    for path in &paths {
        let name = path.strip_prefix(&manifests)?.to_string_lossy().into_owned();
        let text = std::fs::read(path)?;
        let report = FileReport::of(name, &text, Role::Manifest, &profile);
        census.add(&report, &text);
    }
    Ok(census)
}

impl Census {
    fn add(&mut self, report: &FileReport, text: &[u8]) {
        self.files += 1;
        let lines = Lines::new(text);
        for object in &report.objects {
            self.objects += 1;
            let mut of_object: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
            for finding in &object.findings {
                of_object.entry(finding.rule.id).or_default().push(finding);
            }
            for (id, findings) in of_object {
                let rule = self.rules.entry(id).or_default();
                rule.objects += 1;
                for finding in findings {
                    *rule.severities.entry(finding.severity).or_default() += 1;
                    let line = finding.span.map_or(0, |span| lines.position(span.start).line);
                    rule.places.push(format!("{}:{line}: {}", report.path, finding.message));
                }
            }
            if object.standing.is_some() {
                for severity in [Severity::Error, Severity::Warning, Severity::Info] {
                    let of_severity = |finding: &&Finding| finding.severity == severity;
                    let count = object.findings.iter().filter(of_severity).count();
                    self.per_object.entry(severity).or_default().push(count);
                }
            }
        }
    }

    /// The counts as a table, and for each rule as many findings as wanted, drawn at random.
    pub fn table(&self, drawn: usize, seed: u64) -> String {
        let mut out = format!("{} files, {} objects\n", self.files, self.objects);
        for (severity, counts) in &self.per_object {
            let mut counts = counts.clone();
            counts.sort_unstable();
            let median = counts.get(counts.len() / 2).copied().unwrap_or_default();
            out += &format!("median of {} per object: {median}\n", severity.name());
        }
        let mut dice = fastrand::Rng::with_seed(seed);
        for (id, rule) in &self.rules {
            let share = 100 * rule.objects / self.objects.max(1);
            let counts: Vec<String> = rule
                .severities
                .iter()
                .map(|(severity, count)| format!("{count} {}", severity.name()))
                .collect();
            out += &format!("{id}: {}; in {share} % of the objects\n", counts.join(", "));
            let mut places: Vec<&String> = rule.places.iter().collect();
            dice.shuffle(&mut places);
            for place in places.iter().take(drawn) {
                out += &format!("    {place}\n");
            }
        }
        out
    }
}
