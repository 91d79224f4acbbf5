//! Pictures inside other files.

use image::{DynamicImage, ImageFormat};

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
    image.write_to(&mut png, ImageFormat::Png).ok()?;
    Some(png.into_inner())
}

/// A picture inside another file as players take it, how files of its kind end, and its size: JPEG and PNG as they are, others
/// as PNG. None where it cannot be read.
pub(in crate::engine) fn for_players(
    file: Vec<u8>,
    progress: &Progress,
) -> Option<(Vec<u8>, &'static str, (u32, u32))> {
    let image = embedded(file.clone(), progress)?;
    let size = (image.width(), image.height());
    match format_of(&file, "")? {
        ImageFormat::Jpeg => Some((file, "jpg", size)),
        ImageFormat::Png => Some((file, "png", size)),
        _ => Some((as_png(&image)?, "png", size)),
    }
}

/// Whether these bytes begin as those of a picture do.
pub(in crate::engine) fn is_picture(file: &[u8]) -> bool {
    format_of(file, "").is_some()
}
