//! Files with one picture, and single pictures of others, by the crate `image`.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::super::metadata::{Metadata, Resolution, bmp, exif, gif as extensions, png, riff};
use super::super::page::{MAX_SIDE, Page};
use super::opened::{MAX_MEMORY, corrupt, within};
use crate::engine::Failure;

/// Reads the one picture, or the first.
pub(super) fn read(file: Vec<u8>, format: ImageFormat) -> Result<Page, Failure> {
    let metadata = metadata(&file, format);
    let grey = format == ImageFormat::Bmp && bmp::is_grey(&file);
    let image = pixels(file, format)?;
    let image = if grey { DynamicImage::ImageLuma8(image.into_luma8()) } else { image };
    Ok(upright(image, metadata))
}

pub(in crate::engine::image) fn metadata(file: &[u8], format: ImageFormat) -> Metadata {
    match format {
        ImageFormat::Png => png::read(file),
        ImageFormat::WebP => riff::read(file),
        ImageFormat::Bmp => bmp::read(file),
        ImageFormat::Gif => gif(file),
        _ => Metadata::default(),
    }
}

pub(super) fn pixels(file: Vec<u8>, format: ImageFormat) -> Result<DynamicImage, Failure> {
    let corrupt = corrupt(format.extensions_str()[0]);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits());
    let decoder = reader.into_decoder().map_err(&corrupt)?;
    let (width, height) = decoder.dimensions();
    within(width, height, decoder.color_type().bytes_per_pixel().into())?;
    DynamicImage::from_decoder(decoder).map_err(corrupt)
}

pub(super) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

/// Turns a picture as its EXIF says.
pub(super) fn upright(image: DynamicImage, metadata: Metadata) -> Page {
    let orientation = metadata.exif.as_deref().and_then(exif::orientation);
    turned(image, metadata, orientation.and_then(Orientation::from_exif))
}

pub(super) fn turned(
    mut image: DynamicImage,
    mut metadata: Metadata,
    orientation: Option<Orientation>,
) -> Page {
    let orientation = orientation.unwrap_or(Orientation::NoTransforms);
    if orientation != Orientation::NoTransforms {
        image.apply_orientation(orientation);
        metadata.turned(orientation);
    }
    Page::new(image, metadata)
}

/// What extensions of a GIF say.
fn gif(file: &[u8]) -> Metadata {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let Ok(mut decoder) = options.read_info(file) else { return Metadata::default() };
    // They may stand after the first picture.
    while let Ok(Some(_)) = decoder.next_frame_info() {}
    let icc = decoder.icc_profile().map(<[u8]>::to_vec);
    // Section 18: 64 times how much wider than high a pixel is, without 15.
    let shape = file.get(12).filter(|shape| **shape > 0);
    let resolution = shape.and_then(|shape| Resolution::ratio(64.0, f64::from(*shape) + 15.0));
    Metadata { icc, resolution, ..extensions::read(file) }
}
