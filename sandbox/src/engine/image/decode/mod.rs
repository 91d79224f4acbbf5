//! Reads the pictures of a file, one after the other, each upright and with what the file says of it.

mod animation;
mod ico;
mod inks;
mod jpeg;
mod opened;
mod scans;
mod still;
mod tiff;

use std::fs::File;
use std::io::Read;

use image::ImageFormat;

use super::format::Format;
use super::page::{Page, Sequence};
use super::settings::Settings;
use crate::engine::{Failure, Progress};
use crate::file::StoredFile;
pub(super) use ico::best_of_icon;
pub(super) use scans::tell as tell_of_jpeg;

pub(in crate::engine) use opened::Opened;

/// The largest file that is read.
const MAX_FILE: u64 = 1 << 30;

/// Opens a file. Reading it moves the percent. With settings, a JPEG is decoded no larger than they need it.
pub(in crate::engine) fn open(
    input: &StoredFile,
    format: &str,
    settings: Option<&Settings>,
    progress: &Progress,
    percent: (f64, f64),
) -> Result<Opened, Failure> {
    let file = read(input, progress, percent)?;
    open_bytes(file, format, settings, progress)
}

pub(super) fn open_bytes(
    file: Vec<u8>,
    format: &str,
    settings: Option<&Settings>,
    progress: &Progress,
) -> Result<Opened, Failure> {
    let one = |page: Page, lossless| {
        Ok(Opened { sequence: Sequence::One, lossless, pages: Box::new(std::iter::once(Ok(page))) })
    };
    match format_of(&file, format) {
        Some(ImageFormat::Jpeg) => one(jpeg::read(file, settings, progress)?, false),
        Some(ImageFormat::Tiff) => tiff::open(file, progress),
        Some(ImageFormat::Ico) => ico::open(&file),
        Some(format @ (ImageFormat::Gif | ImageFormat::WebP | ImageFormat::Png)) => {
            animation::open(file, format, progress)
        }
        Some(format) => one(still::read(file, format)?, true),
        None => Err(Failure::BadInput(format!("The input file is not a {format} image that can be read"))),
    }
}

/// What a file is by its first bytes, else what it is said to be.
pub(super) fn format_of(file: &[u8], named: &str) -> Option<ImageFormat> {
    let guessed = image::guess_format(file).ok().filter(ImageFormat::reading_enabled);
    guessed.or_else(|| Format::named(named).map(|format| format.kind))
}

pub(super) fn read(input: &StoredFile, progress: &Progress, percent: (f64, f64)) -> Result<Vec<u8>, Failure> {
    if input.size > MAX_FILE {
        let size = input.size;
        return Err(Failure::BadInput(format!(
            "The image file has {size} bytes; at most {MAX_FILE} are read"
        )));
    }
    let file = File::open(&input.path).map_err(Failure::io)?;
    let mut bytes = Vec::new();
    let read = progress.watch(file, input.size, percent).take(MAX_FILE).read_to_end(&mut bytes);
    progress.check()?;
    read.map_err(Failure::io)?;
    Ok(bytes)
}
