//! Pages that Poppler has drawn, and how they become PNG: its own encoder takes ten times as long as the drawing.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use image::{DynamicImage, RgbImage};

use super::super::{Failure, image as raster};

/// How many bytes may lie in the folder before they are written as PNG.
const MOST: f64 = 256e6;
const BYTES_OF_PIXEL: f64 = 3.0;

/// How many pages may be drawn before they are written as PNG, if they have at most so many pixels.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn at_once(pixels: f64) -> u32 {
    (MOST / (BYTES_OF_PIXEL * pixels)).max(1.0) as u32
}

/// Makes PNG of all pages in a folder that are drawn at this density (per inch).
pub(super) fn to_png(folder: &Path, density: u32) -> Result<(), Failure> {
    for file in std::fs::read_dir(folder).map_err(Failure::io)? {
        let path = file.map_err(Failure::io)?.path();
        if path.extension().is_some_and(|extension| extension == "ppm") {
            let page = read(&path).map_err(Failure::io)?;
            raster::write_png(&path.with_extension("png"), page, density.into())?;
            std::fs::remove_file(path).map_err(Failure::io)?;
        }
    }
    Ok(())
}

/// A picture as Poppler writes it: `P6`, its sides and the largest value in a line each, and the pixels.
pub(in crate::engine) fn read(path: &Path) -> std::io::Result<DynamicImage> {
    let mut file = BufReader::new(File::open(path)?);
    let mut head = String::new();
    for _ in 0..3 {
        file.read_line(&mut head)?;
    }
    let strange = || std::io::Error::other("Poppler has written another picture than asked for");
    let words: Vec<&str> = head.split_whitespace().collect();
    let ["P6", width, height, "255"] = words[..] else { return Err(strange()) };
    let (Ok(width), Ok(height)) = (width.parse(), height.parse()) else { return Err(strange()) };
    let mut pixels = Vec::new();
    file.read_to_end(&mut pixels)?;
    RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8).ok_or_else(strange)
}
