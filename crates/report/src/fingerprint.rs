//! What stays the same of a finding when lines move and lists get another order: who it is.

use crate::{FileReport, ObjectReport};
use podproof_policy::{Finding, Severity};
use std::collections::BTreeMap;

/// Who a finding is. Findings of the same rule at the like places of one container share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The file, without `./` in front.
    pub file: String,
    /// The object's kind; empty for a document that could not be read.
    pub kind: String,
    /// The object's namespace; empty if it names none.
    pub namespace: String,
    /// The object's name; empty if it has none.
    pub name: String,
    /// How many objects of the same kind, namespace and name stand before it in the file.
    pub same_before: usize,
    /// The container; empty if it concerns none.
    pub container: String,
    /// The field, without the numbers of list items: they move.
    pub path: String,
    /// The rule's id.
    pub rule: String,
    /// How bad it is: what has become worse is new.
    pub severity: Severity,
}

/// The identities of a file's findings, in the order of its objects and findings.
pub fn identities(report: &FileReport) -> Vec<Vec<Identity>> {
    let mut seen: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    let of_object = |object| {
        let same = seen.entry(names(object)).or_default();
        let same_before = *same;
        *same += 1;
        let findings = object.findings.iter();
        findings.map(|finding| identity(&report.path, object, same_before, finding)).collect()
    };
    report.objects.iter().map(of_object).collect()
}

fn names(object: &ObjectReport) -> (&str, &str, &str) {
    let [kind, namespace, name] =
        [&object.kind, &object.namespace, &object.name].map(|part| part.as_deref());
    (kind.unwrap_or_default(), namespace.unwrap_or_default(), name.unwrap_or_default())
}

fn identity(file: &str, object: &ObjectReport, same_before: usize, finding: &Finding) -> Identity {
    let (kind, namespace, name) = names(object);
    let container = finding.container.as_ref().map(|(name, _)| name.clone());
    Identity {
        file: plain_path(file),
        kind: kind.to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        same_before,
        container: container.unwrap_or_default(),
        path: without_numbers(&finding.path),
        rule: finding.rule.id.to_owned(),
        severity: finding.severity,
    }
}

impl Identity {
    /// A short form of it and of how many of the same stand before. Its severity does not count:
    /// another profile makes no other finding.
    pub fn hash(&self, before: usize) -> String {
        let numbers = [self.same_before, before].map(|number| number.to_string());
        let parts = [
            &self.file,
            &self.kind,
            &self.namespace,
            &self.name,
            &self.container,
            &self.path,
            &self.rule,
            &numbers[0],
            &numbers[1],
        ];
        // 0 stands in none of them, so that no two lists of parts are alike.
        let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
        format!("{:032x}", fnv(bytes))
    }
}

/// FNV-1a of 128 bits: the same today and in ten years, on every machine. Nobody has anything to
/// gain from two findings that look alike.
fn fnv(bytes: impl Iterator<Item = u8>) -> u128 {
    const START: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.fold(START, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

/// A path as every run from the same folder names it: `./k8s//web.yaml` as `k8s/web.yaml`.
pub fn plain_path(path: &str) -> String {
    let root = if path.starts_with('/') { "/" } else { "" };
    let steps: Vec<&str> =
        path.split('/').filter(|step| !step.is_empty() && *step != ".").collect();
    format!("{root}{}", steps.join("/"))
}

/// `spec.containers[2].ports[0]` as `spec.containers[].ports[]`
pub(crate) fn without_numbers(path: &str) -> String {
    let mut in_brackets = false;
    let mut kept = path.to_owned();
    kept.retain(|c| {
        let is_digit = in_brackets && c.is_ascii_digit();
        in_brackets = c == '[' || is_digit;
        !is_digit
    });
    kept
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{fnv, identities, plain_path, without_numbers};
    use crate::FileReport;
    use crate::file::Role;
    use podproof_policy::{Base, Profile, Version};
    use std::collections::BTreeSet;

    pub(crate) fn report(text: &str) -> FileReport {
        let profile = Profile::new(Base::Restricted, Version::Latest);
        FileReport::of("./k8s/a.yaml", text.as_bytes(), Role::Manifest, &profile)
    }

    pub(crate) const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: prod}
spec:
  hostPID: true
  containers:
    - {name: a, ports: [{hostPort: 80}, {hostPort: 81}]}
    - {name: b}
";

    #[test]
    fn they_survive_moved_lines_and_another_order() {
        let moved = "\
# A comment.
kind: Pod
apiVersion: v1
spec:
  containers:
    - name: b
    - ports: [{hostPort: 8}, {hostPort: 80}]
      name: a
  hostPID: true
metadata: {name: web, namespace: prod}
";
        let all =
            |text: &str| identities(&report(text)).concat().into_iter().collect::<BTreeSet<_>>();
        assert_eq!(all(POD), all(moved));
        assert_ne!(all(POD), all(&POD.replace("prod", "test")));
    }

    #[test]
    fn equal_objects_are_told_apart_and_like_places_are_not() {
        let twice = format!("{POD}---\n{POD}");
        let found = identities(&report(&twice));
        assert_eq!(found.len(), 2);
        assert!(found[0].iter().all(|one| one.same_before == 0 && one.file == "k8s/a.yaml"));
        assert!(found[1].iter().all(|one| one.same_before == 1));
        let ports: Vec<_> = found[0].iter().filter(|one| one.rule == "host-ports").collect();
        assert_eq!(ports.len(), 2);
        assert_eq!(ports[0], ports[1]);
        assert_ne!(ports[0].hash(0), ports[1].hash(1));
    }

    #[test]
    fn paths_and_hashes_are_plain() {
        assert_eq!(plain_path("././k8s//a.yaml"), "k8s/a.yaml");
        assert_eq!(plain_path("/k8s/../a.yaml"), "/k8s/../a.yaml");
        assert_eq!(plain_path("-"), "-");
        assert_eq!(without_numbers("a[2].b[\"x1\"].c1[0]"), "a[].b[\"x1\"].c1[]");
        // The published test vector of the letter `a`.
        assert_eq!(
            fnv(b"a".iter().copied()).to_string(),
            0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964_u128.to_string()
        );
    }
}
