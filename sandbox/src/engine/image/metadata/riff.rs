//! The chunks of a WebP, and of a file that has several.

use super::{Metadata, exif, xmp::packet};

pub(in crate::engine::image) fn read(file: &[u8]) -> Metadata {
    let mut metadata = Metadata::default();
    for (name, content) in chunks(file.get(12..).unwrap_or_default()) {
        match name {
            b"ICCP" => metadata.icc = Some(content.to_vec()),
            b"EXIF" => metadata.exif = Some(exif::without_prefix(content.to_vec())),
            b"XMP " => metadata.xmp = Some(packet(content.to_vec())),
            b"VP8 " | b"VP8L" | b"VP8X" | b"ALPH" | b"ANIM" | b"ANMF" => {}
            name if name.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') => {
                metadata.others.insert(String::from_utf8_lossy(name).trim_end().to_owned());
            }
            _ => {}
        }
    }
    metadata.others.extend(end(file).and_then(|end| super::behind(file, end)));
    metadata.resolution = metadata.exif.as_deref().and_then(exif::resolution);
    metadata
}

/// Where the file ends, as it says. Some programs leave out there what they add.
fn end(file: &[u8]) -> Option<usize> {
    const ADDED: [&[u8]; 3] = [b"ICCP", b"EXIF", b"XMP "];
    let length = usize::try_from(said_length(file)?).ok()?;
    let end = length.checked_add(8)?.next_multiple_of(2);
    let goes_on = file.get(end..end.checked_add(4)?).is_some_and(|name| ADDED.contains(&name));
    Some(end).filter(|_| !goes_on)
}

fn said_length(file: &[u8]) -> Option<u32> {
    file.get(4..8)?.try_into().ok().map(u32::from_le_bytes)
}

/// Frames of an animation, and how often they are played.
pub(in crate::engine::image) fn frames(file: &[u8]) -> Option<(usize, u32)> {
    let chunks = || chunks(file.get(12..).unwrap_or_default());
    let control = chunks().find(|(name, _)| *name == b"ANIM")?.1;
    let plays = u16::from_le_bytes(control.get(4..6)?.try_into().ok()?);
    Some((chunks().filter(|(name, _)| *name == b"ANMF").count(), plays.into()))
}

/// How many pictures of an animation are whole, and how many were begun, where the file ends before it says so.
pub(in crate::engine::image) fn whole_before_cut(file: &[u8]) -> Option<(usize, usize)> {
    let length = said_length(file).and_then(|length| usize::try_from(length).ok());
    // The last byte only fills up.
    let is_cut = length.is_some_and(|length| length.saturating_add(8) > file.len().next_multiple_of(2));
    is_cut.then(|| frames(file).map_or((0, 0), |(frames, _)| (frames, frames + 1)))
}

/// Whether a picture, or the first one of an animation, was written without loss.
pub(in crate::engine::image) fn lossless(file: &[u8]) -> bool {
    /// Place, size and time of a frame, before its own chunks.
    const FRAME: usize = 16;
    let is_lossless = |(name, _): (&[u8; 4], &[u8])| name == b"VP8L";
    let mut all = chunks(file.get(12..).unwrap_or_default());
    all.find(|(name, _)| matches!(*name, b"VP8L" | b"VP8 " | b"ANMF")).is_some_and(|(name, content)| {
        let frame = content.get(FRAME..).filter(|_| name == b"ANMF");
        frame.map_or_else(|| is_lossless((name, content)), |frame| chunks(frame).any(is_lossless))
    })
}

pub(in crate::engine::image) fn chunks(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let name = bytes.get(..4)?.try_into().ok()?;
        let length = usize::try_from(u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?)).ok()?;
        let content = bytes.get(8..8_usize.checked_add(length)?)?;
        bytes = bytes.get(8 + length + length % 2..).unwrap_or_default();
        Some((name, content))
    })
}

/// A chunk as it is written.
pub(in crate::engine::image) fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX).to_le_bytes();
    let mut chunk = [&name[..], &length, content].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}
