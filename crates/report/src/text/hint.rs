//! What `podproof fix` would do about findings, in a line or two.

use podproof_policy::{Finding, Fix, FixClass};
use std::collections::BTreeSet;

/// One hint for all fixes that are made in the same way.
pub(super) fn hints(findings: &[&Finding], by_shape: bool) -> Vec<String> {
    let mut titles = BTreeSet::new();
    let fixes = findings.iter().filter_map(|finding| finding.fix.as_deref());
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for fix in fixes.filter(|fix| titles.insert(fix.title.as_str())) {
        let command = command(fix, by_shape);
        match groups.iter_mut().find(|(other, _)| *other == command) {
            Some((_, titles)) => titles.push(&fix.title),
            None => groups.push((command, vec![&fix.title])),
        }
    }
    groups.into_iter().map(|(command, titles)| hint(&command, &titles)).collect()
}

fn hint(command: &str, titles: &[&str]) -> String {
    let first = titles.first().copied().unwrap_or_default();
    match titles.len() {
        0 | 1 => format!("`{command}` can {first}"),
        all => format!("`{command}` can {first}; and {} more", all - 1),
    }
}

/// What to type for a fix.
fn command(fix: &Fix, by_shape: bool) -> String {
    let mut command = "podproof fix".to_owned();
    let reverses = fix.class == FixClass::Reverses;
    match (reverses, by_shape) {
        (true, true) => command += " --allow reverses,by-shape",
        (true, false) => command += " --allow reverses",
        (false, true) => command += " --allow by-shape",
        (false, false) => {}
    }
    if fix.class == FixClass::NeedsInput {
        for input in &fix.inputs {
            command += &format!(" --answer {}={}", input.name, crate::fix::example(input));
        }
    }
    command
}
