//! TIFF: all pages, of every depth and colour that the crate `tiff` reads, and palettes.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageBuffer};
use tiff::ColorType;
use tiff::TiffError;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

use super::super::color;
use super::super::metadata::tiff as tags;
use super::super::page::{Page, Sequence};
use super::jpeg::NO_PROFILE;
use super::{MAX_MEMORY, Opened, fax, still, within};
use crate::engine::{Failure, Progress};

/// How many pages are read.
const MAX_PAGES: usize = 5000;
/// The bits of `NewSubfileType` for smaller copies and for masks, which are no pages.
const NO_PAGE: u32 = 0b101;
const PALETTE: u16 = 3;
const BLACK_IS_ZERO: u16 = 1;

pub(super) type File = Decoder<Cursor<Vec<u8>>>;

#[allow(clippy::needless_pass_by_value)]
fn corrupt(error: TiffError) -> Failure {
    Failure::corrupt("tiff image", error)
}

pub(super) fn open(mut file: Vec<u8>, progress: &Progress) -> Result<Opened, Failure> {
    let exif = tags::exif_of(&file);
    let palettes = show_palettes_as_grey(&mut file);
    let mut decoder = Decoder::new(Cursor::new(file)).map_err(corrupt)?.with_limits(limits());
    let pages = pages(&mut decoder)?;
    let sequence = if pages.len() == 1 { Sequence::One } else { Sequence::Pages(pages.len()) };
    let progress = progress.clone();
    let pages = pages.into_iter().map(move |page| {
        decoder.seek_to_image(page).map_err(corrupt)?;
        let palette = decoder.ifd_pointer().is_some_and(|at| palettes.contains(&at.0));
        let mut metadata = tags::read(&mut decoder, exif.as_ref(), page);
        let orientation = decoder.find_tag_unsigned::<u8>(Tag::Orientation).ok().flatten();
        let image = image(&mut decoder, palette, &mut metadata.icc, &progress)?;
        Ok::<Page, Failure>(still::turned(image, metadata, orientation.and_then(Orientation::from_exif)))
    });
    Ok(Opened { sequence, lossless: true, pages: Box::new(pages) })
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    let most = usize::try_from(MAX_MEMORY).unwrap_or(usize::MAX);
    limits.decoding_buffer_size = most;
    limits.intermediate_buffer_size = most;
    limits.ifd_value_size = 64 << 20;
    limits
}

/// The numbers of the pages; copies and masks are none.
fn pages(decoder: &mut File) -> Result<Vec<usize>, Failure> {
    let mut pages = Vec::new();
    for number in 0.. {
        let kind = decoder.find_tag_unsigned::<u32>(Tag::NewSubfileType).ok().flatten().unwrap_or(0);
        if number == 0 || kind & NO_PAGE == 0 {
            pages.push(number);
        }
        if !decoder.more_images() {
            break;
        }
        if number >= MAX_PAGES {
            return Err(Failure::BadInput(format!("The image has more than {MAX_PAGES} pages")));
        }
        decoder.next_image().map_err(corrupt)?;
    }
    Ok(pages)
}

fn image(
    decoder: &mut File,
    palette: bool,
    icc: &mut Option<Vec<u8>>,
    progress: &Progress,
) -> Result<DynamicImage, Failure> {
    let (width, height) = decoder.dimensions().map_err(corrupt)?;
    let kind = decoder.colortype().map_err(corrupt)?;
    let channels = kind.num_samples();
    within(width, height, u64::from(channels) * if kind.bit_depth() > 8 { 2 } else { 1 })?;
    if let Some(page) = fax::read(decoder, width, height) {
        return Ok(DynamicImage::ImageLuma8(page));
    }
    let associated = decoder.get_tag_u16_vec(Tag::ExtraSamples).is_ok_and(|extra| extra.first() == Some(&1));
    let mut buffer = DecodingResult::U8(Vec::new());
    let layout = decoder.read_image_to_buffer(&mut buffer).map_err(corrupt)?;
    let samples = Samples::new(buffer, kind.bit_depth(), (width, height), channels, layout.planes, palette);
    let samples = samples.ok_or_else(|| unsupported(kind))?;
    if palette {
        let map = decoder.get_tag_u16_vec(Tag::ColorMap).map_err(corrupt)?;
        return paint(&samples, &map, width, height).ok_or_else(|| unsupported(kind));
    }
    let image = match kind {
        ColorType::CMYK(_) => {
            let profile = icc.take();
            if profile.is_none() {
                progress.warn(NO_PROFILE);
            }
            Some(color::from_inks(width, height, &samples.bytes(), profile.as_deref()))
        }
        ColorType::YCbCr(8) => samples.rgb_of_ycbcr().dynamic(width, height, 3),
        ColorType::YCbCr(_) | ColorType::CMYKA(_) | ColorType::Lab(_) => None,
        _ => {
            let samples = if associated { samples.without_premultiplication(channels) } else { samples };
            samples.dynamic(width, height, channels)
        }
    };
    image.ok_or_else(|| unsupported(kind))
}

fn unsupported(kind: ColorType) -> Failure {
    Failure::BadInput(format!("This kind of TIFF ({kind:?}) is not read here; save it in RGB or grey"))
}

/// Samples of all pixels, channel beside channel.
enum Samples {
    Eight(Vec<u8>),
    Sixteen(Vec<u16>),
}

impl Samples {
    fn new(
        buffer: DecodingResult,
        depth: u8,
        (width, height): (u32, u32),
        channels: u16,
        planes: usize,
        palette: bool,
    ) -> Option<Self> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let float = |value: f32| (value.clamp(0.0, 1.0) * 65_535.0).round() as u16;
        let samples = match buffer {
            DecodingResult::U8(bytes) if depth < 8 => {
                Self::Eight(unpack(&bytes, depth, width, height, channels, palette)?)
            }
            DecodingResult::U8(bytes) => Self::Eight(bytes),
            DecodingResult::U16(values) if depth == 16 => Self::Sixteen(values),
            DecodingResult::U32(values) => Self::Sixteen(
                values.into_iter().map(|value| u16::try_from(value >> 16).unwrap_or(u16::MAX)).collect(),
            ),
            DecodingResult::F32(values) => Self::Sixteen(values.into_iter().map(float).collect()),
            _ => return None,
        };
        Some(match samples {
            samples if planes <= 1 => samples,
            Self::Eight(values) => Self::Eight(interleave(&values, planes)),
            Self::Sixteen(values) => Self::Sixteen(interleave(&values, planes)),
        })
    }

    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Eight(bytes) => bytes,
            Self::Sixteen(values) => values.into_iter().map(|value| (value >> 8) as u8).collect(),
        }
    }

    fn rgb_of_ycbcr(self) -> Self {
        let mut bytes = self.bytes();
        for pixel in bytes.chunks_exact_mut(3) {
            let [y, cb, cr] = [0, 1, 2].map(|at| f32::from(pixel[at]));
            let (cb, cr) = (cb - 128.0, cr - 128.0);
            let rgb = [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb];
            for (to, value) in pixel.iter_mut().zip(rgb) {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let value = value.round().clamp(0.0, 255.0) as u8;
                *to = value;
            }
        }
        Self::Eight(bytes)
    }

    /// The colours by themselves, where they are stored with their opacity in them.
    fn without_premultiplication(self, channels: u16) -> Self {
        let channels = usize::from(channels.max(1));
        match self {
            Self::Eight(mut values) => {
                for pixel in values.chunks_exact_mut(channels) {
                    let alpha = u32::from(pixel[channels - 1]).max(1);
                    for value in &mut pixel[..channels - 1] {
                        *value = u8::try_from(u32::from(*value) * 255 / alpha).unwrap_or(255);
                    }
                }
                Self::Eight(values)
            }
            Self::Sixteen(mut values) => {
                for pixel in values.chunks_exact_mut(channels) {
                    let alpha = u32::from(pixel[channels - 1]).max(1);
                    for value in &mut pixel[..channels - 1] {
                        *value = u16::try_from(u32::from(*value) * 65_535 / alpha).unwrap_or(u16::MAX);
                    }
                }
                Self::Sixteen(values)
            }
        }
    }

    fn dynamic(self, width: u32, height: u32, channels: u16) -> Option<DynamicImage> {
        Some(match (self, channels) {
            (Self::Eight(v), 1) => DynamicImage::ImageLuma8(ImageBuffer::from_raw(width, height, v)?),
            (Self::Eight(v), 2) => DynamicImage::ImageLumaA8(ImageBuffer::from_raw(width, height, v)?),
            (Self::Eight(v), 3) => DynamicImage::ImageRgb8(ImageBuffer::from_raw(width, height, v)?),
            (Self::Eight(v), 4) => DynamicImage::ImageRgba8(ImageBuffer::from_raw(width, height, v)?),
            (Self::Sixteen(v), 1) => DynamicImage::ImageLuma16(ImageBuffer::from_raw(width, height, v)?),
            (Self::Sixteen(v), 2) => DynamicImage::ImageLumaA16(ImageBuffer::from_raw(width, height, v)?),
            (Self::Sixteen(v), 3) => DynamicImage::ImageRgb16(ImageBuffer::from_raw(width, height, v)?),
            (Self::Sixteen(v), 4) => DynamicImage::ImageRgba16(ImageBuffer::from_raw(width, height, v)?),
            _ => return None,
        })
    }
}

fn interleave<T: Copy>(values: &[T], planes: usize) -> Vec<T> {
    let length = values.len() / planes;
    (0..length).flat_map(|at| (0..planes).map(move |plane| values[plane * length + at])).collect()
}

/// Samples of 1, 2 or 4 bits, whose rows begin at whole bytes, as bytes; a palette's as they are, others to 255.
fn unpack(bytes: &[u8], depth: u8, width: u32, height: u32, channels: u16, palette: bool) -> Option<Vec<u8>> {
    if !matches!(depth, 1 | 2 | 4) {
        return None;
    }
    let (depth, most) = (usize::from(depth), (1_u8 << depth) - 1);
    let row = usize::try_from(width).ok()?.checked_mul(channels.into())?;
    let packed = (row * depth).div_ceil(8);
    let rows = bytes.chunks_exact(packed).take(usize::try_from(height).ok()?);
    let value = |row: &[u8], at: usize| {
        let bit = at * depth;
        let value = (row[bit / 8] >> (8 - depth - bit % 8)) & most;
        if palette { value } else { value * (255 / most) }
    };
    Some(rows.flat_map(|packed| (0..row).map(move |at| value(packed, at))).collect())
}

/// The colours of a palette: all of red, then green, then blue, of 16 bits each.
fn paint(samples: &Samples, map: &[u16], width: u32, height: u32) -> Option<DynamicImage> {
    let Samples::Eight(indices) = samples else { return None };
    let count = map.len() / 3;
    // Old programs wrote colours of 8 bits.
    let shift = if map.iter().all(|value| *value < 256) { 0 } else { 8 };
    let pixels = indices.iter().flat_map(|index| {
        [0, 1, 2].map(|channel| {
            map.get(channel * count + usize::from(*index))
                .map_or(0, |value| u8::try_from(value >> shift).unwrap_or(255))
        })
    });
    ImageBuffer::from_raw(width, height, pixels.collect()).map(DynamicImage::ImageRgb8)
}

/// The crate refuses palettes; as grey it reads their numbers. Gives where the directories of such pages are.
fn show_palettes_as_grey(file: &mut [u8]) -> Vec<u64> {
    let mut found = Vec::new();
    let little = file.starts_with(b"II\x2a\0");
    if !little && !file.starts_with(b"MM\0\x2a") {
        return found;
    }
    let short = |file: &[u8], at: usize| {
        let bytes = file.get(at..at + 2)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |file: &[u8], at: usize| {
        let bytes = file.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }).ok()
    };
    let mut next = long(file, 4);
    for _ in 0..MAX_PAGES {
        let Some(directory) = next.filter(|at| *at > 0) else { break };
        let Some(count) = short(file, directory).map(usize::from) else { break };
        for entry in (0..count).map(|entry| directory + 2 + 12 * entry) {
            if short(file, entry) == Some(Tag::PhotometricInterpretation.to_u16())
                && short(file, entry + 8) == Some(PALETTE)
            {
                let grey = if little { BLACK_IS_ZERO.to_le_bytes() } else { BLACK_IS_ZERO.to_be_bytes() };
                file[entry + 8..entry + 10].copy_from_slice(&grey);
                found.push(directory as u64);
            }
        }
        next = long(file, directory + 2 + 12 * count);
    }
    found
}
