//! Sizes of what is shipped as Wasm, and their budgets.

use crate::web::Bytes;
use crate::{Result, opa, web};
use std::fs;
use std::path::Path;

/// A module runs inside an admission engine, which may limit it.
const OPA: Bytes = Bytes { raw: 200_000, gzip: 75_000 };
/// What a visitor of the page waits for.
const FIRST_LOAD_GZIP: usize = 480_000;

/// Builds everything and prints the sizes.
pub fn print() -> Result<()> {
    check_opa(&opa::build()?)?;
    check_web(&web::build()?)
}

/// Prints the OPA module's size, and fails if it is too large.
pub fn check_opa(module: &Path) -> Result<()> {
    let size = Bytes::of(&fs::read(module)?)?;
    println!("OPA module: {size} (budget: {OPA})");
    if size.raw > OPA.raw || size.gzip > OPA.gzip {
        return Err("the OPA module is too large".into());
    }
    Ok(())
}

/// Prints the page's size, and fails if it is too large.
pub fn check_web(dist: &Path) -> Result<()> {
    let size = web::size(dist)?;
    println!("{size} (budget: {FIRST_LOAD_GZIP} gzip)");
    if size.total.gzip > FIRST_LOAD_GZIP {
        return Err("the page is too large".into());
    }
    Ok(())
}
