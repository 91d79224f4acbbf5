//! By what a file is known again under whatever name.

/// Whether a file that is known by this mark is the output, which a process named that could not tell of it any more.
pub(crate) type IsThis<'a> = dyn Fn(&str) -> bool + 'a;

/// No process can have named it.
pub(crate) const NEW: fn(&str) -> bool = |_| false;

/// By what a file is known again under whatever name: its number in the file system, when it was last written (in
/// nanoseconds), and its length. A later file may get the number of one that is gone, but not its time.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps)] // Not every system has one.
pub(crate) fn mark_of(file: &std::fs::Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let written = file.mtime() * 1_000_000_000 + file.mtime_nsec();
    Some(format!("{} {written} {}", file.ino(), file.len()))
}

#[cfg(not(unix))]
pub(crate) fn mark_of(_: &std::fs::Metadata) -> Option<String> {
    None
}
