//! Images and text to PDF, by `pdf-writer`.

mod document;
mod font;
mod layout;
mod picture;

use super::image::{self as raster, Settings};
use super::text::{Block, Kind};
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work};
use document::Document;
use layout::Pages;

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    let images = raster::names().flat_map(|input| {
        let new = |run| {
            let pair = ConversionType::new("document", "pdf-writer", (input, "pdf"), run);
            let pair = pair.options(raster::options("pdf"));
            match raster::note_on_pdf(input) {
                Some(note) => pair.note(&note),
                None => pair,
            }
        };
        [new(image), new(images).mode(Mode::Combine)]
    });
    let text = ConversionType::new("document", "pdf-writer", ("txt", "pdf"), plain).note("Latin letters");
    images.chain([text])
}

/// One page for each picture of the image, as large as its resolution says, at 96 dpi where it says nothing.
fn image(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    pages(work, std::slice::from_ref(work.input()?), progress)
}

/// One page for each image.
fn images(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    pages(work, work.several()?, progress)
}

fn pages(work: &Work, inputs: &[crate::process::InputFile], progress: &Progress) -> Result<Outcome, Failure> {
    let settings = Settings::read(work)?;
    let mut document = Document::new();
    #[allow(clippy::cast_precision_loss)]
    let share = 90.0 / inputs.len() as f64;
    for (done, input) in inputs.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let begun = done as f64 * share;
        progress.set(begun, "Adding a page")?;
        let percent = (begun, begun + share / 2.0);
        raster::each_picture(input, &work.input_format, &settings, progress, percent, |picture| {
            document.picture_page(picture)
        })?;
    }
    work.write(&document.finish())
}

/// Text as it is, line by line, where all characters are equally wide.
fn plain(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let text = work.text()?;
    progress.set(10.0, "Writing pages")?;
    let mut pages = Pages::new(&text)?;
    for line in text.lines() {
        pages.block(Kind::Code, &line.replace('\t', "    "), 0);
    }
    work.write(&pages.finish())
}

/// Writes a text to pages.
pub(super) fn text(blocks: &[Block], progress: &Progress) -> Result<Vec<u8>, Failure> {
    let all: String = blocks.iter().map(|block| block.text.as_str()).collect();
    let mut pages = Pages::new(&all)?;
    for block in blocks {
        progress.check()?;
        pages.block(block.kind, &block.text, block.depth);
    }
    Ok(pages.finish())
}
