//! The project's own tasks: `cargo xtask --help`.
// Tasks talk to the person who runs them.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod bless;
mod fixing_page;
mod flags;
mod generate;
mod measure;
mod new_rule;
mod opa;
mod profiles;
mod size;
mod stream;
mod test;
mod tools;
mod web;

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The project's own tasks.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run every check that CI runs; set up what is missing first
    Test,
    /// Compare the speed and memory of `podproof check` with what it stands on and stands beside
    Bench {
        /// A folder of real manifests to run on, too
        #[arg(long, value_name = "FOLDER")]
        corpus: Option<PathBuf>,
        /// How often each program runs; the best run counts
        #[arg(long, value_name = "N", default_value_t = 5)]
        runs: usize,
    },
    /// Print the sizes of the Wasm modules and of the page, with their budgets
    Size,
    /// Write the generated files
    Generate {
        /// Only fail if one of them is stale
        #[arg(long)]
        check: bool,
    },
    /// Start a new rule: its file and its lines in the list of rules
    NewRule {
        /// The rule's id, such as `host-ports`
        id: String,
    },
    /// Rewrite the `^^^` lines of the rules' examples from what the rules report now
    Bless,
    /// Build the OPA module and print where it is
    Opa,
    /// Build the page into `dist/`
    Web,
    /// Compare the verdicts on a folder of real manifests with the recorded ones
    Corpus {
        /// The folder with the manifests and the verdicts
        folder: PathBuf,
    },
    /// Fix a folder of real manifests, and check all that must be true of the fixed files
    CorpusFixes {
        /// The folder with the manifests
        folder: PathBuf,
    },
    /// Only read files as YAML events
    #[command(hide = true)]
    BenchEvents { files: Vec<PathBuf> },
    /// Run a program and print what it took
    #[command(hide = true)]
    Measure {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match run(Args::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Test => test::test(),
        Task::Bench { corpus, runs } => bench::bench(corpus.as_deref(), runs),
        Task::Size => size::print(),
        Task::Generate { check } => generate::generate(check),
        Task::NewRule { id } => new_rule::new_rule(&id),
        Task::Bless => {
            bless::bless()?;
            generate::generate(false)
        }
        Task::Opa => {
            println!("{}", opa::build()?.display());
            Ok(())
        }
        Task::Web => {
            println!("{}", web::build()?.display());
            Ok(())
        }
        Task::Corpus { folder } => corpus("corpus", &folder),
        Task::CorpusFixes { folder } => corpus("fixes", &folder),
        Task::BenchEvents { files } => bench::read_events(&files),
        Task::Measure { command } => measure::measure(&command),
    }
}

/// Runs one of the comparisons that take a folder of real manifests.
fn corpus(comparison: &str, folder: &Path) -> Result<()> {
    let mut command = Command::new(tools::cargo());
    command
        .args(["run", "--quiet", "--release", "--package", "podproof-tests", "--", comparison])
        .arg(std::path::absolute(folder)?)
        .current_dir(tools::root()?);
    tools::run(&mut command)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Args::command().debug_assert();
    }
}
