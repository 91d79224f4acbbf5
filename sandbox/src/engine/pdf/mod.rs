//! Images to PDF, by `pdf-writer`; texts are in [`mod@text`], the pages of PDFs in `pages`, and what is changed in them in `edit`
//! and `stamp`.

mod document;
mod edit;
mod lock;
mod pages;
mod picture;
mod save;
mod shown;
mod stamp;
mod text;
mod units;

use super::image::{self as raster, Settings};
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work};
use crate::file::StoredFile;
use document::Document;

pub(super) use edit::chosen;
pub(super) use lock::{is_locked, locked};
pub(super) use pages::{choose, open, unlocked};
pub(super) use save::{saved, tell_signatures};
pub(super) use shown::{Shown, rotation};
pub(super) use stamp::{Matrix, Stamp, then};
pub(super) use text::{plain, text};
pub(super) use units::units;

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
    let text = ConversionType::new("document", "krilla", ("txt", "pdf"), text::plain);
    images.chain([text.options(super::text::options())]).chain(pages::types()).chain(edit::types())
}

/// One page for each picture of the image, as large as its resolution says, at 96 dpi where it says nothing.
fn image(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    of_pictures(work, std::slice::from_ref(work.input()?), progress)
}

/// One page for each image.
fn images(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    of_pictures(work, work.several()?, progress)
}

fn of_pictures(work: &Work, inputs: &[StoredFile], progress: &Progress) -> Result<Outcome, Failure> {
    let settings = Settings::read(work)?;
    let (mut document, mut about) = (Document::new(), None);
    #[allow(clippy::cast_precision_loss)]
    let share = 90.0 / inputs.len() as f64;
    for (done, input) in inputs.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let begun = done as f64 * share;
        progress.set(begun, "Adding a page")?;
        let percent = (begun, begun + share / 2.0);
        raster::each_picture(input, &work.input_format, &settings, progress, percent, |picture, said| {
            about.get_or_insert(said);
            document.picture_page(picture)
        })?;
    }
    // Several files together are not what one of them is called.
    let about = about.filter(|_| inputs.len() == 1).unwrap_or_default();
    work.write(&document.finish(&about, &work.stem))
}
