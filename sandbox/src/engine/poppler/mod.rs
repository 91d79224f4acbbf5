//! PDF to pictures and text, and what there is to know of a PDF, by the programs of Poppler where they are on the PATH.

mod drawn;
mod info;
mod pictures;
mod said;
mod source;

use serde_json::{Value, json};

use super::program::{self, Installed};
use super::range::PageRange;
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work, image as raster};
pub(super) use drawn::read as drawn;
use pictures::pictures;
use said::tell_fonts;
use source::Source;

pub(super) fn types(installed: &Installed) -> Vec<ConversionType> {
    let has = |program: &str| installed.program(program);
    let new = |program, output, run| {
        let pair = ConversionType::new("document", program, ("pdf", output), run);
        pair.options(json!({"page_range": Value::Null, "password": Value::Null})).program()
    };
    let mut types = Vec::new();
    if !has("pdfinfo") {
        return types;
    }
    types.push(new("pdfinfo", "*", info::info).mode(Mode::Info).options(json!({"password": Value::Null})));
    if has("pdftoppm") {
        for output in raster::names().filter(|output| *output != "ico") {
            let mut options = raster::options(output);
            options["density"] = pictures::DENSITY.into();
            (options["page_range"], options["password"]) = (Value::Null, Value::Null);
            let pair = new("pdftoppm", output, pictures).options(options);
            let pair = match raster::note_on_page(output) {
                Some(note) => pair.note(&note),
                None => pair,
            };
            types.push(
                pair.note(
                    "Each page becomes a picture; links, bookmarks, forms, attachments, structure, title and the text as such are lost.",
                ),
            );
        }
    }
    if has("pdftotext") {
        types.push(
            new("pdftotext", "txt", text)
                .note("Text only: no pictures, links, bookmarks, forms, attachments, structure and title."),
        );
    }
    types
}

fn text(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(5.0, "Reading the pages")?;
    let wanted = PageRange::read(work)?;
    let source = Source::of(work, progress)?;
    let range = wanted.within(source.pages)?;
    progress.set(20.0, "Converting the pages")?;
    let mut pdftotext = program::named("pdftotext");
    pdftotext.args(["-enc", "UTF-8"]).args(source::arguments(range)).arg(source.path()).arg(work.output());
    program::run(&mut pdftotext, progress, |line| tell_fonts(line, progress))?;
    let is_blank = std::fs::read(work.output()).map_err(Failure::io)?.iter().all(u8::is_ascii_whitespace);
    if is_blank {
        progress.warn("The pages have no text: they are pictures, or empty");
    }
    Ok(Outcome::Files(vec![work.output()]))
}

/// PDF to PDF where the file is too damaged to be taken over: what can be drawn of it.
pub(super) fn draw_anew(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    if program::find("pdftocairo").is_none() || program::find("pdfinfo").is_none() {
        return Err(Failure::BadInput("The input file is not a PDF that can be read".into()));
    }
    let wanted = PageRange::read(work)?;
    let source = Source::of(work, progress)?;
    let range = wanted.within(source.pages)?;
    progress.set(20.0, "Drawing the pages")?;
    let mut pdftocairo = program::named("pdftocairo");
    pdftocairo.arg("-pdf").args(source::arguments(range)).arg(source.path()).arg(work.output());
    program::run(&mut pdftocairo, progress, |_| ())?;
    progress.warn(
        "The PDF is damaged: its pages were drawn anew, and links, bookmarks, forms and structure are lost",
    );
    Ok(Outcome::Files(vec![work.output()]))
}
