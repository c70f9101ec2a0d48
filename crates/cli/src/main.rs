//! `podproof`: checks Kubernetes manifests for pod-security mistakes.

mod args;
mod check;
mod inputs;
mod kustomize;

use args::{Args, Command};
use clap::Parser as _;
use podproof_policy::rules;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// The exit code for input that could not be checked. It beats the one for findings.
const NOT_CHECKED: u8 = 2;

fn main() -> ExitCode {
    let code = match Args::parse().command {
        Command::Check(check) => check::run(&check),
        Command::Explain { rule } => explain(&rule),
        Command::Rules => print(&podproof_report::text::rule_list()).map(|()| 0),
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

fn explain(id: &str) -> io::Result<u8> {
    if let Some(rule) = rules::by_id(id) {
        print(&podproof_report::text::explain(rule))?;
        return Ok(0);
    }
    let ids = rules::RULES.iter().map(|rule| rule.id);
    let nearest =
        ids.max_by(|a, b| strsim::jaro_winkler(id, a).total_cmp(&strsim::jaro_winkler(id, b)));
    let hint = nearest.map(|rule| format!(" Did you mean `{rule}`?")).unwrap_or_default();
    complain(&format!("there is no rule `{id}`.{hint} `podproof rules` lists them all"));
    Ok(NOT_CHECKED)
}

fn print(text: &str) -> io::Result<()> {
    anstream::stdout().lock().write_all(text.as_bytes())
}

/// Says on standard error what went wrong.
fn complain(problem: &str) {
    let problem = podproof_report::text::one_line(problem);
    let _ = writeln!(anstream::stderr().lock(), "podproof: {problem}");
}
