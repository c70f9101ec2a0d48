//! The OPA module: builds `policies/opa` and makes a policy of what the linker gives.

use crate::{Result, flags, tools};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    ConstExpr, ExportKind, ExportSection, GlobalSection, GlobalType, Module, RawSection, ValType,
};
use wasmparser::{ImportSectionReader, Parser, Payload, TypeRef};

const TARGET: &str = "wasm32-unknown-unknown";

/// Hosts give the memory; the stack lies below the static data and ends in a trap.
const LINK_FLAGS: &[&str] = &[
    "-Clink-arg=--import-memory",
    "-Clink-arg=--export-memory",
    "-Clink-arg=--stack-first",
    "-Clink-arg=-zstack-size=65536",
];

/// The version of OPA's ABI, in two exported constants. Rust cannot export a constant.
const ABI: &[(&str, i32)] = &[("opa_wasm_abi_version", 1), ("opa_wasm_abi_minor_version", 3)];

/// Some hosts start with a memory of this many pages and let the module grow it.
const MAX_INITIAL_PAGES: u64 = 2;

/// Builds the module and says where it is.
pub fn build() -> Result<PathBuf> {
    let target = tools::target_dir()?;
    let mut build = Command::new(tools::cargo());
    build
        .args(["build", "--quiet", "--locked", "--package", "podproof-opa"])
        .args(["--target", TARGET, "--profile", "policy"])
        .arg("--target-dir")
        .arg(&target)
        .env(flags::VARIABLE, flags::encoded(LINK_FLAGS)?)
        .current_dir(tools::root()?);
    tools::run(&mut build)?;
    let linked = fs::read(target.join(TARGET).join("policy/podproof_opa.wasm"))?;
    let folder = target.join("policies");
    fs::create_dir_all(&folder)?;
    let module = folder.join("podproof-opa.wasm");
    fs::write(&module, with_abi_version(&linked)?)?;
    Ok(module)
}

/// Tests a built module in the host for Node.
pub fn test(module: &Path) -> Result<()> {
    let folder = tools::root()?.join("tests/hosts/npm");
    tools::install_packages(&folder)?;
    let mut tests = Command::new("node");
    tests.arg("--test").env("PODPROOF_OPA_WASM", module).current_dir(folder);
    tools::run(&mut tests)
}

/// Adds the version of the ABI to a module. Every section but two stays as it is.
fn with_abi_version(linked: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    let mut first_version = None;
    let mut has_exports = false;
    for payload in Parser::new(0).parse_all(linked) {
        let payload = payload?;
        match &payload {
            Payload::ImportSection(imports) => check_imports(imports.clone())?,
            Payload::GlobalSection(globals) => {
                // No global is imported, so a global's place here is its index.
                first_version = Some(globals.count());
                let mut section = GlobalSection::new();
                RoundtripReencoder.parse_global_section(&mut section, globals.clone())?;
                let constant = GlobalType { val_type: ValType::I32, mutable: false, shared: false };
                for (_, version) in ABI {
                    section.global(constant, &ConstExpr::i32_const(*version));
                }
                module.section(&section);
                continue;
            }
            Payload::ExportSection(exports) => {
                has_exports = true;
                let mut section = ExportSection::new();
                RoundtripReencoder.parse_export_section(&mut section, exports.clone())?;
                let first = first_version.ok_or("the module has no globals")?;
                for ((name, _), index) in ABI.iter().zip(first..) {
                    section.export(name, ExportKind::Global, index);
                }
                module.section(&section);
                continue;
            }
            _ => {}
        }
        if let Some((id, range)) = payload.as_section() {
            module.section(&RawSection { id, data: &linked[range] });
        }
    }
    if !has_exports {
        return Err("the module has no exports".into());
    }
    Ok(module.finish())
}

/// What the module needs is what every host has.
fn check_imports(imports: ImportSectionReader<'_>) -> Result<()> {
    for import in imports.into_imports() {
        let import = import?;
        let is_offered = match (import.module, import.name, import.ty) {
            ("env", "memory", TypeRef::Memory(memory)) => {
                memory.initial <= MAX_INITIAL_PAGES && memory.maximum.is_none()
            }
            ("env", "opa_abort", TypeRef::Func(_)) => true,
            _ => false,
        };
        if !is_offered {
            return Err(format!("not every OPA host offers this import: {import:?}").into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ABI, with_abi_version};
    use wasm_encoder::{
        CodeSection, ConstExpr, EntityType, ExportKind, ExportSection, Function, FunctionSection,
        GlobalSection, GlobalType, ImportSection, MemoryType, Module, TypeSection, ValType,
    };
    use wasmparser::{Parser, Payload};

    /// A module as the linker makes them: with a memory, a stack pointer and a function.
    fn linked(pages: u64) -> Vec<u8> {
        let (mut types, mut imports, mut functions) =
            (TypeSection::new(), ImportSection::new(), FunctionSection::new());
        types.ty().function([], []);
        let memory = MemoryType {
            minimum: pages,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        };
        imports.import("env", "memory", EntityType::Memory(memory));
        functions.function(0);
        let (mut globals, mut exports, mut code) =
            (GlobalSection::new(), ExportSection::new(), CodeSection::new());
        let variable = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(variable, &ConstExpr::i32_const(65_536));
        exports.export("eval", ExportKind::Func, 0);
        let mut function = Function::new([]);
        function.instructions().end();
        code.function(&function);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions);
        module.section(&globals).section(&exports).section(&code);
        module.finish()
    }

    #[test]
    fn the_version_is_added_and_nothing_is_lost() {
        let module = with_abi_version(&linked(2)).unwrap();
        let (mut exports, mut functions, mut globals) = (Vec::new(), 0, Vec::new());
        for payload in Parser::new(0).parse_all(&module) {
            match payload.unwrap() {
                Payload::ExportSection(section) => {
                    exports = section.into_iter().map(|export| export.unwrap()).collect();
                }
                Payload::GlobalSection(section) => {
                    globals = section.into_iter().map(|global| global.unwrap()).collect();
                }
                Payload::CodeSectionEntry(_) => functions += 1,
                _ => {}
            }
        }
        assert_eq!((exports.len(), globals.len(), functions), (3, 3, 1));
        for (export, (name, version)) in exports[1..].iter().zip(ABI) {
            assert_eq!(export.name, *name);
            let global = &globals[export.index as usize];
            let value = global.init_expr.get_operators_reader().read().unwrap();
            assert!(!global.ty.mutable);
            assert!(matches!(value, wasmparser::Operator::I32Const { value } if value == *version));
        }
    }

    #[test]
    fn a_module_that_hosts_cannot_give_memory_is_refused() {
        assert!(with_abi_version(&linked(3)).is_err());
    }
}
