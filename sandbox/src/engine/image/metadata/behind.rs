//! What stands behind the end of a file, such as the film of a “motion photo”, or another file that was hidden there.

/// Tells of it, where it is more than zeros, by which disks are filled up.
pub(in crate::engine::image) fn behind(file: &[u8], end: usize) -> Option<String> {
    let rest = file.get(end..)?;
    // Zeros and white space say nothing.
    rest.iter()
        .any(|byte| !matches!(byte, 0 | b' ' | b'\t' | b'\r' | b'\n'))
        .then(|| format!("{} bytes behind the picture", rest.len()))
}
