//! The long comparisons with upstream, as commands.
#![allow(clippy::print_stdout, reason = "a command prints")]

use podproof_tests::{Result, corpus, decoding, fixtures, pods, reading};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
Compares Podproof with upstream Kubernetes. Needs Go.

  fixtures               the fixture files of k8s.io/pod-security-admission
  pods COUNT [SEED]      random pods at every level and version
  reading COUNT [SEED]   crafted and mutated texts
  decoding COUNT [SEED]  right and wrong values in every field
  corpus FOLDER          real manifests with recorded verdicts";

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
        ["corpus", folder] => {
            let outcome = corpus::compare(Path::new(folder), Path::new("target/corpus"))?;
            println!("{} files, {} verdicts", outcome.files, outcome.verdicts);
            outcome.differences
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
