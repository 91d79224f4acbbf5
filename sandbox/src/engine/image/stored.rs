//! How a file stores its pixels: what mode `info` tells of them, however they are decoded here.

use std::io::Cursor;

use image::ImageFormat;
use serde_json::{Value, json};

use super::decode::best_of_icon;
use super::metadata::structure::Directory;
use super::metadata::{jpeg, riff};

/// The pixels of the first picture of a file, as far as its head can be read.
pub(super) fn described(file: &[u8], format: ImageFormat) -> Value {
    let described = match format {
        ImageFormat::Png => png(file),
        ImageFormat::Jpeg => jpeg(file),
        ImageFormat::Gif => gif(file),
        ImageFormat::WebP => webp(file),
        ImageFormat::Tiff => tiff(file),
        ImageFormat::Bmp => bmp(file.get(BMP_HEADER..).unwrap_or_default()),
        ImageFormat::Ico => ico(file),
        _ => None,
    };
    described.unwrap_or_default()
}

fn png(file: &[u8]) -> Option<Value> {
    use png::ColorType::{GrayscaleAlpha, Indexed, Rgb, Rgba};
    let reader = png::Decoder::new(Cursor::new(file)).read_info().ok()?;
    let info = reader.info();
    let color = match info.color_type {
        Indexed => "palette",
        Rgb | Rgba => "RGB",
        _ => "grey",
    };
    let alpha = matches!(info.color_type, GrayscaleAlpha | Rgba) || info.trns.is_some();
    let palette = info.palette.as_ref().filter(|_| info.color_type == Indexed);
    Some(json!({
        "color": color, "channels": info.color_type.samples(), "depth": info.bit_depth as u8, "alpha": alpha,
        "colors": palette.map(|palette| palette.len() / 3), "compression": "Deflate", "progressive": info.interlaced,
    }))
}

fn jpeg(file: &[u8]) -> Option<Value> {
    let frame = jpeg::frame(file)?;
    let subsampling = match frame.fineness[..] {
        [(2, 2), (1, 1), ..] => Some("4:2:0"),
        [(2, 1), (1, 1), ..] => Some("4:2:2"),
        [(4, 1), (1, 1), ..] => Some("4:1:1"),
        [(1, 2), (1, 1), ..] => Some("4:4:0"),
        [first, second, ..] if first == second => Some("4:4:4"),
        _ => None,
    };
    let count = frame.fineness.len();
    let color = match (count, frame.transformed) {
        (1, _) => "grey",
        (3, true) => "YCbCr",
        (3, false) => "RGB",
        (4, true) => "YCCK",
        (4, false) => "CMYK",
        _ => return None,
    };
    Some(json!({
        "color": color, "channels": count, "depth": frame.depth, "alpha": false, "compression": "JPEG",
        "progressive": frame.progressive, "subsampling": subsampling,
    }))
}

fn gif(file: &[u8]) -> Option<Value> {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let mut decoder = options.read_info(file).ok()?;
    let frame = decoder.next_frame_info().ok()??;
    let (own, clear, interlaced) = (frame.palette.clone(), frame.transparent.is_some(), frame.interlaced);
    let colors = own.as_deref().or(decoder.global_palette())?.len() / 3;
    Some(json!({
        "color": "palette", "channels": 1, "depth": colors.next_power_of_two().trailing_zeros().max(1), "alpha": clear,
        "colors": colors, "compression": "LZW", "progressive": interlaced,
    }))
}

fn webp(file: &[u8]) -> Option<Value> {
    const FRAME: usize = 16;
    let mut first = None;
    let mut alpha = false;
    for (name, content) in riff::chunks(file.get(12..)?) {
        alpha |= name == b"VP8X" && content.first()? & 0x10 != 0;
        first = match name {
            b"VP8 " | b"VP8L" => Some((*name, content)),
            b"ANMF" => riff::chunks(content.get(FRAME..)?)
                .find(|(name, _)| name.starts_with(b"VP8"))
                .map(|(name, content)| (*name, content)),
            _ => continue,
        };
        break;
    }
    let (name, content) = first?;
    let lossless = &name == b"VP8L";
    // Behind the signature, two sides of 14 bits each.
    alpha |= lossless && content.get(4)? & 0x10 != 0;
    let (color, compression) = if lossless { ("RGB", "VP8L") } else { ("YCbCr", "VP8") };
    Some(json!({
        "color": color, "channels": if alpha { 4 } else { 3 }, "depth": 8, "alpha": alpha, "compression": compression,
        "lossless": lossless, "subsampling": (!lossless).then_some("4:2:0"),
    }))
}

fn tiff(file: &[u8]) -> Option<Value> {
    let page = Directory::first(file)?;
    let number = |tag| page.number(file, tag);
    let channels = number(277).unwrap_or(1);
    let extra = page.values(file, 338).unwrap_or_default();
    let compression = number(259).unwrap_or(1);
    let color = match number(262)? {
        0 | 1 => "grey",
        2 => "RGB",
        3 => "palette",
        4 => "mask",
        5 => "CMYK",
        6 => "YCbCr",
        8..=10 => "CIELab",
        _ => "unknown",
    };
    let colors = page.values(file, 320).filter(|_| color == "palette").map(|map| map.len() / 3);
    let compression = match compression {
        1 => "none".to_owned(),
        2 => "CCITT RLE".to_owned(),
        3 => "CCITT Group 3".to_owned(),
        4 => "CCITT Group 4".to_owned(),
        5 => "LZW".to_owned(),
        6 | 7 => "JPEG".to_owned(),
        8 | 32_946 => "Deflate".to_owned(),
        32_773 => "PackBits".to_owned(),
        34_925 => "LZMA".to_owned(),
        50_000 => "Zstandard".to_owned(),
        50_001 => "WebP".to_owned(),
        other => other.to_string(),
    };
    let samples = match number(339) {
        Some(2) => Some("signed"),
        Some(3) => Some("float"),
        _ => None,
    };
    Some(json!({
        "color": color, "channels": channels, "depth": number(258).unwrap_or(1),
        "alpha": extra.iter().any(|kind| matches!(kind, 1 | 2)),
        "colors": colors, "compression": compression, "samples": samples,
    }))
}

/// What stands before the header of a BMP by itself.
const BMP_HEADER: usize = 14;
/// The same of an icon with one picture.
const ICON_HEADER: usize = 22;

/// The header of a BMP, which stands by itself in an icon.
fn bmp(header: &[u8]) -> Option<Value> {
    let number = |at: usize| Some(u32::from_le_bytes(header.get(at..at + 4)?.try_into().ok()?));
    let short = |at: usize| Some(u16::from_le_bytes(header.get(at..at + 2)?.try_into().ok()?));
    // The oldest header has sides of 16 bits, and nothing behind the depth.
    let old = number(0)? == 12;
    let bits = short(if old { 10 } else { 14 })?;
    let kind = if old { 0 } else { number(16)? };
    let used = if old { 0 } else { usize::try_from(number(32)?).ok()? };
    let palette = bits <= 8;
    // Where masks say which bits are which, the fourth is that of opacity.
    let alpha =
        bits == 32 && matches!(kind, 3 | 6) && number(0)? >= 56 && number(52).is_some_and(|mask| mask != 0);
    let compression = match kind {
        1 | 2 => "RLE",
        4 => "JPEG",
        5 => "Deflate",
        _ => "none",
    };
    let depth = match bits {
        16 => 5,
        24 | 32 => 8,
        bits => bits,
    };
    Some(json!({
        "color": if palette { "palette" } else { "RGB" },
        "channels": if palette { 1 } else if alpha { 4 } else { 3 },
        "depth": depth, "alpha": alpha,
        "colors": palette.then(|| if used == 0 { 1 << bits } else { used }),
        "compression": compression,
    }))
}

/// The best of the pictures.
fn ico(file: &[u8]) -> Option<Value> {
    let best = best_of_icon(file)?;
    if image::guess_format(&best).is_ok_and(|format| format == ImageFormat::Png) {
        return png(&best);
    }
    let mut described = bmp(best.get(ICON_HEADER..)?)?;
    // A mask stands behind the pixels.
    described["alpha"] = true.into();
    Some(described)
}
