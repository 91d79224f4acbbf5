//! Samples of 3 to 15 bits that are no usual number of them, which the crate `tiff` does not read: to it, the rows are
//! bytes.

use image::{DynamicImage, ImageBuffer};
use tiff::decoder::DecodingResult;
use tiff::tags::Tag;

use super::super::super::metadata::structure::Directory;
use super::file::{File, corrupt};
use crate::engine::Failure;

const PREDICTOR: u16 = 317;
/// Without compression, LZW, Deflate by two numbers, `PackBits`, Zstandard: what gives rows as they are.
const AS_THEY_ARE: [u64; 6] = [1, 5, 8, 32_946, 32_773, 50_000];
const WHITE_IS_ZERO: u64 = 0;
const BLACK_IS_ZERO: u64 = 1;
const RGB: u64 = 2;

/// How such rows are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    bits: usize,
    channels: usize,
    width: usize,
    inverted: bool,
}

impl Packed {
    /// Makes rows of bytes of those of a page, if they are packed so.
    pub(super) fn hide(directory: &Directory, file: &mut Vec<u8>) -> Option<Self> {
        let number = |tag: Tag| directory.number(file, tag.to_u16());
        let depths = directory.values(file, Tag::BitsPerSample.to_u16())?;
        let bits = *depths.first().filter(|bits| matches!(bits, 3 | 5..=7 | 9..=15))?;
        let color = number(Tag::PhotometricInterpretation)?;
        let channels = number(Tag::SamplesPerPixel).unwrap_or(1);
        let is_plain = depths.iter().all(|depth| *depth == bits)
            && matches!((color, channels), (WHITE_IS_ZERO | BLACK_IS_ZERO, 1) | (RGB, 3))
            && AS_THEY_ARE.contains(&number(Tag::Compression).unwrap_or(1))
            && directory.number(file, PREDICTOR).unwrap_or(1) == 1
            && number(Tag::PlanarConfiguration).unwrap_or(1) == 1
            && number(Tag::FillOrder).unwrap_or(1) == 1
            && directory.entry(file, Tag::TileOffsets.to_u16()).is_none();
        let width = usize::try_from(number(Tag::ImageWidth)?).ok()?;
        let (bits, channels) = (usize::try_from(bits).ok()?, usize::try_from(channels).ok()?);
        let row = width.checked_mul(channels)?.checked_mul(bits)?.div_ceil(8);
        if !is_plain {
            return None;
        }
        for (tag, value) in [
            (Tag::ImageWidth, row as u64),
            (Tag::BitsPerSample, 8),
            (Tag::SamplesPerPixel, 1),
            (Tag::PhotometricInterpretation, BLACK_IS_ZERO),
        ] {
            if let Some(entry) = directory.entry(file, tag.to_u16()) {
                directory.layout.set(file, entry, &[value]);
            }
        }
        Some(Self { bits, channels, width, inverted: color == WHITE_IS_ZERO })
    }

    /// The picture of this page.
    pub(super) fn image(self, decoder: &mut File) -> Result<DynamicImage, Failure> {
        let broken = || Failure::BadInput("The TIFF is broken off".into());
        let (row, height) = decoder.dimensions().map_err(corrupt)?;
        let mut buffer = DecodingResult::U8(Vec::new());
        decoder.read_image_to_buffer(&mut buffer).map_err(corrupt)?;
        let DecodingResult::U8(bytes) = buffer else { return Err(broken()) };
        let row = usize::try_from(row).unwrap_or(usize::MAX);
        let values: Vec<u16> = bytes.chunks_exact(row).flat_map(|row| self.values(row)).collect();
        let width = u32::try_from(self.width).unwrap_or(u32::MAX);
        let image = if self.channels == 1 {
            ImageBuffer::from_raw(width, height, values).map(DynamicImage::ImageLuma16)
        } else {
            ImageBuffer::from_raw(width, height, values).map(DynamicImage::ImageRgb16)
        };
        image.ok_or_else(broken)
    }

    /// The samples of a row, as those of 16 bits.
    fn values(self, row: &[u8]) -> impl Iterator<Item = u16> {
        let most = (1_u32 << self.bits) - 1;
        (0..self.width * self.channels).map(move |at| {
            let first = at * self.bits;
            let bytes = [0, 1, 2].map(|next| row.get(first / 8 + next).copied().unwrap_or(0));
            let all = u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]);
            let value = all >> (24 - first % 8 - self.bits) & most;
            let value = if self.inverted { most - value } else { value };
            u16::try_from((value * 65_535 + most / 2) / most).unwrap_or(u16::MAX)
        })
    }
}
