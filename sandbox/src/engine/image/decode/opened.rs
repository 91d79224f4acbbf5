//! A file that is open, and what may become of it.

use super::super::page::{MAX_SIDE, Page, Sequence};
use crate::engine::Failure;

/// The memory that an image may take.
pub(super) const MAX_MEMORY: u64 = 512 << 20;

/// A file whose pictures can be read.
pub(in crate::engine) struct Opened {
    pub(in crate::engine) sequence: Sequence,
    /// Whether the file holds its pixels as they are, without the loss that JPEG has.
    pub(in crate::engine::image) lossless: bool,
    pub(in crate::engine) pages: Box<dyn Iterator<Item = Result<Page, Failure>>>,
}

impl Opened {
    /// With something done to each picture.
    pub(in crate::engine) fn map(
        self,
        mut change: impl FnMut(Page) -> Result<Page, Failure> + 'static,
    ) -> Self {
        let pages = self.pages.map(move |page| {
            let mut page = page?;
            page.metadata.changed();
            change(page)
        });
        Self { pages: Box::new(pages), ..self }
    }
}

/// Refuses what is too large, before memory is taken for it.
pub(super) fn within(width: u32, height: u32, bytes_per_pixel: u64) -> Result<(), Failure> {
    let bytes = u64::from(width) * u64::from(height) * bytes_per_pixel;
    if width == 0 || height == 0 {
        return Err(Failure::BadInput("The image has no pixels".into()));
    }
    if width > MAX_SIDE || height > MAX_SIDE || bytes > MAX_MEMORY {
        return Err(Failure::BadInput(format!("An image of {width} × {height} pixels is too large")));
    }
    Ok(())
}

pub(super) fn corrupt(format: &str) -> impl Fn(image::ImageError) -> Failure {
    move |error| Failure::corrupt(&format!("{format} image"), error)
}
