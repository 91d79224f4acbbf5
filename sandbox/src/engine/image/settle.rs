//! Makes of a page what an output can hold, and tells what it cannot.

use image::DynamicImage;

use super::background::Colour;
use super::format::{Alpha, Holds};
use super::metadata::{Metadata, Resolution, exif};
use super::page::Page;
use super::settings::Settings;
use super::{background, color, resize};
use crate::engine::{Failure, Progress};

/// Makes of a page what the output can hold, and tells what it cannot.
pub(super) fn settle(
    page: Page,
    holds: &Holds,
    settings: &Settings,
    progress: &Progress,
) -> Result<Page, Failure> {
    let Page { image, size, mut metadata, delay, bits } = page;
    let image = resize::resize(image, size, settings, progress)?;
    let image = colours(image, &mut metadata, holds, settings, progress);
    let image = behind(image, metadata.icc.as_deref(), holds.alpha, settings);
    if size != (image.width(), image.height()) {
        metadata.resized(image.width(), image.height());
    }
    let image = if holds.deep { image } else { shallow(image) };
    let image = if holds.grey { image } else { color::coloured(image) };
    match (settings.resolution, metadata.resolution, &mut metadata.exif) {
        (Some(asked), ..) => metadata.set_resolution(asked),
        // It may say another one than the file beside it, which counts.
        (None, Some(said), Some(exif)) => exif::set_resolution(exif, said),
        _ => {}
    }
    if settings.strip {
        metadata.strip();
    } else {
        limit(&mut metadata, holds, progress);
    }
    Ok(Page { delay, bits, ..Page::new(image, metadata) })
}

/// Keeps the profile where that can be, also with the background; else the colours become those of sRGB.
fn colours(
    image: DynamicImage,
    metadata: &mut Metadata,
    holds: &Holds,
    settings: &Settings,
    progress: &Progress,
) -> DynamicImage {
    let Some(icc) = metadata.icc.take() else { return image };
    let grey = !image.color().has_color();
    let clear = image.color().has_alpha() && holds.alpha == Alpha::Full;
    let stays_grey = holds.grey && (holds.clear_grey || !clear);
    let background = settings.background.filter(|[.., alpha]| *alpha > 0).is_none_or(|background| {
        let [r, g, b, _] = background;
        let has = background::is_grey(background) || !grey;
        has && color::from_srgb([r, g, b], &icc).is_some()
    });
    let keep = holds.profile && !settings.strip && (stays_grey || !grey) && background;
    if keep && color::fits(&icc, &image) {
        metadata.icc = Some(icc);
        return image;
    }
    match color::to_srgb(image, &icc) {
        Ok(made) => {
            if let Some(exif) = &mut metadata.exif {
                exif::made_srgb(exif);
            }
            made
        }
        Err(image) => {
            progress.warn(
                "The colour profile of the image cannot be used and is left out: colours may look different",
            );
            image
        }
    }
}

/// Puts a picture before its background, by the numbers that its profile has for that colour. Where nothing can be
/// transparent, white is behind all.
fn behind(image: DynamicImage, icc: Option<&[u8]>, alpha: Alpha, settings: &Settings) -> DynamicImage {
    let by_profile = |[r, g, b, a]: Colour| {
        let [r, g, b] = icc.and_then(|icc| color::from_srgb([r, g, b], icc)).unwrap_or([r, g, b]);
        [r, g, b, a]
    };
    let asked = settings.background;
    let background = match alpha {
        Alpha::None => Some(background::on_white(asked.unwrap_or_default())),
        Alpha::OneBit | Alpha::Full => asked,
    };
    let background = background.map(by_profile);
    let image = match background {
        Some(background) => background::flatten(image, background),
        None => image,
    };
    match resize::padded(settings) {
        Some(size) if size != (image.width(), image.height()) => {
            // Nothing is around it, where that can be.
            let around = background.or((alpha != Alpha::Full).then_some([255; 4]));
            background::pad(&image, size, around)
        }
        _ => image,
    }
}

/// 8 bits a channel.
pub(super) fn shallow(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma16(_) => image.into_luma8().into(),
        DynamicImage::ImageLumaA16(_) => image.into_luma_alpha8().into(),
        DynamicImage::ImageRgb16(_) | DynamicImage::ImageRgb32F(_) => image.into_rgb8().into(),
        DynamicImage::ImageRgba16(_) | DynamicImage::ImageRgba32F(_) => image.into_rgba8().into(),
        image => image,
    }
}

/// Takes away what the output has no place for.
fn limit(metadata: &mut Metadata, holds: &Holds, progress: &Progress) {
    let lose = |lost: bool, what: &str| {
        if lost {
            progress
                .warn(format!("{what} of the image is not in the output: its format has no place for it"));
        }
    };
    let ratio = metadata.resolution.is_some_and(Resolution::is_ratio);
    lose(metadata.resolution.is_some() && !ratio && !holds.resolution, "The resolution");
    lose(ratio && !holds.shape, "The shape of the pixels");
    lose(metadata.exif.is_some() && !holds.exif, "The EXIF");
    lose(metadata.xmp.is_some() && !holds.xmp, "The XMP");
    lose(metadata.iptc.is_some() && !holds.iptc, "The IPTC");
    lose(!metadata.comments.is_empty() && !holds.comments, "The comment");
    if !metadata.others.is_empty() {
        let others: Vec<&str> = metadata.others.iter().map(String::as_str).collect();
        progress.warn(format!("What else the file has is not in the output: {}", others.join(", ")));
    }
    if !holds.resolution {
        let shape = metadata.resolution.and_then(|resolution| Resolution::ratio(resolution.x, resolution.y));
        metadata.resolution = shape.filter(|_| holds.shape);
    } else if ratio && !holds.shape {
        metadata.resolution = None;
    }
    metadata.exif = metadata.exif.take().filter(|_| holds.exif);
    metadata.xmp = metadata.xmp.take().filter(|_| holds.xmp);
    metadata.iptc = metadata.iptc.take().filter(|_| holds.iptc);
    if !holds.comments {
        metadata.comments.clear();
    }
}
