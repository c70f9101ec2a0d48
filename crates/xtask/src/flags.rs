//! Flags for `rustc` that give a Wasm module the same bytes on every machine.

use crate::{Result, tools};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The variable in which Cargo takes [`encoded`] flags. It beats every other place for flags.
pub const VARIABLE: &str = "CARGO_ENCODED_RUSTFLAGS";

/// These flags, and other names for the folders of this machine, as [`VARIABLE`] wants them.
pub fn encoded(flags: &[&str]) -> Result<String> {
    let own = flags.iter().map(|flag| (*flag).to_owned());
    Ok(own.chain(remapped_folders()?).collect::<Vec<_>>().join("\x1f"))
}

fn remapped_folders() -> Result<Vec<String>> {
    let root = tools::root()?;
    let library =
        PathBuf::from(rustc(&["--print", "sysroot"])?.trim()).join("lib/rustlib/src/rust");
    let version = rustc(&["--version", "--verbose"])?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: "));
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo"))).ok_or("no home folder")?;
    let flag =
        |folder: &Path, name: &str| format!("--remap-path-prefix={}={name}", folder.display());
    Ok(vec![
        flag(&library, &format!("/rustc/{}", commit.unwrap_or("unknown"))),
        flag(&home, "/cargo"),
        flag(&root, "/podproof"),
    ])
}

fn rustc(args: &[&str]) -> Result<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(args).output()?;
    Ok(String::from_utf8(output.stdout)?)
}
