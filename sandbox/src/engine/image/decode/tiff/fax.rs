//! Pages of old faxes, which the crate `tiff` does not unpack: Group 3 (T.4), whose lines are coded by themselves or by the
//! line above, and the same without ends of lines (compression 2 of TIFF). The tables of codes are those of the crate `fax`.

use std::convert::Infallible;

use fax::decoder::pels;
use fax::maps::{Mode, black, mode, white};
use fax::{BitReader, ByteReader, Color};
use image::GrayImage;
use tiff::tags::Tag;

use super::file::File;
use crate::engine::Failure;

const WITHOUT_ENDS: u32 = 2;
const GROUP_3: u32 = 3;
/// Bits of a byte from the lowest on.
const LOWEST_FIRST: u32 = 2;
const BLACK_IS_ZERO: u32 = 1;
const OPTIONS: Tag = Tag::Unknown(292);
/// In the options: lines may be coded by those above them.
const BY_LINE_ABOVE: u32 = 1;
/// How many bits the end of a line has: zeros and a one.
const END: u8 = 12;
/// As many zeros as no code begins with.
const NO_CODE: u8 = 9;
/// What codes may look at behind the last byte.
const BEHIND: [u8; 4] = [0; 4];

/// The picture of this page, if it is such a fax.
pub(super) fn read(decoder: &mut File, width: u32, height: u32) -> Result<Option<GrayImage>, Failure> {
    let mut number = |tag| decoder.find_tag_unsigned::<u32>(tag).ok().flatten();
    let Some(kind @ (WITHOUT_ENDS | GROUP_3)) = number(Tag::Compression) else { return Ok(None) };
    let by_line_above = number(OPTIONS).unwrap_or(0) & BY_LINE_ABOVE != 0;
    let lowest_first = number(Tag::FillOrder) == Some(LOWEST_FIRST);
    let inverted = number(Tag::PhotometricInterpretation) == Some(BLACK_IS_ZERO);
    let broken = |_| Failure::BadInput("The strips of the fax cannot be found".into());
    let offsets = decoder.get_tag_u64_vec(Tag::StripOffsets).map_err(broken)?;
    let lengths = decoder.get_tag_u64_vec(Tag::StripByteCounts).map_err(broken)?;
    let across = u16::try_from(width).unwrap_or(u16::MAX);
    let size = usize::try_from(u64::from(width) * u64::from(height)).unwrap_or(usize::MAX);
    let white = |color| (color == Color::White) != inverted;
    let mut pixels = Vec::with_capacity(size);
    let file = decoder.inner().get_ref();
    for (offset, length) in offsets.into_iter().zip(lengths) {
        let part = usize::try_from(offset).ok().zip(usize::try_from(offset.saturating_add(length)).ok());
        let strip = part.and_then(|(start, end)| file.get(start..end.min(file.len()))).unwrap_or_default();
        let bytes = strip.iter().map(|byte| if lowest_first { byte.reverse_bits() } else { *byte });
        let wanted = |line: &[u16]| {
            pixels.extend(pels(line, across).map(|color| if white(color) { 255 } else { 0 }));
            pixels.len() < size
        };
        if kind == WITHOUT_ENDS {
            each_line_without_end(bytes, across, wanted);
        } else {
            each_line(bytes, across, by_line_above, wanted);
        }
    }
    pixels.truncate(size);
    let lines = pixels.len() / usize::from(across).max(1);
    let broken_off = || Failure::BadInput(format!("The fax is broken off: it has {lines} of {height} lines"));
    GrayImage::from_raw(width, height, pixels).map(Some).ok_or_else(broken_off)
}

/// Hands on the lines of a strip, each as the places where its colour changes, white first, until it is not wanted.
fn each_line(
    bytes: impl Iterator<Item = u8>,
    width: u16,
    by_line_above: bool,
    mut wanted: impl FnMut(&[u16]) -> bool,
) {
    let Ok(mut bits) = ByteReader::new(bytes.chain(BEHIND).map(Ok::<u8, Infallible>));
    let mut above = Vec::new();
    while to_next_line(&mut bits) {
        let by_itself = !by_line_above || take(&mut bits) == Some(1);
        // Two ends of a line are the end of a page.
        if bits.peek(NO_CODE).is_none_or(|next| next == 0) {
            return;
        }
        let line = if by_itself { line(&mut bits, width) } else { line_by(&mut bits, &above, width) };
        if !wanted(&line) {
            return;
        }
        above = line;
    }
}

/// The same of lines that have no ends, and begin at whole bytes.
fn each_line_without_end(
    bytes: impl Iterator<Item = u8>,
    width: u16,
    mut wanted: impl FnMut(&[u16]) -> bool,
) {
    let Ok(mut bits) = ByteReader::new(bytes.chain(BEHIND).map(Ok::<u8, Infallible>));
    loop {
        let line = line(&mut bits, width);
        if line.is_empty() || !wanted(&line) {
            return;
        }
        let Ok(()) = bits.consume(bits.bits_to_byte_boundary());
    }
}

/// Goes behind the next end of a line; whether there is one.
fn to_next_line(bits: &mut impl BitReader) -> bool {
    while let Some(next) = bits.peek(END) {
        let is_end = next == 1;
        if bits.consume(if is_end { END } else { 1 }).is_err() || is_end {
            return is_end;
        }
    }
    false
}

fn take(bits: &mut impl BitReader) -> Option<u16> {
    let bit = bits.peek(1)?;
    bits.consume(1).ok().map(|()| bit)
}

/// How many pixels of a colour follow.
fn run(bits: &mut impl BitReader, color: Color) -> Option<u16> {
    let mut length = 0_u16;
    loop {
        let code = if color == Color::Black { black::decode(bits) } else { white::decode(bits) }?;
        length = length.checked_add(code)?;
        // Longer ones come in several parts, the last of which is short.
        if code < 64 {
            return Some(length);
        }
    }
}

/// A line that is coded by itself, as far as it can be read.
fn line(bits: &mut impl BitReader, width: u16) -> Vec<u16> {
    let (mut changes, mut at, mut color) = (Vec::new(), 0_u16, Color::White);
    while at < width && bits.peek(NO_CODE).is_some_and(|next| next != 0) {
        let Some(next) = run(bits, color).and_then(|length| at.checked_add(length)) else { break };
        changes.push(next);
        (at, color) = (next, !color);
    }
    changes
}

/// A line that is coded by the one above, as far as it can be read.
fn line_by(bits: &mut impl BitReader, above: &[u16], width: u16) -> Vec<u16> {
    // The place before the first pixel is a white one.
    let (mut changes, mut at, mut color) = (Vec::new(), -1_i32, Color::White);
    while at < i32::from(width) && bits.peek(NO_CODE).is_some_and(|next| next != 0) {
        // The next change above to the other colour, and the one behind it.
        let next = above.partition_point(|change| i32::from(*change) <= at);
        let next = next + usize::from((next % 2 == 0) != (color == Color::White));
        let change = |number: usize| i32::from(above.get(number).copied().unwrap_or(width));
        match mode::decode(bits) {
            Some(Mode::Pass) => at = change(next + 1),
            Some(Mode::Vertical(beside)) => {
                let place = change(next) + i32::from(beside);
                let Some(there) = u16::try_from(place).ok().filter(|_| place > at) else { break };
                changes.push(there);
                (at, color) = (place, !color);
            }
            Some(Mode::Horizontal) => {
                let start = u16::try_from(at.max(0)).unwrap_or(width);
                let first = run(bits, color).and_then(|length| start.checked_add(length));
                let Some(first) = first else { break };
                changes.push(first);
                let Some(second) = run(bits, !color).and_then(|length| first.checked_add(length)) else {
                    break;
                };
                changes.push(second);
                at = second.into();
            }
            Some(Mode::Extension | Mode::EOF) | None => break,
        }
    }
    changes
}
