//! PDF to pictures and text, and what there is to know of a PDF, by the programs of Poppler where they are on the PATH.

mod drawn;
mod info;
mod source;

use std::path::PathBuf;

use serde_json::{Value, json};

use super::program::{self, Installed};
use super::range::PageRange;
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work};
pub(super) use drawn::read as drawn;
use source::Source;

/// How many pages may become pictures at once, and how many pixels a picture may have.
const MAX_PAGES: u32 = 2000;
const MAX_PIXELS: f64 = 1e8;

pub(super) fn types(installed: &Installed) -> Vec<ConversionType> {
    let has = |program: &str| installed.program(program);
    let new = |program, output, run| {
        let pair = ConversionType::new("document", program, ("pdf", output), run);
        pair.options(json!({"pages": Value::Null, "password": Value::Null})).program()
    };
    let mut types = Vec::new();
    if !has("pdfinfo") {
        return types;
    }
    types.push(new("pdfinfo", "*", info::info).mode(Mode::Info).options(json!({"password": Value::Null})));
    if has("pdftoppm") {
        for output in ["jpg", "jpeg", "png"] {
            let mut options = json!({"pages": Value::Null, "password": Value::Null, "density": 150});
            if output != "png" {
                options["quality"] = 85.into();
            }
            let pair = new("pdftoppm", output, pictures).options(options);
            types.push(
                pair.note(
                    "Each page becomes a picture; links, bookmarks, forms, attachments, signatures, structure, title and the text as such are lost.",
                ),
            );
        }
    }
    if has("pdftotext") {
        types.push(new("pdftotext", "txt", text).note(
            "Text only: no pictures, links, bookmarks, forms, attachments, signatures, structure and title.",
        ));
    }
    types
}

/// One picture for each page: `stem.jpg`, or `stem-1.jpg`, `stem-2.jpg` and so on, numbered as the pages are.
fn pictures(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let density = work.number("density", 10, 600)?.unwrap_or(150);
    let quality = work.number("quality", 1, 100)?.unwrap_or(85);
    let wanted = PageRange::read(work)?;
    let source = Source::of(work, progress)?;
    let range = wanted.within(source.pages)?;
    if range.count() > MAX_PAGES {
        return Err(Failure::BadOption(format!(
            "pages has to choose at most {MAX_PAGES} that become pictures; these are {}",
            range.count()
        )));
    }
    let inches = f64::from(density) / 72.0;
    let area = source.largest_page(range, progress)? * inches * inches;
    if area > MAX_PIXELS {
        return Err(Failure::BadOption("a page is too large for this density".into()));
    }
    progress.set(5.0, "Drawing the pages")?;
    let done = |page: u32| {
        let done = (page + 1).saturating_sub(range.first);
        5.0 + 90.0 * f64::from(done) / f64::from(range.count())
    };
    let png = work.output_format == "png";
    let at_once = if png { drawn::at_once(area) } else { u32::MAX };
    let alike = source.alike(range).into_iter();
    for (pages, unit) in alike.flat_map(|(pages, unit)| pages.parts(at_once).map(move |part| (part, unit))) {
        let mut pdftoppm = program::named("pdftoppm");
        if !png {
            pdftoppm.args(["-jpeg", "-jpegopt", &format!("quality={quality}")]);
        }
        let drawn_at = (f64::from(density) * unit).to_string();
        pdftoppm.args(["-progress", "-cropbox", "-r", &drawn_at]).args(source::arguments(pages));
        pdftoppm.arg(source.path()).arg(work.output_dir.join("page"));
        // It tells of every page: its number, the number of the last, and the file.
        program::run(&mut pdftoppm, progress, |line| {
            if !png && let Some(page) = line.split(' ').next().and_then(|page| page.parse::<u32>().ok()) {
                progress.percent(done(page));
            }
            tell_fonts(line, progress);
        })?;
        if png {
            drawn::to_png(&work.output_dir, density)?;
            progress.set(done(pages.last), "Drawing the pages")?;
        }
    }
    rename(work)
}

/// Fonts that neither the file nor the machine has.
fn tell_fonts(line: &str, progress: &Progress) {
    if line.contains("language pack") || line.contains("Couldn't find a font") {
        progress.warn(
            "A font is missing that the PDF does not bring along: some letters are not drawn. Install fonts-noto-cjk and poppler-data on the conversion host",
        );
    }
}

/// Gives the pages their names, in order.
fn rename(work: &Work) -> Result<Outcome, Failure> {
    let files = std::fs::read_dir(&work.output_dir).map_err(Failure::io)?;
    let mut pages: Vec<(usize, PathBuf)> = files
        .filter_map(|file| {
            let path = file.ok()?.path();
            let number = path.file_stem()?.to_str()?.rsplit_once('-')?.1.parse().ok()?;
            Some((number, path))
        })
        .collect();
    pages.sort();
    let single = pages.len() == 1;
    let named = pages.into_iter().map(|(number, page)| {
        let path = if single { work.output() } else { work.numbered_output(number) };
        std::fs::rename(page, &path).map(|()| path)
    });
    Ok(Outcome::Files(named.collect::<Result<_, _>>().map_err(Failure::io)?))
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
        "The PDF is damaged: its pages were drawn anew, and links, bookmarks, forms, signatures and structure are lost",
    );
    Ok(Outcome::Files(vec![work.output()]))
}
