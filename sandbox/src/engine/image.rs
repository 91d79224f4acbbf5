//! Raster images, by the crate `image`.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use serde_json::{Value, json};

use super::{Failure, Mode, Outcome, Progress, Types, Work};

/// Formats by name, and whether they are written too.
pub(super) const FORMATS: &[(&str, ImageFormat)] = &[
    ("png", ImageFormat::Png),
    ("jpg", ImageFormat::Jpeg),
    ("jpeg", ImageFormat::Jpeg),
    ("gif", ImageFormat::Gif),
    ("bmp", ImageFormat::Bmp),
    ("webp", ImageFormat::WebP),
    ("tiff", ImageFormat::Tiff),
    ("tif", ImageFormat::Tiff),
    ("ico", ImageFormat::Ico),
];
/// The longest side of an image.
const MAX_SIDE: u32 = 30_000;
/// The memory that one image may take when decoded.
const MAX_MEMORY: u64 = 1 << 30;

pub(super) fn add(types: &mut Types) {
    for (input, _) in FORMATS {
        for (output, _) in FORMATS.iter().filter(|(output, _)| output != input) {
            types.add("image", "image", (input, output), options(), convert);
        }
        types.add("image", "image", (input, input), options(), convert);
        types.add_mode(Mode::Info, "image", "image", (input, "*"), super::none(), info);
    }
}

/// The options of images and what they are when left out.
pub(super) fn options() -> Value {
    json!({"quality": 85, "width": Value::Null, "height": Value::Null})
}

fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(5.0, "Decoding the image")?;
    let image = decode(&work.read()?, &work.input_format)?;
    progress.set(40.0, "Converting the image")?;
    encode(work, progress, &image)
}

/// Decodes within limits, upright as its EXIF data says.
pub(super) fn decode(bytes: &[u8], format: &str) -> Result<DynamicImage, Failure> {
    let corrupt = |error| Failure::corrupt(&format!("{format} image"), error);
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(Failure::io)?;
    if reader.format().is_none()
        && let Some((_, known)) = FORMATS.iter().find(|(name, _)| *name == format)
    {
        reader.set_format(*known);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(corrupt)?;
    let orientation = decoder.orientation();
    let mut image = DynamicImage::from_decoder(decoder).map_err(corrupt)?;
    if let Ok(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    Ok(image)
}

/// Resizes as the options say and writes the output.
pub(super) fn encode(work: &Work, progress: &Progress, image: &DynamicImage) -> Result<Outcome, Failure> {
    let format = FORMATS.iter().find(|(name, _)| *name == work.output_format).map(|(_, format)| *format);
    let format = format.ok_or_else(|| Failure::BadParameter("This output format is not an image".into()))?;
    let quality = work.number("quality", 1, 100)?.unwrap_or(85);
    let image = resize(work, image)?;
    progress.set(70.0, "Encoding the image")?;
    let mut bytes = Cursor::new(Vec::new());
    let written = match format {
        ImageFormat::Jpeg => {
            let quality = u8::try_from(quality).unwrap_or(85);
            JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&flatten(&image))
        }
        ImageFormat::Ico => image.thumbnail(256, 256).to_rgba8().write_to(&mut bytes, format),
        ImageFormat::WebP | ImageFormat::Gif => image.to_rgba8().write_to(&mut bytes, format),
        _ => image.write_to(&mut bytes, format),
    };
    written.map_err(|error| {
        Failure::BadInput(format!("The image cannot be written as {}: {error}", work.output_format))
    })?;
    progress.set(95.0, "Writing the image")?;
    work.write(bytes.get_ref())
}

/// Fits the image into the width and height asked for, keeping its proportions.
fn resize(work: &Work, image: &DynamicImage) -> Result<DynamicImage, Failure> {
    let (width, height) = (work.number("width", 1, MAX_SIDE)?, work.number("height", 1, MAX_SIDE)?);
    if width.is_none() && height.is_none() {
        return Ok(image.clone());
    }
    let (width, height) = (width.unwrap_or(MAX_SIDE), height.unwrap_or(MAX_SIDE));
    Ok(image.resize(width, height, image::imageops::FilterType::Lanczos3))
}

/// JPEG has no transparency: what is transparent becomes white.
pub(super) fn flatten(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let rgba = image.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let over = |c: u8| {
            let mixed = u32::from(c) * u32::from(a) + 255 * (255 - u32::from(a));
            u8::try_from(mixed / 255).unwrap_or(255)
        };
        Rgb([over(r), over(g), over(b)])
    })
}

fn info(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let bytes = work.read()?;
    progress.set(50.0, "Reading the image")?;
    let image = decode(&bytes, &work.input_format)?;
    let color = format!("{:?}", image.color());
    Ok(Outcome::Info(
        json!({"width": image.width(), "height": image.height(), "color": color, "size": bytes.len()}),
    ))
}
