//! A folder of real manifests with upstream's verdicts on them.
//!
//! The folder holds `manifests.tar.xz` or the unpacked `manifests/`, and `verdicts.tsv.xz` or
//! `verdicts.tsv`: file, document (from 0), list item (from 1, or empty), kind, name, level,
//! version, allowed, failed checks. Where the API server could not
//! decode the object, the level is `error` and the last column its reason.

use crate::Result;
use podproof_policy::{Base, Level, Profile, Standing, Version, check, objects};
use podproof_source::yaml;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What came out of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Files read.
    pub files: usize,
    /// Verdicts compared.
    pub verdicts: usize,
    /// What differed.
    pub differences: Vec<String>,
}

/// File, document, item from 1 or 0.
type Place = (String, usize, usize);

struct Row {
    level: Level,
    version: Version,
    is_error: bool,
    failed: BTreeSet<String>,
}

/// Compares all verdicts.
pub fn compare(folder: &Path, work: &Path) -> Result<Outcome> {
    std::fs::create_dir_all(work)?;
    let manifests = unpacked(folder, work, "manifests")?;
    let rows = rows(&unpacked(folder, work, "verdicts.tsv")?)?;
    let mut outcome = Outcome::default();
    let mut left: BTreeSet<&Place> = rows.keys().collect();
    let mut paths = Vec::new();
    files(&manifests, &mut paths)?;
    paths.sort();
    for path in &paths {
        outcome.files += 1;
        let inside = path.strip_prefix(&manifests)?.to_string_lossy().replace('\\', "/");
        let file = format!("manifests/{inside}");
        compare_file(&file, &std::fs::read(path)?, &rows, &mut left, &mut outcome);
    }
    outcome.differences.extend(left.into_iter().map(|place| format!("{place:?}: not found here")));
    Ok(outcome)
}

fn compare_file(
    file: &str,
    text: &[u8],
    rows: &BTreeMap<Place, Vec<Row>>,
    left: &mut BTreeSet<&Place>,
    outcome: &mut Outcome,
) {
    for (document, read) in yaml::read(text).enumerate() {
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                let place = (file.to_owned(), document, 0);
                left.remove(&place);
                let expected =
                    rows.get(&place).is_some_and(|rows| rows.iter().all(|row| row.is_error));
                if !expected {
                    outcome.differences.push(format!("{place:?}: unread here: {error}"));
                }
                outcome.verdicts += rows.get(&place).map_or(0, Vec::len);
                continue;
            }
        };
        for object in objects(&read.root) {
            let place = (file.to_owned(), document, object.item.map_or(0, |item| item + 1));
            left.remove(&place);
            let source = object.pod().filter(|source| !source.by_shape);
            let standing = source.map(|source| Standing::of(&source.pod));
            let Some(rows) = rows.get(&place) else {
                let profile = Profile::new(Base::Restricted, Version::Latest);
                let wrong =
                    check(&object, &profile).iter().any(|found| found.rule.id == "wrong-type");
                if standing.is_some() || wrong {
                    outcome.differences.push(format!("{place:?}: judged here only"));
                }
                continue;
            };
            for row in rows {
                outcome.verdicts += 1;
                let findings = check(
                    &object,
                    &Profile::new(row.level.name().parse().unwrap_or_default(), row.version),
                );
                let is_error = findings.iter().any(|found| found.rule.id == "wrong-type");
                let failed = standing.map(|standing| standing.failing(row.level, row.version));
                let failed = failed.into_iter().flatten().filter_map(|rule| rule.standard);
                let failed: BTreeSet<String> = failed.map(|found| found.check.to_owned()).collect();
                if is_error != row.is_error || (!row.is_error && failed != row.failed) {
                    outcome.differences.push(format!(
                        "{place:?} {}:{}: here {failed:?} (wrong type: {is_error}), upstream {:?} \
                         (error: {})",
                        row.level, row.version, row.failed, row.is_error
                    ));
                }
            }
        }
    }
}

/// The thing of this name: as it lies in the folder, or unpacked from its `.xz` into `work`.
pub(crate) fn unpacked(folder: &Path, work: &Path, name: &str) -> Result<PathBuf> {
    let plain = folder.join(name);
    if plain.exists() {
        return Ok(plain);
    }
    let unpacked = work.join(name);
    if unpacked.exists() {
        return Ok(unpacked);
    }
    if name == "manifests" {
        let temporary = work.join("manifests.part");
        std::fs::create_dir_all(&temporary)?;
        let archive = folder.join("manifests.tar.xz");
        run(Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(&temporary))?;
        std::fs::rename(temporary.join(name), &unpacked)?;
    } else {
        let packed = folder.join(format!("{name}.xz"));
        let output = Command::new("xz").arg("-dc").arg(packed).output()?;
        std::fs::write(&unpacked, output.stdout)?;
    }
    Ok(unpacked)
}

fn run(command: &mut Command) -> Result<()> {
    if command.status()?.success() { Ok(()) } else { Err(format!("{command:?} failed").into()) }
}

fn rows(path: &Path) -> Result<BTreeMap<Place, Vec<Row>>> {
    let mut rows: BTreeMap<Place, Vec<Row>> = BTreeMap::new();
    for line in std::fs::read_to_string(path)?.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [file, document, item, _kind, _name, level, version, _allowed, failed, ..] =
            columns[..]
        else {
            return Err(format!("not a verdict: {line}").into());
        };
        let item = if item.is_empty() { 0 } else { item.parse()? };
        let row = Row {
            level: level.parse().or_else(|_| "restricted".parse())?,
            version: version.parse().unwrap_or(Version::Latest),
            is_error: level == "error",
            failed: failed
                .split(',')
                .map(str::trim)
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect(),
        };
        rows.entry((file.to_owned(), document.parse()?, item)).or_default().push(row);
    }
    Ok(rows)
}

/// All files in a folder and those in it.
pub(crate) fn files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
