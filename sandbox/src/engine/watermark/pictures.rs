//! Marks on pictures, on all of a file.

use image::{DynamicImage, Pixel, Rgba, RgbaImage};

use super::mark::Mark;
use crate::engine::image::{self as raster, Settings};
use crate::engine::{Failure, Outcome, Progress, Work};

pub(super) fn mark(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let settings = Settings::read(work)?;
    let mark = Mark::read(work, progress)?;
    progress.set(1.0, "Decoding the image")?;
    let opened = raster::open(work.input()?, &work.input_format, None, progress, (1.0, 20.0))?;
    let marked = opened.map(move |image| put(&mark, image));
    raster::encode(work, &settings, marked, progress)
}

/// A picture with the mark. It keeps its depth; a grey one becomes coloured.
fn put(mark: &Mark, image: DynamicImage) -> Result<DynamicImage, Failure> {
    let Some((pixels, x, y)) = mark.pixels((image.width(), image.height()))? else { return Ok(image) };
    let (alpha, deep) =
        (image.color().has_alpha(), image.color().bytes_per_pixel() / image.color().channel_count() > 1);
    let marked: DynamicImage = if deep {
        let mut whole = image.into_rgba16();
        blend(&mut whole, &pixels, (x, y), |value| u16::from(value) * 257);
        whole.into()
    } else {
        let mut whole = image.into_rgba8();
        blend(&mut whole, &pixels, (x, y), |value| value);
        whole.into()
    };
    Ok(match (alpha, deep) {
        (true, _) => marked,
        (false, true) => marked.into_rgb16().into(),
        (false, false) => marked.into_rgb8().into(),
    })
}

fn blend<S: image::Primitive>(
    whole: &mut image::ImageBuffer<Rgba<S>, Vec<S>>,
    pixels: &RgbaImage,
    (x, y): (u32, u32),
    as_deep: impl Fn(u8) -> S,
) where
    Rgba<S>: Pixel<Subpixel = S>,
{
    for (column, row, pixel) in pixels.enumerate_pixels() {
        let mut under = *whole.get_pixel(x + column, y + row);
        under.blend(&Rgba(pixel.0.map(&as_deep)));
        whole.put_pixel(x + column, y + row, under);
    }
}
