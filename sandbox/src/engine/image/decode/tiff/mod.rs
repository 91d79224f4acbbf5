//! TIFF: all pages, of every depth and colour that the crate `tiff` reads; and what it refuses and others write: palettes,
//! `CIELab`, LZMA (`directory`), unusual depths (`packed`), faxes (`fax`).

mod directory;
mod fax;
mod file;
mod jpegs;
mod lab;
mod packed;
mod samples;

use std::io::Cursor;

use image::DynamicImage;
use image::metadata::Orientation;
use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

use super::super::metadata::tiff as tags;
use super::super::page::Sequence;
use super::opened::{MAX_MEMORY, Opened, within};
use super::{inks, still};
use crate::engine::{Failure, Progress};
use directory::Hidden;
use file::{File, MAX_PAGES, corrupt};
use samples::{Samples, paint};

/// The bits of `NewSubfileType` for smaller copies and for masks, which are no pages.
const NO_PAGE: u32 = 0b101;
/// Ways to store a picture that nothing here reads, by the numbers of `Compression` and `PhotometricInterpretation`.
const OLD_JPEG: u32 = 6;
const ITU_LAB: u32 = 10;
const LAB: &str = "The image is in CIELab; its colours are converted to sRGB";

pub(super) fn open(mut file: Vec<u8>, progress: &Progress) -> Result<Opened, Failure> {
    let mut behind = tags::behind(&file);
    let whole = tags::whole_pages(&file);
    let hidden = directory::prepare(&mut file)?;
    let mut decoder = Decoder::new(Cursor::new(file)).map_err(corrupt)?.with_limits(limits());
    let (pages, others) = pages(&mut decoder, progress)?;
    if others > 0 {
        progress.warn(format!("{others} smaller copies or masks of pages are not in the output"));
    }
    let sequence = if pages.len() == 1 { Sequence::One } else { Sequence::Pages(pages.len()) };
    let progress = progress.clone();
    let mut read = move |page: usize| {
        decoder.seek_to_image(page).map_err(|error| (corrupt(error), 0))?;
        let place = decoder.ifd_pointer().map_or(0, |place| place.0);
        let hidden = hidden.get(&place).copied();
        let mut metadata = tags::read(decoder.inner().get_ref(), place);
        metadata.others.extend(behind.take());
        jpegs::tell(decoder.inner().get_ref(), place, &progress);
        let orientation = decoder.find_tag_unsigned::<u8>(Tag::Orientation).ok().flatten();
        let image =
            image(&mut decoder, hidden, &mut metadata.icc, &progress).map_err(|failure| (failure, place))?;
        Ok(still::turned(image, metadata, orientation.and_then(Orientation::from_exif)))
    };
    // A page that the file ends in is none; whoever reads them sees that there are fewer.
    let pages = pages.into_iter().map_while(move |page| match read(page) {
        Err((Failure::BadInput(_), place)) if page > 0 && !whole.contains(&place) => None,
        page => Some(page.map_err(|(failure, _)| failure)),
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

/// The numbers of the pages, and how many copies and masks there are, which are none.
fn pages(decoder: &mut File, progress: &Progress) -> Result<(Vec<usize>, usize), Failure> {
    let (mut pages, mut others) = (Vec::new(), 0);
    for number in 0.. {
        let kind = decoder.find_tag_unsigned::<u32>(Tag::NewSubfileType).ok().flatten().unwrap_or(0);
        if number == 0 || kind & NO_PAGE == 0 {
            pages.push(number);
        } else {
            others += 1;
        }
        if !decoder.more_images() {
            break;
        }
        if number >= MAX_PAGES {
            return Err(Failure::BadInput(format!("The image has more than {MAX_PAGES} pages")));
        }
        if decoder.next_image().is_err() {
            progress.warn(format!(
                "The TIFF is broken off: only the first of its pages can be read ({})",
                pages.len()
            ));
            break;
        }
    }
    Ok((pages, others))
}

fn image(
    decoder: &mut File,
    hidden: Option<Hidden>,
    icc: &mut Option<Vec<u8>>,
    progress: &Progress,
) -> Result<DynamicImage, Failure> {
    refuse_unknown(decoder)?;
    let (width, height) = decoder.dimensions().map_err(corrupt)?;
    let kind = decoder.colortype().map_err(corrupt)?;
    let channels = kind.num_samples();
    within(width, height, u64::from(channels) * if kind.bit_depth() > 8 { 2 } else { 1 })?;
    if let Some(page) = fax::read(decoder, width, height)? {
        return Ok(DynamicImage::ImageLuma8(page));
    }
    if let Some(Hidden::Packed(packed)) = hidden {
        return packed.image(decoder);
    }
    let associated = decoder.get_tag_u16_vec(Tag::ExtraSamples).is_ok_and(|extra| extra.first() == Some(&1));
    let mut buffer = DecodingResult::U8(Vec::new());
    let layout = decoder.read_image_to_buffer(&mut buffer).map_err(corrupt)?;
    let palette = hidden == Some(Hidden::Palette);
    let said = decoder.find_tag_unsigned::<u16>(Tag::SamplesPerPixel).ok().flatten().unwrap_or(channels);
    if let Some(more @ 1..) = said.checked_sub(channels) {
        progress.warn(format!("The image has {more} more channels, which are not in the output"));
    }
    let shape = (width, height, channels);
    let samples = Samples::new(buffer, kind.bit_depth(), shape, layout.planes, palette, progress);
    let mut samples = samples.ok_or_else(|| unsupported(kind))?;
    if let Some(Hidden::Lab(stored)) = hidden {
        *icc = None;
        progress.warn(LAB);
        samples = lab::to_srgb(samples, stored, channels);
    }
    if palette {
        let map = decoder.get_tag_u16_vec(Tag::ColorMap).map_err(corrupt)?;
        return paint(&samples, &map, width, height).ok_or_else(|| unsupported(kind));
    }
    let image = match kind {
        ColorType::CMYK(_) | ColorType::CMYKA(_) => {
            let (amounts, alpha) = samples.inks(channels);
            let profile = icc.take();
            let inks = amounts.dynamic(width, height, 4);
            let image = inks.map(|inks| inks::to_srgb(inks, profile.as_deref(), progress));
            if let Some(alpha) = alpha { image.map(|image| with_alpha(image, alpha)) } else { image }
        }
        ColorType::YCbCr(8) => samples.rgb_of_ycbcr().dynamic(width, height, 3),
        ColorType::YCbCr(_) | ColorType::Lab(_) => None,
        _ => {
            let samples = if associated { samples.without_premultiplication(channels) } else { samples };
            samples.dynamic(width, height, channels)
        }
    };
    image.ok_or_else(|| unsupported(kind))
}

fn with_alpha(image: DynamicImage, alpha: Samples) -> DynamicImage {
    match alpha {
        Samples::Eight(alpha) => {
            let mut image = image.into_rgba8();
            image.pixels_mut().zip(alpha).for_each(|(pixel, alpha)| pixel.0[3] = alpha);
            image.into()
        }
        Samples::Sixteen(alpha) => {
            let mut image = image.into_rgba16();
            image.pixels_mut().zip(alpha).for_each(|(pixel, alpha)| pixel.0[3] = alpha);
            image.into()
        }
    }
}

fn refuse_unknown(decoder: &mut File) -> Result<(), Failure> {
    let mut number = |tag| decoder.find_tag_unsigned::<u32>(tag).ok().flatten();
    let what = match (number(Tag::Compression), number(Tag::PhotometricInterpretation)) {
        (Some(OLD_JPEG), _) => "JPEG of the old kind (compression 6)",
        (_, Some(ITU_LAB)) => "colours of fax machines (ITULAB)",
        _ => return Ok(()),
    };
    Err(Failure::BadInput(format!("This TIFF has {what}, which is not read here; save it in RGB or grey")))
}

fn unsupported(kind: ColorType) -> Failure {
    Failure::BadInput(format!("This kind of TIFF ({kind:?}) is not read here; save it in RGB or grey"))
}
