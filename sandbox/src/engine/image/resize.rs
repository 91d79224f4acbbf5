//! Other sizes, by `fast_image_resize`.

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;

use super::settings::{Fit, Settings};
use crate::engine::{Failure, Progress};

/// The largest image that resizing may give, in pixels.
const MAX_PIXELS: f64 = 1e8;

/// By how much the sides of a picture of this size may be divided before it is resized: 1, 2, 4 or 8. At least two pixels are
/// left for each that is wanted, so that the filter of resizing decides how it looks.
pub(super) fn reduction(settings: &Settings, (width, height): (u32, u32)) -> u32 {
    if !settings.resizes() {
        return 1;
    }
    let plan = Plan::new(settings, width.into(), height.into());
    let (_, _, part_width, part_height) = plan.part;
    let for_each = (part_width / f64::from(plan.width)).min(part_height / f64::from(plan.height));
    [8, 4, 2].into_iter().find(|factor| for_each >= 2.0 * f64::from(*factor)).unwrap_or(1)
}

/// Brings a picture of this size, which decoding may have made less, into the size asked for, or into that which it has in
/// a padded one.
pub(super) fn resize(
    image: DynamicImage,
    size: (u32, u32),
    settings: &Settings,
    progress: &Progress,
) -> Result<DynamicImage, Failure> {
    if !settings.resizes() {
        return Ok(image);
    }
    let plan = Plan::new(settings, size.0.into(), size.1.into());
    if f64::from(plan.width) * f64::from(plan.height) > MAX_PIXELS {
        return Err(Failure::BadOption("so large an image cannot be made".into()));
    }
    if plan.small {
        progress
            .warn("The image is smaller than the size asked for, and stays as it is; fit=scale enlarges it");
    }
    if plan.is_identity(size) { Ok(image) } else { scale(image, size, &plan) }
}

/// The size of the whole of a padded picture.
pub(super) fn padded(settings: &Settings) -> Option<(u32, u32)> {
    settings.width.zip(settings.height).filter(|_| settings.fit == Fit::Pad)
}

/// A part of a picture becomes a picture of this size.
struct Plan {
    /// Left, top, width, height.
    part: (f64, f64, f64, f64),
    width: u32,
    height: u32,
    /// It would have to be enlarged, and is not.
    small: bool,
}

impl Plan {
    fn new(settings: &Settings, width: f64, height: f64) -> Self {
        let (across, down) = (settings.width.map(f64::from), settings.height.map(f64::from));
        let whole = (0.0, 0.0, width, height);
        let ratios = (across.map(|across| across / width), down.map(|down| down / height));
        let (inside, outside) = match ratios {
            (Some(x), Some(y)) => (x.min(y), x.max(y)),
            (x, y) => {
                let ratio = x.or(y).unwrap_or(1.0);
                (ratio, ratio)
            }
        };
        let proportional = |ratio: f64| (whole, width * ratio, height * ratio);
        let (part, to_width, to_height) = match (settings.fit, across, down) {
            (Fit::Crop, Some(across), Some(down)) => {
                let (part_width, part_height) = (across / outside, down / outside);
                let part =
                    ((width - part_width) / 2.0, (height - part_height) / 2.0, part_width, part_height);
                (part, across, down)
            }
            (Fit::Scale, Some(across), Some(down)) => (whole, across, down),
            (Fit::Max, ..) => proportional(inside.min(1.0)),
            _ => proportional(inside),
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let side = |side: f64| side.round().max(1.0) as u32;
        let small = settings.fit == Fit::Max && inside > 1.0;
        Self { part, width: side(to_width), height: side(to_height), small }
    }

    fn is_identity(&self, (width, height): (u32, u32)) -> bool {
        (self.width, self.height) == (width, height)
            && self.part == (0.0, 0.0, f64::from(width), f64::from(height))
    }
}

fn scale(image: DynamicImage, size: (u32, u32), plan: &Plan) -> Result<DynamicImage, Failure> {
    let image = match image {
        DynamicImage::ImageRgb32F(_) => image.into_rgb16().into(),
        DynamicImage::ImageRgba32F(_) => image.into_rgba16().into(),
        image => image,
    };
    let mut scaled = DynamicImage::new(plan.width, plan.height, image.color());
    let (left, top, width, height) = plan.part;
    // The part, in the pixels that there are.
    let across = f64::from(image.width()) / f64::from(size.0);
    let down = f64::from(image.height()) / f64::from(size.1);
    let (left, top) = ((left * across).max(0.0), (top * down).max(0.0));
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).crop(
        left,
        top,
        (width * across).min(f64::from(image.width()) - left),
        (height * down).min(f64::from(image.height()) - top),
    );
    let done = Resizer::new().resize(&image, &mut scaled, &options);
    done.map_err(|error| Failure::BadInput(format!("The image cannot be resized: {error}")))?;
    Ok(scaled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(fit: Fit, width: Option<u32>, height: Option<u32>) -> (u32, u32) {
        let settings = Settings {
            width,
            height,
            fit,
            background: None,
            strip: false,
            quality: None,
            progressive: false,
            lossless: None,
            resolution: None,
        };
        let plan = Plan::new(&settings, 400.0, 200.0);
        (plan.width, plan.height)
    }

    #[test]
    fn fits() {
        for (fit, width, height, size) in [
            (Fit::Max, Some(40), None, (40, 20)),
            (Fit::Max, Some(100), Some(10), (20, 10)),
            (Fit::Max, Some(4000), Some(4000), (400, 200)),
            (Fit::Crop, Some(50), Some(50), (50, 50)),
            (Fit::Crop, Some(800), None, (800, 400)),
            (Fit::Scale, Some(50), Some(60), (50, 60)),
            (Fit::Scale, Some(800), None, (800, 400)),
            (Fit::Pad, Some(50), Some(50), (50, 25)),
            (Fit::Max, Some(1), None, (1, 1)),
        ] {
            assert_eq!(plan(fit, width, height), size, "{fit:?} {width:?} {height:?}");
        }
    }
}
