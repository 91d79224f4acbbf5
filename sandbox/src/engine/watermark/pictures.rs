//! Marks on pictures, on all of a file.

use image::{DynamicImage, Pixel, Rgba, RgbaImage};

use super::mark::Mark;
use crate::engine::image::{self as raster, Page, Settings};
use crate::engine::{Failure, Outcome, Progress, Work};

pub(super) fn mark(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let settings = Settings::read(work)?;
    let mark = Mark::read(work, progress)?;
    progress.set(1.0, "Decoding the image")?;
    let opened = raster::open(work.input()?, &work.input_format, None, progress, (1.0, 20.0))?;
    let marked = opened.map(move |page| put(&mark, page));
    raster::encode(work, &settings, marked, progress)
}

/// A picture with the mark. It keeps its depth, and stays grey where the mark is.
fn put(mark: &Mark, page: Page) -> Result<Page, Failure> {
    let size = (page.image.width(), page.image.height());
    let Some((mut pixels, x, y)) = mark.pixels(size)? else { return Ok(page) };
    let mut page = page.share_colours(&mut pixels);
    let color = page.image.color();
    let (alpha, deep) = (color.has_alpha(), color.bytes_per_pixel() / color.channel_count() > 1);
    let grey = !color.has_color() && raster::are_grey(&pixels);
    let marked: DynamicImage = if deep {
        let mut whole = page.image.into_rgba16();
        blend(&mut whole, &pixels, (x, y), |value| u16::from(value) * 257);
        whole.into()
    } else {
        let mut whole = page.image.into_rgba8();
        blend(&mut whole, &pixels, (x, y), |value| value);
        whole.into()
    };
    page.image = match (grey, alpha, deep) {
        (false, true, _) => marked,
        (false, false, true) => marked.into_rgb16().into(),
        (false, false, false) => marked.into_rgb8().into(),
        (true, true, true) => marked.into_luma_alpha16().into(),
        (true, true, false) => marked.into_luma_alpha8().into(),
        (true, false, true) => marked.into_luma16().into(),
        (true, false, false) => marked.into_luma8().into(),
    };
    Ok(page)
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
