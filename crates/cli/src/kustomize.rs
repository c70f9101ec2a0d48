//! Kustomize overlays: their patches are pieces of manifests, and are judged as such.

use crate::inputs::InputFile;
use podproof_source::{Node, yaml};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// The names that Kustomize knows.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The files that a kustomization beside these files names as patches, and none as a resource.
pub(crate) fn patches(files: &[InputFile]) -> BTreeSet<PathBuf> {
    let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.path.parent()).collect();
    let (mut patches, mut resources) = (BTreeSet::new(), BTreeSet::new());
    for (folder, name) in folders.iter().flat_map(|folder| NAMES.map(|name| (*folder, name))) {
        let Ok(text) = std::fs::read(folder.join(name)) else { continue };
        for document in yaml::read(&text).filter_map(Result::ok) {
            let in_folder = |path: &str| normal(&folder.join(path));
            patches.extend(named_patches(&document.root).into_iter().map(in_folder));
            let listed = document.root.get("resources").and_then(Node::as_list).unwrap_or_default();
            resources.extend(listed.iter().filter_map(Node::as_str).map(in_folder));
        }
    }
    patches.difference(&resources).cloned().collect()
}

/// `patches` and `patchesJson6902` name a `path`, `patchesStrategicMerge` lists paths or the
/// patches themselves.
fn named_patches(kustomization: &Node) -> Vec<&str> {
    let list = |key| kustomization.get(key).and_then(Node::as_list).unwrap_or_default();
    let with_path = list("patches").iter().chain(list("patchesJson6902"));
    let paths = with_path.filter_map(|patch| patch.get("path").and_then(Node::as_str));
    let merges = list("patchesStrategicMerge").iter().filter_map(Node::as_str);
    paths.chain(merges.filter(|text| !text.contains('\n'))).collect()
}

/// The path without `.` and `x/..`, so that two spellings of a path are equal.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some() => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::{named_patches, normal};
    use std::path::Path;

    #[test]
    fn patches_are_found_in_all_spellings() {
        let text = b"patches: [{path: a.yaml}, {patch: x}]\n\
                     patchesStrategicMerge: [b.yaml, \"kind: Pod\\n\"]\n\
                     patchesJson6902: [{path: c.yaml}]\n";
        let document = podproof_source::yaml::read(text).next().unwrap().unwrap();
        assert_eq!(named_patches(&document.root), ["a.yaml", "c.yaml", "b.yaml"]);
        assert_eq!(normal(Path::new("./a/../b/./c.yaml")), Path::new("b/c.yaml"));
    }
}
