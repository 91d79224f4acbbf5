//! Pages that a picture fills.

use image::DynamicImage;
use pdf_writer::types::Predictor;
use pdf_writer::{Content, Filter, Finish, Name, Ref};

use super::document::{Document, pack};
use crate::engine::Failure;
use crate::engine::image::{Jpeg, Metadata, Page, Picture};

const POINTS_PER_INCH: f64 = 72.0;
/// Where a file says nothing, what screens have.
const PIXELS_PER_INCH: f64 = 96.0;
/// The longest side of a page that readers show, in points.
const MAX_SIDE: f64 = 14_400.0;

impl Document {
    /// A page as large as the picture says that it is.
    pub(super) fn picture_page(&mut self, picture: Picture) -> Result<(), Failure> {
        match picture {
            Picture::Jpeg(jpeg) => self.jpeg_page(&jpeg),
            Picture::Pixels(page) => self.pixels_page(&page),
        }
    }

    fn jpeg_page(&mut self, jpeg: &Jpeg) -> Result<(), Failure> {
        let (columns, rows) = (side(jpeg.width)?, side(jpeg.height)?);
        let profile = self.profile(jpeg.metadata.icc.as_deref(), jpeg.channels.into());
        let packet = self.packet(jpeg.metadata.xmp.as_deref());
        let id = self.id();
        let mut object = self.pdf.image_xobject(id, &jpeg.file);
        object.width(columns).height(rows).bits_per_component(8).filter(Filter::DctDecode);
        match (profile, jpeg.channels) {
            (Some(profile), _) => object.color_space().icc_based(profile),
            (None, 1) => object.color_space().device_gray(),
            (None, 4) => object.color_space().device_cmyk(),
            (None, _) => object.color_space().device_rgb(),
        }
        if jpeg.inverted {
            object.decode([1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
        }
        if let Some(packet) = packet {
            object.metadata(packet);
        }
        object.finish();
        let (width, height) = size(jpeg.width, jpeg.height, &jpeg.metadata);
        self.filled_page(id, (width, height), jpeg.orientation);
        Ok(())
    }

    fn pixels_page(&mut self, page: &Page) -> Result<(), Failure> {
        let image = &page.image;
        let (columns, rows) = (side(image.width())?, side(image.height())?);
        let samples = Samples::of(image);
        let mask = samples.alpha.as_ref().map(|alpha| {
            let id = self.id();
            let packed = pack(alpha);
            let mut mask = self.pdf.image_xobject(id, &packed);
            mask.width(columns).height(rows).bits_per_component(8).filter(Filter::FlateDecode);
            mask.color_space().device_gray();
            mask.finish();
            id
        });
        let profile = self.profile(page.metadata.icc.as_deref(), samples.channels);
        let packet = self.packet(page.metadata.xmp.as_deref());
        let row = usize::try_from(image.width()).unwrap_or(0) * samples.channels * samples.bits / 8;
        let pixels = pack(&predicted(&samples.values, row.max(1), samples.channels * samples.bits / 8));
        let id = self.id();
        let mut object = self.pdf.image_xobject(id, &pixels);
        object
            .width(columns)
            .height(rows)
            .bits_per_component(number(samples.bits))
            .filter(Filter::FlateDecode);
        object
            .decode_parms()
            .predictor(Predictor::PngSub)
            .colors(number(samples.channels))
            .bits_per_component(number(samples.bits))
            .columns(columns);
        match (profile, samples.channels) {
            (Some(profile), _) => object.color_space().icc_based(profile),
            (None, 1) => object.color_space().device_gray(),
            (None, _) => object.color_space().device_rgb(),
        }
        if let Some(mask) = mask {
            object.s_mask(mask);
        }
        if let Some(packet) = packet {
            object.metadata(packet);
        }
        object.finish();
        self.filled_page(id, size(image.width(), image.height(), &page.metadata), 1);
        Ok(())
    }

    /// A page that the picture fills, which lies as EXIF counts it.
    fn filled_page(&mut self, picture: Ref, (width, height): (f32, f32), orientation: u8) {
        let (w, h) = (width, height);
        // Where the lower left corner of the picture, its width and its height come to lie.
        let matrix = match orientation {
            2 => [-w, 0.0, 0.0, h, w, 0.0],
            3 => [-w, 0.0, 0.0, -h, w, h],
            4 => [w, 0.0, 0.0, -h, 0.0, h],
            5 => [0.0, -w, -h, 0.0, h, w],
            6 => [0.0, -w, h, 0.0, 0.0, w],
            7 => [0.0, w, h, 0.0, 0.0, 0.0],
            8 => [0.0, w, -h, 0.0, h, 0.0],
            _ => [w, 0.0, 0.0, h, 0.0, 0.0],
        };
        let page = if orientation >= 5 { (h, w) } else { (w, h) };
        let mut content = Content::new();
        content.transform(matrix).x_object(Name(b"Image"));
        self.page(page, content, picture);
    }

    fn profile(&mut self, icc: Option<&[u8]>, channels: usize) -> Option<Ref> {
        let wanted: &[u8] = match channels {
            1 => b"GRAY",
            3 => b"RGB ",
            _ => b"CMYK",
        };
        let icc = icc.filter(|icc| icc.get(16..20) == Some(wanted))?;
        let id = self.id();
        let packed = pack(icc);
        let mut profile = self.pdf.icc_profile(id, &packed);
        profile.n(number(channels)).filter(Filter::FlateDecode);
        Some(id)
    }

    fn packet(&mut self, xmp: Option<&[u8]>) -> Option<Ref> {
        let xmp = xmp?;
        let id = self.id();
        self.pdf.metadata(id, xmp);
        Some(id)
    }
}

/// The size of a page in points.
#[allow(clippy::cast_possible_truncation)]
fn size(width: u32, height: u32, metadata: &Metadata) -> (f32, f32) {
    let usual = (PIXELS_PER_INCH, PIXELS_PER_INCH);
    let (x, y) = metadata.resolution.map_or(usual, |resolution| resolution.on_paper(PIXELS_PER_INCH));
    let (width, height) = (f64::from(width) * POINTS_PER_INCH / x, f64::from(height) * POINTS_PER_INCH / y);
    let most = (MAX_SIDE / width.max(height)).min(1.0);
    ((width * most) as f32, (height * most) as f32)
}

fn side(pixels: u32) -> Result<i32, Failure> {
    i32::try_from(pixels).map_err(|_| Failure::BadInput("The image is too large".into()))
}

fn number(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// The samples of a picture as a document has them: the opacity by itself.
struct Samples {
    values: Vec<u8>,
    channels: usize,
    bits: usize,
    alpha: Option<Vec<u8>>,
}

impl Samples {
    fn of(image: &DynamicImage) -> Self {
        let channels = if image.color().has_color() { 3 } else { 1 };
        let deep = |values: &[u16]| values.iter().flat_map(|value| value.to_be_bytes()).collect();
        let eight = |values: Vec<u8>| Self { values, channels, bits: 8, alpha: None };
        let sixteen = |values: Vec<u8>| Self { values, channels, bits: 16, alpha: None };
        match image {
            DynamicImage::ImageLuma8(pixels) => eight(pixels.to_vec()),
            DynamicImage::ImageRgb8(pixels) => eight(pixels.to_vec()),
            DynamicImage::ImageLuma16(pixels) => sixteen(deep(pixels)),
            DynamicImage::ImageRgb16(pixels) => sixteen(deep(pixels)),
            DynamicImage::ImageLumaA8(pixels) => {
                let alpha = pixels.pixels().map(|pixel| pixel.0[1]).collect();
                Self { alpha: Some(alpha), ..eight(pixels.pixels().map(|pixel| pixel.0[0]).collect()) }
            }
            DynamicImage::ImageRgba8(pixels) => {
                let alpha = pixels.pixels().map(|pixel| pixel.0[3]).collect();
                Self {
                    alpha: Some(alpha),
                    ..eight(pixels.pixels().flat_map(|pixel| pixel.0[..3].to_vec()).collect())
                }
            }
            DynamicImage::ImageLumaA16(pixels) => {
                let values: Vec<u16> = pixels.pixels().map(|pixel| pixel.0[0]).collect();
                let alpha = pixels.pixels().map(|pixel| pixel.0[1].to_be_bytes()[0]).collect();
                Self { alpha: Some(alpha), ..sixteen(deep(&values)) }
            }
            image => {
                let pixels = image.to_rgba16();
                let values: Vec<u16> =
                    pixels.pixels().flat_map(|pixel| [0, 1, 2].map(|at| pixel.0[at])).collect();
                let alpha = pixels.pixels().map(|pixel| pixel.0[3].to_be_bytes()[0]).collect();
                let alpha = Some(alpha).filter(|_| image.color().has_alpha());
                Self { values: deep(&values), channels: 3, bits: 16, alpha }
            }
        }
    }
}

/// Each byte less the one of the pixel before, as PNG's filter "Sub" has it: it packs far better.
fn predicted(values: &[u8], row: usize, pixel: usize) -> Vec<u8> {
    let mut predicted = Vec::with_capacity(values.len() + values.len() / row + 1);
    for row in values.chunks_exact(row) {
        predicted.push(1);
        predicted.extend_from_slice(&row[..pixel.min(row.len())]);
        predicted.extend(
            row.iter().zip(row.iter().skip(pixel)).map(|(before, value)| value.wrapping_sub(*before)),
        );
    }
    predicted
}
