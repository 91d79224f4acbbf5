//! WebP, by libwebp; its container is written here.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use image::DynamicImage;
use webp::{Encoder, PixelLayout, WebPConfig};

use super::super::metadata::{Metadata, exif, riff};
use super::super::page::Page;
use super::output::{Sink, create, failed};
use crate::engine::{Failure, Progress};

const QUALITY: u8 = 80;
/// What the format has room for.
const MAX_SIDE: u32 = 16_383;

const PROFILE: u8 = 0x20;
const ALPHA: u8 = 0x10;
const EXIF: u8 = 0x08;
const XMP: u8 = 0x04;
const ANIMATION: u8 = 0x02;

pub(super) fn still(
    page: &Page,
    quality: Option<u8>,
    lossless: bool,
    mut file: BufWriter<File>,
    progress: &Progress,
) -> Result<(), Failure> {
    let coded = code(&page.image, quality, lossless)?;
    let metadata = with_resolution(&page.metadata, progress);
    let flags = flags(&metadata, page.image.color().has_alpha());
    let size = (page.image.width(), page.image.height());
    // Transparency that stands beside what is coded with loss is a chunk of its own too.
    let content = if flags & !ALPHA == 0 && !coded.starts_with(b"ALPH") {
        coded
    } else {
        [extended(flags, size), before(&metadata), coded, after(&metadata)].concat()
    };
    write(&mut file, &content)
}

fn write(file: &mut BufWriter<File>, content: &[u8]) -> Result<(), Failure> {
    let length = u32::try_from(content.len() + 4).map_err(|_| failed("webp")("it is too large".into()))?;
    let parts: [&[u8]; 4] = [b"RIFF", &length.to_le_bytes(), b"WEBP", content];
    parts.iter().try_for_each(|part| file.write_all(part)).and_then(|()| file.flush()).map_err(Failure::io)
}

/// The chunks of one picture.
fn code(image: &DynamicImage, quality: Option<u8>, lossless: bool) -> Result<Vec<u8>, Failure> {
    let failed = failed("webp");
    let (width, height) = (image.width(), image.height());
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(failed(format!(
            "it is {width} × {height} pixels large, and WebP has at most {MAX_SIDE} of each"
        )));
    }
    let mut config = WebPConfig::new().map_err(|()| failed("libwebp does not begin".into()))?;
    config.lossless = i32::from(lossless);
    config.exact = i32::from(lossless);
    config.thread_level = 1;
    // Without loss, this is how much time is taken.
    config.quality = if lossless { 75.0 } else { f32::from(quality.unwrap_or(QUALITY)) };
    let (pixels, layout);
    let bytes: &[u8] = if let DynamicImage::ImageRgb8(pixels) = image {
        layout = PixelLayout::Rgb;
        pixels
    } else {
        layout = PixelLayout::Rgba;
        pixels = image.to_rgba8();
        &pixels
    };
    let coded = Encoder::new(bytes, layout, width, height).encode_advanced(&config);
    let coded = coded.map_err(|error| failed(format!("{error:?}")))?;
    let chunks = riff::chunks(coded.get(12..).unwrap_or_default());
    Ok(chunks
        .filter(|(name, _)| *name != b"VP8X")
        .flat_map(|(name, content)| riff::chunk(*name, content))
        .collect())
}

/// The resolution stands in EXIF.
fn with_resolution(metadata: &Metadata, progress: &Progress) -> Metadata {
    let mut metadata = metadata.clone();
    let told = metadata.exif.as_deref().and_then(exif::resolution);
    if let Some(resolution) = metadata.resolution.filter(|_| told.is_none()) {
        if let Some(exif) = &metadata.exif {
            exif::tell_moved_notes(exif, progress);
        }
        metadata.exif = Some(exif::with_resolution(metadata.exif.as_deref(), resolution));
    }
    metadata
}

fn flags(metadata: &Metadata, alpha: bool) -> u8 {
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    flag(metadata.icc.is_some(), PROFILE)
        | flag(alpha, ALPHA)
        | flag(metadata.exif.is_some(), EXIF)
        | flag(metadata.xmp.is_some(), XMP)
}

/// The chunk that a file with more than one picture begins with.
fn extended(flags: u8, (width, height): (u32, u32)) -> Vec<u8> {
    let mut content = vec![flags, 0, 0, 0];
    content.extend([width, height].iter().flat_map(|side| three(side - 1)));
    riff::chunk(*b"VP8X", &content)
}

fn three(value: u32) -> [u8; 3] {
    let [a, b, c, _] = value.to_le_bytes();
    [a, b, c]
}

fn before(metadata: &Metadata) -> Vec<u8> {
    metadata.icc.as_ref().map(|icc| riff::chunk(*b"ICCP", icc)).unwrap_or_default()
}

fn after(metadata: &Metadata) -> Vec<u8> {
    let exif = metadata.exif.as_ref().map(|exif| riff::chunk(*b"EXIF", exif));
    let xmp = metadata.xmp.as_ref().map(|xmp| riff::chunk(*b"XMP ", xmp));
    exif.into_iter().chain(xmp).flatten().collect()
}

pub(super) struct Animation {
    path: PathBuf,
    plays: u32,
    quality: Option<u8>,
    lossless: bool,
    size: (u32, u32),
    metadata: Metadata,
    frames: Vec<u8>,
}

impl Animation {
    pub(super) fn new(path: PathBuf, plays: u32, quality: Option<u8>, lossless: bool) -> Self {
        Self {
            path,
            plays,
            quality,
            lossless,
            size: (0, 0),
            metadata: Metadata::default(),
            frames: Vec::new(),
        }
    }
}

impl Sink for Animation {
    fn add(&mut self, page: Page, progress: &Progress) -> Result<(), Failure> {
        if self.frames.is_empty() {
            self.size = (page.image.width(), page.image.height());
            self.metadata = with_resolution(&page.metadata, progress);
        }
        let delay = u32::try_from(page.delay.as_millis()).unwrap_or(u32::MAX).min((1 << 24) - 1);
        let mut frame = vec![0; 6];
        frame.extend([page.image.width(), page.image.height()].iter().flat_map(|side| three(side - 1)));
        frame.extend(three(delay));
        // Each frame is whole: it takes the place of the one before, without mixing.
        frame.push(0b10);
        frame.extend(code(&page.image, self.quality, self.lossless)?);
        self.frames.extend(riff::chunk(*b"ANMF", &frame));
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<PathBuf>, Failure> {
        let plays = u16::try_from(self.plays).unwrap_or(u16::MAX).to_le_bytes();
        let animation = [&[0; 4][..], &plays].concat();
        let content = [
            extended(flags(&self.metadata, true) | ANIMATION, self.size),
            before(&self.metadata),
            riff::chunk(*b"ANIM", &animation),
            self.frames,
            after(&self.metadata),
        ];
        write(&mut create(&self.path)?, &content.concat())?;
        Ok(vec![self.path])
    }
}
