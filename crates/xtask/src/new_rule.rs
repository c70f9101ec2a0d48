//! `cargo xtask new-rule`: the file of a rule and its lines in the list of rules.

use crate::{Result, tools};
use std::fs;

const LIST: &str = "crates/policy/src/rules.rs";
const FOLDER: &str = "crates/policy/src/rules";
/// The group of the list that a new rule goes into.
const GROUP: &str = "    // Manifest";
/// A rule beyond the Standards is not in every build.
const ADVICE: &str = "    #[cfg(feature = \"advice\")]\n";

const SKELETON: &str = r#"//! FIXME: the demand in one sentence.
//!
//! FIXME: why it matters: what goes wrong, for whom.
//!
//! FIXME: an example with a mistake. `cargo xtask bless` writes the line with `^^^`.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       fixme: true
//! ```
//!
//! FIXME: what the fix makes of it, as `cargo xtask bless` writes it. Remove this if there is none.
//!
//! ```yaml,fixed
//! ```
//!
//! FIXME: an example without one.
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//! ```
//!
//! ## How to fix it
//!
//! FIXME
//!
//! ## When to ignore it
//!
//! FIXME

use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "{id}",
    title: "FIXME: the demand in one sentence",
    category: Category::Manifest,
    severity: Severity::Warning,
    standard: None,
    replaces: &[],
    versions: &[since(0, EachContainer(must_not_be_unfinished))],
    source: crate::source!("{module}.rs"),
};

// FIXME: name the demand, look at the field that the rule is about, say what is wrong with it.
fn must_not_be_unfinished(container: &Container<'_>, out: &mut Findings) {
    let field = container.get("fixme");
    if field.is_set() {
        out.report(&field, format!("{container} FIXME: what is wrong")).fix(|_| {
            let title = format!("FIXME: what is done to {container}");
            Some(Fix::reverses(title, vec![field.remove()]).breaks("FIXME: when", "FIXME: then"))
        });
    }
}
"#;

/// Writes a rule that compiles, and whose tests say what is still to be done.
pub fn new_rule(id: &str) -> Result<()> {
    check_id(id)?;
    let root = tools::root()?;
    let module = id.replace('-', "_");
    let file = format!("{FOLDER}/{module}.rs");
    if root.join(&file).exists() {
        return Err(format!("there is a rule `{id}` already: {file}").into());
    }
    let list = fs::read_to_string(root.join(LIST))?;
    let list = with_rule(&list, &module)?;
    fs::write(root.join(&file), SKELETON.replace("{id}", id).replace("{module}", &module))?;
    fs::write(root.join(LIST), list)?;
    println!(
        "wrote {file} and its lines in {LIST}

Next:
  1. write the check and the prose: each FIXME in {file}
     (a rule of another category moves to another group of RULES)
  2. cargo xtask bless                                   writes the `^^^` lines and fixed blocks
  3. cargo test -p podproof-policy --all-features rules  says what is missing
  4. cargo xtask generate                                writes what is made from the rules
  5. add a line to CHANGELOG.md"
    );
    Ok(())
}

fn check_id(id: &str) -> Result<()> {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if id != "tests" && id.split('-').all(is_word) {
        return Ok(());
    }
    Err(format!("`{id}` is no id: use small words with dashes, such as `host-ports`").into())
}

/// The list of rules with one more, in its alphabetical place.
fn with_rule(list: &str, module: &str) -> Result<String> {
    let lines: Vec<&str> = list.lines().collect();
    let mods = lines.iter().position(|line| mod_name(line).is_some()).ok_or("no `mod` line")?;
    let group = lines.iter().position(|line| *line == GROUP);
    let group = group.ok_or_else(|| format!("no group `{}` in {LIST}", GROUP.trim()))? + 1;
    let mod_place = place(&lines, mods, module, mod_name);
    let rule_place = place(&lines, group, module, rule_name);
    let mut with_rule = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index == mod_place {
            with_rule.extend(["mod ", module, ";\n"]);
        }
        if index == rule_place {
            with_rule.extend([ADVICE, "    &", module, "::RULE,\n"]);
        }
        with_rule.extend([line, "\n"]);
    }
    Ok(with_rule)
}

/// The line before which a new name goes: from `start` on, before the first greater name or the
/// end of the names. Attributes stay with the name that they are for.
fn place(lines: &[&str], start: usize, new: &str, name: fn(&str) -> Option<&str>) -> usize {
    let mut place = start;
    for (index, line) in lines.iter().enumerate().skip(start) {
        if line.trim_start().starts_with("#[") {
            continue;
        }
        match name(line) {
            Some(name) if name < new => place = index + 1,
            _ => break,
        }
    }
    place
}

fn mod_name(line: &str) -> Option<&str> {
    line.trim_start_matches("pub(crate) ").strip_prefix("mod ")?.strip_suffix(';')
}

fn rule_name(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix('&')?.strip_suffix("::RULE,")
}

#[cfg(test)]
mod tests {
    use super::{ADVICE, check_id, with_rule};

    const LIST: &str = "\
use crate::rule::Rule;

mod beta;
mod delta;
#[cfg(feature = \"types\")]
pub(crate) mod omega;

pub static RULES: &[&Rule] = &[
    // Pod Security Standards, baseline
    &beta::RULE,
    // Manifest
    &delta::RULE,
    #[cfg(feature = \"types\")]
    &omega::RULE,
];
";

    #[test]
    fn ids_are_small_words_with_dashes() {
        assert!(check_id("host-ports").is_ok());
        for id in ["", "-", "host_ports", "Host", "host--ports", "host-", "1st", "tests", "../x"] {
            assert!(check_id(id).is_err(), "{id}");
        }
    }

    #[test]
    fn both_lines_go_to_their_alphabetical_place() {
        for (module, next_mod, next_rule) in [
            ("alpha", "mod beta;", "    &delta::RULE,"),
            ("carbon", "mod delta;", "    &delta::RULE,"),
            ("gamma", "#[cfg(feature = \"types\")]", "    #[cfg(feature = \"types\")]"),
            ("zeta", "", "];"),
        ] {
            let list = with_rule(LIST, module).unwrap();
            assert!(list.contains(&format!("mod {module};\n{next_mod}\n")), "{list}");
            assert!(list.contains(&format!("    &{module}::RULE,\n{next_rule}\n")), "{list}");
            assert!(list.contains(&format!("{ADVICE}    &{module}::RULE,\n")), "{list}");
            assert_eq!(list.lines().count(), LIST.lines().count() + 3);
        }
    }
}
