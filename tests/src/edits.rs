//! The law of edits, over random manifests in every style and random changes.

mod block;
mod changes;
mod flow;
mod law;
mod objects;
mod patch;
mod scalars;
mod shrink;
mod style;

pub use law::{Broken, Case, Editor, Outcome, check, comments_of, is_json, read};
pub use patch::apply as apply_patch;

use fastrand::Rng;
use podproof_source::edit::Refusal;
use podproof_source::{Change, Node};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use style::{Class, Written};

/// Of a hundred pairs without anchors and merges so many may be refused.
pub const MOST_REFUSED: f64 = 1.0;
/// Of a hundred random texts so many may be unreadable.
pub const MOST_UNREADABLE: f64 = 20.0;

/// What came of a run.
#[derive(Debug, Default)]
pub struct Run {
    /// How many cases that break a law are made small.
    shrunk: usize,
    /// Pairs of a text and changes.
    pub pairs: usize,
    /// Those of which the text could not be read.
    pub unreadable: usize,
    /// Those whose changes do not fit, or whose document is read in part.
    pub rightly_refused: usize,
    /// Those that were edited, and all laws hold.
    pub held: usize,
    /// Edited ones, by class of the text.
    pub by_class: BTreeMap<String, usize>,
    /// Those that needed no replacement.
    pub unchanged: usize,
    /// Refusals by reason: without anchors and merges, and with.
    pub refused: [BTreeMap<String, usize>; 2],
    /// An example of each refusal.
    pub examples: BTreeMap<String, String>,
    /// Broken laws, with everything that is needed to see them.
    pub broken: Vec<String>,
}

impl Run {
    /// How many of a hundred pairs were refused that have neither anchors nor merges.
    pub fn refused_percent(&self) -> f64 {
        let refused: usize = self.refused[0].values().sum();
        let with_anchors = self.by_class.get("Anchors").copied().unwrap_or(0);
        percent(refused, refused + self.held - with_anchors)
    }

    /// How many of a hundred texts could not be read.
    pub fn unreadable_percent(&self) -> f64 {
        percent(self.unreadable, self.pairs)
    }

    /// The counts, for people.
    pub fn table(&self) -> String {
        let mut table = format!(
            "{} pairs: {} edited ({} needed nothing), {} unreadable, {} do not fit, {} broken\n",
            self.pairs,
            self.held,
            self.unchanged,
            self.unreadable,
            self.rightly_refused,
            self.broken.len()
        );
        for (class, count) in &self.by_class {
            let _ = writeln!(table, "  edited {class}: {count}");
        }
        let kinds = ["without anchors", "with anchors"];
        for (kind, refused) in kinds.iter().zip(&self.refused) {
            for (reason, count) in refused {
                let _ = writeln!(table, "  refused {kind}: {count} x {reason}");
            }
        }
        let _ = writeln!(table, "  refused without anchors: {:.2} %", self.refused_percent());
        table
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of tests are small")]
fn percent(part: usize, all: usize) -> f64 {
    100.0 * part as f64 / all.max(1) as f64
}

/// Edits so many random pairs. A pair depends on its own seed alone: the first is `seed`. So many
/// cases that break a law are made small, which takes time.
pub fn run(editor: Editor<'_>, count: usize, seed: u64, shrunk: usize) -> Run {
    let mut run = Run { shrunk, ..Run::default() };
    for seed in (seed..).take(count) {
        pair(editor, seed, &mut run);
    }
    run
}

fn pair(editor: Editor<'_>, seed: u64, run: &mut Run) {
    run.pairs += 1;
    let mut rng = Rng::with_seed(seed);
    let count = [1, 1, 1, 2, 3][rng.usize(..5)];
    let documents: Vec<Node> = (0..count).map(|_| objects::object(&mut rng)).collect();
    let written = style::write(&mut rng, &documents);
    let Ok(read) = read(&written.text).map(|mut read| {
        read.retain(|document| !document.root.is_null());
        read
    }) else {
        run.unreadable += 1;
        return;
    };
    if read.is_empty() {
        run.unreadable += 1;
        return;
    }
    if let Ok(found) = comments_of(&written.text)
        && found != written.comments
    {
        let texts = format!("wrote {:?}\n found {found:?}", written.comments);
        run.broken.push(format!(
            "seed {seed}: comments are found as written\n{texts}\n{}",
            shown(&written.text)
        ));
        return;
    }
    let document = rng.usize(..read.len());
    let changes = changes::changes(&mut rng, &read[document].root);
    let has_places = matches!(written.class, Class::Yaml | Class::Json | Class::Anchors);
    let case = Case { text: written.text.clone(), document, changes, has_places };
    record(editor, seed, &case, &written, run);
}

fn record(editor: Editor<'_>, seed: u64, case: &Case, written: &Written, run: &mut Run) {
    match check(editor, case) {
        Outcome::Unreadable => run.unreadable += 1,
        Outcome::RightlyRefused => run.rightly_refused += 1,
        Outcome::Held(edited) => {
            run.held += 1;
            run.unchanged += usize::from(edited.replacements.is_empty());
            *run.by_class.entry(format!("{:?}", written.class)).or_default() += 1;
        }
        Outcome::Refused(refusal) => {
            let anchors = usize::from(written.class == Class::Anchors);
            let reason = reason(&refusal);
            *run.refused[anchors].entry(reason.clone()).or_default() += 1;
            let kind = if anchors == 0 { "" } else { " with anchors" };
            run.examples.entry(format!("{reason}{kind}")).or_insert_with(|| {
                let same = |case: &Case| {
                    matches!(check(editor, case), Outcome::Refused(other) if other == refusal)
                };
                let case =
                    if run.shrunk > 0 { shrink::shrink(case, &same) } else { case.clone() };
                format!("seed {seed}: {}", describe(&case))
            });
        }
        Outcome::Broken(broken) => {
            let case = if run.broken.len() < run.shrunk {
                let same = |case: &Case| matches!(check(editor, case), Outcome::Broken(b) if b.law == broken.law);
                shrink::shrink(case, &same)
            } else {
                case.clone()
            };
            let broken = match check(editor, &case) {
                Outcome::Broken(broken) => broken,
                _ => broken,
            };
            let new = broken.new.as_deref().map(shown).unwrap_or_default();
            run.broken.push(format!(
                "seed {seed}: BROKEN: {}\n{}\n{}\nnew text:\n{new}",
                broken.law,
                broken.detail,
                describe(&case)
            ));
        }
    }
}

fn reason(refusal: &Refusal) -> String {
    let debug = format!("{refusal:?}");
    if matches!(refusal, Refusal::Misfit(_)) { "Misfit".into() } else { debug }
}

fn describe(case: &Case) -> String {
    let mut text = format!("document {}, changes:\n", case.document);
    for change in &case.changes {
        let json = |node: &Node| serde_json::to_string(node).unwrap_or_default();
        let _ = match change {
            Change::Set { at, value } => writeln!(text, "  set {at} = {}", json(value)),
            Change::Remove { at } => writeln!(text, "  remove {at}"),
            Change::RemoveItem { list, index, value } => {
                writeln!(text, "  remove item {} (at {index}) of {list}", json(value))
            }
        };
    }
    text + "text:\n" + &shown(&case.text)
}

/// The text with escapes, and as it is.
fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    format!("\"{}\"\n----\n{text}\n----", text.escape_debug())
}

/// A random manifest.
pub fn random_object(rng: &mut Rng) -> Node {
    objects::object(rng)
}

/// Random changes, of which nearly all fit the object.
pub fn random_changes(rng: &mut Rng, object: &Node) -> Vec<Change> {
    changes::changes(rng, object)
}

/// A text of these objects, as any of many hands may have written it.
pub fn random_text(rng: &mut Rng, documents: &[Node]) -> Vec<u8> {
    style::write(rng, documents).text
}
