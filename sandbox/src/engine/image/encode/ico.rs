//! Icons, with all their sizes.

use std::io::Write;
use std::path::PathBuf;

use fast_image_resize::Resizer;
use image::codecs::ico::{IcoEncoder, IcoFrame};
use image::{DynamicImage, ExtendedColorType};

use super::super::page::Page;
use super::output::{Sink, create, failed};
use crate::engine::{Failure, Progress};

/// The longest side.
const LARGEST: u32 = 256;
/// How many bits each pixel has.
const BITS: u16 = 32;
/// What systems and browsers look for.
const SIZES: [u32; 6] = [128, 64, 48, 32, 24, 16];

pub(super) struct Sizes {
    path: PathBuf,
    /// Whether smaller sizes are made of the one.
    make: bool,
    pictures: Vec<DynamicImage>,
}

impl Sizes {
    pub(super) fn new(path: PathBuf, make: bool) -> Self {
        Self { path, make, pictures: Vec::new() }
    }
}

impl Sink for Sizes {
    fn add(&mut self, page: Page, progress: &Progress) -> Result<(), Failure> {
        if let Some(bits) = page.bits.filter(|bits| *bits != BITS) {
            progress.warn(format!(
                "Pictures of the icon that had {bits} bits a pixel have {BITS} now; they look the same"
            ));
        }
        let image = DynamicImage::ImageRgba8(page.image.into_rgba8());
        let longest = image.width().max(image.height());
        let first = if longest > LARGEST { scaled(&image, LARGEST)? } else { image.clone() };
        self.pictures.push(first);
        if self.make {
            let smaller = SIZES.into_iter().filter(|size| *size < longest.min(LARGEST));
            let smaller = smaller.map(|size| scaled(&image, size));
            self.pictures.extend(smaller.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<PathBuf>, Failure> {
        let failed = failed("ico");
        let frames = self.pictures.iter().map(|image| {
            IcoFrame::as_png(image.as_bytes(), image.width(), image.height(), ExtendedColorType::Rgba8)
        });
        let frames = frames.collect::<Result<Vec<_>, _>>().map_err(|error| failed(error.to_string()))?;
        let mut file = create(&self.path)?;
        IcoEncoder::new(&mut file).encode_images(&frames).map_err(|error| failed(error.to_string()))?;
        file.flush().map_err(Failure::io)?;
        Ok(vec![self.path])
    }
}

/// In its proportions, with this as its longest side.
fn scaled(image: &DynamicImage, longest: u32) -> Result<DynamicImage, Failure> {
    let (width, height) = (image.width(), image.height());
    let side = |side: u32| (side * longest).div_ceil(width.max(height)).max(1);
    let mut scaled = DynamicImage::new(side(width), side(height), image.color());
    let done = Resizer::new().resize(image, &mut scaled, None);
    done.map_err(|error| failed("ico")(error.to_string()))?;
    Ok(scaled)
}
