//! JPEG, also of inks, which the crate `image` reads without their profile.
//!
//! What is to become a small picture is not decoded in full: of each block of 8 times 8 pixels, a half, a quarter or an
//! eighth of each side can be computed at once.

use image::metadata::Orientation;
use image::{DynamicImage, ImageBuffer, ImageFormat};
use jpeg_decoder::{ColorTransform, PixelFormat};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::super::metadata::{exif, jpeg};
use super::super::page::{MAX_SIDE, Page};
use super::super::resize;
use super::super::settings::Settings;
use super::opened::within;
use super::{inks, scans, still};
use crate::engine::{Failure, Progress};

pub(super) fn read(
    mut file: Vec<u8>,
    settings: Option<&Settings>,
    progress: &Progress,
) -> Result<Page, Failure> {
    let jpeg::Segments { mut metadata, adobe } = jpeg::read(&file);
    jpeg::without_others(&mut file);
    if !adobe && jpeg::is_ycck(&file) {
        jpeg::mark_as_ycck(&mut file);
    }
    let orientation = metadata.exif.as_deref().and_then(exif::orientation).and_then(Orientation::from_exif);
    let side = usize::try_from(MAX_SIDE).unwrap_or(usize::MAX);
    let options = DecoderOptions::default().set_strict_mode(false).set_max_width(side).set_max_height(side);
    let corrupt = |error| Failure::corrupt("jpeg image", error);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&file), options);
    decoder.decode_headers().map_err(corrupt)?;
    let (Some((width, height)), Some(stored)) = (decoder.dimensions(), decoder.input_colorspace()) else {
        return Err(Failure::BadInput("The input file is not a jpeg image that can be read".into()));
    };
    let side = |side| u32::try_from(side).unwrap_or(u32::MAX);
    let (width, height) = (side(width), side(height));
    within(width, height, 4)?;
    scans::tell(&file, progress)?;
    let shown = if lies(orientation) { (height, width) } else { (width, height) };
    let factor = settings.map_or(1, |settings| resize::reduction(settings, shown));
    if let Some(image) = reduced(&file, stored, (width, height), factor) {
        return Ok(Page { size: shown, ..still::turned(image, metadata, orientation) });
    }
    let wanted = match stored {
        ColorSpace::Luma | ColorSpace::CMYK | ColorSpace::YCCK => stored,
        ColorSpace::YCbCr | ColorSpace::RGB => ColorSpace::RGB,
        _ => return Ok(still::turned(still::pixels(file, ImageFormat::Jpeg)?, metadata, orientation)),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(wanted));
    let pixels = decoder.decode().map_err(corrupt)?;
    let image = match wanted {
        ColorSpace::Luma => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8),
        ColorSpace::RGB => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
        _ => {
            if !adobe {
                progress.warn(NO_MARKER);
            }
            let amounts = amounts(pixels, wanted == ColorSpace::YCCK, adobe);
            let inks = ImageBuffer::from_raw(width, height, amounts).map(DynamicImage::ImageRgba8);
            let profile = metadata.icc.take();
            inks.map(|inks| inks::to_srgb(inks, profile.as_deref(), progress))
        }
    };
    let image = image.ok_or_else(|| Failure::BadInput("The jpeg image is broken off".into()))?;
    Ok(still::turned(image, metadata, orientation))
}

/// Whether its sides change places.
const fn lies(orientation: Option<Orientation>) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Some(Rotate90 | Rotate90FlipH | Rotate270 | Rotate270FlipH))
}

/// The picture with its sides divided by 2, 4 or 8; None where that cannot be, or nothing is to be divided.
fn reduced(
    file: &[u8],
    stored: ColorSpace,
    (width, height): (u32, u32),
    factor: u32,
) -> Option<DynamicImage> {
    let colours = match stored {
        ColorSpace::Luma => ColorTransform::Grayscale,
        ColorSpace::YCbCr => ColorTransform::YCbCr,
        ColorSpace::RGB => ColorTransform::RGB,
        _ => return None,
    };
    if factor == 1 {
        return None;
    }
    let mut decoder = jpeg_decoder::Decoder::new(file);
    decoder.set_color_transform(colours);
    let side = |side: u32| u16::try_from(side.div_ceil(factor)).ok();
    let (width, height) = decoder.scale(side(width)?, side(height)?).ok()?;
    let (width, height) = (width.into(), height.into());
    let pixels = decoder.decode().ok()?;
    match decoder.info()?.pixel_format {
        PixelFormat::L8 => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8),
        PixelFormat::RGB24 => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
        _ => None,
    }
}

const NO_MARKER: &str = "The image does not say whether its amounts of ink are inverted; they were read as they are. If it looks like a negative, they are inverted";

/// The amounts of ink, from how they are stored.
fn amounts(mut pixels: Vec<u8>, ycck: bool, adobe: bool) -> Vec<u8> {
    for pixel in pixels.chunks_exact_mut(4) {
        if ycck {
            let [y, cb, cr] = [0, 1, 2].map(|at| f32::from(pixel[at]));
            let (cb, cr) = (cb - 128.0, cr - 128.0);
            let rgb = [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb];
            for (to, value) in pixel.iter_mut().zip(rgb) {
                // What is stored as brightness is the amount of ink, because Adobe inverts all four.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let value = value.round().clamp(0.0, 255.0) as u8;
                *to = if adobe { value } else { 255 - value };
            }
            if adobe {
                pixel[3] = 255 - pixel[3];
            }
        } else if adobe {
            for ink in pixel {
                *ink = 255 - *ink;
            }
        }
    }
    pixels
}
