//! Writing a file so that it is always the old or the new one, whole.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Names that are tried for a temporary file.
const MOST_NAMES: u32 = 100;

/// Replaces the text of a file, if it is still the old one. What a link leads to is replaced, and
/// the link stays. Mode and owner stay too, the owner as far as one may set it.
pub(crate) fn replace(path: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path)?;
    let before = fs::metadata(&target)?;
    if !before.is_file() {
        return Err(io::Error::other("this is no file that could be replaced; use --stdout"));
    }
    if before.permissions().readonly() {
        let why = "it is read-only; make it writable first, or use --stdout";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    // Whoever may write the folder, but not the file, shall not replace it.
    OpenOptions::new().write(true).open(&target)?;
    if has_more_names(&before) {
        let why = "it has more than one name (hard links), and only this one would get the new text; \
                   use --stdout";
        return Err(io::Error::other(why));
    }
    let mut temporary = Temporary::beside(&target)?;
    temporary.file.write_all(new)?;
    keep_owner(&temporary.file, &before);
    temporary.file.set_permissions(before.permissions())?;
    temporary.file.sync_all()?;
    let current = fs::read(&target)?;
    if current == new {
        // It has more than one name, and was written under another one.
        return Ok(());
    }
    if current != old {
        let why = "it was changed by somebody else in the meantime; run podproof again";
        return Err(io::Error::other(why));
    }
    temporary.rename(&target)
}

/// A file that is gone in the end, unless it becomes another one.
struct Temporary {
    file: File,
    path: PathBuf,
    is_renamed: bool,
}

impl Temporary {
    /// A new file in the folder of another one. Its name is none of a manifest, so that no run takes
    /// it for one, should it be left behind by a machine that lost power.
    fn beside(target: &Path) -> io::Result<Self> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        // The name of a file may be as long as names may be.
        let name: String = name.chars().take(40).collect();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        // Until its mode is set nobody else may read it.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        for number in 0..MOST_NAMES {
            let name = format!(".{name}.{}-{number}.podproof-tmp", std::process::id());
            let path = target.with_file_name(name);
            match options.open(&path) {
                Ok(file) => return Ok(Self { file, path, is_renamed: false }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    let why = format!("no file can be made in its folder: {error}");
                    return Err(io::Error::new(error.kind(), why));
                }
            }
        }
        Err(io::Error::other("its folder is full of old `.podproof-tmp` files; remove them"))
    }

    fn rename(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.is_renamed = true;
        // The new name must outlive a loss of power. Not every system can do that to a folder.
        if let Some(Ok(folder)) = target.parent().map(File::open) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.is_renamed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Gives the file the owner and group of another one; or the group, if only that is allowed.
#[cfg(unix)]
fn keep_owner(file: &File, other: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    if fchown(file, Some(other.uid()), Some(other.gid())).is_err() {
        let _ = fchown(file, None, Some(other.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

#[cfg(unix)]
fn has_more_names(file: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(file) > 1
}

#[cfg(not(unix))]
fn has_more_names(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn a_file_that_is_not_the_old_one_any_more_stays() {
        let folder = std::env::temp_dir().join(format!("podproof-write-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("a.yaml");
        std::fs::write(&path, "theirs").unwrap();
        let error = replace(&path, b"old", b"new").unwrap_err();
        assert!(error.to_string().contains("run podproof again"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), b"theirs");
        replace(&path, b"theirs", b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
