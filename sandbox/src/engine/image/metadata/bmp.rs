//! The header of a BMP.

use super::{Metadata, Resolution};

/// How long the headers are that have a resolution, and the fifth, which has a profile.
const WITH_RESOLUTION: u32 = 40;
const WITH_PROFILE: u32 = 124;
/// Where the header is, from which a profile counts.
const HEADER: usize = 14;

pub(in crate::engine::image) fn read(file: &[u8]) -> Metadata {
    let mut metadata = Metadata::default();
    let number = |at: usize| Some(u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?));
    let Some(length) = number(HEADER) else { return metadata };
    if length >= WITH_RESOLUTION
        && let (Some(x), Some(y)) = (number(38), number(42))
    {
        // Some write the shape of a pixel here, as if it were so many in a metre.
        let shape = || Resolution::ratio(x.into(), y.into());
        metadata.resolution = Resolution::per_metre(x, y).or_else(shape);
    }
    if length >= WITH_PROFILE {
        match file.get(HEADER + 56..HEADER + 60) {
            // Little-endian: MBED and LINK.
            Some(b"DEBM") => {
                let place = number(HEADER + 112).zip(number(HEADER + 116));
                metadata.icc = place.and_then(|(at, length)| {
                    let at = HEADER.checked_add(usize::try_from(at).ok()?)?;
                    let icc = file.get(at..at.checked_add(usize::try_from(length).ok()?)?)?;
                    Some(icc.to_vec()).filter(|icc| !icc.is_empty())
                });
            }
            Some(b"KNIL") => {
                metadata.others.insert("a colour profile that stands in another file".to_owned());
            }
            _ => {}
        }
    }
    metadata
}
