//! Colours: what the numbers of a pixel mean, by colour profiles (ICC).

use std::sync::Arc;

use image::{DynamicImage, ImageBuffer, Pixel, Primitive, Rgb, Rgba, RgbaImage};
use moxcms::{CmsError, ColorProfile, DataColorSpace, Layout, TransformExecutor, TransformOptions};

/// Whether a profile is for the channels that these pixels have.
pub(super) fn fits(icc: &[u8], image: &DynamicImage) -> bool {
    is_for(icc, if image.color().has_color() { 3 } else { 1 })
}

/// Whether a profile is for so many channels without opacity: 1 is grey, 3 is in colours, 4 is in inks.
pub(super) fn is_for(icc: &[u8], channels: u8) -> bool {
    // The colour space stands in the header of a profile.
    match icc.get(16..20) {
        Some(b"GRAY") => channels == 1,
        Some(b"RGB ") => channels == 3,
        Some(b"CMYK") => channels == 4,
        _ => false,
    }
}

/// A colour of sRGB by the numbers that a profile has for it, of grey the same three; None where it has none.
pub(super) fn from_srgb(colour: [u8; 3], icc: &[u8]) -> Option<[u8; 3]> {
    if colour == [0; 3] || colour == [255; 3] {
        return Some(colour);
    }
    let (profile, srgb) = (ColorProfile::new_from_slice(icc).ok()?, ColorProfile::new_srgb());
    let (layout, mut made) = match profile.color_space {
        DataColorSpace::Gray => (Layout::Gray, vec![0; 1]),
        DataColorSpace::Rgb => (Layout::Rgb, vec![0; 3]),
        _ => return None,
    };
    let transform = srgb.create_transform_8bit(Layout::Rgb, &profile, layout, TransformOptions::default());
    transform.ok()?.transform(&colour, &mut made).ok()?;
    Some(if let [r, g, b] = made[..] { [r, g, b] } else { [made[0]; 3] })
}

/// The same of all colours of a picture; None where the profile is not for such.
pub(super) fn all_from_srgb(pixels: &RgbaImage, icc: &[u8]) -> Option<RgbaImage> {
    let profile = ColorProfile::new_from_slice(icc).ok()?;
    if profile.color_space != DataColorSpace::Rgb {
        return None;
    }
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    run(pixels, srgb.create_transform_8bit(Layout::Rgba, &profile, Layout::Rgba, options))
}

/// A profile's name for itself.
pub(super) fn description(icc: &[u8]) -> Option<String> {
    use moxcms::ProfileText;
    let text = match ColorProfile::new_from_slice(icc).ok()?.description? {
        ProfileText::PlainString(text) => text,
        ProfileText::Localizable(texts) => texts.into_iter().next()?.value,
        ProfileText::Description(text) => text.ascii_string,
    };
    Some(text.trim_matches('\0').trim().to_owned()).filter(|text| !text.is_empty())
}

/// The pixels in sRGB; as they are where the profile cannot be read or is for other channels.
pub(super) fn to_srgb(image: DynamicImage, icc: &[u8]) -> Result<DynamicImage, DynamicImage> {
    let Ok(profile) = ColorProfile::new_from_slice(icc) else { return Err(image) };
    let image = match profile.color_space {
        DataColorSpace::Gray if !image.color().has_color() => image,
        // Some programs write a profile for colours beside grey pixels.
        DataColorSpace::Rgb => coloured(image),
        _ => return Err(image),
    };
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let eight = |from, to| profile.create_transform_8bit(from, &srgb, to, options);
    let sixteen = |from, to| profile.create_transform_16bit(from, &srgb, to, options);
    let made = match &image {
        DynamicImage::ImageLuma8(pixels) => {
            run(pixels, eight(Layout::Gray, Layout::Rgb)).map(DynamicImage::ImageRgb8)
        }
        DynamicImage::ImageLumaA8(pixels) => {
            run(pixels, eight(Layout::GrayAlpha, Layout::Rgba)).map(DynamicImage::ImageRgba8)
        }
        DynamicImage::ImageRgb8(pixels) => {
            run(pixels, eight(Layout::Rgb, Layout::Rgb)).map(DynamicImage::ImageRgb8)
        }
        DynamicImage::ImageRgba8(pixels) => {
            run(pixels, eight(Layout::Rgba, Layout::Rgba)).map(DynamicImage::ImageRgba8)
        }
        DynamicImage::ImageLuma16(pixels) => {
            run(pixels, sixteen(Layout::Gray, Layout::Rgb)).map(DynamicImage::ImageRgb16)
        }
        DynamicImage::ImageLumaA16(pixels) => {
            run(pixels, sixteen(Layout::GrayAlpha, Layout::Rgba)).map(DynamicImage::ImageRgba16)
        }
        DynamicImage::ImageRgb16(pixels) => {
            run(pixels, sixteen(Layout::Rgb, Layout::Rgb)).map(DynamicImage::ImageRgb16)
        }
        DynamicImage::ImageRgba16(pixels) => {
            run(pixels, sixteen(Layout::Rgba, Layout::Rgba)).map(DynamicImage::ImageRgba16)
        }
        _ => None,
    };
    made.ok_or(image)
}

type Executor<S> = Arc<dyn TransformExecutor<S> + Send + Sync>;

fn run<P, Q, S>(
    pixels: &ImageBuffer<P, Vec<S>>,
    transform: Result<Executor<S>, CmsError>,
) -> Option<ImageBuffer<Q, Vec<S>>>
where
    P: Pixel<Subpixel = S>,
    Q: Pixel<Subpixel = S>,
    S: Primitive + Default,
{
    let mut made = ImageBuffer::new(pixels.width(), pixels.height());
    transform.ok()?.transform(pixels.as_raw(), &mut made).ok()?;
    Some(made)
}

/// Grey pixels as coloured ones.
pub(super) fn coloured(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma8(_) => image.into_rgb8().into(),
        DynamicImage::ImageLumaA8(_) => image.into_rgba8().into(),
        DynamicImage::ImageLuma16(_) => image.into_rgb16().into(),
        DynamicImage::ImageLumaA16(_) => image.into_rgba16().into(),
        image => image,
    }
}

/// Inks (CMYK, as if they were red, green, blue and opacity; the most is all of one) in sRGB by their profile; None where
/// it is none for inks.
pub(super) fn from_inks(inks: &DynamicImage, icc: &[u8]) -> Option<DynamicImage> {
    let profile = ColorProfile::new_from_slice(icc).ok()?;
    if profile.color_space != DataColorSpace::Cmyk {
        return None;
    }
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    match inks {
        DynamicImage::ImageRgba8(inks) => {
            let transform = profile.create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgb, options);
            run(inks, transform).map(DynamicImage::ImageRgb8)
        }
        DynamicImage::ImageRgba16(inks) => {
            let transform = profile.create_transform_16bit(Layout::Rgba, &srgb, Layout::Rgb, options);
            run(inks, transform).map(DynamicImage::ImageRgb16)
        }
        _ => None,
    }
}

/// The same without a profile: as light that passes through them.
pub(super) fn through_inks(inks: DynamicImage) -> DynamicImage {
    fn light<S: Primitive + Into<u64> + TryFrom<u64>>(
        inks: &ImageBuffer<Rgba<S>, Vec<S>>,
    ) -> ImageBuffer<Rgb<S>, Vec<S>>
    where
        Rgba<S>: Pixel<Subpixel = S>,
        Rgb<S>: Pixel<Subpixel = S>,
    {
        let most: u64 = S::DEFAULT_MAX_VALUE.into();
        ImageBuffer::from_fn(inks.width(), inks.height(), |x, y| {
            let [cyan, magenta, yellow, black] =
                inks.get_pixel(x, y).0.map(|ink| most - Into::<u64>::into(ink));
            let through = |ink: u64| S::try_from(ink * black / most).unwrap_or(S::DEFAULT_MAX_VALUE);
            Rgb([cyan, magenta, yellow].map(through))
        })
    }
    match inks {
        DynamicImage::ImageRgba16(inks) => light(&inks).into(),
        inks => light(&inks.into_rgba8()).into(),
    }
}
