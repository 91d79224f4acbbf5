//! Pictures inside other files.

use image::DynamicImage;

use super::decode::{format_of, open_bytes};
use super::settle::shallow;
use super::{Page, color};
use crate::engine::Progress;

/// The pixels of a picture inside another file, in sRGB; None where it cannot be read.
pub(in crate::engine) fn embedded(file: Vec<u8>, progress: &Progress) -> Option<DynamicImage> {
    let Page { image, mut metadata, .. } = open_bytes(file, "", None, progress).ok()?.pages.next()?.ok()?;
    let image = match metadata.icc.take() {
        Some(icc) => color::to_srgb(image, &icc).unwrap_or_else(|image| image),
        None => image,
    };
    Some(shallow(image))
}

/// A picture as a PNG, quickly rather than small.
pub(in crate::engine) fn as_png(image: &DynamicImage) -> Option<Vec<u8>> {
    let mut png = std::io::Cursor::new(Vec::new());
    image.write_to(&mut png, image::ImageFormat::Png).ok()?;
    Some(png.into_inner())
}

/// Whether these bytes begin as those of a picture do.
pub(in crate::engine) fn is_picture(file: &[u8]) -> bool {
    format_of(file, "").is_some()
}
