//! The samples of a TIFF's page, of every depth, as pixels.

use image::{DynamicImage, ImageBuffer};
use tiff::decoder::DecodingResult;

use crate::engine::Progress;

const CUT_OFF: &str = "What is brighter than white or darker than black in the image is cut off";
const TOO_DEEP: &str = "The image has more than 16 bits a channel, of which the first 16 are in the output";

/// Samples of all pixels, channel beside channel.
pub(super) enum Samples {
    Eight(Vec<u8>),
    Sixteen(Vec<u16>),
}

impl Samples {
    pub(super) fn new(
        buffer: DecodingResult,
        depth: u8,
        (width, height, channels): (u32, u32, u16),
        planes: usize,
        palette: bool,
        progress: &Progress,
    ) -> Option<Self> {
        let high = |value: u64, bits: u32| u16::try_from(value >> bits).unwrap_or(u16::MAX);
        let float = |value: &f32| f64::from(*value);
        let shown = Shown { channels, progress };
        let samples = match buffer {
            DecodingResult::U8(bytes) if depth < 8 => {
                Self::Eight(unpack(&bytes, depth, width, height, channels, palette)?)
            }
            DecodingResult::U8(bytes) => Self::Eight(bytes),
            DecodingResult::U16(values) if depth == 16 => Self::Sixteen(values),
            DecodingResult::U32(values) => {
                progress.warn(TOO_DEEP);
                Self::Sixteen(values.into_iter().map(|value| high(value.into(), 16)).collect())
            }
            DecodingResult::U64(values) => {
                progress.warn(TOO_DEEP);
                Self::Sixteen(values.into_iter().map(|value| high(value, 48)).collect())
            }
            DecodingResult::F16(values) => Self::Sixteen(shown.fractions(&values, |value| f64::from(*value))),
            DecodingResult::F32(values) => Self::Sixteen(shown.fractions(&values, float)),
            DecodingResult::F64(values) => Self::Sixteen(shown.fractions(&values, |value| *value)),
            DecodingResult::I8(values) => Self::Sixteen(shown.range(&values, |value| f64::from(*value))?),
            DecodingResult::I16(values) => Self::Sixteen(shown.range(&values, |value| f64::from(*value))?),
            DecodingResult::I32(values) => Self::Sixteen(shown.range(&values, |value| f64::from(*value))?),
            _ => return None,
        };
        Some(match samples {
            samples if planes <= 1 => samples,
            Self::Eight(values) => Self::Eight(interleave(&values, planes)),
            Self::Sixteen(values) => Self::Sixteen(interleave(&values, planes)),
        })
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        match self {
            Self::Eight(bytes) => bytes,
            Self::Sixteen(values) => values.into_iter().map(|value| (value >> 8) as u8).collect(),
        }
    }

    /// The four inks of each pixel, and its opacity where it is the fifth channel.
    pub(super) fn inks(self, channels: u16) -> (Self, Option<Self>) {
        match self {
            Self::Eight(values) if channels == 5 => {
                let (inks, alpha) = without_fifth(&values);
                (Self::Eight(inks), Some(Self::Eight(alpha)))
            }
            Self::Sixteen(values) if channels == 5 => {
                let (inks, alpha) = without_fifth(&values);
                (Self::Sixteen(inks), Some(Self::Sixteen(alpha)))
            }
            inks => (inks, None),
        }
    }

    pub(super) fn rgb_of_ycbcr(self) -> Self {
        let mut bytes = self.bytes();
        for pixel in bytes.chunks_exact_mut(3) {
            let [y, cb, cr] = [0, 1, 2].map(|at| f32::from(pixel[at]));
            let (cb, cr) = (cb - 128.0, cr - 128.0);
            let rgb = [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb];
            for (to, value) in pixel.iter_mut().zip(rgb) {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let value = value.round().clamp(0.0, 255.0) as u8;
                *to = value;
            }
        }
        Self::Eight(bytes)
    }

    /// The colours by themselves, where they are stored with their opacity in them.
    pub(super) fn without_premultiplication(self, channels: u16) -> Self {
        let channels = usize::from(channels.max(1));
        match self {
            Self::Eight(mut values) => {
                for pixel in values.chunks_exact_mut(channels) {
                    let alpha = u32::from(pixel[channels - 1]).max(1);
                    for value in &mut pixel[..channels - 1] {
                        *value = u8::try_from(u32::from(*value) * 255 / alpha).unwrap_or(255);
                    }
                }
                Self::Eight(values)
            }
            Self::Sixteen(mut values) => {
                for pixel in values.chunks_exact_mut(channels) {
                    let alpha = u32::from(pixel[channels - 1]).max(1);
                    for value in &mut pixel[..channels - 1] {
                        *value = u16::try_from(u32::from(*value) * 65_535 / alpha).unwrap_or(u16::MAX);
                    }
                }
                Self::Sixteen(values)
            }
        }
    }

    pub(super) fn dynamic(self, width: u32, height: u32, channels: u16) -> Option<DynamicImage> {
        Some(match (self, channels) {
            (Self::Eight(v), 1) => DynamicImage::ImageLuma8(ImageBuffer::from_raw(width, height, v)?),
            (Self::Eight(v), 2) => DynamicImage::ImageLumaA8(ImageBuffer::from_raw(width, height, v)?),
            (Self::Eight(v), 3) => DynamicImage::ImageRgb8(ImageBuffer::from_raw(width, height, v)?),
            (Self::Eight(v), 4) => DynamicImage::ImageRgba8(ImageBuffer::from_raw(width, height, v)?),
            (Self::Sixteen(v), 1) => DynamicImage::ImageLuma16(ImageBuffer::from_raw(width, height, v)?),
            (Self::Sixteen(v), 2) => DynamicImage::ImageLumaA16(ImageBuffer::from_raw(width, height, v)?),
            (Self::Sixteen(v), 3) => DynamicImage::ImageRgb16(ImageBuffer::from_raw(width, height, v)?),
            (Self::Sixteen(v), 4) => DynamicImage::ImageRgba16(ImageBuffer::from_raw(width, height, v)?),
            _ => return None,
        })
    }
}

/// How numbers that are no shades by themselves are shown.
struct Shown<'a> {
    channels: u16,
    progress: &'a Progress,
}

impl Shown<'_> {
    /// Of fractions, 0 is black and 1 is white. Where most are others, they are measurements.
    fn fractions<T>(&self, values: &[T], number: impl Fn(&T) -> f64) -> Vec<u16> {
        let (low, high) = extent(values, &number);
        let beyond = low < 0.0 || high > 1.0;
        let shades = values.iter().filter(|value| (0.0..=1.0).contains(&number(value))).count();
        let measured = if beyond && shades < values.len() / 2 { self.range(values, &number) } else { None };
        measured.unwrap_or_else(|| {
            if beyond {
                self.progress.warn(CUT_OFF);
            } else if size_of::<T>() > size_of::<u16>() {
                self.progress.warn(TOO_DEEP);
            }
            values.iter().map(|value| shade(number(value))).collect()
        })
    }

    /// Measurements, the lowest as black and the highest as white.
    fn range<T>(&self, values: &[T], number: impl Fn(&T) -> f64) -> Option<Vec<u16>> {
        let (low, high) = extent(values, &number);
        if self.channels != 1 || low > high {
            return None;
        }
        self.progress.warn(format!(
            "The image has measurements from {low} to {high}, which are shown as shades from black to white"
        ));
        let span = if high > low { high - low } else { 1.0 };
        Some(values.iter().map(|value| shade((number(value) - low) / span)).collect())
    }
}

/// The lowest and the highest number.
fn extent<T>(values: &[T], number: impl Fn(&T) -> f64) -> (f64, f64) {
    let finite = values.iter().map(number).filter(|value| value.is_finite());
    finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

/// What is no number is black.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn shade(part: f64) -> u16 {
    (part.clamp(0.0, 1.0) * 65_535.0).round() as u16
}

/// The first four of five channels, and the fifth.
fn without_fifth<T: Copy>(values: &[T]) -> (Vec<T>, Vec<T>) {
    let pixels = values.chunks_exact(5);
    (pixels.clone().flat_map(|pixel| &pixel[..4]).copied().collect(), pixels.map(|pixel| pixel[4]).collect())
}

fn interleave<T: Copy>(values: &[T], planes: usize) -> Vec<T> {
    let length = values.len() / planes;
    (0..length).flat_map(|at| (0..planes).map(move |plane| values[plane * length + at])).collect()
}

/// Samples of 1, 2 or 4 bits, whose rows begin at whole bytes, as bytes; a palette's as they are, others to 255.
fn unpack(bytes: &[u8], depth: u8, width: u32, height: u32, channels: u16, palette: bool) -> Option<Vec<u8>> {
    if !matches!(depth, 1 | 2 | 4) {
        return None;
    }
    let (depth, most) = (usize::from(depth), (1_u8 << depth) - 1);
    let row = usize::try_from(width).ok()?.checked_mul(channels.into())?;
    let packed = (row * depth).div_ceil(8);
    let rows = bytes.chunks_exact(packed).take(usize::try_from(height).ok()?);
    let value = |row: &[u8], at: usize| {
        let bit = at * depth;
        let value = (row[bit / 8] >> (8 - depth - bit % 8)) & most;
        if palette { value } else { value * (255 / most) }
    };
    Some(rows.flat_map(|packed| (0..row).map(move |at| value(packed, at))).collect())
}

/// The colours of a palette: all of red, then green, then blue, of 16 bits each.
pub(super) fn paint(samples: &Samples, map: &[u16], width: u32, height: u32) -> Option<DynamicImage> {
    let indices: Vec<usize> = match samples {
        Samples::Eight(indices) => indices.iter().map(|index| usize::from(*index)).collect(),
        Samples::Sixteen(indices) => indices.iter().map(|index| usize::from(*index)).collect(),
    };
    let count = map.len() / 3;
    // Old programs wrote colours of 8 bits.
    let shift = if map.iter().all(|value| *value < 256) { 0 } else { 8 };
    let is_exact = map.iter().all(|value| value >> 8 == value & 0xff);
    if shift > 0 && (!is_exact || matches!(samples, Samples::Sixteen(_))) {
        let color =
            |index: &usize| [0, 1, 2].map(|channel| map.get(channel * count + *index).copied().unwrap_or(0));
        let pixels = indices.iter().flat_map(color).collect();
        return ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb16);
    }
    let pixels = indices.iter().flat_map(|index| {
        [0, 1, 2].map(|channel| {
            map.get(channel * count + *index).map_or(0, |value| u8::try_from(value >> shift).unwrap_or(255))
        })
    });
    ImageBuffer::from_raw(width, height, pixels.collect()).map(DynamicImage::ImageRgb8)
}
