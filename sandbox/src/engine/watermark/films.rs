//! Marks on films.

use fast_image_resize::Resizer;
use image::DynamicImage;

use super::mark::Mark;
use crate::engine::{Failure, Outcome, Progress, Work, ffmpeg, image as raster};

pub(super) fn mark(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let mark = Mark::read(work, progress)?;
    let ((width, height), shape) = ffmpeg::frame_size(work, progress)?;
    let outside = || Failure::BadParameter("The watermark lies outside of the film".into());
    // Where players show pixels wider than high, a mark has fewer of them.
    let shown = (stretched(width, shape).max(1), height);
    let (pixels, x, y) = mark.pixels(shown)?.ok_or_else(outside)?;
    let failed = || Failure::BadInput("The watermark cannot be drawn".into());
    let drawn = DynamicImage::from(pixels);
    let mut fitted = DynamicImage::new_rgba8(stretched(drawn.width(), 1.0 / shape).max(1), drawn.height());
    Resizer::new().resize(&drawn, &mut fitted, None).map_err(|_| failed())?;
    let x = stretched(x, 1.0 / shape);
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let file = folder.path().join("mark.png");
    let png = raster::as_png(&fitted).ok_or_else(failed)?;
    std::fs::write(&file, png).map_err(Failure::io)?;
    ffmpeg::overlay(work, &file, (x, y), progress)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn stretched(length: u32, by: f64) -> u32 {
    (f64::from(length) * by).round() as u32
}
