//! Pictures in inks, which no output has.

use image::DynamicImage;

use super::super::color;
use crate::engine::Progress;

const BY_PROFILE: &str =
    "The image is in CMYK; its colours are converted to sRGB by its profile, which is not in the output";
const ESTIMATED: &str = "The image is in CMYK without a colour profile: its colours are an estimate";
const USELESS: &str =
    "The image is in CMYK, and its colour profile is not one for that: its colours are an estimate";

/// The inks of a picture, as if they were red, green, blue and opacity, in sRGB.
pub(super) fn to_srgb(inks: DynamicImage, icc: Option<&[u8]>, progress: &Progress) -> DynamicImage {
    let made = icc.and_then(|icc| color::from_inks(&inks, icc));
    progress.warn(match (&made, icc) {
        (Some(_), _) => BY_PROFILE,
        (None, Some(_)) => USELESS,
        (None, None) => ESTIMATED,
    });
    made.unwrap_or_else(|| color::through_inks(inks))
}
