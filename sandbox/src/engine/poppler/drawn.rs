//! Pages that Poppler has drawn. They are written by the engine of pictures: Poppler's own encoder of PNG takes ten times as
//! long as the drawing.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use image::{DynamicImage, RgbImage};

/// How many bytes may lie in the folder before they are written.
const MOST: f64 = 256e6;
const BYTES_OF_PIXEL: f64 = 3.0;

/// How many pages may be drawn before they are written, if they have at most so many pixels.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn at_once(pixels: f64) -> u32 {
    (MOST / (BYTES_OF_PIXEL * pixels)).max(1.0) as u32
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
