//! TIFF: all pages, of every depth and colour that the crate `tiff` reads, and palettes.

use std::io::Cursor;

use image::DynamicImage;
use image::metadata::Orientation;
use tiff::ColorType;
use tiff::TiffError;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

use super::super::color;
use super::super::metadata::tiff as tags;
use super::super::page::{Page, Sequence};
use super::jpeg::{NO_PROFILE, WITH_PROFILE};
use super::samples::{Samples, paint};
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
            progress.warn(if profile.is_some() { WITH_PROFILE } else { NO_PROFILE });
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

/// The crate refuses palettes; as grey it reads their numbers. Gives where the directories of such pages are.
fn show_palettes_as_grey(file: &mut [u8]) -> Vec<u64> {
    let mut found = Vec::new();
    let (little, big) = match file.get(..4) {
        Some(b"II\x2a\0") => (true, false),
        Some(b"MM\0\x2a") => (false, false),
        Some(b"II\x2b\0") => (true, true),
        Some(b"MM\0\x2b") => (false, true),
        _ => return found,
    };
    let number = |file: &[u8], at: usize, length: usize| {
        let bytes = file.get(at..at.checked_add(length)?)?;
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        let value = if little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) };
        usize::try_from(value).ok()
    };
    // How long a count of entries, an entry and an offset are, and where in an entry its value stands.
    let (count_length, entry_length, offset_length, value) = if big { (8, 20, 8, 12) } else { (2, 12, 4, 8) };
    let mut next = number(file, if big { 8 } else { 4 }, offset_length);
    for _ in 0..MAX_PAGES {
        let Some(directory) = next.filter(|at| *at > 0) else { break };
        // No more than the file has room for.
        let Some(count) = number(file, directory, count_length).filter(|count| *count < file.len()) else {
            break;
        };
        for entry in (0..count).map(|entry| directory + count_length + entry_length * entry) {
            if number(file, entry, 2) == Some(Tag::PhotometricInterpretation.to_u16().into())
                && number(file, entry + value, 2) == Some(PALETTE.into())
            {
                let grey = if little { BLACK_IS_ZERO.to_le_bytes() } else { BLACK_IS_ZERO.to_be_bytes() };
                file[entry + value..entry + value + 2].copy_from_slice(&grey);
                found.push(directory as u64);
            }
        }
        next = number(file, directory + count_length + entry_length * count, offset_length);
    }
    found
}
