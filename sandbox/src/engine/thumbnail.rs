//! Small pictures of pictures, drawings, pages, texts and films.

use std::path::Path;

use image::DynamicImage;
use lopdf::Document;
use serde_json::{Value, json};

use super::image::{self as raster, Settings};
use super::pair::Run;
use super::pdf::{self, Shown};
use super::program::{self, Installed};
use super::{
    ConversionType, Failure, Mode, Outcome, Progress, Work, documents, ffmpeg, markdown, poppler, svg,
};

const OUTPUTS: [&str; 3] = ["png", "jpg", "webp"];
/// The most pictures of one file.
const MAX_COUNT: u32 = 100;
/// The longer side of a page in pixels, where no size is asked for.
const PAGE: u32 = 1000;
/// The longest side that is drawn.
const MAX_SIDE: u32 = 10_000;

pub(super) fn types(installed: &Installed) -> Vec<ConversionType> {
    let new = |group, converter, input: &str, run: Run, more: &Value| {
        OUTPUTS.map(|output| {
            let mut options = json!({"width": null, "height": null, "fit": "max"});
            if let (Some(options), Some(more)) = (options.as_object_mut(), more.as_object()) {
                options.extend(more.clone());
            }
            if output != "png" {
                options["quality"] = 80.into();
            }
            ConversionType::new(group, converter, (input, output), run).mode(Mode::Thumbnail).options(options)
        })
    };
    let pictures = raster::names().flat_map(|input| {
        new("image", "image", input, picture, &json!({})).map(|pair| {
            match raster::note_on_small(input, &pair.output_format) {
                Some(note) => pair.note(&note),
                None => pair,
            }
        })
    });
    let mut types: Vec<_> = pictures.collect();
    for input in ["svg", "svgz"] {
        let drawings = new("vector", "resvg", input, svg::convert, &json!({}));
        types.extend(drawings.map(|pair| pair.note(svg::NOTE)));
    }
    if installed.program("pdftoppm") {
        let pages = new("document", "pdftoppm", "pdf", pages, &json!({"count": 1, "password": null}));
        let noted =
            |pair: ConversionType| pair.program().note("The first pages as pictures, and nothing else.");
        types.extend(pages.map(noted));
        for input in ["txt", "html", "htm"].into_iter().chain(markdown::FORMATS) {
            let pages = new("document", "krilla", input, text, &json!({"count": 1, "encoding": null}));
            let noted = |pair: ConversionType| {
                pair.program().note("The first pages as pictures, without style sheets, and nothing else.")
            };
            types.extend(pages.map(noted));
        }
    }
    for input in ffmpeg::readable(installed) {
        let films = new("video", "ffmpeg", input, film, &json!({"count": 1, "timestamp": null}));
        let noted = |pair: ConversionType| pair.program().note("Pictures of the film, and nothing else.");
        types.extend(films.map(noted));
    }
    types
}

/// Of several pictures, the first.
fn picture(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let settings = Settings::read(work)?;
    progress.set(1.0, "Decoding the image")?;
    let mut opened = raster::open(work.input()?, &work.input_format, Some(&settings), progress, (1.0, 20.0))?;
    opened.sequence = raster::Sequence::One;
    raster::encode(work, &settings, opened, progress)
}

fn count(work: &Work) -> Result<u32, Failure> {
    Ok(work.number("count", 1, MAX_COUNT)?.unwrap_or(1))
}

fn read(file: &Path) -> Result<DynamicImage, Failure> {
    image::open(file).map_err(|error| Failure::corrupt("picture", error))
}

/// The first pages of a PDF.
fn pages(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let (settings, count) = (Settings::read(work)?, count(work)?);
    let input = work.input()?;
    progress.set(5.0, "Reading the PDF")?;
    let document = pdf::open(input, work)?;
    let unlocked = document.was_encrypted().then(|| pdf::unlocked(input, work)).transpose()?;
    let path = unlocked.as_ref().map_or(input.path.as_path(), |file| file.path());
    draw(work, (path, &document), (&settings, count), progress)
}

/// The first pages of a text, as they become a PDF.
fn text(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let (settings, count) = (Settings::read(work)?, count(work)?);
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let paper = Work { output_format: "pdf".into(), output_dir: folder.path().into(), ..work.clone() };
    let set: Run = if work.input_format == "txt" { pdf::plain } else { documents::paged };
    set(&paper, progress)?;
    let path = paper.output();
    let document = Document::load(&path).map_err(|error| Failure::corrupt("PDF", error))?;
    draw(work, (&path, &document), (&settings, count), progress)
}

/// So many pages of a PDF that is open.
fn draw(
    work: &Work,
    (path, document): (&Path, &Document),
    (settings, count): (&Settings, u32),
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let mut images = Vec::new();
    for (number, page) in document.get_pages().into_iter().take(count as usize) {
        progress.set(20.0, "Drawing the pages")?;
        let shown = Shown::of(document, page);
        let number = number.to_string();
        let mut pdftoppm = program::named("pdftoppm");
        pdftoppm.args(["-singlefile", "-cropbox", "-f", &number, "-l", &number, "-scale-to"]);
        pdftoppm.arg(longer_side(settings, &shown).to_string()).arg(path).arg(folder.path().join("page"));
        program::run(&mut pdftoppm, progress, |_| ())?;
        images.push(poppler::drawn(&folder.path().join("page.ppm")).map_err(Failure::io)?);
    }
    if images.is_empty() {
        return Err(Failure::BadInput("The input file has no pages".into()));
    }
    raster::encode_all(work, settings, images, progress)
}

/// How large a page has to be drawn to be as large as is asked for.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn longer_side(settings: &Settings, shown: &Shown) -> u32 {
    let side = |asked: Option<u32>, side: f64| asked.map(|asked| f64::from(asked) / side);
    let (x, y) = (side(settings.width, shown.width), side(settings.height, shown.height));
    let scale = x.into_iter().chain(y).reduce(f64::max);
    let longer = scale.map_or(f64::from(PAGE), |scale| scale * shown.width.max(shown.height));
    longer.ceil().clamp(1.0, f64::from(MAX_SIDE)) as u32
}

/// Pictures of a film, from `timestamp` on or evenly spread.
fn film(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let (settings, count) = (Settings::read(work)?, count(work)?);
    let from = work.word("timestamp").map(|text| seconds(&text)).transpose()?;
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let files = ffmpeg::frames(work, (from, count), folder.path(), progress)?;
    let images = files.iter().map(|file| read(file)).collect::<Result<_, _>>()?;
    raster::encode_all(work, &settings, images, progress)
}

/// A time in seconds, or as `01:02:03.5`.
fn seconds(text: &str) -> Result<f64, Failure> {
    let parts: Option<Vec<f64>> = text.split(':').map(|part| part.parse().ok()).collect();
    let wrong = || Failure::BadParameter("timestamp has to be seconds, or like 00:01:30".into());
    let parts = parts.filter(|parts| parts.len() <= 3).ok_or_else(wrong)?;
    let sum = parts.iter().fold(0.0, |sum, part| sum * 60.0 + part);
    (sum.is_finite() && parts.iter().all(|part| *part >= 0.0)).then_some(sum).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, time) in [("5", 5.0), ("1:30", 90.0), ("01:00:00.5", 3600.5)] {
            assert!((seconds(text).unwrap() - time).abs() < 1e-9, "{text}");
        }
        for wrong in ["", "-1", "a", "1:2:3:4", "inf", "1:-2"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
