//! Files with one picture, and single pictures of others, by the crate `image`.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::super::metadata::{COMMENT, Metadata, Resolution, exif, gif::comments, png, riff};
use super::super::page::Page;
use super::{MAX_MEMORY, MAX_SIDE, corrupt, within};
use crate::engine::Failure;

/// Reads the one picture, or the first.
pub(super) fn read(file: Vec<u8>, format: ImageFormat) -> Result<Page, Failure> {
    let metadata = metadata(&file, format);
    let image = pixels(file, format)?;
    Ok(upright(image, metadata))
}

pub(in crate::engine::image) fn metadata(file: &[u8], format: ImageFormat) -> Metadata {
    match format {
        ImageFormat::Png => png::read(file),
        ImageFormat::WebP => riff::read(file),
        ImageFormat::Bmp => Metadata { resolution: bmp_resolution(file), ..Metadata::default() },
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

/// The header of a BMP has pixels per metre.
fn bmp_resolution(file: &[u8]) -> Option<Resolution> {
    let number = |at: usize| Some(u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?));
    // The oldest header is shorter, and has none.
    (number(14)? >= 40).then(|| Resolution::per_metre(number(38)?, number(42)?))?
}

/// What extensions of a GIF say.
fn gif(file: &[u8]) -> Metadata {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let Ok(mut decoder) = options.read_info(file) else { return Metadata::default() };
    // They may stand after the first picture.
    while let Ok(Some(_)) = decoder.next_frame_info() {}
    let owned = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
    let comments = comments(file).into_iter().map(|text| (COMMENT.to_owned(), text)).collect();
    let (icc, xmp) = (owned(decoder.icc_profile()), owned(decoder.xmp_metadata()));
    Metadata { icc, xmp, comments, ..Metadata::default() }
}
