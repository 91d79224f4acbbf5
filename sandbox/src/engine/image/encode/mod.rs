//! Writes pages in each format.

mod bmp;
mod gif;
mod ico;
mod jpeg;
mod output;
mod png;
mod tiff;
mod webp;

use std::path::PathBuf;

use image::ImageFormat;

use super::format::Format;
use super::page::{Page, Sequence};
use super::settings::Settings;
use crate::engine::{Failure, Progress, Work};
pub(super) use jpeg::as_jpeg;
use output::create;

pub(super) use output::Sink;

/// A sink for pages of this sequence, whose first one has this number.
pub(super) fn sink<'a>(
    work: &'a Work,
    settings: &'a Settings,
    format: &'static Format,
    (sequence, first): (Sequence, usize),
    lossless: bool,
) -> Result<Box<dyn Sink + 'a>, Failure> {
    let lossless = settings.lossless(lossless);
    Ok(match (format.kind, sequence) {
        (ImageFormat::Gif, Sequence::Animation { plays, .. }) => {
            Box::new(gif::Animation::new(work.output(), plays, settings.progressive))
        }
        (ImageFormat::Gif, Sequence::One) => {
            Box::new(gif::Animation::new(work.output(), 1, settings.progressive))
        }
        (ImageFormat::WebP, Sequence::Animation { plays, .. }) => {
            Box::new(webp::Animation::new(work.output(), plays, settings.quality, lossless))
        }
        (ImageFormat::Png, Sequence::Animation { frames, plays }) => {
            Box::new(png::Animation::new(work.output(), frames, plays))
        }
        (ImageFormat::Tiff, _) => Box::new(tiff::Pages::new(work.output())?),
        (ImageFormat::Ico, Sequence::One | Sequence::Sizes(_)) => {
            Box::new(ico::Sizes::new(work.output(), sequence == Sequence::One && !settings.resizes()))
        }
        _ => Box::new(Files {
            work,
            settings,
            format,
            lossless,
            several: sequence.count() > 1,
            first,
            written: Vec::new(),
        }),
    })
}

/// Each page is a file.
struct Files<'a> {
    work: &'a Work,
    settings: &'a Settings,
    format: &'static Format,
    lossless: bool,
    several: bool,
    first: usize,
    written: Vec<PathBuf>,
}

impl Sink for Files<'_> {
    fn add(&mut self, page: Page, progress: &Progress) -> Result<(), Failure> {
        let path = if self.several {
            self.work.numbered_output(self.first + self.written.len())
        } else {
            self.work.output()
        };
        match self.format.kind {
            ImageFormat::Png => png::still(&page, create(&path)?)?,
            ImageFormat::Jpeg => jpeg::still(page, self.settings, create(&path)?, progress)?,
            ImageFormat::WebP => {
                webp::still(&page, self.settings.quality, self.lossless, create(&path)?, progress)?;
            }
            ImageFormat::Bmp => bmp::still(&page, create(&path)?)?,
            ImageFormat::Gif => {
                let mut gif = Box::new(gif::Animation::new(path.clone(), 1, self.settings.progressive));
                gif.add(page, progress)?;
                gif.finish()?;
            }
            _ => {
                let mut ico = Box::new(ico::Sizes::new(path.clone(), !self.settings.resizes()));
                ico.add(page, progress)?;
                ico.finish()?;
            }
        }
        self.written.push(path);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<PathBuf>, Failure> {
        Ok(self.written)
    }
}
