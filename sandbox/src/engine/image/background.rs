//! What is behind a picture: where it is transparent, and around it where it is padded.

use image::{DynamicImage, GenericImage, ImageBuffer, Luma, LumaA, Pixel, Primitive, Rgb, Rgba, RgbaImage};

/// Red, green, blue and opacity.
pub(super) type Colour = [u8; 4];

pub(super) const OPAQUE: u8 = 255;

/// A colour before white.
pub(super) fn on_white([r, g, b, a]: Colour) -> Colour {
    let [r, g, b] = [r, g, b].map(|value| mix8(value, a, 255));
    [r, g, b, OPAQUE]
}

/// Pixels with transparency over a background.
pub(super) fn flatten(image: DynamicImage, background: Colour) -> DynamicImage {
    let [r, g, b, alpha] = background;
    match image {
        image if alpha == 0 || !image.color().has_alpha() => image,
        image if alpha < OPAQUE => translucent(image, background),
        DynamicImage::ImageLumaA8(pixels) if is_grey(background) => {
            over(&pixels, |[l, a]| Luma([mix8(l, a, r)])).into()
        }
        DynamicImage::ImageLumaA16(pixels) if is_grey(background) => {
            over(&pixels, |[l, a]| Luma([mix16(l, a, r)])).into()
        }
        DynamicImage::ImageLumaA16(_) | DynamicImage::ImageRgba16(_) | DynamicImage::ImageRgba32F(_) => {
            let pixels = image.into_rgba16();
            over(&pixels, |[x, y, z, a]| Rgb([mix16(x, a, r), mix16(y, a, g), mix16(z, a, b)])).into()
        }
        image => {
            let pixels = image.into_rgba8();
            over(&pixels, |[x, y, z, a]| Rgb([mix8(x, a, r), mix8(y, a, g), mix8(z, a, b)])).into()
        }
    }
}

/// The same where the background lets something through too.
fn translucent(image: DynamicImage, background: Colour) -> DynamicImage {
    let grey = is_grey(background) && !image.color().has_color();
    let [r, _, _, alpha] = background;
    match (is_deep(&image), grey) {
        (false, true) => before(image.into_luma_alpha8(), LumaA([r, alpha])).into(),
        (false, false) => before(image.into_rgba8(), Rgba(background)).into(),
        (true, true) => before(image.into_luma_alpha16(), LumaA([r, alpha].map(deep))).into(),
        (true, false) => before(image.into_rgba16(), Rgba(background.map(deep))).into(),
    }
}

/// A picture in the middle of a larger one; around it is the background, or nothing.
pub(super) fn pad(
    image: &DynamicImage,
    (width, height): (u32, u32),
    background: Option<Colour>,
) -> DynamicImage {
    let colour = background.unwrap_or_default();
    let [r, g, b, alpha] = colour;
    let size = (width.max(image.width()), height.max(image.height()));
    let grey = is_grey(colour) && !image.color().has_color();
    let clear = alpha < OPAQUE || image.color().has_alpha();
    match (is_deep(image), grey, clear) {
        (false, true, false) => around(&image.to_luma8(), size, Luma([r])).into(),
        (false, true, true) => around(&image.to_luma_alpha8(), size, LumaA([r, alpha])).into(),
        (false, false, false) => around(&image.to_rgb8(), size, Rgb([r, g, b])).into(),
        (false, false, true) => around(&image.to_rgba8(), size, Rgba(colour)).into(),
        (true, true, false) => around(&image.to_luma16(), size, Luma([deep(r)])).into(),
        (true, true, true) => around(&image.to_luma_alpha16(), size, LumaA([r, alpha].map(deep))).into(),
        (true, false, false) => around(&image.to_rgb16(), size, Rgb([r, g, b].map(deep))).into(),
        (true, false, true) => around(&image.to_rgba16(), size, Rgba(colour.map(deep))).into(),
    }
}

pub(super) const fn is_grey([r, g, b, _]: Colour) -> bool {
    r == g && g == b
}

/// Whether nothing that is to be seen of a picture has a colour.
pub(in crate::engine) fn are_grey(pixels: &RgbaImage) -> bool {
    pixels.pixels().all(|pixel| pixel.0[3] == 0 || is_grey(pixel.0))
}

pub(super) fn is_deep(image: &DynamicImage) -> bool {
    image.color().bytes_per_pixel() > image.color().channel_count()
}

fn deep(value: u8) -> u16 {
    u16::from(value) * 257
}

fn mix8(value: u8, alpha: u8, below: u8) -> u8 {
    let (value, alpha, below) = (u32::from(value), u32::from(alpha), u32::from(below));
    u8::try_from((value * alpha + below * (255 - alpha) + 127) / 255).unwrap_or(255)
}

fn mix16(value: u16, alpha: u16, below: u8) -> u16 {
    // In 64 bits, because the products need more than 32.
    let (value, alpha, below) = (u64::from(value), u64::from(alpha), u64::from(below) * 257);
    u16::try_from((value * alpha + below * (65_535 - alpha) + 32_767) / 65_535).unwrap_or(u16::MAX)
}

fn over<P, Q, S, const N: usize>(
    pixels: &ImageBuffer<P, Vec<S>>,
    mix: impl Fn([S; N]) -> Q,
) -> ImageBuffer<Q, Vec<S>>
where
    P: Pixel<Subpixel = S>,
    Q: Pixel<Subpixel = S>,
    S: Primitive,
{
    ImageBuffer::from_fn(pixels.width(), pixels.height(), |x, y| {
        let channels = pixels.get_pixel(x, y).channels();
        mix(std::array::from_fn(|at| channels[at]))
    })
}

fn before<P: Pixel>(
    mut image: ImageBuffer<P, Vec<P::Subpixel>>,
    background: P,
) -> ImageBuffer<P, Vec<P::Subpixel>> {
    for pixel in image.pixels_mut() {
        let mut mixed = background;
        mixed.blend(pixel);
        *pixel = mixed;
    }
    image
}

fn around<P: Pixel>(
    image: &ImageBuffer<P, Vec<P::Subpixel>>,
    (width, height): (u32, u32),
    fill: P,
) -> ImageBuffer<P, Vec<P::Subpixel>> {
    let mut canvas = ImageBuffer::from_pixel(width, height, fill);
    // It is no larger than the canvas.
    let _ = canvas.copy_from(image, (width - image.width()) / 2, (height - image.height()) / 2);
    canvas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_stays_grey_where_the_background_is_grey() {
        let half = DynamicImage::ImageLumaA8(ImageBuffer::from_pixel(1, 1, LumaA([100, 128])));
        let deep = DynamicImage::ImageLumaA16(ImageBuffer::from_pixel(1, 1, LumaA([100 * 257, 128 * 257])));
        for (image, kind, coloured) in [
            (half, image::ColorType::L8, image::ColorType::Rgb8),
            (deep, image::ColorType::L16, image::ColorType::Rgb16),
        ] {
            let white = flatten(image.clone(), [255; 4]);
            assert_eq!((white.color(), white.to_rgb8().get_pixel(0, 0).0), (kind, [177; 3]));
            let red = flatten(image, [255, 0, 0, 255]);
            assert_eq!((red.color(), red.to_rgb8().get_pixel(0, 0).0), (coloured, [177, 50, 50]));
        }
    }

    #[test]
    fn what_lets_something_through_is_behind_too() {
        let half = DynamicImage::ImageLumaA8(ImageBuffer::from_pixel(1, 1, LumaA([0, 128])));
        for (background, kind, wanted) in [
            ([255, 255, 255, 0], image::ColorType::La8, [0, 0, 0, 128]),
            ([255, 255, 255, 128], image::ColorType::La8, [85, 85, 85, 192]),
            ([255, 0, 0, 128], image::ColorType::Rgba8, [85, 0, 0, 192]),
        ] {
            for image in [half.clone(), DynamicImage::from(half.to_luma_alpha16())] {
                let mixed = flatten(image, background);
                assert!(mixed.color() == kind || is_deep(&mixed), "{background:?}");
                let seen = mixed.to_rgba8().get_pixel(0, 0).0;
                assert!(seen.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 2), "{background:?}: {seen:?}");
            }
        }
        assert_eq!(on_white([0, 0, 0, 128]), [127, 127, 127, 255]);
    }

    #[test]
    fn every_kind_of_pixels_is_padded() {
        use image::ColorType::{L8, L16, La8, La16, Rgb8, Rgb16, Rgba8, Rgba16};
        for (kind, white, red, clear) in [
            (L8, L8, Rgb8, La8),
            (La8, La8, Rgba8, La8),
            (Rgb8, Rgb8, Rgb8, Rgba8),
            (Rgba8, Rgba8, Rgba8, Rgba8),
            (L16, L16, Rgb16, La16),
            (La16, La16, Rgba16, La16),
            (Rgb16, Rgb16, Rgb16, Rgba16),
            (Rgba16, Rgba16, Rgba16, Rgba16),
        ] {
            let image = DynamicImage::new(1, 1, kind);
            for (background, wanted, edge) in [
                (Some([255; 4]), white, [255; 4]),
                (Some([255, 0, 0, 255]), red, [255, 0, 0, 255]),
                (None, clear, [0; 4]),
            ] {
                let padded = pad(&image, (3, 1), background);
                assert_eq!((padded.color(), padded.width()), (wanted, 3));
                assert_eq!(padded.to_rgba8().get_pixel(0, 0).0, edge, "{kind:?} {background:?}");
            }
        }
    }
}
