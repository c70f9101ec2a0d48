//! The upstream programs, one process each, a JSON line in and a JSON line out.

use crate::Result;
use serde::de::DeserializeOwned;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

/// A running upstream program.
pub struct Oracle {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts `podsecurity`, `reading` or `validation`.
    pub fn start(program: &str) -> Result<Self> {
        if program == "validation" {
            validation()?;
        }
        let mut process = Command::new(binaries()?.join(program))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let requests = process.stdin.take().ok_or("no standard input")?;
        let answers = BufReader::new(process.stdout.take().ok_or("no standard output")?);
        Ok(Self { process, requests, answers })
    }

    /// Asks one question. `request` is a JSON text without line breaks.
    pub fn ask<T: DeserializeOwned>(&mut self, request: &str) -> Result<T> {
        writeln!(self.requests, "{request}")?;
        self.requests.flush()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        Ok(serde_json::from_str(&answer)?)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The folder of the Go programs' sources.
pub fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

/// The folder of the built Go programs; builds them first, once in a process.
pub fn binaries() -> Result<PathBuf> {
    static BUILT: OnceLock<std::result::Result<PathBuf, String>> = OnceLock::new();
    BUILT.get_or_init(|| build().map_err(|error| error.to_string())).clone().map_err(Into::into)
}

/// Builds the program that is a module of its own, once in a process.
fn validation() -> Result<()> {
    static BUILT: OnceLock<std::result::Result<(), String>> = OnceLock::new();
    let build = || {
        let folder = binaries()?;
        let status = Command::new("go")
            .current_dir(sources().join("validation"))
            .args(["build", "-o"])
            .arg(&folder)
            .arg(".")
            .status()?;
        if status.success() { Ok(()) } else { Err("`validation` does not build".into()) }
    };
    let build = || build().map_err(|error: Box<dyn std::error::Error>| error.to_string());
    BUILT.get_or_init(build).clone().map_err(Into::into)
}

fn build() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/oracles");
    std::fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    let status = Command::new("go")
        .current_dir(sources())
        .args(["build", "-o"])
        .arg(&folder)
        .args(["./podsecurity", "./reading", "./typetable"])
        .status();
    let status = status.map_err(|error| format!("cannot run `go`: {error}"))?;
    if !status.success() {
        return Err("the Go programs in tests/conformance do not build".into());
    }
    Ok(folder)
}

/// Whether the upstream programs can run here. Without Go they cannot: said loudly, and a failure
/// under `CI=true`.
///
/// # Panics
///
/// Under `CI=true` without Go.
#[allow(clippy::print_stderr, reason = "what was not run must be seen")]
pub fn is_available() -> bool {
    let has_go = Command::new("go").arg("version").output().is_ok_and(|out| out.status.success());
    assert!(
        has_go || std::env::var("CI").as_deref() != Ok("true"),
        "Go is missing: the comparison with upstream cannot run"
    );
    if !has_go {
        eprintln!("NOT RUN: Go is missing, so nothing was compared with upstream");
    }
    has_go
}
