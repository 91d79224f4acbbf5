//! A picture in memory, with what its file says besides the pixels.

use std::time::Duration;

use image::{DynamicImage, RgbaImage};

use super::metadata::{Metadata, Resolution, exif};
use super::{background, color};
use crate::engine::Progress;

/// The longest side of an image.
pub(super) const MAX_SIDE: u32 = 30_000;

/// One picture of a file: a page, a frame, a size of an icon. It is upright.
pub(in crate::engine) struct Page {
    pub(in crate::engine) image: DynamicImage,
    /// The size in the file: decoding may give less, where a smaller picture is wanted.
    pub(super) size: (u32, u32),
    pub(in crate::engine) metadata: Metadata,
    /// How long it is shown, in an animation.
    pub(super) delay: Duration,
    /// Of an icon, how many bits a pixel has in the file.
    pub(super) bits: Option<u16>,
}

/// Tells of pictures that a file says it has, and has not.
pub(super) fn tell_missing(count: usize, read: usize, progress: &Progress) {
    if read < count {
        progress.warn(format!("The file says that it has {count} pictures; only {read} can be read"));
    }
}

impl Page {
    pub(in crate::engine) fn new(image: DynamicImage, metadata: Metadata) -> Self {
        let size = (image.width(), image.height());
        Self { image, size, metadata, delay: Duration::ZERO, bits: None }
    }

    /// One that was drawn with so many pixels per inch.
    pub(in crate::engine) fn drawn(image: DynamicImage, density: f64) -> Self {
        let resolution = Resolution::per_inch(density, density);
        Self::new(image, Metadata { resolution, ..Metadata::default() })
    }

    /// Gives a mark in sRGB the numbers that the profile of this picture has for its colours. One for grey has none, so
    /// that the picture becomes sRGB itself where the mark has colours.
    pub(in crate::engine) fn share_colours(mut self, mark: &mut RgbaImage) -> Self {
        let Some(icc) = self.metadata.icc.take() else { return self };
        if self.image.color().has_color() {
            if let Some(fitted) = color::all_from_srgb(mark, &icc) {
                *mark = fitted;
            }
        } else if !background::are_grey(mark) {
            match color::to_srgb(self.image, &icc) {
                Ok(image) => {
                    if let Some(exif) = &mut self.metadata.exif {
                        exif::made_srgb(exif);
                    }
                    return Self { image, ..self };
                }
                Err(image) => self.image = image,
            }
        }
        self.metadata.icc = Some(icc);
        self
    }
}

/// What the pictures of a file are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Sequence {
    One,
    /// Of a document.
    Pages(usize),
    /// Of an icon; the first is the best.
    Sizes(usize),
    Animation {
        frames: usize,
        /// How often it is played; for ever is 0.
        plays: u32,
    },
}

impl Sequence {
    pub(in crate::engine) const fn count(self) -> usize {
        match self {
            Self::One => 1,
            Self::Pages(count) | Self::Sizes(count) | Self::Animation { frames: count, .. } => count,
        }
    }
}
