//! Programs that the tasks need: looked for, and installed if they are missing.

use crate::Result;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::{env, fs};

/// A tool is built once and runs for seconds: the build's time counts.
const CHEAP_BUILD: &[(&str, &str)] = &[
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

const CHROMIUM_NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// The folder with the program of a crate in this very version: from `PATH`, else from the
/// user's cache, else newly installed there.
pub fn cargo_tool(name: &str, version: &str, install_args: &[&str]) -> Result<PathBuf> {
    let program = name.strip_suffix("-cli").unwrap_or(name);
    if let Some(found) = on_path(program).filter(|found| has_version(found, version)) {
        return Ok(found.parent().ok_or("a program without a folder")?.to_owned());
    }
    let root = cache_dir()?.join("tools").join(format!("{name}-{version}"));
    let folder = root.join("bin");
    if has_version(&folder.join(program).with_extension(env::consts::EXE_EXTENSION), version) {
        return Ok(folder);
    }
    println!("installing {name} {version} in {} (minutes, once)", root.display());
    let install = Command::new(cargo())
        .args(["install", "--quiet", "--force", name, "--version", version, "--root"])
        .arg(&root)
        .args(install_args)
        .env_remove("CARGO_TARGET_DIR")
        .envs(CHEAP_BUILD.iter().copied())
        .status()?;
    if install.success() { Ok(folder) } else { Err(format!("{name} does not install").into()) }
}

/// A Chromium to test in; installed where this is a machine of ours alone: as root, with apt.
pub fn chromium() -> Option<PathBuf> {
    let find = || CHROMIUM_NAMES.iter().find_map(|name| on_path(name));
    if let Some(chosen) = env::var_os("PODPROOF_CHROMIUM") {
        return Some(chosen.into());
    }
    find().or_else(|| {
        apt_install(&["chromium", "fonts-dejavu-core"]);
        find()
    })
}

/// Whether this is CI, where nothing may be left out.
pub fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|ci| ci == "true")
}

/// The folder of the workspace.
pub fn root() -> Result<PathBuf> {
    Ok(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?)
}

/// The folder that Cargo builds into.
pub fn target_dir() -> Result<PathBuf> {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(target) => Ok(std::path::absolute(target)?),
        None => Ok(root()?.join("target")),
    }
}

/// Runs a command, whose failure is an error that names it.
pub fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if status.success() { Ok(()) } else { Err(format!("{} fails", shown(command)).into()) }
}

/// Runs a command and says how it ended.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    let status = command.status();
    status.map_err(|error| format!("cannot run {}: {error}", shown(command)).into())
}

/// A command as a person would type it.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default();
    let args = command.get_args().map(|arg| arg.display().to_string());
    let words: Vec<_> = std::iter::once(program.display().to_string()).chain(args).collect();
    format!("`{}`", words.join(" "))
}

/// Runs `npm ci`, unless it has been run since the lock file changed.
pub fn install_packages(folder: &Path) -> Result<()> {
    let modified = |file: &str| fs::metadata(folder.join(file)).and_then(|file| file.modified());
    let locked = modified("package-lock.json")?;
    if modified("node_modules/.package-lock.json").is_ok_and(|installed| installed >= locked) {
        return Ok(());
    }
    run(Command::new("npm").args(["ci", "--silent"]).current_dir(folder))
}

/// The cargo that runs this task.
pub fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}

/// `PATH` with other folders before it.
pub fn path_with(folders: &[PathBuf]) -> Result<std::ffi::OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(folders.iter().cloned().chain(env::split_paths(&path)))?)
}

/// Where a program of this name is.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let in_folder =
        |folder: PathBuf| folder.join(program).with_extension(env::consts::EXE_EXTENSION);
    env::split_paths(&path).map(in_folder).find(|file| file.is_file())
}

/// Whether it says `<name> <version>` of itself.
fn has_version(program: &Path, version: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| {
        let said = String::from_utf8_lossy(&output.stdout);
        said.split_whitespace().nth(1) == Some(version)
    })
}

fn cache_dir() -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|dir| dir.is_absolute());
    let cache = cache.or_else(|| Some(env::home_dir()?.join(".cache")));
    Ok(cache.ok_or("no home folder")?.join("podproof"))
}

/// Tries to install Debian packages; whoever asked looks whether it helped.
fn apt_install(packages: &[&str]) {
    let user = Command::new("id").arg("--user").output();
    if !user.is_ok_and(|user| user.stdout.trim_ascii() == b"0") || on_path("apt-get").is_none() {
        return;
    }
    println!("installing {} with apt-get", packages.join(" "));
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-qq"]).args(args).env("DEBIAN_FRONTEND", "noninteractive");
        command.status().is_ok_and(|status| status.success())
    };
    let install = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    if !(apt(&["update"]) && apt(&install)) {
        println!("apt-get could not install {}", packages.join(" "));
    }
}
