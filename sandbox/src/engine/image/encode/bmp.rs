//! BMP, by the crate `image`, with the resolution that it leaves out.

use std::fs::File;
use std::io::{BufWriter, Cursor, Write};

use image::{DynamicImage, ImageFormat};

use super::super::page::Page;
use super::output::failed;
use crate::engine::Failure;

/// Where its header has pixels per metre.
const RESOLUTION: std::ops::Range<usize> = 38..46;

pub(super) fn still(page: &Page, mut file: BufWriter<File>) -> Result<(), Failure> {
    let mut bytes = Cursor::new(Vec::new());
    let written = match &page.image {
        image @ DynamicImage::ImageLumaA8(_) => image.to_rgba8().write_to(&mut bytes, ImageFormat::Bmp),
        image => image.write_to(&mut bytes, ImageFormat::Bmp),
    };
    written.map_err(|error| failed("bmp")(error.to_string()))?;
    let mut bytes = bytes.into_inner();
    if let (Some(resolution), Some(place)) = (page.metadata.resolution, bytes.get_mut(RESOLUTION)) {
        let (x, y) = resolution.metres();
        place[..4].copy_from_slice(&x.to_le_bytes());
        place[4..].copy_from_slice(&y.to_le_bytes());
    }
    file.write_all(&bytes).and_then(|()| file.flush()).map_err(Failure::io)
}
