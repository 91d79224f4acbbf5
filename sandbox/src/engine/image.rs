//! Raster images, by the crate `image`.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{ColorType, DynamicImage, Frame, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use serde_json::{Value, json};

use super::{ConversionType, Failure, Mode, Outcome, Progress, Work};
use crate::process::InputFile;

/// Formats by name.
pub(super) const FORMATS: [(&str, ImageFormat); 9] = [
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
/// The longest side of an image, and the memory that it may take.
const MAX_SIDE: u32 = 30_000;
const MAX_MEMORY: u64 = 512 << 20;
/// How much of the time that the best palette takes is spared, from 1 to 30; 10 is hardly seen.
const GIF_SPEED: i32 = 10;
/// The largest image that resizing may give, in pixels.
const MAX_PIXELS: f64 = 1e8;

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    FORMATS.iter().flat_map(|(input, _)| {
        let convert = FORMATS.iter().map(move |(output, _)| {
            let pair = ConversionType::new("image", "image", (input, output), convert);
            let pair = pair.options(options(output));
            if matches!(*input, "gif" | "webp") {
                pair.note("Of an animation, the first picture")
            } else {
                pair
            }
        });
        convert.chain([ConversionType::new("image", "image", (input, "*"), info).mode(Mode::Info)])
    })
}

/// The options for an output format, and what they are when left out.
pub(super) fn options(output: &str) -> Value {
    match output {
        "jpg" | "jpeg" => json!({"quality": 85, "width": Value::Null, "height": Value::Null}),
        _ => json!({"width": Value::Null, "height": Value::Null}),
    }
}

fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(1.0, "Decoding the image")?;
    let image = decode(work.input()?, &work.input_format, progress, (1.0, 45.0))?;
    encode(work, progress, image)
}

/// Decodes within limits, upright as its EXIF data says. Reading moves the percent.
pub(super) fn decode(
    input: &InputFile,
    format: &str,
    progress: &Progress,
    percent: (f64, f64),
) -> Result<DynamicImage, Failure> {
    let corrupt = |error| Failure::corrupt(&format!("{format} image"), error);
    let mut decoder = decoder(input, format, progress, percent)?;
    let orientation = decoder.orientation();
    let mut image = DynamicImage::from_decoder(decoder).map_err(corrupt)?;
    if let Ok(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    Ok(image)
}

fn decoder<'a>(
    input: &InputFile,
    format: &str,
    progress: &'a Progress,
    percent: (f64, f64),
) -> Result<impl ImageDecoder + 'a, Failure> {
    let file = File::open(&input.path).map_err(Failure::io)?;
    let file = BufReader::new(progress.watch(file, input.size, percent));
    let mut reader = ImageReader::new(file).with_guessed_format().map_err(Failure::io)?;
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
    let decoder = reader.into_decoder();
    let decoder = decoder.map_err(|error| Failure::corrupt(&format!("{format} image"), error))?;
    let (width, height) = decoder.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE || decoder.total_bytes() > MAX_MEMORY {
        return Err(Failure::BadInput(format!("An image of {width} × {height} pixels is too large")));
    }
    Ok(decoder)
}

/// Resizes as the options say and writes the output.
pub(super) fn encode(work: &Work, progress: &Progress, image: DynamicImage) -> Result<Outcome, Failure> {
    let format = FORMATS.iter().find(|(name, _)| *name == work.output_format).map(|(_, format)| *format);
    let format = format.ok_or_else(|| Failure::BadParameter("This output format is not an image".into()))?;
    let quality = work.number("quality", 1, 100)?.and_then(|quality| u8::try_from(quality).ok());
    progress.set(45.0, "Converting the image")?;
    let image = fit(format, resize(work, image)?);
    progress.set(60.0, "Encoding the image")?;
    let path = work.output();
    let file = File::create(&path).map_err(Failure::io)?;
    // How large it will be is not known; half a byte for each pixel is between what is usual.
    let guess = u64::from(image.width()) * u64::from(image.height()) / 2;
    let mut file = BufWriter::new(progress.watch(file, guess, (60.0, 95.0)));
    let written = match format {
        ImageFormat::Jpeg => {
            JpegEncoder::new_with_quality(&mut file, quality.unwrap_or(85)).encode_image(&image)
        }
        ImageFormat::Gif => {
            GifEncoder::new_with_speed(&mut file, GIF_SPEED).encode_frame(Frame::new(image.into_rgba8()))
        }
        _ => image.write_to(&mut file, format),
    };
    written.map_err(|error| {
        Failure::BadInput(format!("The image cannot be written as {}: {error}", work.output_format))
    })?;
    file.flush().map_err(Failure::io)?;
    Ok(Outcome::Files(vec![path]))
}

/// Fits the image into the width and height asked for, keeping its proportions.
fn resize(work: &Work, image: DynamicImage) -> Result<DynamicImage, Failure> {
    let width = work.number("width", 1, MAX_SIDE)?;
    let height = work.number("height", 1, MAX_SIDE)?;
    if width.is_none() && height.is_none() {
        return Ok(image);
    }
    let (width, height) = (width.unwrap_or(MAX_SIDE), height.unwrap_or(MAX_SIDE));
    let scale = |(side, old): (u32, u32)| f64::from(side) / f64::from(old.max(1));
    let larger = scale((width, image.width())).min(scale((height, image.height())));
    if f64::from(image.width()) * f64::from(image.height()) * larger * larger > MAX_PIXELS {
        return Err(Failure::BadParameter("converteroptions: so large an image cannot be made".into()));
    }
    Ok(image.resize(width, height, image::imageops::FilterType::Lanczos3))
}

/// The colours that a format has.
fn fit(format: ImageFormat, image: DynamicImage) -> DynamicImage {
    let alpha = image.color().has_alpha();
    match (format, image.color()) {
        (ImageFormat::Png, ColorType::Rgb32F | ColorType::Rgba32F) => image.into_rgba16().into(),
        (ImageFormat::Png, _) => image,
        (ImageFormat::Tiff, ColorType::L8 | ColorType::L16 | ColorType::Rgb16 | ColorType::Rgba16) => image,
        (ImageFormat::Jpeg, ColorType::L8) => image,
        (ImageFormat::Jpeg, _) => flatten(image).into(),
        (ImageFormat::Ico, _) if image.width() > 256 || image.height() > 256 => {
            image.thumbnail(256, 256).into_rgba8().into()
        }
        (ImageFormat::Ico | ImageFormat::Gif, _) => image.into_rgba8().into(),
        _ if alpha => image.into_rgba8().into(),
        _ => image.into_rgb8().into(),
    }
}

/// JPEG and PDF have no transparency: what is transparent becomes white.
pub(super) fn flatten(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let rgba = image.into_rgba8();
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
    let input = work.input()?;
    let decoder = decoder(input, &work.input_format, progress, (1.0, 90.0))?;
    let (width, height) = decoder.dimensions();
    let color = format!("{:?}", decoder.original_color_type());
    Ok(Outcome::Info(json!({"width": width, "height": height, "color": color, "size": input.size})))
}
