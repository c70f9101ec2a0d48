//! The profile that each file is judged by: that of `--profile`, or of the nearest `podproof.yaml`
//! in the folder of the file or above.

use crate::args::{ProfileArgument, Selection};
use crate::complain;
use crate::inputs::{Input, Inputs};
use podproof_policy::{Base, Profile, Version};
use podproof_report::profile;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file that holds the profile of a folder.
const FILE: &str = "podproof.yaml";

/// The profiles of a run.
pub(crate) struct Profiles {
    /// That of the command line or of the current directory.
    here: Arc<Profile>,
    /// Those of the folders with files to judge, unless the command line names one.
    of_folders: BTreeMap<PathBuf, Arc<Profile>>,
}

impl Profiles {
    /// Reads the profiles of all that is to be judged, or says what is wrong with them.
    pub(crate) fn of(selection: &Selection, inputs: &Inputs) -> Result<Self, Vec<String>> {
        let mut reader = Reader {
            selection,
            nearest: BTreeMap::new(),
            read: BTreeMap::new(),
            mistakes: Vec::new(),
        };
        let mut of_folders = BTreeMap::new();
        let here = match &selection.profile {
            Some(ProfileArgument::Shipped(base)) => reader.shipped(*base),
            Some(ProfileArgument::File(file)) => reader.read(file),
            None => {
                for folder in inputs.list.iter().filter_map(folder_of) {
                    if !of_folders.contains_key(folder) {
                        of_folders.insert(folder.to_owned(), reader.nearest(&resolved(folder)));
                    }
                }
                reader.nearest(&resolved(Path::new(".")))
            }
        };
        let profiles = Self { here, of_folders };
        if !reader.mistakes.is_empty() {
            return Err(reader.mistakes);
        }
        if !profiles.are_one() {
            let files: BTreeSet<&String> = reader.read.values().map(|(name, _)| name).collect();
            let files: Vec<&str> = files.into_iter().map(String::as_str).collect();
            complain(&format!("not all files have the same profile; read: {}", files.join(", ")));
        }
        Ok(profiles)
    }

    /// The profile that something is judged by.
    pub(crate) fn of_input(&self, input: &Input) -> &Profile {
        let own = folder_of(input).and_then(|folder| self.of_folders.get(folder));
        own.unwrap_or(&self.here)
    }

    /// The profile of the run as a whole: that of all files, or else that of the current directory.
    pub(crate) fn of_run(&self) -> &Profile {
        let first = self.of_folders.values().next().filter(|_| self.are_one());
        first.unwrap_or(&self.here)
    }

    /// Whether all files have the same profile.
    fn are_one(&self) -> bool {
        let mut profiles = self.of_folders.values();
        let first = profiles.next();
        profiles.all(|other| Some(other) == first)
    }
}

struct Reader<'a> {
    selection: &'a Selection,
    /// The nearest file for each folder.
    nearest: BTreeMap<PathBuf, Option<PathBuf>>,
    /// The name of each file, and what it holds.
    read: BTreeMap<PathBuf, (String, Arc<Profile>)>,
    mistakes: Vec<String>,
}

impl Reader<'_> {
    /// The profile of a folder.
    fn nearest(&mut self, folder: &Path) -> Arc<Profile> {
        match self.nearest_file(folder) {
            Some(file) => self.read(&file),
            None => self.shipped(Base::default()),
        }
    }

    fn nearest_file(&mut self, folder: &Path) -> Option<PathBuf> {
        if let Some(known) = self.nearest.get(folder) {
            return known.clone();
        }
        let own = Some(folder.join(FILE)).filter(|file| file.is_file());
        let nearest = own.or_else(|| self.nearest_file(folder.parent()?));
        self.nearest.insert(folder.to_owned(), nearest.clone());
        nearest
    }

    fn shipped(&self, base: Base) -> Arc<Profile> {
        self.fitted(Profile::new(base, Version::Latest))
    }

    /// The profile in a file.
    fn read(&mut self, file: &Path) -> Arc<Profile> {
        if let Some((_, profile)) = self.read.get(file) {
            return profile.clone();
        }
        let default = Profile::new(Base::default(), Version::Latest);
        let name = shown(file);
        let profile = match std::fs::read(file) {
            Err(error) => {
                self.mistakes.push(format!("the profile {name} cannot be read: {error}"));
                default
            }
            Ok(text) => profile::read(&text).unwrap_or_else(|mistakes| {
                self.mistakes.extend(profile::lines(&name, &text, &mistakes));
                default
            }),
        };
        let profile = self.fitted(profile);
        self.read.insert(file.to_owned(), (name, profile.clone()));
        profile
    }

    /// A profile with what the command line says.
    fn fitted(&self, profile: Profile) -> Arc<Profile> {
        Arc::new(Profile {
            version: self.selection.kubernetes_version.unwrap_or(profile.version),
            ignores_suppressions: self.selection.no_suppressions,
            ..profile
        })
    }
}

/// The folder that a file is in.
fn folder_of(input: &Input) -> Option<&Path> {
    match input {
        Input::File(file) => file.path.parent(),
        Input::Stdin(_) | Input::Unsearchable { .. } => None,
    }
}

/// A folder as the file system knows it: `..` behind a link leads elsewhere.
fn resolved(folder: &Path) -> PathBuf {
    let named = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    std::fs::canonicalize(named).unwrap_or_else(|_| named.to_owned())
}

/// A file's name as people know it: from the current directory on.
fn shown(file: &Path) -> String {
    let here = std::env::current_dir().and_then(std::fs::canonicalize);
    let inside = here.ok().and_then(|here| file.strip_prefix(here).ok().map(Path::to_owned));
    inside.as_deref().unwrap_or(file).display().to_string()
}
