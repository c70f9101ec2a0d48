//! `cargo xtask test`: every check, in the order in which it fails soonest.

use crate::{Result, generate, opa, size, tools, web};
use std::process::Command;
use std::time::{Duration, Instant};

const CARGO_DENY: &str = "0.20.2";

/// Crates that only run as Wasm, and are built on their own.
const WASM_CRATES: &[&str] = &["podproof-opa", "podproof-web"];

/// Runs every check, stops at the first that fails, and says what could not be run.
pub fn test() -> Result<()> {
    let start = Instant::now();
    let mut run = Run::default();
    run.step("format", || cargo(&["fmt", "--all", "--check"]))?;
    run.step("lints", lints)?;
    run.step("dependencies", dependencies)?;
    if run.has("go", "the generated files were not compared with upstream's types") {
        run.step("generated files", || generate::generate(true))?;
    }
    run.step("tests", || cargo(&["test", "--quiet", "--workspace", "--exclude", "podproof-web"]))?;
    run.step("tests of the policy", || {
        cargo(&["test", "--quiet", "--package", "podproof-policy", "--all-features"])
    })?;
    if run.has("go", "the programs in tests/conformance were not tested") {
        run.step("upstream programs", upstream_programs)?;
    }
    run.formats()?;
    run.opa_module()?;
    run.page()?;
    run.finish(start.elapsed())
}

/// A run of all checks.
#[derive(Default)]
struct Run {
    done: Vec<(&'static str, Duration)>,
    /// What was not run, and why.
    left_out: Vec<String>,
}

impl Run {
    fn step<T>(&mut self, name: &'static str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("== {name}");
        let start = Instant::now();
        let done = step().map_err(|error| format!("{name}: {error}"))?;
        let took = start.elapsed();
        println!("== {name}: ok, {:.1} s", took.as_secs_f64());
        self.done.push((name, took));
        Ok(done)
    }

    /// Whether a program is there. If not, `without` says what is left out.
    fn has(&mut self, program: &str, without: &str) -> bool {
        let is_there = tools::on_path(program).is_some();
        if !is_there {
            self.left_out.push(format!("{without}: no `{program}` on PATH"));
        }
        is_there
    }

    fn formats(&mut self) -> Result<()> {
        let without = "the formats for CI systems were not read as those read them";
        if self.has("node", without) && self.has("npm", "nor was it set up") {
            self.step("formats", formats)?;
        }
        Ok(())
    }

    fn opa_module(&mut self) -> Result<()> {
        let module = self.step("OPA module", opa::build)?;
        self.step("OPA module: size", || size::check_opa(&module))?;
        if self.has("node", "the OPA module was not run") && self.has("npm", "nor was it set up") {
            self.step("OPA module: in Node", || opa::test(&module))?;
        }
        Ok(())
    }

    fn page(&mut self) -> Result<()> {
        let dist = self.step("page", web::build)?;
        self.step("page: size", || size::check_web(&dist))?;
        if !(self.has("node", "the page was not tested") && self.has("npm", "nor was it set up")) {
            return Ok(());
        }
        let Some(chromium) = tools::chromium() else {
            let why = "the page was not tested: no Chromium on PATH (or name one in \
                       PODPROOF_CHROMIUM)";
            self.left_out.push(why.into());
            return Ok(());
        };
        self.step("page: in a browser", || web::test(&chromium))
    }

    fn finish(self, took: Duration) -> Result<()> {
        println!("\n{:<24}{:>9}", "step", "seconds");
        for (name, took) in &self.done {
            println!("{name:<24}{:>9.1}", took.as_secs_f64());
        }
        println!("{:<24}{:>9.1}", "in all", took.as_secs_f64());
        if self.left_out.is_empty() {
            println!("\neverything was run, and passes");
            return Ok(());
        }
        println!("\nwhat was run passes, but NOT EVERYTHING WAS RUN:");
        for what in &self.left_out {
            println!("  * {what}");
        }
        if tools::is_ci() {
            return Err("in CI everything must be run".into());
        }
        Ok(())
    }
}

fn lints() -> Result<()> {
    let [opa, page] = WASM_CRATES else { return Err("two crates are Wasm only".into()) };
    let wasm = "wasm32-unknown-unknown";
    clippy(&["--workspace", "--exclude", page, "--exclude", opa, "--all-targets"])?;
    clippy(&["--package", "podproof-policy", "--all-targets", "--all-features"])?;
    // One by one, because they want different features of the same crates.
    clippy(&["--package", opa, "--target", wasm])?;
    clippy(&["--package", page, "--target", wasm])
}

fn clippy(args: &[&str]) -> Result<()> {
    cargo(&[&["clippy", "--quiet"], args, &["--", "-D", "warnings"]].concat())
}

fn dependencies() -> Result<()> {
    let folder = tools::cargo_tool("cargo-deny", CARGO_DENY, &["--locked"])?;
    let mut deny = Command::new(folder.join("cargo-deny"));
    deny.args(["--locked", "check", "bans", "licenses", "sources"]).current_dir(tools::root()?);
    tools::run(&mut deny)
}

fn upstream_programs() -> Result<()> {
    let folder = tools::root()?.join("tests/conformance");
    // Each is a module of its own.
    for module in [folder.clone(), folder.join("validation")] {
        for task in ["vet", "test"] {
            tools::run(Command::new("go").args([task, "./..."]).current_dir(&module))?;
        }
    }
    Ok(())
}

/// Has the command's reports read by others.
fn formats() -> Result<()> {
    cargo(&["build", "--quiet", "--package", "podproof"])?;
    let program = tools::target_dir()?.join("debug/podproof");
    let folder = tools::root()?.join("tests/formats");
    tools::install_packages(&folder)?;
    let mut tests = Command::new("node");
    tests.arg("--test").env("PODPROOF", program.with_extension(std::env::consts::EXE_EXTENSION));
    tools::run(tests.current_dir(folder))
}

fn cargo(args: &[&str]) -> Result<()> {
    tools::run(Command::new(tools::cargo()).args(args).current_dir(tools::root()?))
}
