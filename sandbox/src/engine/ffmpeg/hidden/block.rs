//! A picture as FLAC has it, and Ogg in a comment.

/// The types that ffmpeg knows.
pub(super) const KNOWN: [&str; 8] =
    ["image/gif", "image/jpeg", "image/jpg", "image/png", "image/tiff", "image/bmp", "jpg", "png"];

/// The picture, and whether its type is known. There are: what it shows; its type and a description, each behind its
/// length; four numbers; and the picture behind its length.
pub(super) fn of_block(block: &[u8]) -> Option<(bool, Vec<u8>)> {
    fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
        let (length, rest) = bytes.split_first_chunk()?;
        rest.split_at_checked(u32::from_be_bytes(*length) as usize)
    }
    let (kind, rest) = part(block.get(4..)?)?;
    let (_, rest) = part(rest)?;
    let (picture, _) = part(rest.get(16..)?)?;
    let known = KNOWN.iter().any(|known| known.as_bytes() == kind);
    (!picture.is_empty()).then(|| (known, picture.to_vec()))
}
