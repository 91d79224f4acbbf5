//! What a path leads to. A file can be replaced, and read as often as one likes; a pipe or a terminal cannot.

use std::fs::Metadata;
use std::path::Path;

use cloudconvert_core::Present;

/// What stands at a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    /// A pipe or a device of characters, such as a terminal: bytes go through it.
    Stream,
    /// What no file can be, in words.
    Other(&'static str),
}

impl Kind {
    #[cfg(unix)]
    pub(crate) fn of(data: &Metadata) -> Self {
        use std::os::unix::fs::FileTypeExt;

        let kind = data.file_type();
        if kind.is_dir() {
            Self::Other("a folder")
        } else if kind.is_socket() {
            Self::Other("a socket")
        } else if kind.is_block_device() {
            Self::Other("a disk")
        } else if kind.is_fifo() || kind.is_char_device() {
            Self::Stream
        } else {
            Self::File
        }
    }

    #[cfg(not(unix))]
    pub(crate) fn of(data: &Metadata) -> Self {
        if data.is_dir() { Self::Other("a folder") } else { Self::File }
    }
}

/// What stands at a path, with links followed.
pub(crate) fn present(path: &Path) -> Present {
    path.metadata().map_or(Present::Nothing, |data| present_of(&data))
}

/// What this is that stands at a path.
pub(crate) fn present_of(data: &Metadata) -> Present {
    match Kind::of(data) {
        Kind::File => Present::File,
        Kind::Stream => Present::Stream,
        Kind::Other(_) if data.is_dir() => Present::Folder,
        Kind::Other(_) => Present::Other,
    }
}
