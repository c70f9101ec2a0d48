//! The Pod Security Standards as an OPA policy: a Wasm module with OPA's ABI 1.3, for the hosts
//! that run compiled Rego (the OPA SDKs, the `opa` command, Kubewarden's two Rego modes).
//!
//! [`eval`] answers every input with a defined value, and so do all entrypoints behind it: a host
//! takes an undefined result or a trap for "nothing to object to" or keeps using an instance whose
//! stack has leaked. What cannot be judged is a violation.
//!
//! Built alone, by `cargo xtask opa`: it sets the linker's options and adds the ABI's version.

#[cfg(target_arch = "wasm32")]
mod abi;
#[cfg(target_arch = "wasm32")]
mod heap;
pub mod json;
pub mod violation;

use podproof_source::Node;

/// The entrypoints; the place in the list is the id.
pub const ENTRYPOINTS: &[&str] = &["podproof/violation"];

/// What the host gave as `input`.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// Nothing, or something that an earlier call failed to read.
    Missing,
    /// A text that is no JSON or is nested too deeply, and what is wrong with it.
    Unreadable(&'a str),
    /// A value.
    Value(&'a Node),
}

/// The value of an entrypoint for an input.
pub fn eval(entrypoint: usize, input: Input<'_>) -> Node {
    let violations = match entrypoint {
        0 => violation::violations(input),
        _ => Err(format!("this policy has no entrypoint {entrypoint}")),
    };
    violation::to_node(violations)
}
