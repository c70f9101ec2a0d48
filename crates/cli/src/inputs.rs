//! Which files to check.

use crate::kustomize;
use ignore::WalkBuilder;
use podproof_report::FileReport;
use podproof_report::file::Role;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What the command line names.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// Each piece of it.
    pub(crate) list: Vec<Input>,
    /// Whether Kustomize changes some of it before the cluster sees it.
    pub(crate) are_patched: bool,
}

/// Something to check.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// Standard input. It is read once, however often it is asked for.
    Stdin(OnceLock<Result<Vec<u8>, String>>),
    /// A file.
    File(InputFile),
    /// A place that could not even be searched.
    Unsearchable { path: String, why: String },
}

/// Something to check, with its text.
#[derive(Debug)]
pub(crate) struct ReadInput<'i> {
    /// Its name in the report.
    pub(crate) name: &'i str,
    /// Whether the command line names it.
    pub(crate) is_named: bool,
    /// What it is.
    pub(crate) role: Role,
    /// What stands in it, or why it cannot be read.
    pub(crate) text: Result<Cow<'i, [u8]>, String>,
}

impl ReadInput<'_> {
    /// What there is to report if it cannot be read.
    pub(crate) fn unopened(&self) -> Option<FileReport> {
        let why = self.text.as_ref().err()?;
        Some(FileReport::unopened(self.name, why))
    }
}

impl Input {
    /// Reads it.
    pub(crate) fn read(&self) -> ReadInput<'_> {
        match self {
            Self::Stdin(text) => {
                let text = text.get_or_init(|| {
                    let mut text = Vec::new();
                    let read = io::stdin().lock().read_to_end(&mut text);
                    read.map(|_| text).map_err(|error| error.to_string())
                });
                let text = text.as_ref().map(|text| text.as_slice().into()).map_err(Clone::clone);
                ReadInput { name: "-", is_named: true, role: Role::Manifest, text }
            }
            Self::File(InputFile { path, name, is_named, role }) => {
                let text = std::fs::read(path).map(Cow::Owned).map_err(|error| error.to_string());
                ReadInput { name, is_named: *is_named, role: *role, text }
            }
            Self::Unsearchable { path, why } => ReadInput {
                name: path,
                is_named: true,
                role: Role::Manifest,
                text: Err(why.clone()),
            },
        }
    }

    fn named_path(&self) -> Option<PathBuf> {
        match self {
            Self::File(file) if file.is_named => Some(kustomize::normal(&file.path)),
            _ => None,
        }
    }
}

/// A file to check.
#[derive(Clone, Debug)]
pub(crate) struct InputFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its name in the report: the argument joined with the relative path, `/`-separated.
    pub(crate) name: String,
    /// Whether the command line names this very file.
    pub(crate) is_named: bool,
    /// What it is.
    pub(crate) role: Role,
}

/// The files that the arguments name, in the order of the arguments and then of their paths. A file
/// that is named twice is checked once.
pub(crate) fn find(paths: &[PathBuf]) -> Inputs {
    let mut seen = BTreeSet::new();
    let mut inputs = Inputs::default();
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.list.push(Input::Stdin(OnceLock::new()));
        } else if path.is_dir() {
            add_folder(path, &mut inputs);
        } else {
            let file = InputFile {
                path: path.clone(),
                name: name(path),
                is_named: true,
                role: Role::Manifest,
            };
            inputs.list.push(Input::File(file));
        }
    }
    // A file that is named itself counts as such, wherever else it turns up.
    let named: BTreeSet<PathBuf> = inputs.list.iter().filter_map(Input::named_path).collect();
    inputs.list.retain(|input| match input {
        Input::File(file) => file.is_named || !named.contains(&kustomize::normal(&file.path)),
        _ => true,
    });
    inputs.list.retain(|input| match input {
        Input::File(file) => seen.insert(file.path.clone()),
        _ => true,
    });
    inputs
}

fn add_folder(folder: &Path, inputs: &mut Inputs) {
    let (mut found, mut folders, mut unsearchable) = (Vec::new(), Vec::new(), Vec::new());
    let mut walk = WalkBuilder::new(folder);
    // Only .gitignore files of the folder itself hide anything, in a Git repository or not.
    walk.parents(false)
        .hidden(false)
        .ignore(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false);
    walk.sort_by_file_path(Path::cmp).filter_entry(|entry| entry.file_name() != ".git");
    for entry in walk.build() {
        match entry {
            // Neither folders nor pipes, which would block.
            Ok(entry) if is_manifest(entry.path()) && entry.path().is_file() => {
                let path = entry.into_path();
                let name = name(&path);
                let file = InputFile { path, name, is_named: false, role: Role::Manifest };
                found.push(file);
            }
            Ok(entry) if is_manifest(entry.path()) && !entry.path().exists() => {
                let why = "the link leads nowhere".to_owned();
                unsearchable.push(Input::Unsearchable { path: name(entry.path()), why });
            }
            Ok(entry) if entry.path().is_dir() => folders.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => {
                let why = error.to_string();
                unsearchable.push(Input::Unsearchable { path: name(folder), why });
            }
        }
    }
    let overlays = kustomize::overlays(&folders);
    for file in &mut found {
        if overlays.patches.contains(&kustomize::normal(&file.path)) {
            file.role = Role::Patch;
        }
    }
    inputs.are_patched |= overlays.have_patches;
    inputs.list.extend(unsearchable);
    inputs.list.extend(found.into_iter().map(Input::File));
}

fn is_manifest(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json"))
}

fn name(path: &Path) -> String {
    let name = path.to_string_lossy();
    // Elsewhere a backslash is an ordinary character of a name.
    if cfg!(windows) { name.replace('\\', "/") } else { name.into_owned() }
}

/// The chart that a template belongs to: the folder above `templates` that has a `Chart.yaml`.
pub(crate) fn chart_of(path: &Path) -> Option<String> {
    let mut folders = path.ancestors().skip(1);
    let chart = folders.find(|folder| folder.join("Chart.yaml").is_file())?;
    Some(if chart.as_os_str().is_empty() { ".".into() } else { name(chart) })
}
