//! Kustomize overlays: their patches are pieces of manifests, and are judged as such.

use podproof_source::{Node, yaml};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// The names that Kustomize knows.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The fields that hold patches.
const PATCHES: [&str; 3] = ["patches", "patchesJson6902", "patchesStrategicMerge"];

/// What the kustomizations in some folders say about the files there.
#[derive(Debug, Default)]
pub(crate) struct Overlays {
    /// Files that are patches and nothing else.
    pub(crate) patches: BTreeSet<PathBuf>,
    /// Whether there are patches at all, in files or in the kustomizations themselves.
    pub(crate) have_patches: bool,
}

/// Reads the kustomizations in these folders. A file that is a resource of any of them is judged as
/// one, whatever patches it is.
pub(crate) fn overlays(folders: &[PathBuf]) -> Overlays {
    let (mut overlays, mut resources) = (Overlays::default(), BTreeSet::new());
    for (folder, name) in folders.iter().flat_map(|folder| NAMES.map(|name| (folder, name))) {
        let Ok(text) = std::fs::read(folder.join(name)) else { continue };
        let documents: Vec<_> = yaml::read(&text).filter_map(Result::ok).collect();
        for root in documents.iter().map(|document| &document.root).filter(|root| is_ours(root)) {
            let in_folder = |path: &str| normal(&folder.join(path));
            overlays.patches.extend(named_patches(root).into_iter().map(in_folder));
            overlays.have_patches |= PATCHES.iter().any(|key| !items(root, key).is_empty());
            resources
                .extend(items(root, "resources").iter().filter_map(Node::as_str).map(in_folder));
        }
    }
    overlays.patches.retain(|patch| !resources.contains(patch));
    overlays
}

/// Kustomize lets its own kinds be left out.
fn is_ours(root: &Node) -> bool {
    matches!(root.get("kind").map(Node::as_str), None | Some(Some("Kustomization" | "Component")))
}

fn items<'a>(kustomization: &'a Node, key: &str) -> &'a [Node] {
    kustomization.get(key).and_then(Node::as_list).unwrap_or_default()
}

/// `patches` and `patchesJson6902` name a `path`, `patchesStrategicMerge` lists paths or the
/// patches themselves.
fn named_patches(kustomization: &Node) -> Vec<&str> {
    let list = |key| items(kustomization, key);
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
