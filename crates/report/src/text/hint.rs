//! What `podproof fix` would do about findings, in a line or two.

use podproof_policy::{Finding, Fix, FixClass};
use std::collections::BTreeSet;

/// One hint for all fixes that are made in the same way.
pub(super) fn hints(findings: &[&Finding], by_shape: bool) -> Vec<String> {
    let mut titles = BTreeSet::new();
    let fixes = findings.iter().filter_map(|finding| finding.fix.as_deref());
    let mut groups: Vec<(String, Vec<&Fix>)> = Vec::new();
    for fix in fixes.filter(|fix| titles.insert(fix.title.as_str())) {
        let command = command(fix, by_shape);
        match groups.iter_mut().find(|(other, _)| *other == command) {
            Some((_, fixes)) => fixes.push(fix),
            None => groups.push((command, vec![fix])),
        }
    }
    groups.into_iter().map(|(command, fixes)| hint(&command, &fixes)).collect()
}

fn hint(command: &str, fixes: &[&Fix]) -> String {
    let first = fixes.first().map(|fix| fix.title.as_str()).unwrap_or_default();
    let hint = match fixes.len() {
        0 | 1 => format!("`{command}` can {first}"),
        all => format!("`{command}` can {first}; and {} more", all - 1),
    };
    let commands: BTreeSet<&str> =
        fixes.iter().flat_map(|fix| &fix.commands).map(String::as_str).collect();
    commands.into_iter().fold(hint, |hint, command| format!("{hint}; then run: {command}"))
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
