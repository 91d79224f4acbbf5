//! A file that appears under its name when it is whole, and of which nothing stays behind when that never happens.

use std::fs::File;
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempPath};

use crate::mark::{IsThis, NEW, mark_of};
use crate::place::Place;
use crate::pour::{GoOn, pour};

/// A file that is being written in the folder of its final name.
pub(crate) struct Part {
    place: Place,
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
    pub(crate) fn of(place: Place) -> io::Result<Self> {
        let place = place.followed();
        let content = if place.stream()?.is_some() {
            Content::Unnamed(tempfile::tempfile()?)
        } else {
            match unnamed_in(place.folder()) {
                Some(file) => Content::Unnamed(file?),
                None => Content::Hidden(hidden(&place, |builder, folder| builder.tempfile_in(folder))?),
            }
        };
        Ok(Self { place, content })
    }

    /// Whether one can be made: told before anything is asked of the service.
    pub(crate) fn check(place: &Place) -> io::Result<()> {
        let folder = place.folder();
        if !folder.is_dir() {
            return Err(io::Error::other(format!("there is no folder {}; make it first", folder.display())));
        }
        let made = Self::of(place.clone()).map(drop);
        made.map_err(|error| io::Error::other(format!("{}: {error}", place.path().display())))
    }

    /// Where it goes.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) fn file(&self) -> &File {
        match &self.content {
            Content::Unnamed(file) => file,
            Content::Hidden(file) => file.as_file(),
        }
    }

    /// Writes all of it to the disk. Tells by what it will be known again; nothing where it replaces what is there, or where the
    /// system has no such marks.
    pub(crate) fn flush(&self) -> io::Result<Option<String>> {
        // Some file systems set the time when the last bytes arrive.
        self.file().sync_all()?;
        if self.place.replaces() {
            return Ok(None);
        }
        Ok(mark_of(&self.file().metadata()?))
    }

    /// Gives it its name, once all of it is on the disk. Where `is_this` finds it there already, this one goes.
    pub(crate) fn keep(self, is_this: &IsThis<'_>, go_on: &GoOn<'_>) -> io::Result<PathBuf> {
        if let Some(stream) = self.place.stream()? {
            return pour(self.file(), stream, go_on).map(|()| stream.to_owned());
        }
        self.file().sync_all()?;
        let place = self.place;
        let path = match self.content {
            Content::Hidden(file) => persist(&place, &mut Some(file.into_temp_path()), is_this)?,
            Content::Unnamed(mut file) => match place.first_free(is_this, |path| link(&file, path)) {
                Ok(path) => path,
                // Only a rename replaces, and only what has a name can be renamed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let linked =
                        hidden(&place, |builder, folder| builder.make_in(folder, |name| link(&file, name)))?;
                    persist(&place, &mut Some(linked.into_temp_path()), is_this)?
                }
                // A file system that has files without names, and cannot name them.
                Err(_) => {
                    let mut copy = hidden(&place, |builder, folder| builder.tempfile_in(folder))?;
                    file.rewind()?;
                    io::copy(&mut file, copy.as_file_mut())?;
                    copy.as_file().sync_all()?;
                    persist(&place, &mut Some(copy.into_temp_path()), is_this)?
                }
            },
        };
        sync(place.folder());
        Ok(path)
    }
}

/// Moves a file of this file system to its place.
pub(crate) fn move_to(place: &Place, from: &Path, go_on: &GoOn<'_>) -> io::Result<PathBuf> {
    if let Some(stream) = place.stream()? {
        pour(&File::open(from)?, stream, go_on)?;
        std::fs::remove_file(from)?;
        return Ok(stream.to_owned());
    }
    let mut file = Some(TempPath::try_from_path(from)?);
    let moved = persist(place, &mut file, &NEW);
    if let Some(file) = file {
        let _ = file.keep();
    }
    sync(place.folder());
    moved
}

/// Gives a file its final name, unless that fails.
fn persist(place: &Place, file: &mut Option<TempPath>, is_this: &IsThis<'_>) -> io::Result<PathBuf> {
    place.first_free(is_this, |path| {
        let Some(part) = file.take() else { return Ok(()) };
        let named = if place.replaces() { part.persist(path) } else { part.persist_noclobber(path) };
        named.map_err(|failed| {
            *file = Some(failed.path);
            failed.error
        })
    })
}

/// Writes down that a folder has another name in it now. Not every system and file system can.
fn sync(folder: &Path) {
    #[cfg(unix)]
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    #[cfg(not(unix))]
    let _ = folder;
}

/// A file beside the final one, so that it can be renamed.
fn hidden<T>(place: &Place, make: impl FnOnce(&Builder<'_, '_>, &Path) -> io::Result<T>) -> io::Result<T> {
    let path = place.path();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem: String = name.chars().take(60).collect();
    let mut builder = Builder::new();
    let (prefix, suffix) = (format!(".{stem}."), ".part");
    builder.prefix(&prefix).suffix(suffix);
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    make(&builder, place.folder())
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
