//! The project's own tasks: `cargo xtask --help`.
#![allow(clippy::print_stdout)]

mod opa;

use std::error::Error;

const HELP: &str = "\
cargo xtask <task>

  opa    builds the OPA module and prints where it is";

fn main() -> Result<(), Box<dyn Error>> {
    match std::env::args().nth(1).as_deref() {
        Some("opa") => println!("{}", opa::build()?.display()),
        Some("--help") | None => println!("{HELP}"),
        Some(task) => return Err(format!("there is no task `{task}`: see `--help`").into()),
    }
    Ok(())
}
