//! The playground: built with Trunk into `dist/`, weighed, and tested in a browser.

use crate::{Result, flags, tools};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

const TRUNK: &str = "0.21.14";

/// A fifth of the module would be names of functions. `strip` of a Cargo profile also takes the
/// list of used features away, without which `wasm-bindgen` warns.
const WITHOUT_NAMES: &[&str] =
    &["-Clink-arg=--strip-all", "-Clink-arg=--keep-section=target_features"];

/// Bytes of a whole first load, and of the Wasm module in it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    /// The Wasm modules.
    pub wasm: Bytes,
    /// All files.
    pub total: Bytes,
}

/// Bytes as they are, and as servers send them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bytes {
    /// As they are.
    pub raw: usize,
    /// Compressed file by file.
    pub gzip: usize,
}

/// Builds the page and says in which folder it is.
pub fn build() -> Result<PathBuf> {
    let root = tools::root()?;
    let trunk = tools::cargo_tool("trunk", TRUNK, &["--locked", "--no-default-features"])?;
    // Without TLS, which only its test runner needs; its lock file asks for more than that.
    let bindgen = tools::cargo_tool(
        "wasm-bindgen-cli",
        &locked_version(&root, "wasm-bindgen")?,
        &["--no-default-features"],
    )?;
    let mut build = Command::new("trunk");
    build
        .args(["--quiet", "build", "--release"])
        .env("PATH", tools::path_with(&[trunk, bindgen])?)
        // Trunk 0.21 takes `NO_COLOR=1` for a flag with a wrong value.
        .env_remove("NO_COLOR")
        .env("CARGO_TERM_QUIET", "true")
        .env(flags::VARIABLE, flags::encoded(WITHOUT_NAMES)?)
        .current_dir(&root);
    tools::run(&mut build)?;
    Ok(root.join("dist"))
}

/// Tests the built page in a browser.
pub fn test(chromium: &Path) -> Result<()> {
    let folder = tools::root()?.join("tests/browser");
    tools::install_packages(&folder)?;
    let mut tests = Command::new("node");
    tests.args(["--test", "page.test.mjs"]).env("PODPROOF_CHROMIUM", chromium);
    tools::run(tests.current_dir(folder))
}

/// Weighs what a first visit of a built page loads.
pub fn size(dist: &Path) -> Result<Size> {
    let mut size = Size::default();
    let mut folders = vec![dist.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = Bytes::of(&fs::read(&path)?)?;
            size.total += bytes;
            if path.extension().is_some_and(|extension| extension == "wasm") {
                size.wasm += bytes;
            }
        }
    }
    Ok(size)
}

impl Bytes {
    /// Weighs a file's content.
    pub fn of(content: &[u8]) -> Result<Self> {
        let mut gzip =
            Command::new("gzip").arg("-9").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut input = gzip.stdin.take().ok_or("gzip without input")?;
        let output = thread::scope(|scope| {
            let writer = scope.spawn(move || input.write_all(content));
            let output = gzip.wait_with_output();
            writer.join().map_err(|_| "gzip's input broke")??;
            Ok::<_, Box<dyn Error>>(output?)
        })?;
        Ok(Self { raw: content.len(), gzip: output.stdout.len() })
    }
}

impl std::ops::AddAssign for Bytes {
    fn add_assign(&mut self, other: Self) {
        self.raw += other.raw;
        self.gzip += other.gzip;
    }
}

impl std::fmt::Display for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes, {} gzip", self.raw, self.gzip)
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "playground: Wasm {}; first load {}", self.wasm, self.total)
    }
}

/// The version of a package in `Cargo.lock`.
fn locked_version(root: &Path, package: &str) -> Result<String> {
    let lock = fs::read_to_string(root.join("Cargo.lock"))?;
    let start = format!("name = \"{package}\"\nversion = \"");
    let version = lock.split_once(&start).and_then(|(_, rest)| rest.split_once('"'));
    let (version, _) = version.ok_or_else(|| format!("no {package} in Cargo.lock"))?;
    Ok(version.to_owned())
}
