//! PNG, also animated, by the crate `png`.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

use image::DynamicImage;
use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Info, PixelDimensions, Unit, Writer};

use super::super::metadata::{COMMENT, Metadata, line};
use super::super::page::Page;
use super::output::{self, Sink, create};
use crate::engine::{Failure, Progress};

const XMP: &str = "XML:com.adobe.xmp";

#[allow(clippy::needless_pass_by_value)]
fn failed(error: EncodingError) -> Failure {
    output::failed("png")(error.to_string())
}

pub(super) fn still(page: &Page, mut file: BufWriter<File>) -> Result<(), Failure> {
    let (image, color, depth) = plain(&page.image);
    let mut writer =
        encoder(&image, &page.metadata, &mut file, (color, depth))?.write_header().map_err(failed)?;
    writer.write_image_data(&bytes(&image)).map_err(failed)?;
    writer.finish().map_err(failed)?;
    file.flush().map_err(Failure::io)
}

fn encoder<'a, W: Write>(
    image: &DynamicImage,
    metadata: &'a Metadata,
    file: W,
    (color, depth): (ColorType, BitDepth),
) -> Result<Encoder<'a, W>, Failure> {
    let mut info = Info::with_size(image.width(), image.height());
    info.icc_profile = metadata.icc.as_deref().map(Cow::Borrowed);
    info.exif_metadata = metadata.exif.as_deref().map(Cow::Borrowed);
    info.pixel_dims = metadata.resolution.map(|resolution| {
        let unit = if resolution.is_ratio() { Unit::Unspecified } else { Unit::Meter };
        let (xppu, yppu) =
            if resolution.is_ratio() { resolution.whole(1_000_000) } else { resolution.metres() };
        PixelDimensions { xppu, yppu, unit }
    });
    let mut encoder = Encoder::with_info(file, info).map_err(failed)?;
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(Compression::Balanced);
    if let Some(xmp) = metadata.xmp.as_ref().and_then(|xmp| std::str::from_utf8(xmp).ok()) {
        encoder.add_itxt_chunk(XMP.to_owned(), xmp.to_owned()).map_err(failed)?;
    }
    for comment in &metadata.comments {
        // A keyword has 1 to 79 letters of Latin-1; another one stands in the text.
        let fits = (1..=79).contains(&comment.0.chars().count()) && comment.0.chars().all(|c| c <= '\u{ff}');
        let (keyword, text) = if fits { comment.clone() } else { (COMMENT.to_owned(), line(comment)) };
        encoder.add_itxt_chunk(keyword, text).map_err(failed)?;
    }
    Ok(encoder)
}

/// A picture with the channels that PNG has.
fn plain(image: &DynamicImage) -> (Cow<'_, DynamicImage>, ColorType, BitDepth) {
    let (color, depth) = match image {
        DynamicImage::ImageLuma8(_) => (ColorType::Grayscale, BitDepth::Eight),
        DynamicImage::ImageLumaA8(_) => (ColorType::GrayscaleAlpha, BitDepth::Eight),
        DynamicImage::ImageRgb8(_) => (ColorType::Rgb, BitDepth::Eight),
        DynamicImage::ImageRgba8(_) => (ColorType::Rgba, BitDepth::Eight),
        DynamicImage::ImageLuma16(_) => (ColorType::Grayscale, BitDepth::Sixteen),
        DynamicImage::ImageLumaA16(_) => (ColorType::GrayscaleAlpha, BitDepth::Sixteen),
        DynamicImage::ImageRgb16(_) => (ColorType::Rgb, BitDepth::Sixteen),
        DynamicImage::ImageRgba16(_) => (ColorType::Rgba, BitDepth::Sixteen),
        image => {
            let image = DynamicImage::ImageRgba16(image.to_rgba16());
            return (Cow::Owned(image), ColorType::Rgba, BitDepth::Sixteen);
        }
    };
    (Cow::Borrowed(image), color, depth)
}

/// The samples, of which PNG has the high byte first.
fn bytes(image: &DynamicImage) -> Cow<'_, [u8]> {
    let deep = |values: &[u16]| Cow::Owned(values.iter().flat_map(|value| value.to_be_bytes()).collect());
    match image {
        DynamicImage::ImageLuma16(pixels) => deep(pixels),
        DynamicImage::ImageLumaA16(pixels) => deep(pixels),
        DynamicImage::ImageRgb16(pixels) => deep(pixels),
        DynamicImage::ImageRgba16(pixels) => deep(pixels),
        image => Cow::Borrowed(image.as_bytes()),
    }
}

/// How long a frame is shown, in so many parts of a second, as fine as 16 bits allow.
fn delay(delay: Duration) -> (u16, u16) {
    let fitting = [1000_u16, 100, 10, 1].into_iter().find_map(|parts| {
        let count = (delay.as_millis() * u128::from(parts) + 500) / 1000;
        u16::try_from(count).ok().map(|count| (count, parts))
    });
    fitting.unwrap_or((u16::MAX, 1))
}

pub(super) struct Animation {
    path: PathBuf,
    frames: u32,
    plays: u32,
    writer: Option<Writer<BufWriter<File>>>,
}

impl Animation {
    pub(super) fn new(path: PathBuf, frames: usize, plays: u32) -> Self {
        Self { path, frames: u32::try_from(frames).unwrap_or(u32::MAX), plays, writer: None }
    }
}

impl Sink for Animation {
    fn add(&mut self, page: Page, _: &Progress) -> Result<(), Failure> {
        let image = DynamicImage::ImageRgba8(page.image.into_rgba8());
        let (delay, parts) = delay(page.delay);
        if let Some(writer) = &mut self.writer {
            writer.set_frame_delay(delay, parts).map_err(failed)?;
            return writer.write_image_data(image.as_bytes()).map_err(failed);
        }
        let file = create(&self.path)?;
        let mut encoder = encoder(&image, &page.metadata, file, (ColorType::Rgba, BitDepth::Eight))?;
        encoder.set_animated(self.frames, self.plays).map_err(failed)?;
        encoder.set_frame_delay(delay, parts).map_err(failed)?;
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(image.as_bytes()).map_err(failed)?;
        self.writer = Some(writer);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<PathBuf>, Failure> {
        if let Some(writer) = self.writer.take() {
            writer.finish().map_err(|_| Failure::BadInput("The animation is broken off".into()))?;
        }
        Ok(vec![self.path])
    }
}
