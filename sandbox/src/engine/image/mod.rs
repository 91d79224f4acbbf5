//! Raster images, by the crate `image` and what is beneath it.
//!
//! A file is a sequence of pages (`page`). `decode` reads them one after the other, upright, with what the file says of
//! them (`metadata`); here each is fitted to what the output can hold (`format`), and `encode` writes them. What does not
//! fit is told.

mod color;
mod decode;
mod document;
mod embedded;
mod encode;
mod format;
mod info;
mod losses;
mod metadata;
mod page;
mod resize;
mod settings;

use image::DynamicImage;

use super::{ConversionType, Failure, Mode, Outcome, Progress, Work};
use format::{Alpha, DRAWING, FORMATS, Format, Holds, PDF, Several};
use metadata::Resolution;

pub(super) use color::flatten;
use decode::Opened;
pub(super) use decode::open;
pub(super) use document::{Jpeg, Picture, each_picture};
pub(super) use embedded::{as_png, embedded, is_picture};

pub(super) use metadata::Metadata;
pub(super) use page::Page;
pub(super) use page::Sequence;
pub(super) use settings::{Fit, Settings, options};

/// The names of all formats.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().flat_map(|format| format.names).copied()
}

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    pairs().flat_map(|(input, name)| {
        let convert = FORMATS.iter().flat_map(move |output| {
            let note = losses::note(&input.holds, &output.holds, losses::of_every_picture(output));
            output.names.iter().map(move |output| {
                let pair =
                    ConversionType::new("image", "image", (name, output), convert).options(options(output));
                if let Some(note) = &note { pair.note(note) } else { pair }
            })
        });
        convert.chain([ConversionType::new("image", "image", (name, "*"), info::info).mode(Mode::Info)])
    })
}

/// The note on a drawing's way to a picture of this format.
pub(super) fn note_on_drawing(output: &str) -> Option<String> {
    let output = Format::named(output)?;
    losses::note(&DRAWING, &output.holds, losses::of_every_picture(output))
}

/// The note on a format's way to a PDF.
pub(super) fn note_on_pdf(name: &str) -> Option<String> {
    losses::note(&Format::named(name)?.holds, &PDF, None)
}

fn pairs() -> impl Iterator<Item = (&'static Format, &'static str)> {
    FORMATS.iter().flat_map(|format| format.names.iter().map(move |name| (format, *name)))
}

fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let settings = Settings::read(work)?;
    progress.set(1.0, "Decoding the image")?;
    let opened = open(work.input()?, &work.input_format, Some(&settings), progress, (1.0, 20.0))?;
    encode(work, &settings, opened, progress)
}

/// Writes the pages of a file as the output format has them.
pub(super) fn encode(
    work: &Work,
    settings: &Settings,
    opened: Opened,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let format = settings::output(work)?;
    let sequence = taken(opened.sequence, format.holds.several, progress);
    let count = sequence.count();
    let mut sink = encode::sink(work, settings, format, sequence, opened.lossless)?;
    let mut written = 0;
    for page in opened.pages.take(count) {
        #[allow(clippy::cast_precision_loss)]
        let done = |part: f64| 20.0 + 75.0 * (written as f64 + part) / count as f64;
        progress.set(done(0.0), "Converting the image")?;
        let page = settle(page?, &format.holds, settings, progress)?;
        progress.set(done(0.4), "Encoding the image")?;
        sink.add(page, progress)?;
        written += 1;
    }
    if written < count {
        progress.warn(format!("The file says that it has {count} pictures; only {written} can be read"));
    }
    Ok(Outcome::Files(sink.finish()?))
}

/// A drawing or another single picture, as an image file.
pub(super) fn encode_one(
    work: &Work,
    settings: &Settings,
    image: DynamicImage,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    encode_all(work, settings, vec![image], progress)
}

/// Pictures, each as an image file.
pub(super) fn encode_all(
    work: &Work,
    settings: &Settings,
    images: Vec<DynamicImage>,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let sequence = if images.len() == 1 { Sequence::One } else { Sequence::Pages(images.len()) };
    let pages = images.into_iter().map(|image| Ok(Page::new(image, Metadata::default())));
    encode(work, settings, Opened { sequence, lossless: true, pages: Box::new(pages) }, progress)
}

/// The pictures that are taken over, into a format where several are this; tells what is left out.
pub(super) fn taken(sequence: Sequence, several: Several, progress: &Progress) -> Sequence {
    match (sequence, several) {
        (Sequence::Animation { frames, .. }, Several::None | Several::Sizes) => {
            progress
                .warn(format!("Of the {frames} pictures of the animation, only the first is in the output"));
            Sequence::One
        }
        (Sequence::Animation { frames, .. }, Several::Pages) => {
            progress.warn("The pictures of the animation are pages now; how long each is shown is lost");
            Sequence::Pages(frames)
        }
        (Sequence::Sizes(count), Several::None | Several::Pages | Several::Animation) => {
            progress.warn(format!("Of the {count} sizes of the icon, only the largest is in the output"));
            Sequence::One
        }
        (sequence, _) => sequence,
    }
}

/// Makes of a page what the output can hold, and tells what it cannot.
pub(super) fn settle(
    page: Page,
    holds: &Holds,
    settings: &Settings,
    progress: &Progress,
) -> Result<Page, Failure> {
    let Page { image, size, mut metadata, delay } = page;
    let image = resize::resize(image, size, settings, holds.alpha == Alpha::Full, progress)?;
    if let Some(exif) = metadata.exif.as_mut().filter(|_| size != (image.width(), image.height())) {
        metadata::exif::resized(exif, image.width(), image.height());
    }
    let image = colours(image, &mut metadata, holds, settings, progress);
    let image = transparency(image, holds.alpha, settings);
    let image = if holds.deep { image } else { shallow(image) };
    let image = if holds.grey { image } else { color::coloured(image) };
    if let Some(resolution) = settings.resolution {
        metadata.resolution = Some(resolution);
    }
    if let (Some(exif), Some(resolution)) = (&mut metadata.exif, metadata.resolution) {
        metadata::exif::set_resolution(exif, resolution);
    }
    if settings.strip {
        metadata.strip();
    } else {
        limit(&mut metadata, holds, progress);
    }
    Ok(Page { delay, ..Page::new(image, metadata) })
}

/// Keeps the profile where that can be; else the colours become those of sRGB.
fn colours(
    image: DynamicImage,
    metadata: &mut Metadata,
    holds: &Holds,
    settings: &Settings,
    progress: &Progress,
) -> DynamicImage {
    let grey = !image.color().has_color();
    let keep = holds.profile && !settings.strip && (holds.grey || !grey);
    let Some(icc) = metadata.icc.take() else { return image };
    if keep && color::fits(&icc, &image) {
        metadata.icc = Some(icc);
        return image;
    }
    color::to_srgb(image, &icc).unwrap_or_else(|image| {
        progress.warn(
            "The colour profile of the image cannot be used and is left out: colours may look different",
        );
        image
    })
}

fn transparency(image: DynamicImage, alpha: Alpha, settings: &Settings) -> DynamicImage {
    match (alpha, settings.background) {
        (Alpha::None, background) => flatten(image, background.unwrap_or([255; 3])),
        (_, Some(background)) => flatten(image, background),
        _ => image,
    }
}

/// 8 bits a channel.
fn shallow(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma16(_) => image.into_luma8().into(),
        DynamicImage::ImageLumaA16(_) => image.into_luma_alpha8().into(),
        DynamicImage::ImageRgb16(_) | DynamicImage::ImageRgb32F(_) => image.into_rgb8().into(),
        DynamicImage::ImageRgba16(_) | DynamicImage::ImageRgba32F(_) => image.into_rgba8().into(),
        image => image,
    }
}

/// Takes away what the output has no place for.
fn limit(metadata: &mut Metadata, holds: &Holds, progress: &Progress) {
    let lose = |lost: bool, what: &str| {
        if lost {
            progress
                .warn(format!("{what} of the image is not in the output: its format has no place for it"));
        }
    };
    let ratio = metadata.resolution.is_some_and(Resolution::is_ratio);
    lose(metadata.resolution.is_some() && !ratio && !holds.resolution, "The resolution");
    lose(ratio && !holds.shape, "The shape of the pixels");
    lose(metadata.exif.is_some() && !holds.exif, "The EXIF");
    lose(metadata.xmp.is_some() && !holds.xmp, "The XMP");
    lose(metadata.iptc.is_some() && !holds.iptc, "The IPTC");
    lose(!metadata.comments.is_empty() && !holds.comments, "The comment");
    if !metadata.others.is_empty() {
        let others: Vec<&str> = metadata.others.iter().map(String::as_str).collect();
        progress.warn(format!("What else the file has is not in the output: {}", others.join(", ")));
    }
    if !holds.resolution {
        let shape = metadata.resolution.and_then(|resolution| Resolution::ratio(resolution.x, resolution.y));
        metadata.resolution = shape.filter(|_| holds.shape);
    } else if ratio && !holds.shape {
        metadata.resolution = None;
    }
    metadata.exif = metadata.exif.take().filter(|_| holds.exif);
    metadata.xmp = metadata.xmp.take().filter(|_| holds.xmp);
    metadata.iptc = metadata.iptc.take().filter(|_| holds.iptc);
    if !holds.comments {
        metadata.comments.clear();
    }
}
