//! Pictures for the pages of a document.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::format::PDF;
use super::metadata::{About, Metadata, exif, jpeg};
use super::page::{MAX_SIDE, Page, tell_missing};
use super::settings::Settings;
use super::settle::{settle, shallow};
use super::{background, color, decode, encode, taken};
use crate::engine::{Failure, Progress};
use crate::file::StoredFile;

/// A picture that fills a page.
pub(in crate::engine) enum Picture {
    Pixels(Page),
    /// A JPEG, which a document takes as it is.
    Jpeg(Jpeg),
}

pub(in crate::engine) struct Jpeg {
    pub(in crate::engine) file: Vec<u8>,
    pub(in crate::engine) width: u32,
    pub(in crate::engine) height: u32,
    /// 1 is grey, 3 is in colours, 4 is in inks.
    pub(in crate::engine) channels: u8,
    /// Whether no ink is 255.
    pub(in crate::engine) inverted: bool,
    /// How it lies, as EXIF counts: 1 is upright.
    pub(in crate::engine) orientation: u8,
    pub(in crate::engine) metadata: Metadata,
}

/// Hands on the pictures of a file, one after the other, with what each says of itself.
pub(in crate::engine) fn each_picture(
    input: &StoredFile,
    format: &str,
    settings: &Settings,
    progress: &Progress,
    percent: (f64, f64),
    mut page: impl FnMut(Picture, About) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let file = decode::read(input, progress, percent)?;
    if settings.changes_nothing() && decode::format_of(&file, format) == Some(image::ImageFormat::Jpeg) {
        match as_it_is(file, settings) {
            Ok(jpeg) => {
                decode::tell_of_jpeg(&jpeg.file, progress)?;
                let about = jpeg.metadata.about();
                return page(Picture::Jpeg(jpeg), about);
            }
            Err(file) => return pages(file, format, settings, progress, page),
        }
    }
    pages(file, format, settings, progress, page)
}

fn pages(
    file: Vec<u8>,
    format: &str,
    settings: &Settings,
    progress: &Progress,
    mut page: impl FnMut(Picture, About) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let opened = decode::open_bytes(file, format, Some(settings), progress)?;
    let count = taken(opened.sequence, PDF.several, progress).count();
    let mut read = 0;
    for decoded in opened.pages.take(count) {
        progress.check()?;
        let decoded = decoded?;
        read += 1;
        let about = if settings.strip { About::default() } else { decoded.metadata.about() };
        let settled = settle(decoded, &PDF, settings, progress)?;
        let picture = match settings.quality {
            // A JPEG has no transparency.
            Some(quality) if !settled.image.color().has_alpha() => coded(settled, quality, progress)?,
            _ => Picture::Pixels(settled),
        };
        page(picture, about)?;
    }
    tell_missing(count, read, progress);
    Ok(())
}

fn coded(page: Page, quality: u8, progress: &Progress) -> Result<Picture, Failure> {
    let Page { image, metadata, .. } = page;
    let (width, height) = (image.width(), image.height());
    if background::is_deep(&image) {
        progress.warn("16 bits a channel became 8: a quality was asked for, which only JPEG has");
    }
    let image = shallow(image);
    let channels = if image.color().has_color() { 3 } else { 1 };
    let file = encode::as_jpeg(&image, quality)?;
    Ok(Picture::Jpeg(Jpeg { file, width, height, channels, inverted: false, orientation: 1, metadata }))
}

/// A JPEG that documents can show without writing it anew; else the file again. It is decoded once, to know that it is
/// whole.
fn as_it_is(file: Vec<u8>, settings: &Settings) -> Result<Jpeg, Vec<u8>> {
    let jpeg::Segments { mut metadata, adobe } = jpeg::read(&file);
    let mut bare = file.clone();
    jpeg::without_others(&mut bare);
    let decoded = decoded(&bare);
    drop(bare);
    // Readers do not agree about inks that nobody says anything of.
    let decoded = decoded.filter(|(_, _, channels)| *channels < 4 || adobe);
    // A profile of other channels is applied to the pixels, or told.
    let fits = |channels| metadata.icc.as_deref().is_none_or(|icc| color::is_for(icc, channels));
    let decoded = decoded.filter(|(_, _, channels)| fits(*channels));
    let Some((width, height, channels)) = decoded else { return Err(file) };
    let orientation = metadata.exif.as_deref().and_then(exif::orientation).unwrap_or(1);
    if settings.resolution.is_some() {
        metadata.resolution = settings.resolution;
    }
    let inverted = channels == 4 && adobe;
    Ok(Jpeg { file, width, height, channels, inverted, orientation, metadata })
}

fn decoded(file: &[u8]) -> Option<(u32, u32, u8)> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), DecoderOptions::default());
    decoder.decode_headers().ok()?;
    let (width, height) = decoder.dimensions()?;
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    if width > MAX_SIDE || height > MAX_SIDE {
        return None;
    }
    let stored = decoder.input_colorspace()?;
    let channels = match stored {
        ColorSpace::Luma => 1,
        ColorSpace::YCbCr => 3,
        ColorSpace::CMYK | ColorSpace::YCCK => 4,
        _ => return None,
    };
    decoder.set_options(DecoderOptions::default().jpeg_set_out_colorspace(stored));
    decoder.decode().ok()?;
    Some((width, height, channels))
}
