//! The samples in the README are what the program prints.

use std::path::Path;
use std::process::Command;

#[test]
fn samples_are_what_the_program_prints() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md"))?;
    let mut samples = 0;
    for block in readme.split("```text\n$ podproof ").skip(1) {
        let (command, rest) = block.split_once('\n').ok_or("a sample has no output")?;
        let (expected, _) = rest.split_once("```").ok_or("a sample does not end")?;
        let output = Command::new(env!("CARGO_BIN_EXE_podproof"))
            .args(command.split_whitespace())
            .current_dir(&root)
            .output()?;
        assert_eq!(String::from_utf8(output.stdout)?, expected, "podproof {command}");
        samples += 1;
    }
    assert!(samples >= 2, "the README has only {samples} samples");
    Ok(())
}
