//! The long comparisons with upstream, as commands.
#![allow(clippy::print_stdout, reason = "a command prints")]

use podproof_tests::{Result, census, corpus, decoding, edits, fixes, fixtures, pods, reading};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
Compares Podproof with upstream Kubernetes (needs Go), and checks its laws over random input.

  fixtures               the fixture files of k8s.io/pod-security-admission
  pods COUNT [SEED]      random pods at every level and version
  reading COUNT [SEED]   crafted and mutated texts
  decoding COUNT [SEED]  right and wrong values in every field
  edits COUNT [SEED]     random changes of random texts
  corpus FOLDER          real manifests with recorded verdicts
  census FOLDER [DRAWN]  what profile `aks` finds in real manifests; with findings drawn at random
  fixes FOLDER           fixes of real manifests, with all that must be true of them
  fixes COUNT [SEED]     fixes of random objects";

fn main() -> Result<ExitCode> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let differences = match args[..] {
        ["fixtures"] => {
            let (files, differences) = fixtures::differences()?;
            println!("{files} fixture files");
            differences
        }
        ["pods", count, ref seed @ ..] => {
            let (count, seed) = (count.parse()?, seed_of(seed)?);
            println!("{count} random objects from seed {seed}, both levels, every version");
            pods::compare(count, seed)?
        }
        ["reading", count, ref seed @ ..] => {
            let outcome = reading::compare(count.parse()?, seed_of(seed)?)?;
            print_reading(&outcome);
            outcome.differ
        }
        ["decoding", count, ref seed @ ..] => {
            let (count, seed) = (count.parse()?, seed_of(seed)?);
            println!("{count} objects from seed {seed}");
            decoding::compare(count, seed)?
        }
        ["edits", count, ref seed @ ..] => {
            let (count, seed) = (count.parse()?, seed_of(seed)?);
            println!("{count} pairs from seed {seed}");
            let run = edits::run(&podproof_source::edit::edit, count, seed, 40);
            print_edits(&run)
        }
        ["corpus", folder] => {
            let outcome = corpus::compare(Path::new(folder), Path::new("target/corpus"))?;
            println!("{} files, {} verdicts", outcome.files, outcome.verdicts);
            outcome.differences
        }
        ["census", folder, ref drawn @ ..] => {
            let census = census::count(Path::new(folder), Path::new("target/corpus"))?;
            let drawn = drawn.first().map_or(Ok(0), |count| count.parse())?;
            println!("{}", census.table(drawn, 1));
            Vec::new()
        }
        ["fixes", count, ref seed @ ..] if count.parse::<usize>().is_ok() => {
            let mut oracles = fixes::Oracles::start(true)?;
            let (count, seed) = (count.parse()?, seed_of(seed)?);
            let outcome = fixes::random(count, seed, fixes::PODPROOF, &mut oracles)?;
            println!("{}", outcome.table());
            outcome.violations.iter().map(ToString::to_string).collect()
        }
        ["fixes", folder] => {
            let outcome = fixes::corpus(Path::new(folder), Path::new("target/corpus"))?;
            println!("{}", outcome.table());
            outcome.wrong()
        }
        _ => {
            println!("{USAGE}");
            return Ok(ExitCode::from(2));
        }
    };
    for difference in differences.iter().take(20) {
        println!("{difference}");
    }
    println!("{} differences", differences.len());
    Ok(ExitCode::from(u8::from(!differences.is_empty())))
}

fn seed_of(arguments: &[&str]) -> Result<u64> {
    arguments.first().map_or(Ok(1), |seed| Ok(seed.parse()?))
}

/// Prints the counts; gives what is wrong.
fn print_edits(run: &edits::Run) -> Vec<String> {
    println!("{}", run.table());
    for (reason, example) in &run.examples {
        println!("an example of {reason}: {example}\n");
    }
    let mut wrong = run.broken.clone();
    if run.refused_percent() > edits::MOST_REFUSED {
        wrong.push(format!("{:.2} % are refused", run.refused_percent()));
    }
    if run.unreadable_percent() > edits::MOST_UNREADABLE {
        wrong.push(format!("{:.2} % of the texts cannot be read", run.unreadable_percent()));
    }
    wrong
}

fn print_reading(outcome: &reading::Outcome) {
    println!(
        "{} texts: {} read as the same, {} refused by both",
        outcome.texts, outcome.equal, outcome.both_refuse
    );
    let sides = [("kubectl reads", &outcome.refused_here), ("only here read", &outcome.read_here)];
    for (side, reasons) in sides {
        for (reason, texts) in reasons {
            let known = if reading::is_documented(reason) { "" } else { " (NOT DOCUMENTED)" };
            println!("{side}: {} x {reason}{known}", texts.len());
            for text in texts.iter().take(2) {
                println!("    {text}");
            }
        }
    }
}
