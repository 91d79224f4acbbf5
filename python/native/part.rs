//! A file that appears under its name when it is whole, and of which nothing stays behind when that never happens.

use std::fs::File;
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// A file that is being written in the folder of its final name.
pub(crate) struct Part {
    path: PathBuf,
    content: Content,
}

enum Content {
    /// Without any name: however this process ends, the file ends with it.
    Unnamed(File),
    /// With a hidden name, where the system cannot do that.
    Hidden(NamedTempFile),
}

impl Part {
    /// A new file, with the permissions that the user's files have.
    pub(crate) fn of(path: PathBuf) -> io::Result<Self> {
        let content = match unnamed_in(folder_of(&path)) {
            Some(file) => Content::Unnamed(file?),
            None => Content::Hidden(hidden(&path, |builder, folder| builder.tempfile_in(folder))?),
        };
        Ok(Self { path, content })
    }

    /// Its final name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn file(&self) -> &File {
        match &self.content {
            Content::Unnamed(file) => file,
            Content::Hidden(file) => file.as_file(),
        }
    }

    /// Gives it its name. What had that name before is replaced in one step.
    pub(crate) fn keep(self) -> io::Result<PathBuf> {
        match self.content {
            Content::Hidden(file) => drop(file.persist(&self.path)?),
            Content::Unnamed(mut file) => match link(&file, &self.path) {
                Ok(()) => {}
                // Only a rename replaces, and only what has a name can be renamed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let linked = hidden(&self.path, |builder, folder| {
                        builder.make_in(folder, |name| link(&file, name))
                    })?;
                    linked.persist(&self.path)?;
                }
                // A file system that has files without names, and cannot name them.
                Err(_) => {
                    let mut copy = hidden(&self.path, |builder, folder| builder.tempfile_in(folder))?;
                    file.rewind()?;
                    io::copy(&mut file, copy.as_file_mut())?;
                    copy.persist(&self.path)?;
                }
            },
        }
        Ok(self.path)
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file beside the final one, so that it can be renamed.
fn hidden<T>(path: &Path, make: impl FnOnce(&Builder<'_, '_>, &Path) -> io::Result<T>) -> io::Result<T> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem: String = name.chars().take(60).collect();
    let mut builder = Builder::new();
    let (prefix, suffix) = (format!(".{stem}."), ".part");
    builder.prefix(&prefix).suffix(suffix);
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    make(&builder, folder_of(path))
}

/// A file without a name; none where the system or the file system has no such files.
#[cfg(target_os = "linux")]
fn unnamed_in(folder: &Path) -> Option<io::Result<File>> {
    use rustix::{fs::OFlags, io::Errno};
    use std::os::unix::fs::OpenOptionsExt;

    // The only way to name it later.
    if !Path::new(DESCRIPTORS).exists() {
        return None;
    }
    let flags = OFlags::TMPFILE.bits().cast_signed();
    let opened = std::fs::OpenOptions::new().read(true).write(true).custom_flags(flags).open(folder);
    match opened.as_ref().err().and_then(Errno::from_io_error) {
        Some(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => None,
        _ => Some(opened),
    }
}

/// Gives a file without a name this one.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;

    let descriptor = format!("{DESCRIPTORS}/{}", file.as_raw_fd());
    Ok(linkat(CWD, descriptor, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(target_os = "linux")]
const DESCRIPTORS: &str = "/proc/self/fd";

#[cfg(not(target_os = "linux"))]
fn unnamed_in(_: &Path) -> Option<io::Result<File>> {
    None
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
