//! `podproof`: checks Kubernetes manifests for pod-security mistakes, and fixes them.

mod accepted;
mod args;
mod check;
mod coverage;
mod fix;
mod import;
mod inputs;
mod kustomize;
mod output;
mod profile;
mod write;

use args::{Args, Command, ProfileCommand, RulesFormat};
use clap::Parser as _;
use podproof_policy::rules;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// The exit code for input that could not be checked. It beats the one for findings.
const NOT_CHECKED: u8 = 2;

fn main() -> ExitCode {
    let code = match Args::parse().command {
        Command::Check(check) => check::run(&check),
        Command::Fix(fix) => fix::run(&fix),
        Command::Explain { rule } => explain(&rule),
        Command::Rules { format } => rules(format).map(|()| 0),
        Command::Schema => print(&podproof_report::schema::render()).map(|()| 0),
        Command::Profile { command: ProfileCommand::Import { paths } } => import::run(&paths),
    };
    match code {
        Ok(code) => ExitCode::from(code),
        // The reader of a pipe that went away needs no words about it.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(NOT_CHECKED),
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(NOT_CHECKED)
        }
    }
}

fn rules(format: RulesFormat) -> io::Result<()> {
    print(&match format {
        RulesFormat::Text => podproof_report::text::rule_list(),
        RulesFormat::Json => podproof_report::rule_page::json(),
        RulesFormat::Markdown => podproof_report::rule_page::page(),
    })
}

fn explain(id: &str) -> io::Result<u8> {
    if let Some(rule) = rules::by_id(id) {
        print(&podproof_report::text::explain(rule))?;
        return Ok(0);
    }
    complain(&args::no_such_rule(id));
    Ok(NOT_CHECKED)
}

/// " Did you mean `x`?", if there is anything to be meant.
fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> String {
    let likeness = |name: &&str| strsim::jaro_winkler(word, name);
    let nearest = names.max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    nearest.map(|name| format!(" Did you mean `{name}`?")).unwrap_or_default()
}

fn print(text: &str) -> io::Result<()> {
    anstream::stdout().lock().write_all(text.as_bytes())
}

/// Says on standard error what is wrong with the profiles.
fn complain_of_profiles(mistakes: &[String]) -> u8 {
    for mistake in mistakes {
        complain(mistake);
    }
    NOT_CHECKED
}

/// Says on standard error what went wrong.
fn complain(problem: &str) {
    let problem = podproof_report::text::one_line(problem);
    let _ = writeln!(anstream::stderr().lock(), "podproof: {problem}");
}
