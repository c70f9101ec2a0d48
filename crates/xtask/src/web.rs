//! The playground: built with Trunk into `dist/`, weighed, and tested in a browser.

use crate::tools;
use std::env;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const TRUNK: &str = "0.21.14";

/// A fifth of the module would be names of functions. `strip` of a Cargo profile also takes the
/// list of used features away, without which `wasm-bindgen` warns.
const WITHOUT_NAMES: &str = "-Clink-arg=--strip-all -Clink-arg=--keep-section=target_features";

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
    let root = root()?;
    let trunk = tools::cargo_tool("trunk", TRUNK, &["--locked", "--no-default-features"])?;
    // Without TLS, which only its test runner needs; its lock file asks for more than that.
    let bindgen = tools::cargo_tool(
        "wasm-bindgen-cli",
        &locked_version(&root, "wasm-bindgen")?,
        &["--no-default-features"],
    )?;
    let status = Command::new("trunk")
        .args(["--quiet", "build", "--release"])
        .env("PATH", tools::path_with(&[trunk, bindgen])?)
        // Trunk 0.21 takes `NO_COLOR=1` for a flag with a wrong value.
        .env_remove("NO_COLOR")
        .env("CARGO_TERM_QUIET", "true")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", WITHOUT_NAMES)
        .current_dir(&root)
        .status()?;
    if status.success() { Ok(root.join("dist")) } else { Err("the page does not build".into()) }
}

/// Builds the page and tests it in Chromium. Without one, that is an error only in CI.
pub fn test() -> Result<()> {
    build()?;
    let Some(chromium) = tools::chromium() else {
        let why = "no Chromium on PATH: install one, or name it in PODPROOF_CHROMIUM";
        if env::var_os("CI").is_some_and(|ci| ci == "true") {
            return Err(why.into());
        }
        println!("THE BROWSER TEST WAS NOT RUN: {why}");
        return Ok(());
    };
    let folder = root()?.join("tests/browser");
    install_packages(&folder)?;
    let status = Command::new("node")
        .args(["--test", "page.test.mjs"])
        .env("PODPROOF_CHROMIUM", chromium)
        .current_dir(&folder)
        .status()?;
    if status.success() { Ok(()) } else { Err("the browser test fails".into()) }
}

/// Builds the page and weighs what a first visit loads.
pub fn size() -> Result<Size> {
    let mut size = Size::default();
    let mut folders = vec![build()?];
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
    fn of(content: &[u8]) -> Result<Self> {
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

fn root() -> Result<PathBuf> {
    Ok(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?)
}

/// `npm ci`, unless it has been run since the lock file changed.
fn install_packages(folder: &Path) -> Result<()> {
    let modified = |file: &str| fs::metadata(folder.join(file)).and_then(|file| file.modified());
    let locked = modified("package-lock.json")?;
    if modified("node_modules/.package-lock.json").is_ok_and(|installed| installed >= locked) {
        return Ok(());
    }
    let status = Command::new("npm").args(["ci", "--silent"]).current_dir(folder).status()?;
    if status.success() { Ok(()) } else { Err("npm ci fails".into()) }
}

/// The version of a package in `Cargo.lock`.
fn locked_version(root: &Path, package: &str) -> Result<String> {
    let lock = fs::read_to_string(root.join("Cargo.lock"))?;
    let start = format!("name = \"{package}\"\nversion = \"");
    let version = lock.split_once(&start).and_then(|(_, rest)| rest.split_once('"'));
    let (version, _) = version.ok_or_else(|| format!("no {package} in Cargo.lock"))?;
    Ok(version.to_owned())
}
