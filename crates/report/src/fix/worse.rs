//! Whether a text is worse than another one that it was made of.

use crate::FileReport;
use crate::fingerprint::without_numbers;
use podproof_policy::{Finding, Severity, rules};
use std::collections::{BTreeMap, BTreeSet};

/// Where each document of a text stood in the text that it was made of. An appended one stood
/// nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Origins {
    /// The first documents, as long as any was taken away.
    known: Vec<Option<usize>>,
    /// What the number of all others was greater by.
    gone: usize,
    /// The number of the first appended document, if there is one.
    appended: Option<usize>,
}

impl Origins {
    /// The number that a document had.
    pub(super) fn of(&self, document: usize) -> Option<usize> {
        if self.appended.is_some_and(|first| document >= first) {
            return None;
        }
        self.known.get(document).copied().unwrap_or(Some(document + self.gone))
    }

    /// A document was taken away.
    pub(super) fn remove(&mut self, document: usize) {
        let known = self.known.len();
        self.known = (0..known.max(document + 1))
            .filter(|other| *other != document)
            .map(|other| self.of(other))
            .collect();
        self.gone += 1;
        self.appended = self.appended.map(|first| first - usize::from(document < first));
    }

    /// Documents were put behind so many others.
    pub(super) fn append(&mut self, behind: usize) {
        self.appended.get_or_insert(behind);
    }
}

/// The documents of the first report in which more is found than before; nothing for those that
/// were appended. Infos do not count: they are advice. A list's items may have moved, so their
/// numbers do not count either.
pub(super) fn worse_documents(
    before: &FileReport,
    after: &FileReport,
    origins: &Origins,
) -> BTreeSet<Option<usize>> {
    let unmoved = Origins::default();
    let mut counts: BTreeMap<_, isize> = BTreeMap::new();
    for (report, origins, sign) in [(before, &unmoved, -1), (after, origins, 1)] {
        for object in &report.objects {
            let document = origins.of(object.document);
            let identity = (document, &object.kind, &object.namespace, &object.name);
            let counted = object.findings.iter().filter(|finding| {
                finding.severity != Severity::Info && finding.suppressed.is_none()
            });
            for finding in counted {
                let (rule, path) = demand(finding);
                let place = (identity, rule, path);
                *counts.entry(place).or_default() += sign;
            }
        }
    }
    // Where a worse finding of the same demand goes, a milder one may come.
    let has_become_milder = |(identity, rule, _): &(_, &str, _)| {
        let of_errors = (*identity, *rule, Severity::Error.name().to_owned());
        counts.get(&of_errors).is_some_and(|count| *count < 0)
    };
    let worse = counts.iter().filter(|(place, count)| **count > 0 && !has_become_milder(place));
    worse.map(|(((document, ..), ..), _)| *document).collect()
}

/// What a finding asks for, and where. A rule of the Standards and the one that stands in for it at
/// level restricted ask for the same in two degrees, at several fields: there the severity counts.
fn demand(finding: &Finding) -> (&'static str, String) {
    let rule = finding.rule;
    let covering = rules::covering(rule);
    let id = covering.map_or(rule.id, |other| other.id);
    let is_in_degrees = covering.is_some() || !rule.replaces.is_empty();
    let path = if is_in_degrees {
        finding.severity.name().to_owned()
    } else {
        without_numbers(&finding.path)
    };
    (id, path)
}

#[cfg(test)]
mod tests {
    use super::Origins;
    use crate::fingerprint::without_numbers;

    #[test]
    fn places_are_compared_without_the_numbers_of_items() {
        let path = "spec.containers[12].ports[0].x1";
        assert_eq!(without_numbers(path), "spec.containers[].ports[].x1");
    }

    #[test]
    fn documents_are_known_again_after_they_moved() {
        let mut origins = Origins::default();
        let all = |origins: &Origins| (0..6).map(|at| origins.of(at)).collect::<Vec<_>>();
        origins.remove(1);
        assert_eq!(all(&origins), [0, 2, 3, 4, 5, 6].map(Some));
        origins.append(4);
        assert_eq!(all(&origins), [Some(0), Some(2), Some(3), Some(4), None, None]);
        origins.remove(2);
        assert_eq!(all(&origins), [Some(0), Some(2), Some(4), None, None, None]);
        origins.remove(0);
        origins.append(3);
        assert_eq!(all(&origins)[..4], [Some(2), Some(4), None, None]);
    }
}
