//! The header of a BMP.

use super::{Metadata, Resolution};

/// How long the headers are that have a resolution, the fourth, which has primaries and gammas, and the fifth, which has a
/// profile.
const WITH_RESOLUTION: u32 = 40;
const WITH_COLOURS: u32 = 108;
const WITH_PROFILE: u32 = 124;
/// How long the first header is, whose sides are short.
const OLDEST: usize = 12;
/// Where the header is, from which a profile counts.
const HEADER: usize = 14;

/// That the header has primaries and gammas of its own.
const CALIBRATED: u32 = 0;

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
    if length >= WITH_COLOURS && number(HEADER + 56) == Some(CALIBRATED) {
        metadata.icc = calibrated(|index| number(HEADER + 60 + 4 * index));
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
    metadata.others.extend(end(file).and_then(|end| super::behind(file, end)));
    metadata
}

/// Where the pixels end, and a profile; None where that is not said.
fn end(file: &[u8]) -> Option<usize> {
    let number = |at: usize| usize::try_from(u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?)).ok();
    let short = |at: usize| Some(usize::from(u16::from_le_bytes(file.get(at..at + 2)?.try_into().ok()?)));
    let (length, start) = (number(HEADER)?, number(10)?);
    let (width, height, bits, kind) = if length == OLDEST {
        (short(18)?, short(20)?, short(24)?, 0)
    } else {
        // From below where it is less than 0.
        let height = i32::from_le_bytes(file.get(22..26)?.try_into().ok()?).unsigned_abs();
        (number(18)?, usize::try_from(height).ok()?, short(28)?, number(30)?)
    };
    let pixels = match kind {
        // As they are, with or without masks of the colours.
        0 | 3 | 6 => width.checked_mul(bits)?.div_ceil(32).checked_mul(4)?.checked_mul(height)?,
        // Packed.
        1 | 2 => number(34).filter(|length| *length > 0)?,
        _ => return None,
    };
    let profile = match file.get(HEADER + 56..HEADER + 60) {
        Some(b"DEBM" | b"KNIL") if length >= WITH_PROFILE as usize => {
            HEADER.checked_add(number(HEADER + 112)?)?.checked_add(number(HEADER + 116)?)?
        }
        _ => 0,
    };
    Some(start.checked_add(pixels)?.max(profile))
}

/// Whether its colours are those of a palette in which all are grey.
pub(in crate::engine::image) fn is_grey(file: &[u8]) -> bool {
    let number = |at: usize| Some(u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?));
    let palette = || {
        let (length, start) = (usize::try_from(number(HEADER)?).ok()?, usize::try_from(number(10)?).ok()?);
        // The first header has 3 bytes for a colour, and its depth elsewhere.
        let (size, depth) = if length == 12 { (3, HEADER + 10) } else { (4, HEADER + 14) };
        let depth = u16::from_le_bytes(file.get(depth..depth + 2)?.try_into().ok()?);
        let palette = file.get(HEADER + length..start)?;
        (depth <= 8 && palette.len() >= size)
            .then(|| palette.chunks_exact(size).all(|c| c[0] == c[1] && c[1] == c[2]))
    };
    palette().unwrap_or_default()
}

/// The profile of primaries in CIE's XYZ, of red, green and blue, with a gamma for each; none where nothing is said.
fn calibrated(number: impl Fn(usize) -> Option<u32>) -> Option<Vec<u8>> {
    let share = |index| number(index).map(|value| f64::from(value) / f64::from(1 << 30));
    let point = |colour: usize| {
        let [x, y, z] = [0, 1, 2].map(|axis| share(3 * colour + axis));
        let (x, y, z) = (x?, y?, z?);
        Some((x, y, z)).filter(|_| x + y + z > 0.0)
    };
    let (red, green, blue) = (point(0)?, point(1)?, point(2)?);
    let gamma = number(9).filter(|gamma| *gamma > 0)?;
    let white = (red.0 + green.0 + blue.0, red.1 + green.1 + blue.1, red.2 + green.2 + blue.2);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let parts = |value: f64| (value * 100_000.0).round().clamp(0.0, 1e9) as u32;
    let primaries = [white, red, green, blue].into_iter().flat_map(|(x, y, z)| {
        let sum = x + y + z;
        [parts(x / sum), parts(y / sum)]
    });
    // As in PNG: what the light is raised to, to be the number in the file.
    let gamma = parts(65_536.0 / f64::from(gamma));
    super::colours::by_figures(Some(gamma), Some(primaries.collect()))
}
