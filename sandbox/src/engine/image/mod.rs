//! Raster images, by the crate `image` and what is beneath it.
//!
//! A file is a sequence of pages (`page`). `decode` reads them one after the other, upright, with what the file says of
//! them (`metadata`); here each is fitted to what the output can hold (`format`), and `encode` writes them. What does not
//! fit is told.

mod background;
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
mod settle;
mod stored;

use image::DynamicImage;

use super::range::PageRange;
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work};
use format::{DRAWING, DRAWN_PAGE, FORMATS, Format, Holds, PDF, Several};

pub(super) use background::are_grey;
use decode::Opened;
pub(super) use decode::open;
pub(super) use document::{Jpeg, Picture, each_picture};
pub(super) use embedded::{as_png, embedded, for_players, is_picture};

pub(super) use metadata::{About, Metadata};
pub(super) use page::Page;
pub(super) use page::Sequence;
pub(super) use settings::{Fit, Settings, options};
use settle::settle;

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
    note_from(&DRAWING, output)
}

/// The note on the way of a document's page to a picture of this format.
pub(super) fn note_on_page(output: &str) -> Option<String> {
    note_from(&DRAWN_PAGE, output)
}

fn note_from(input: &Holds, output: &str) -> Option<String> {
    let output = Format::named(output)?;
    losses::note(input, &output.holds, losses::of_every_picture(output))
}

/// The note on a small picture of one in this format.
pub(super) fn note_on_small(input: &str, output: &str) -> Option<String> {
    let (input, output) = (Format::named(input)?, Format::named(output)?);
    let first = match input.holds.several {
        Several::None => None,
        Several::Pages => Some("Of several pages, the first."),
        Several::Sizes => Some("Of an icon with several sizes, the largest."),
        Several::Animation => Some("Of an animation, the first picture."),
    };
    losses::note(&Holds { several: Several::None, ..input.holds }, &output.holds, first)
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
    let sink = encode::sink(work, settings, format, (sequence, 1), opened.lossless)?;
    write(format, settings, opened.pages.take(sequence.count()), (sequence.count(), sink), progress)
}

/// Pages of a document, each as an image file that is numbered as the page is.
pub(super) fn encode_pages(
    work: &Work,
    settings: &Settings,
    range: PageRange,
    pages: impl Iterator<Item = Result<Page, Failure>>,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let format = settings::output(work)?;
    let number = |page: u32| usize::try_from(page).unwrap_or(usize::MAX);
    let count = number(range.count());
    let sequence = if count == 1 { Sequence::One } else { Sequence::Pages(count) };
    let sink = encode::sink(work, settings, format, (sequence, number(range.first)), true)?;
    write(format, settings, pages, (count, sink), progress)
}

/// Fits so many pages to what the format holds, and puts them where they go.
fn write(
    format: &Format,
    settings: &Settings,
    pages: impl Iterator<Item = Result<Page, Failure>>,
    (count, mut sink): (usize, Box<dyn encode::Sink + '_>),
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let mut written = 0;
    for page in pages {
        #[allow(clippy::cast_precision_loss)]
        let done = |part: f64| 20.0 + 75.0 * (written as f64 + part) / count as f64;
        progress.set(done(0.0), "Converting the image")?;
        let page = settle(page?, &format.holds, settings, progress)?;
        progress.set(done(0.4), "Encoding the image")?;
        sink.add(page, progress)?;
        written += 1;
    }
    page::tell_missing(count, written, progress);
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
