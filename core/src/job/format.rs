//! Formats, and what names tell of them.

use crate::error::Error;
use crate::names::extension;
use crate::text::{cut_last, parts};

/// The format that a file name tells. Compressed archives are named by both of their extensions.
///
/// ```
/// assert_eq!(cloudconvert_core::format_of("out/photo.JPG").as_deref(), Some("jpg"));
/// assert_eq!(cloudconvert_core::format_of("all.tar.gz").as_deref(), Some("tar.gz"));
/// ```
pub fn format_of(name: &str) -> Option<String> {
    let extension = extension(name)?;
    let inner = name.get(..name.len() - extension.len() - 1)?.to_ascii_lowercase();
    Some(match cut_last(&inner, b".") {
        Some((_, "tar")) => ["tar.", &extension].concat(),
        _ => extension,
    })
}

/// People write `.JPG` for `jpg`.
pub(super) fn plain(format: &str) -> String {
    format.trim_start_matches('.').to_ascii_lowercase()
}

/// A format is a short word such as `mp4` or `tar.gz`, never a path.
pub(super) fn check_format(field: &str, format: &str) -> Result<(), Error> {
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if format.len() > 32 || !parts(format, b'.').all(word) {
        return Err(Error::bad_request(["`", field, "` has to be a format such as png or tar.gz"].concat()));
    }
    Ok(())
}
