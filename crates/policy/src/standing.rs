//! At which levels and versions of the Pod Security Standards a pod would be admitted.

use crate::check::{run_on_pod, standard_rules};
use crate::finding::Findings;
use crate::pod::Pod;
use crate::profile::{Level, Version};
use crate::rule::{Rule, Severity};
use crate::rules::RULES;

/// Which steps of which checks a pod fails: enough to tell its verdict at every level and version,
/// long after the pod itself is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// A bit for every step, in the order of [`RULES`].
    failed: u64,
}

fn steps() -> impl Iterator<Item = (&'static Rule, usize)> {
    let standard = RULES.iter().filter(|rule| rule.standard.is_some());
    standard.flat_map(|rule| (0..rule.versions.len()).map(move |step| (*rule, step)))
}

impl Standing {
    /// Applies every step of every check.
    pub fn of(pod: &Pod<'_>) -> Self {
        let mut failed = 0;
        for (bit, (rule, step)) in steps().enumerate() {
            let mut found = Findings::of(rule, Severity::Error);
            run_on_pod(rule.versions[step].check, pod, &mut found);
            if !found.is_empty() {
                failed |= 1 << bit;
            }
        }
        Self { failed }
    }

    /// The rules that refuse the pod at a level and version; none of them means admitted.
    pub fn failing(self, level: Level, version: Version) -> Vec<&'static Rule> {
        let fails = |rule: &&'static Rule| {
            let newest = rule.versions.iter().rposition(|step| version.has(step.since));
            steps().enumerate().any(|(bit, (other, step))| {
                std::ptr::eq(other, *rule) && Some(step) == newest && self.failed >> bit & 1 == 1
            })
        };
        standard_rules(level, version).filter(fails).collect()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_step_has_a_bit() {
        assert!(super::steps().count() <= 64);
    }
}
