//! TIFF with all pages, by the crate `tiff`.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use image::DynamicImage;
use tiff::TiffResult;
use tiff::encoder::colortype::{ColorType, Gray8, Gray16, RGB8, RGB16, RGBA8, RGBA16};
use tiff::encoder::{Compression, Predictor, TiffEncoder, TiffValue};
use tiff::tags::{ExtraSamples, Tag};

use super::super::metadata::{Metadata, exif, tiff as tags};
use super::super::page::Page;
use super::output::{Sink, create, failed};
use crate::engine::{Failure, Progress};

pub(super) struct Pages {
    path: PathBuf,
    encoder: TiffEncoder<BufWriter<File>>,
}

impl Pages {
    pub(super) fn new(path: PathBuf) -> Result<Self, Failure> {
        let encoder = TiffEncoder::new(create(&path)?).map_err(|error| failed("tiff")(error.to_string()))?;
        let encoder = encoder.with_compression(Compression::Lzw).with_predictor(Predictor::Horizontal);
        Ok(Self { path, encoder })
    }

    fn page<C: ColorType>(
        &mut self,
        metadata: &Metadata,
        size: (u32, u32),
        alpha: bool,
        samples: &[C::Inner],
    ) -> TiffResult<()>
    where
        [C::Inner]: TiffValue,
    {
        let exif =
            metadata.exif.as_deref().map(|exif| tags::write_exif(&mut self.encoder, exif)).transpose()?;
        let mut image = self.encoder.new_image::<C>(size.0, size.1)?;
        if alpha {
            image.encoder().write_tag(Tag::ExtraSamples, ExtraSamples::UnassociatedAlpha.to_u16())?;
        }
        for (tag, kind, bytes) in exif.into_iter().flatten() {
            tags::write(image.encoder(), tag, kind, &bytes)?;
        }
        tags::write_rest(image.encoder(), metadata)?;
        image.write_data(samples)
    }
}

impl Sink for Pages {
    fn add(&mut self, page: Page, progress: &Progress) -> Result<(), Failure> {
        let Page { image, metadata, .. } = page;
        if let Some(exif) = &metadata.exif {
            exif::tell_moved_notes(exif, progress);
        }
        let size = (image.width(), image.height());
        let written = match image {
            DynamicImage::ImageLuma8(pixels) => self.page::<Gray8>(&metadata, size, false, &pixels),
            DynamicImage::ImageLuma16(pixels) => self.page::<Gray16>(&metadata, size, false, &pixels),
            DynamicImage::ImageRgb8(pixels) => self.page::<RGB8>(&metadata, size, false, &pixels),
            DynamicImage::ImageRgb16(pixels) => self.page::<RGB16>(&metadata, size, false, &pixels),
            // Few programs read grey with transparency.
            DynamicImage::ImageLumaA8(_) | DynamicImage::ImageRgba8(_) => {
                self.page::<RGBA8>(&metadata, size, true, &image.into_rgba8())
            }
            image => self.page::<RGBA16>(&metadata, size, true, &image.into_rgba16()),
        };
        written.map_err(|error| failed("tiff")(error.to_string()))
    }

    fn finish(self: Box<Self>) -> Result<Vec<PathBuf>, Failure> {
        Ok(vec![self.path])
    }
}
