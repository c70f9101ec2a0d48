//! `cargo xtask bless`: the `^^^` lines and the fixed blocks in the examples of rules, from what the
//! rules report and fix now.

use crate::{Result, tools};
use podproof_policy::Rule;
use podproof_policy::examples::{self, Example, ExampleKind};
use podproof_policy::rules::{RULES, UNREAD_TEXT};
use std::fs;

/// Rewrites the files of all rules.
pub fn bless() -> Result<()> {
    let folder = tools::root()?.join("crates/policy/src/rules");
    // Its examples are texts that cannot be read: nothing in them can be marked.
    for rule in RULES.iter().filter(|rule| rule.id != UNREAD_TEXT.id) {
        let name = rule.id.replace('-', "_") + ".rs";
        let file = folder.join(&name);
        let source = fs::read_to_string(&file)?;
        let blessed = blessed(rule, &source).map_err(|error| format!("{name}: {error}"))?;
        if blessed != source {
            fs::write(&file, blessed)?;
            println!("rewrote {name}");
        }
    }
    Ok(())
}

/// The text of a rule's file with the right markers in each bad block, and the right text in each
/// fixed one.
fn blessed(rule: &'static Rule, source: &str) -> Result<String> {
    let examples = examples::examples(source);
    let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
    // From the end on, so that the places of those before stay.
    for (index, example) in examples.iter().enumerate().rev() {
        let text = match example.kind {
            ExampleKind::Good => continue,
            ExampleKind::Bad => marked(rule, example)?,
            ExampleKind::Fixed => {
                let bad = examples.iter().take(index).rfind(|other| other.kind == ExampleKind::Bad);
                fixed(rule, bad.ok_or("a fixed block must follow a bad one")?, example)?
            }
        };
        let old = example.line..example.line + example.text.lines().count();
        let docs = text.lines().map(|line| format!("//! {line}").trim_end().to_owned());
        lines.splice(old, docs);
    }
    Ok(lines.into_iter().map(|line| line + "\n").collect())
}

/// A bad block with the markers of what is found in it. If they are right, nothing changes: not even
/// their order.
fn marked(rule: &'static Rule, example: &Example) -> Result<String> {
    let text = examples::unmarked(&example.text);
    let found = examples::found(rule, example.version.clone()?, &text)?;
    let mut old = examples::markers(&example.text);
    old.sort();
    Ok(if old == found { example.text.clone() } else { examples::marked(&text, &found) })
}

fn fixed(rule: &'static Rule, bad: &Example, example: &Example) -> Result<String> {
    let text = examples::unmarked(&bad.text);
    let fixed = examples::fixed(rule, example.version.clone()?, &example.answers, &text)?;
    Ok(fixed.ok_or("there is no fix for the bad block before a fixed one")?)
}

#[cfg(test)]
mod tests {
    use super::blessed;
    use podproof_policy::rules::by_id;

    const RIGHT: &str = "\
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       securityContext:
//!         privileged: true
//! #                   ^^^^ container `web` is privileged
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       securityContext: {}
//! ```
code();
";

    #[test]
    fn wrong_and_missing_parts_are_rewritten_and_right_ones_stay() {
        let rule = by_id("privileged").unwrap();
        assert_eq!(blessed(rule, RIGHT).unwrap(), RIGHT);
        assert_eq!(blessed(rule, &RIGHT.replace("   ^^^^", "  ^^^^^")).unwrap(), RIGHT);
        let without: String =
            RIGHT.split_inclusive('\n').filter(|line| !line.contains('^')).collect();
        assert_eq!(blessed(rule, &without).unwrap(), RIGHT);
        let unfixed = RIGHT.replace("//!       securityContext: {}\n", "");
        assert_eq!(blessed(rule, &unfixed).unwrap(), RIGHT);
    }
}
