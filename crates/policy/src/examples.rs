//! The examples in the prose of rules: fenced blocks of YAML that are the rules' tests.
//!
//! A `yaml,bad` block has lines like `#   ^^^^ message`, one for each finding, below the place of
//! it. `yaml,fixed` blocks behind it show what the rule's fixes make of it. A `yaml,good` block has
//! no findings. Behind the kind may stand a version (`v1.30`), and for fixes answers (`uid=10001`).

use crate::check::{check_and_fix, run};
use crate::finding::{Finding, Findings};
use crate::fix::{Answers, Fix};
use crate::inventory::Inventory;
use crate::object::{Object, objects};
use crate::profile::{Base, Profile, Version};
use crate::rule::{Check, Rule};
use crate::transaction;
use podproof_source::edit::Batch;
use podproof_source::{Node, yaml};
use std::collections::BTreeMap;

/// A block.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows.
    pub kind: ExampleKind,
    /// At which version; `latest` if none is named. A fixed block has that of the bad one.
    pub version: Result<Version, String>,
    /// What a person said to the fixes.
    pub answers: Answers,
    /// The line of the rule's file, from 1, that the fence is on.
    pub line: usize,
    /// The lines between the fences.
    pub text: String,
}

/// What a block shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExampleKind {
    /// A mistake.
    Bad,
    /// The bad block before it, after the rule's fixes.
    Fixed,
    /// No mistake.
    Good,
}

/// A finding as a bad block shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marker {
    /// The line that it is in, from 0, when there are no markers in the text.
    pub line: usize,
    /// The first column of it, from 0.
    pub column: usize,
    /// The number of columns.
    pub width: usize,
    /// What is wrong.
    pub message: String,
}

/// The examples in the text of a rule's file.
pub fn examples(source: &str) -> Vec<Example> {
    let mut lines = source.lines().map_while(|line| line.strip_prefix("//!")).enumerate();
    let mut examples: Vec<Example> = Vec::new();
    while let Some((index, line)) = lines.next() {
        let Some(fence) = line.strip_prefix(" ```") else { continue };
        let body = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != " ```");
        let text = body.flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"]).collect();
        let mut words = fence.split(',');
        let kind = match (words.next(), words.next()) {
            (Some("yaml"), Some("bad")) => ExampleKind::Bad,
            (Some("yaml"), Some("fixed")) => ExampleKind::Fixed,
            (Some("yaml"), Some("good")) => ExampleKind::Good,
            _ => continue,
        };
        let mut version = match examples.last() {
            Some(before) if kind == ExampleKind::Fixed => before.version.clone(),
            _ => Ok(Version::Latest),
        };
        let mut answers = Vec::new();
        for word in words {
            match word.split_once('=') {
                Some((name, answer)) => answers.push((name.to_owned(), answer.to_owned())),
                None => version = word.parse(),
            }
        }
        let answers = answers.into_iter().collect();
        examples.push(Example { kind, version, answers, line: index + 1, text });
    }
    examples
}

fn is_marker(line: &str) -> bool {
    line.starts_with('#') && line.contains('^')
}

/// A block without its markers.
pub fn unmarked(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !is_marker(line)).collect()
}

/// The markers in a block.
pub fn markers(text: &str) -> Vec<Marker> {
    let mut markers = Vec::new();
    let mut lines = 0_usize;
    for line in text.lines() {
        let Some(column) = line.find('^').filter(|_| is_marker(line)) else {
            lines += 1;
            continue;
        };
        let message = line[column..].trim_start_matches('^');
        let width = line.len() - column - message.len();
        let message = message.trim_start().to_owned();
        markers.push(Marker { line: lines.saturating_sub(1), column, width, message });
    }
    markers
}

/// A block without markers, with these in it.
pub fn marked(text: &str, markers: &[Marker]) -> String {
    let mut marked = String::new();
    for (index, line) in text.lines().enumerate() {
        marked.extend([line, "\n"]);
        for marker in markers.iter().filter(|marker| marker.line == index) {
            let gap = " ".repeat(marker.column.saturating_sub(1));
            let carets = "^".repeat(marker.width);
            marked += &format!("#{gap}{carets} {}\n", marker.message);
        }
    }
    marked
}

/// What a rule finds in a block without markers, in the order of its lines.
pub fn found(rule: &'static Rule, version: Version, text: &str) -> Result<Vec<Marker>, String> {
    let mut found = Vec::new();
    let (documents, around) = read(text)?;
    for document in &documents {
        for object in objects_of(document, &around) {
            for finding in findings(rule, version, &object, None) {
                found.push(marker(text, finding)?);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn marker(text: &str, finding: Finding) -> Result<Marker, String> {
    let span = finding.span.ok_or("a finding points nowhere")?.range();
    let before = &text[..span.start];
    let column = before.rsplit('\n').next().unwrap_or_default().len();
    if column == 0 {
        return Err("a finding in the first column cannot be marked: indent the block".into());
    }
    let line = before.matches('\n').count();
    Ok(Marker { line, column, width: span.len(), message: finding.message })
}

/// What all fixes of a rule make of a block without markers; nothing if there are none.
pub fn fixed(
    rule: &'static Rule,
    version: Version,
    answers: &Answers,
    text: &str,
) -> Result<Option<String>, String> {
    let mut batch = Batch::default();
    let mut has_fix = false;
    // A fix that concerns several objects may stand on each of them.
    let mut across = Vec::new();
    let (documents, around) = read(text)?;
    let by_number: BTreeMap<usize, Node> = documents.iter().cloned().enumerate().collect();
    for (index, document) in documents.iter().enumerate() {
        for object in objects_of(document, &around) {
            let mut titles = Vec::new();
            for fix in
                findings(rule, version, &object, Some(answers)).into_iter().filter_map(|f| f.fix)
            {
                has_fix = true;
                let places = transaction::places(&fix, (index, &object.at));
                let is_known = titles.contains(&fix.title)
                    || fix.concerns_others()
                        && across.contains(&(fix.title.clone(), places.clone()));
                if !is_known {
                    let added = transaction::add(&mut batch, &fix, (index, &object.at), &by_number);
                    added.map_err(|misfit| format!("a new object does not fit: {misfit:?}"))?;
                    across.push((fix.title.clone(), places));
                    titles.push(fix.title);
                }
            }
        }
    }
    let new = batch.made(text.as_bytes());
    let new = new.map_err(|refusal| format!("the block cannot be edited: {refusal}"))?;
    let new = String::from_utf8(new).map_err(|error| error.to_string())?;
    Ok(has_fix.then_some(new))
}

/// The different fixes of a rule for a block without markers.
pub fn fixes(
    rule: &'static Rule,
    version: Version,
    answers: &Answers,
    text: &str,
) -> Result<Vec<Fix>, String> {
    let mut fixes: Vec<Fix> = Vec::new();
    let (documents, around) = read(text)?;
    for document in &documents {
        for object in objects_of(document, &around) {
            for finding in findings(rule, version, &object, Some(answers)) {
                let Some(fix) = finding.fix else { continue };
                if fixes.iter().all(|other| other.title != fix.title) {
                    fixes.push(*fix);
                }
            }
        }
    }
    Ok(fixes)
}

/// The documents of a block, and what each of them may know of the others.
fn read(text: &str) -> Result<(Vec<Node>, Inventory), String> {
    let documents: Result<Vec<Node>, _> =
        yaml::read(text.as_bytes()).map(|read| read.map(|document| document.root)).collect();
    let documents = documents.map_err(|error| format!("the block cannot be read: {error}"))?;
    let nothing = Inventory::default();
    let mut around = Inventory::default();
    for (index, document) in documents.iter().enumerate() {
        for object in objects_of(document, &nothing) {
            around.add(index, &object);
        }
    }
    Ok((documents, around))
}

fn objects_of<'a>(document: &'a Node, around: &'a Inventory) -> Vec<Object<'a>> {
    let objects = objects(document).into_iter().map(|object| object.among(around));
    let mut objects: Vec<_> = objects.collect();
    // Most examples leave out what is the same in every Pod.
    for object in objects.iter_mut().filter(|object| object.kind.is_empty()) {
        (object.api_version, object.kind) = ("v1", "Pod");
    }
    objects
}

/// What this rule alone finds in an object.
fn findings(
    rule: &'static Rule,
    version: Version,
    object: &Object<'_>,
    answers: Option<&Answers>,
) -> Vec<Finding> {
    // What the engine reports itself is the finding of no check.
    if rule.versions.iter().any(|step| matches!(step.check, Check::Reading)) {
        let profile = Profile::new(Base::Aks, version);
        let mut findings = check_and_fix(object, &profile, answers);
        findings.retain(|finding| std::ptr::eq(finding.rule, rule));
        return findings;
    }
    let mut findings = Findings::of(rule, rule.severity).with_fixes(answers);
    let source = object.pod();
    run(rule, version, object, source.as_ref().map(|source| &source.pod), &mut findings);
    findings.into_vec()
}
