//! What a path leads to. A file can be replaced, and read as often as one likes; a pipe or a terminal cannot.

use std::fs::Metadata;

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
