//! Pages of old faxes: Group 3, one line after the other (T.4), which the crate `tiff` does not unpack.

use fax::Color;
use fax::decoder::{decode_g3, pels};
use image::GrayImage;
use tiff::tags::Tag;

use super::tiff::File;

const GROUP_3: u16 = 3;
/// Bits of a byte from the lowest on.
const LOWEST_FIRST: u16 = 2;
/// Six ends of a line are the end of a page. Files may leave them out, and with them the end of the last line.
const END: [u8; 9] = [0x00, 0x10, 0x01, 0x00, 0x10, 0x01, 0x00, 0x10, 0x01];
const BLACK_IS_ZERO: u16 = 1;
/// In `T4Options`: lines that are coded by those above them.
const BY_LINE_ABOVE: u32 = 1;

/// The picture of this page, if it is such a fax; None also where it cannot be read.
pub(super) fn read(decoder: &mut File, width: u32, height: u32) -> Option<GrayImage> {
    let mut number = |tag| decoder.find_tag_unsigned::<u32>(tag).ok().flatten();
    let lines = number(Tag::Unknown(292)).unwrap_or(0);
    if number(Tag::Compression) != Some(GROUP_3.into()) || lines & BY_LINE_ABOVE != 0 {
        return None;
    }
    let lowest_first = number(Tag::FillOrder) == Some(LOWEST_FIRST.into());
    let inverted = number(Tag::PhotometricInterpretation) == Some(BLACK_IS_ZERO.into());
    let offsets = decoder.get_tag_u64_vec(Tag::StripOffsets).ok()?;
    let lengths = decoder.get_tag_u64_vec(Tag::StripByteCounts).ok()?;
    let across = u16::try_from(width).ok()?;
    let size = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
    let mut pixels = Vec::with_capacity(size);
    let file = decoder.inner().get_ref();
    for (offset, length) in offsets.into_iter().zip(lengths) {
        let start = usize::try_from(offset).ok()?;
        let strip = file.get(start..start.checked_add(usize::try_from(length).ok()?)?)?;
        let bytes = strip.iter().map(|byte| if lowest_first { byte.reverse_bits() } else { *byte });
        // What follows the last line may be missing.
        decode_g3(bytes.chain(END), |line| {
            if pixels.len() < size {
                let white = |color| (color == Color::White) != inverted;
                pixels.extend(pels(line, across).map(|color| if white(color) { 255 } else { 0 }));
            }
        });
    }
    GrayImage::from_raw(width, height, pixels)
}
