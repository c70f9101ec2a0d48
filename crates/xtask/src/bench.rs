//! `cargo xtask bench`: ratios of processor time, and memory. Nothing fails on a number.

use crate::measure::{Cost, cost};
use crate::{Result, stream, tools};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const STREAM_BYTES: usize = 10_000_000;
const SEED: u64 = 1;

/// Budgets, as `docs/performance.md` states them.
const EVENTS_BUDGET: f64 = 2.5;
const UPSTREAM_BUDGET: f64 = 2.0;
const MEMORY_BASE: u64 = 40_000_000;
const MEMORY_PER_BYTE: u64 = 12;

/// The programs that are compared.
struct Programs {
    podproof: PathBuf,
    /// This crate in its release build, for the bare events.
    xtask: PathBuf,
    upstream: PathBuf,
}

/// The best run of each program on the same files.
struct Best {
    check: Duration,
    events: Duration,
    upstream: Duration,
}

/// Runs all comparisons and prints a table.
pub fn bench(corpus: Option<&Path>, runs: usize) -> Result<()> {
    let programs = build()?;
    let stream = write_stream()?;
    println!("processor time of one thread, the best of {runs} runs");
    println!(
        "budgets: at most {EVENTS_BUDGET} times the bare events on real manifests, \
         at least {UPSTREAM_BUDGET} times faster than upstream\n"
    );
    println!(
        "{:<18}{:>8}{:>10}{:>10}{:>10}{:>10}{:>12}{:>14}",
        "input", "files", "bytes", "check", "events", "upstream", "per events", "upstream per"
    );
    compare("generated pods", std::slice::from_ref(&stream), &programs, runs)?;
    let mut largest = vec![stream];
    if let Some(folder) = corpus {
        let files = manifests(folder)?;
        compare("real manifests", &files, &programs, runs)?;
        largest.extend(files.into_iter().max_by_key(|file| size(file).unwrap_or(0)));
    }
    println!(
        "\nmemory, at most {} MB and {MEMORY_PER_BYTE} times the file",
        MEMORY_BASE / 1_000_000
    );
    for file in &largest {
        print_memory(file, &programs)?;
    }
    Ok(())
}

fn build() -> Result<Programs> {
    // One after the other: built together, they would share features of their dependencies.
    for package in ["podproof", "podproof-xtask"] {
        let mut build = Command::new(tools::cargo());
        build.args(["build", "--quiet", "--release", "--package", package]);
        tools::run(build.current_dir(tools::root()?))?;
    }
    let target = tools::target_dir()?;
    let upstream = target.join("oracles/podsecurity");
    let mut build = Command::new("go");
    build.arg("build").arg("-o").arg(&upstream).arg("./podsecurity");
    tools::run(build.current_dir(tools::root()?.join("tests/conformance")))?;
    let release = |name: &str| {
        target.join("release").join(name).with_extension(std::env::consts::EXE_EXTENSION)
    };
    Ok(Programs { podproof: release("podproof"), xtask: release("podproof-xtask"), upstream })
}

fn write_stream() -> Result<PathBuf> {
    let folder = tools::target_dir()?.join("bench");
    fs::create_dir_all(&folder)?;
    let file = folder.join("pods.yaml");
    fs::write(&file, stream::deployments(STREAM_BYTES, SEED)?)?;
    Ok(file)
}

impl Programs {
    fn check(&self, files: &[PathBuf]) -> Command {
        let mut check = Command::new(&self.podproof);
        check.args(["check", "--threads", "1", "--format", "json"]).args(files);
        check
    }

    fn events(&self, files: &[PathBuf]) -> Command {
        let mut events = Command::new(&self.xtask);
        events.arg("bench-events").args(files);
        events
    }

    fn upstream(&self, files: &[PathBuf]) -> Command {
        let mut upstream = Command::new(&self.upstream);
        upstream.arg("-files").args(files).env("GOMAXPROCS", "1");
        upstream
    }
}

/// Runs the programs in turn, so that a slow minute of the machine is slow for all of them.
fn compare(name: &str, files: &[PathBuf], programs: &Programs, runs: usize) -> Result<()> {
    let mut best = Best { check: Duration::MAX, events: Duration::MAX, upstream: Duration::MAX };
    for _ in 0..runs.max(1) {
        best.check = best.check.min(cost(&programs.check(files))?.time);
        best.events = best.events.min(cost(&programs.events(files))?.time);
        best.upstream = best.upstream.min(cost(&programs.upstream(files))?.time);
    }
    let bytes: u64 = files.iter().map(|file| size(file)).sum::<Result<_>>()?;
    println!(
        "{name:<18}{:>8}{bytes:>10}{:>8} ms{:>7} ms{:>7} ms{:>12.2}{:>14.2}",
        files.len(),
        best.check.as_millis(),
        best.events.as_millis(),
        best.upstream.as_millis(),
        best.check.as_secs_f64() / best.events.as_secs_f64(),
        best.upstream.as_secs_f64() / best.check.as_secs_f64(),
    );
    Ok(())
}

fn print_memory(file: &PathBuf, programs: &Programs) -> Result<()> {
    let Cost { memory, .. } = cost(&programs.check(std::slice::from_ref(file)))?;
    let bytes = size(file)?;
    let budget = MEMORY_BASE + MEMORY_PER_BYTE * bytes;
    let verdict = if memory <= budget { "" } else { "  OVER BUDGET" };
    println!(
        "{:>4} MB of {:>4} MB, for {bytes} bytes in {}{verdict}",
        memory / 1_000_000,
        budget / 1_000_000,
        file.display()
    );
    Ok(())
}

/// All manifests under a folder.
fn manifests(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = vec![std::path::absolute(folder)?];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn size(file: &Path) -> Result<u64> {
    Ok(fs::metadata(file)?.len())
}

/// Reads files as YAML events, comments among them, and does nothing with them: what no reader
/// that stands on this parser can beat. A file counts up to its first error.
pub fn read_events(files: &[PathBuf]) -> Result<()> {
    let options = || granit_parser::options! { emit_comments: true };
    let mut events = 0_usize;
    let mut unread = 0_usize;
    for file in files {
        let text = fs::read(file)?;
        let Ok(text) = std::str::from_utf8(&text) else {
            unread += 1;
            continue;
        };
        for event in granit_parser::Parser::new_from_str_with_options(text, options()) {
            if std::hint::black_box(event).is_err() {
                unread += 1;
                break;
            }
            events += 1;
        }
    }
    println!("{events} events, {unread} files not read to their end");
    Ok(())
}
