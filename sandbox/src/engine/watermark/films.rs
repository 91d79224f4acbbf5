//! Marks on films.

use super::mark::Mark;
use crate::engine::{Failure, Outcome, Progress, Work, ffmpeg, image as raster};

pub(super) fn mark(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let mark = Mark::read(work, progress)?;
    let size = ffmpeg::frame_size(work, progress)?;
    let outside = || Failure::BadParameter("The watermark lies outside of the film".into());
    let (pixels, x, y) = mark.pixels(size)?.ok_or_else(outside)?;
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let file = folder.path().join("mark.png");
    let failed = || Failure::BadInput("The watermark cannot be drawn".into());
    let png = raster::as_png(&pixels.into()).ok_or_else(failed)?;
    std::fs::write(&file, png).map_err(Failure::io)?;
    ffmpeg::overlay(work, &file, (x, y), progress)
}
