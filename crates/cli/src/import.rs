//! `podproof profile import`: what manifests tell kube-linter and Polaris to ignore, in our words.

mod peers;

use crate::inputs::{self, Input};
use crate::{NOT_CHECKED, complain, print};
use peers::Peer;
use podproof_policy::field::Field;
use podproof_policy::{Object, objects};
use podproof_report::text::one_line;
use podproof_source::yaml;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

/// What was found in all files.
#[derive(Debug, Default)]
struct Found {
    /// Objects that are not to be judged at all, as entries of a profile, with their reasons.
    exempt: Vec<(String, String)>,
    /// Annotations to add, each with the object they belong to.
    annotations: Vec<(String, String)>,
    /// What has no counterpart.
    unknown: Vec<(String, String)>,
}

/// Prints a profile for what the manifests say. Gives the exit code.
pub(crate) fn run(paths: &[PathBuf]) -> io::Result<u8> {
    let mut found = Found::default();
    let mut code = 0;
    for input in inputs::find(paths).list {
        if let Err(why) = found.add(&input) {
            complain(&why);
            code = NOT_CHECKED;
        }
    }
    print(&found.profile())?;
    Ok(code)
}

impl Found {
    fn add(&mut self, input: &Input) -> Result<(), String> {
        let input = input.read();
        let text = input.text.as_ref().map_err(|why| format!("{}: {why}", input.name))?;
        let mut unread = Ok(());
        for document in yaml::read(text) {
            match document {
                Ok(document) => objects(&document.root).iter().for_each(|object| {
                    self.add_object(input.name, object);
                }),
                Err(error) if input.is_named => {
                    unread = Err(format!("{}: {error}: {}", input.name, error.next_step()));
                }
                // Other programs keep files there too.
                Err(_) => {}
            }
        }
        unread
    }

    fn add_object(&mut self, file: &str, object: &Object<'_>) {
        let own = object.root().at(&["metadata", "annotations"]);
        let pod = object.pod().map(|source| source.pod.annotations());
        let of_pod = pod.filter(|of_pod| of_pod.path().pointer() != own.path().pointer());
        let name = object.name().unwrap_or_default();
        let place = one_line(&format!("{file}: {} {name}", object.kind));
        for (key, value) in own.entries().chain(of_pod.iter().flat_map(Field::entries)) {
            let Some(peer) = Peer::of(key) else { continue };
            let value = value.as_str().unwrap_or_default();
            match peer.reads(key, value) {
                peers::Meaning::Nothing => {}
                peers::Meaning::Everything(reason) => {
                    let entry = (workload(object), one_line(&format!("{place}: {reason}")));
                    if !self.exempt.contains(&entry) {
                        self.exempt.push(entry);
                    }
                }
                peers::Meaning::Rules(rules, reason) => {
                    for rule in rules {
                        let line = format!("podproof/ignore-{rule}: {}", quoted(&reason));
                        let entry = (place.clone(), line);
                        if !self.annotations.contains(&entry) {
                            self.annotations.push(entry);
                        }
                    }
                }
                peers::Meaning::Unknown => self.unknown.push((place.clone(), one_line(key))),
            }
        }
    }

    /// The profile as YAML. What is no part of a profile stands in comments.
    fn profile(&self) -> String {
        let mut out = String::from("profile: aks\n");
        if !self.exempt.is_empty() {
            out += "exemptions:\n  workloads:\n";
        }
        for (workload, why) in &self.exempt {
            let _ = write!(out, "    # {why}\n    - {workload}\n");
        }
        let parts = [
            ("Add these annotations to the objects:", &self.annotations),
            ("These annotations have no counterpart:", &self.unknown),
        ];
        for (title, lines) in parts.iter().filter(|(_, lines)| !lines.is_empty()) {
            let _ = write!(out, "\n# {title}\n");
            let mut before = "";
            for (place, line) in *lines {
                if place != before {
                    let _ = writeln!(out, "# {place}");
                }
                before = place;
                let _ = writeln!(out, "#   {line}");
            }
        }
        if self.exempt.is_empty() && self.annotations.is_empty() && self.unknown.is_empty() {
            out += "\n# No annotation of kube-linter or Polaris was found.\n";
        }
        out
    }
}

/// An object as an entry of a profile.
fn workload(object: &Object<'_>) -> String {
    let name = object.name().unwrap_or_default();
    let namespace = object.namespace().map(|name| format!(", namespace: {}", quoted(name)));
    let namespace = namespace.unwrap_or_default();
    format!("{{kind: {}{namespace}, name: {}}}", quoted(object.kind), quoted(name))
}

/// A text that YAML reads as that text.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::Found;
    use podproof_policy::objects;
    use podproof_source::yaml;

    fn imported(annotations: &str) -> String {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\n  \
             annotations:\n    {annotations}\n"
        );
        let document = yaml::read(text.as_bytes()).next().unwrap().unwrap();
        let mut found = Found::default();
        found.add_object("a.yaml", &objects(&document.root)[0]);
        let profile = found.profile();
        assert!(podproof_report::profile::read(profile.as_bytes()).is_ok(), "{profile}");
        profile
    }

    #[test]
    fn a_whole_object_becomes_an_exemption() {
        let expected = "profile: aks\nexemptions:\n  workloads:\n    # a.yaml: Deployment web: the \
                        agent\n    - {kind: \"Deployment\", namespace: \"shop\", name: \"web\"}\n";
        assert_eq!(imported("kube-linter.io/ignore-all: the agent"), expected);
        assert!(imported("polaris.fairwinds.com/exempt: \"true\"").contains("workloads:"));
        assert!(!imported("polaris.fairwinds.com/exempt: \"false\"").contains("workloads:"));
    }

    #[test]
    fn a_check_becomes_annotations() {
        let text =
            imported("ignore-check.kube-linter.io/privileged-container: \"it \\\"must\\\"\"");
        let expected = "# Add these annotations to the objects:\n# a.yaml: Deployment web\n#   \
                        podproof/ignore-privileged: \"it \\\"must\\\"\"\n";
        assert!(text.ends_with(expected), "{text}");
        let text = imported("polaris.fairwinds.com/hostPortSet-exempt: \"true\"");
        assert!(
            text.contains("#   podproof/ignore-host-ports: \"exempt from hostPortSet"),
            "{text}"
        );
    }

    #[test]
    fn what_has_no_counterpart_is_told() {
        let text = imported("polaris.fairwinds.com/cpuLimitsMissing-exempt: \"true\"");
        assert!(text.contains("have no counterpart"), "{text}");
        assert!(text.contains("#   polaris.fairwinds.com/cpuLimitsMissing-exempt\n"), "{text}");
        assert!(imported("a: b").contains("No annotation of kube-linter"));
    }
}
