//! Icons: the same picture in several sizes and depths.

use image::ImageFormat;

use super::super::metadata::behind;
use super::super::page::{Page, Sequence};
use super::opened::Opened;
use super::still;
use crate::engine::Failure;

const HEADER: usize = 6;
const ENTRY: usize = 16;
/// How a PNG begins.
const PNG: &[u8] = b"\x89PNG";

/// Where a PNG says how deep a sample is, and of which kind its colours are.
const PNG_DEPTH: usize = 24;

/// A picture of an icon by itself.
struct Alone {
    /// Its area, and its depth: the best is the largest.
    rank: (u32, u16),
    /// Bits a pixel, as they are stored.
    bits: u16,
    /// An icon with this one entry, or the PNG that the entry is.
    file: Vec<u8>,
}

/// All sizes, the best first.
pub(super) fn open(file: &[u8]) -> Result<Opened, Failure> {
    let broken = || Failure::BadInput("The input file is not an ico image that can be read".into());
    let alone = pictures(file).filter(|alone| !alone.is_empty()).ok_or_else(broken)?;
    let sequence = if alone.len() == 1 { Sequence::One } else { Sequence::Sizes(alone.len()) };
    let mut behind = end(file).and_then(|end| behind(file, end));
    let pages = alone.into_iter().map(move |Alone { bits, file, .. }| -> Result<Page, Failure> {
        let format = if file.starts_with(PNG) { ImageFormat::Png } else { ImageFormat::Ico };
        let mut page = Page { bits: Some(bits), ..still::read(file, format)? };
        page.metadata.others.extend(behind.take());
        Ok(page)
    });
    Ok(Opened { sequence, lossless: true, pages: Box::new(pages) })
}

/// Where the last of its pictures ends.
fn end(file: &[u8]) -> Option<usize> {
    let count = usize::from(u16::from_le_bytes(file.get(4..HEADER)?.try_into().ok()?));
    let entries = file.get(HEADER..HEADER + count * ENTRY)?.chunks_exact(ENTRY);
    let ends = entries.map(|entry| {
        let number = |at: usize| usize::try_from(u32::from_le_bytes(entry[at..at + 4].try_into().ok()?)).ok();
        number(8)?.checked_add(number(12)?)
    });
    ends.collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// The largest picture, and of these the one with the most colours, as a file by itself.
pub(in crate::engine::image) fn best_of_icon(file: &[u8]) -> Option<Vec<u8>> {
    pictures(file)?.into_iter().next().map(|best| best.file)
}

/// The best first.
fn pictures(file: &[u8]) -> Option<Vec<Alone>> {
    let count = usize::from(u16::from_le_bytes(file.get(4..HEADER)?.try_into().ok()?));
    let entries = file.get(HEADER..HEADER + count * ENTRY)?.chunks_exact(ENTRY);
    let mut pictures = entries.map(|entry| alone(file, entry)).collect::<Option<Vec<_>>>()?;
    pictures.sort_by_key(|picture| std::cmp::Reverse(picture.rank));
    Some(pictures)
}

fn alone(file: &[u8], entry: &[u8]) -> Option<Alone> {
    let number = |at: usize| usize::try_from(u32::from_le_bytes(entry[at..at + 4].try_into().ok()?)).ok();
    let (length, offset) = (number(8)?, number(12)?);
    let content = file.get(offset..offset.checked_add(length)?)?;
    let side = |byte: u8| if byte == 0 { 256 } else { u32::from(byte) };
    let area = side(entry[0]) * side(entry[1]);
    if content.starts_with(PNG) {
        let said = u16::from_le_bytes([entry[6], entry[7]]);
        let bits = bits_of_png(content).unwrap_or(said);
        return Some(Alone { rank: (area, said.max(32)), bits, file: content.to_vec() });
    }
    // Many programs write it into the picture alone.
    let bits = content.get(14..16).map_or(0, |depth| u16::from_le_bytes([depth[0], depth[1]]));
    let start = u32::try_from(HEADER + ENTRY).ok()?.to_le_bytes();
    let mut file = [&[0, 0, 1, 0, 1, 0][..], &entry[..12], &start, content].concat();
    if bits == 32 {
        let _ = by_mask(&mut file[HEADER + ENTRY..]);
    }
    Some(Alone { rank: (area, bits), bits, file })
}

fn bits_of_png(png: &[u8]) -> Option<u16> {
    let samples = match png.get(PNG_DEPTH + 1)? {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    };
    Some(u16::from(*png.get(PNG_DEPTH)?) * samples)
}

/// Of 32 bits a pixel, old programs left 8 empty: then the mask behind the pixels says which are there, and else nothing.
fn by_mask(picture: &mut [u8]) -> Option<()> {
    let number =
        |at: usize| usize::try_from(u32::from_le_bytes(picture.get(at..at + 4)?.try_into().ok()?)).ok();
    let (start, width, height) = (number(0)?, number(4)?, number(8)? / 2);
    let (pixels, mask) =
        picture.get_mut(start..)?.split_at_mut_checked(width.checked_mul(height)?.checked_mul(4)?)?;
    let row = width.div_ceil(32) * 4;
    if pixels.chunks_exact(4).any(|pixel| pixel[3] != 0) {
        let length = row.checked_mul(height)?.min(mask.len());
        mask[..length].fill(0);
        return Some(());
    }
    for (at, pixel) in pixels.chunks_exact_mut(4).enumerate() {
        let (x, y) = (at % width, at / width);
        let hidden = mask.get(y * row + x / 8).is_some_and(|byte| byte >> (7 - x % 8) & 1 == 1);
        pixel[3] = if hidden { 0 } else { 255 };
    }
    Some(())
}
