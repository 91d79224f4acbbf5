//! JPEG, by `jpeg-encoder`.

use std::fs::File;
use std::io::{BufWriter, Write};

use image::DynamicImage;
use jpeg_encoder::{ColorType, Encoder, PixelDensity, PixelDensityUnit};

use super::super::metadata::jpeg as segments;
use super::super::page::Page;
use super::super::settings::Settings;
use super::output::failed;
use crate::engine::{Failure, Progress};

/// What is near what cameras write, at half the size.
const QUALITY: u8 = 85;
/// The length of the marker of the start and the header, after which comments may stand.
const START: usize = 20;

pub(super) fn still(
    page: Page,
    settings: &Settings,
    mut file: BufWriter<File>,
    progress: &Progress,
) -> Result<(), Failure> {
    let Page { image, metadata, .. } = page;
    let mut coded = Vec::new();
    let mut encoder = Encoder::new(&mut coded, settings.quality.unwrap_or(QUALITY));
    encoder.set_progressive(settings.progressive);
    if let Some(resolution) = metadata.resolution {
        let (unit, x, y) = resolution.jfif();
        let unit = match unit {
            0 => PixelDensityUnit::PixelAspectRatio,
            1 => PixelDensityUnit::Inches,
            _ => PixelDensityUnit::Centimeters,
        };
        encoder.set_density(PixelDensity { density: (x, y), unit });
    }
    let tell = |kept: bool, what: &str| {
        if !kept {
            progress.warn(format!("{what} of the image is not in the output: it is too long for JPEG"));
        }
    };
    if let Some(exif) = &metadata.exif {
        tell(encoder.add_exif_metadata(exif).is_ok(), "The EXIF");
    }
    if let Some(xmp) = &metadata.xmp {
        let kept = segments::xmp(xmp).into_iter().all(|segment| encoder.add_app_segment(1, segment).is_ok());
        tell(kept, "The XMP");
    }
    if let Some(icc) = &metadata.icc {
        tell(encoder.add_icc_profile(icc).is_ok(), "The colour profile");
    }
    if let Some(iptc) = &metadata.iptc {
        let kept = segments::iptc(iptc).all(|segment| encoder.add_app_segment(13, segment).is_ok());
        tell(kept, "The IPTC");
    }
    let comments: Vec<Vec<u8>> = metadata.comments.iter().filter_map(segments::comment).collect();
    tell(comments.len() == metadata.comments.len(), "A comment");
    encode(encoder, &image)?;
    let (start, rest) = coded.split_at(START.min(coded.len()));
    let parts = [start, &comments.concat(), rest];
    parts.iter().try_for_each(|part| file.write_all(part)).and_then(|()| file.flush()).map_err(Failure::io)
}

/// A picture by itself, with nothing that a file says besides.
pub(in crate::engine::image) fn as_jpeg(image: &DynamicImage, quality: u8) -> Result<Vec<u8>, Failure> {
    let mut coded = Vec::new();
    encode(Encoder::new(&mut coded, quality), image)?;
    Ok(coded)
}

fn encode(encoder: Encoder<&mut Vec<u8>>, image: &DynamicImage) -> Result<(), Failure> {
    let failed = failed("jpeg");
    let side = |side: u32| u16::try_from(side).map_err(|_| failed("it is too large".to_owned()));
    let (width, height) = (side(image.width())?, side(image.height())?);
    let written = match image {
        DynamicImage::ImageLuma8(pixels) => encoder.encode(pixels.as_raw(), width, height, ColorType::Luma),
        image => encoder.encode(image.to_rgb8().as_raw(), width, height, ColorType::Rgb),
    };
    written.map_err(|error| failed(error.to_string()))
}
