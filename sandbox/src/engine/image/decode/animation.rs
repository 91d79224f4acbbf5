//! Files that may be animations: GIF, WebP and PNG.

use std::io::Cursor;
use std::time::Duration;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, DynamicImage, Frames, ImageDecoder, ImageFormat, ImageResult};

use super::super::metadata::{Metadata, gif as extensions, png, riff};
use super::super::page::{Page, Sequence};
use super::opened::{Opened, corrupt, within};
use super::still;
use crate::engine::{Failure, Progress};

/// How many frames are read.
const MAX_FRAMES: usize = 20_000;

pub(super) fn open(mut file: Vec<u8>, format: ImageFormat, progress: &Progress) -> Result<Opened, Failure> {
    if format == ImageFormat::Gif {
        extensions::with_usual_names(&mut file);
    }
    let lossless = format != ImageFormat::WebP || riff::lossless(&file);
    let animation = match format {
        ImageFormat::Gif => gif(&file),
        ImageFormat::WebP => riff::frames(&file),
        _ => png::frames(&file).map(|(frames, plays)| (usize::try_from(frames).unwrap_or(usize::MAX), plays)),
    };
    let whole = match format {
        ImageFormat::Gif => extensions::whole_before_cut(&file),
        ImageFormat::WebP => riff::whole_before_cut(&file),
        _ => png::whole_before_cut(&file),
    };
    let is_announced = animation.is_some_and(|(frames, _)| frames > 1);
    let cut = whole.map(|(whole, begun)| {
        let name = format.extensions_str()[0];
        let name = if format == ImageFormat::WebP { "WebP".to_owned() } else { name.to_uppercase() };
        if is_announced || begun > 1 {
            let count = whole.max(1);
            format!("The animation is broken off: only the first of its pictures can be read ({count})")
        } else {
            format!("The {name} is broken off: what it said at its end is missing")
        }
    });
    let animation =
        animation.map(|(frames, plays)| (whole.map_or(frames, |(whole, _)| whole.min(frames)), plays));
    let (frames, plays) = animation.filter(|(frames, _)| *frames > 1).unwrap_or((1, 1));
    let metadata = still::metadata(&file, format);
    if frames > MAX_FRAMES {
        return Err(Failure::BadInput(format!(
            "The animation has {frames} frames; at most {MAX_FRAMES} are read"
        )));
    }
    if frames > 1 {
        match decoder(file, format)? {
            Ok(decoded) => {
                tell(cut, progress);
                let pages = pages(decoded, format, metadata);
                let sequence = Sequence::Animation { frames, plays };
                return Ok(Opened { sequence, lossless, pages: Box::new(pages) });
            }
            Err(file) => {
                progress.warn("Of this animation with 16 bits a channel, only the first picture is read");
                tell(cut, progress);
                return one(file, format, metadata);
            }
        }
    }
    let opened = one(file, format, metadata).map_err(|failure| match failure {
        Failure::BadInput(_) if cut.is_some() => {
            Failure::broken_off(&format!("{} image", format.extensions_str()[0]))
        }
        failure => failure,
    })?;
    tell(cut, progress);
    Ok(Opened { lossless, ..opened })
}

fn tell(cut: Option<String>, progress: &Progress) {
    if let Some(cut) = cut {
        progress.warn(cut);
    }
}

fn one(file: Vec<u8>, format: ImageFormat, metadata: Metadata) -> Result<Opened, Failure> {
    let page = still::upright(still::pixels(file, format)?, metadata);
    Ok(Opened { sequence: Sequence::One, lossless: true, pages: Box::new(std::iter::once(Ok(page))) })
}

/// The frames, each as large as the whole; the file again where they cannot be read.
fn decoder(file: Vec<u8>, format: ImageFormat) -> Result<Result<Frames<'static>, Vec<u8>>, Failure> {
    fn checked<D: ImageDecoder>(decoder: ImageResult<D>, format: ImageFormat) -> Result<D, Failure> {
        let corrupt = corrupt(format.extensions_str()[0]);
        let mut decoder = decoder.map_err(&corrupt)?;
        let (width, height) = decoder.dimensions();
        within(width, height, 4)?;
        decoder.set_limits(still::limits()).map_err(corrupt)?;
        Ok(decoder)
    }
    if format == ImageFormat::Png && file.get(24) == Some(&16) {
        return Ok(Err(file));
    }
    let file = Cursor::new(file);
    Ok(Ok(match format {
        ImageFormat::Gif => checked(GifDecoder::new(file), format)?.into_frames(),
        ImageFormat::WebP => checked(WebPDecoder::new(file), format)?.into_frames(),
        _ => {
            let decoder = checked(PngDecoder::new(file), format)?;
            decoder.apng().map_err(corrupt("png"))?.into_frames()
        }
    }))
}

fn pages(
    frames: Frames<'static>,
    format: ImageFormat,
    metadata: Metadata,
) -> impl Iterator<Item = Result<Page, Failure>> {
    let corrupt = corrupt(format.extensions_str()[0]);
    frames.map(move |frame| {
        let frame = frame.map_err(&corrupt)?;
        let delay = Duration::from(frame.delay());
        let page = still::upright(DynamicImage::ImageRgba8(frame.into_buffer()), metadata.clone());
        Ok(Page { delay, ..page })
    })
}

/// Frames of a GIF, and how often they are played.
fn gif(file: &[u8]) -> Option<(usize, u32)> {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let mut decoder = options.read_info(file).ok()?;
    let mut frames = 0;
    while let Ok(Some(_)) = decoder.next_frame_info() {
        frames += 1;
    }
    let plays = match decoder.repeat() {
        gif::Repeat::Infinite => 0,
        // Where nothing is said, it is played once; a number says how often it is played again.
        gif::Repeat::Finite(again) => u32::from(again) + 1,
    };
    Some((frames, plays))
}
