//! Text behind the pictures of a PDF, by `tesseract` where it is on the PATH. The pages stay what they are.

use std::path::{Path, PathBuf};

use lopdf::{Document, Object, ObjectId};
use serde_json::{Value, json};

use super::pdf::{Shown, Stamp, then};
use super::program::{self, Installed};
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work, pdf, poppler};

/// In dots per inch.
const DENSITY: f64 = 300.0;
const POINTS_PER_INCH: f64 = 72.0;
/// How many pixels a page may have; larger ones are drawn more coarsely.
const MAX_PIXELS: f64 = 1e8;
const MAX_LANGUAGES: usize = 10;

pub(super) fn types(installed: &Installed) -> Vec<ConversionType> {
    if !["tesseract", "pdftoppm", "pdftotext"].iter().all(|program| installed.program(program)) {
        return Vec::new();
    }
    let pair = ConversionType::new("document", "tesseract", ("pdf", "pdf"), recognize).mode(Mode::Recognize);
    let options = json!({"language": ["eng"], "auto_orient": false, "password": null});
    vec![pair.options(options).program().note("Pages that have text already stay as they are.")]
}

fn recognize(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let languages = languages(work, progress)?;
    let orient = work.flag("auto_orient")?;
    progress.set(2.0, "Reading the PDF")?;
    let input = work.input()?;
    let mut document = pdf::open(input, work)?;
    let unlocked = document.was_encrypted().then(|| pdf::unlocked(input, work)).transpose()?;
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let place =
        Place { pdf: unlocked.as_ref().map_or(&input.path, |file| file.path()), folder: folder.path() };
    let pages: Vec<(u32, ObjectId)> = document.get_pages().into_iter().collect();
    for (done, (number, page)) in pages.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        progress.set(5.0 + 90.0 * done as f64 / pages.len() as f64, "Recognizing the text")?;
        if place.has_text(*number, progress)? {
            continue;
        }
        let shown = Shown::of(&document, *page);
        let density = density(&shown);
        let mut picture = place.draw(*number, density, progress)?;
        if orient && let Some(turn) = upright(&picture, progress)? {
            rotate(&mut document, *page, turn)?;
            picture = turned(&picture, turn)?;
        }
        let text = place.read(&picture, &languages, density, progress)?;
        let (stamp, size) = Stamp::of_page(&mut document, text)?;
        let shown = Shown::of(&document, *page);
        // What was recognized counts from below.
        let fitted = [shown.width / size.0, 0.0, 0.0, -shown.height / size.1, 0.0, shown.height];
        stamp.put(&mut document, *page, &then(&fitted, &shown.matrix), true)?;
    }
    document.prune_objects();
    pdf::saved(&mut document, work, progress)
}

/// A text, or an array of them, of which this machine has the words.
fn languages(work: &Work, progress: &Progress) -> Result<String, Failure> {
    let wrong = || Failure::BadParameter("language has to be an array of names such as eng and deu".into());
    let asked: Vec<String> = match work.options.get("language") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => text.split(['+', ',']).map(|name| name.trim().to_owned()).collect(),
        Some(Value::Array(names)) => names
            .iter()
            .map(|name| name.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or_else(wrong)?,
        _ => return Err(wrong()),
    };
    let asked = if asked.is_empty() { vec!["eng".to_owned()] } else { asked };
    let plain =
        |name: &String| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if asked.len() > MAX_LANGUAGES || !asked.iter().all(plain) {
        return Err(wrong());
    }
    let said = program::output(program::named("tesseract").arg("--list-langs"), progress)?;
    match asked.iter().find(|name| !said.lines().any(|line| line == name.as_str())) {
        Some(missing) => Err(Failure::BadParameter(format!(
            "language: this service has no words of {missing}; on Debian they are in the package tesseract-ocr-{}",
            missing.replace('_', "-")
        ))),
        None => Ok(asked.join("+")),
    }
}

fn density(shown: &Shown) -> f64 {
    let inches = shown.width * shown.height / (POINTS_PER_INCH * POINTS_PER_INCH);
    DENSITY.min((MAX_PIXELS / inches).sqrt()).floor().max(1.0)
}

/// A PDF, and a folder for what is made of it.
struct Place<'a> {
    pdf: &'a Path,
    folder: &'a Path,
}

impl Place<'_> {
    fn has_text(&self, page: u32, progress: &Progress) -> Result<bool, Failure> {
        let page = page.to_string();
        let mut pdftotext = program::named("pdftotext");
        pdftotext.args(["-f", &page, "-l", &page]).arg(self.pdf).arg("-");
        Ok(!program::output(&mut pdftotext, progress)?.trim().is_empty())
    }

    fn draw(&self, page: u32, density: f64, progress: &Progress) -> Result<PathBuf, Failure> {
        let page = page.to_string();
        let mut pdftoppm = program::named("pdftoppm");
        pdftoppm.args(["-singlefile", "-cropbox", "-r", &density.to_string(), "-f", &page, "-l", &page]);
        program::run(pdftoppm.arg(self.pdf).arg(self.folder.join("page")), progress, |_| ())?;
        Ok(self.folder.join("page.ppm"))
    }

    /// A page with nothing but the words of a picture, each where it stands and unseen.
    fn read(
        &self,
        picture: &Path,
        languages: &str,
        density: f64,
        progress: &Progress,
    ) -> Result<Document, Failure> {
        let mut tesseract = program::named("tesseract");
        tesseract.arg(picture).arg(self.folder.join("words")).args(["-l", languages, "--dpi"]);
        tesseract.arg(density.to_string()).args(["-c", "textonly_pdf=1", "pdf"]);
        program::run(tesseract.env("OMP_THREAD_LIMIT", "1"), progress, |_| ())?;
        Document::load(self.folder.join("words.pdf")).map_err(|error| Failure::corrupt("PDF", error))
    }
}

/// By how many degrees a picture has to be turned, clockwise; None where it stands upright, or that cannot be told.
fn upright(picture: &Path, progress: &Progress) -> Result<Option<i64>, Failure> {
    let mut tesseract = program::named("tesseract");
    tesseract.arg(picture).args(["-", "--psm", "0"]).env("OMP_THREAD_LIMIT", "1");
    match program::output(&mut tesseract, progress) {
        Ok(said) => {
            let turn = said.lines().find_map(|line| line.strip_prefix("Rotate:")?.trim().parse().ok());
            Ok(turn.filter(|turn| [90, 180, 270].contains(turn)))
        }
        // Too few letters.
        Err(Failure::BadInput(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn rotate(document: &mut Document, page: ObjectId, turn: i64) -> Result<(), Failure> {
    let before = pdf::rotation(document, page);
    let dictionary = document.get_dictionary_mut(page).map_err(|error| Failure::corrupt("PDF", error))?;
    dictionary.set("Rotate", Object::Integer((before + turn).rem_euclid(360)));
    Ok(())
}

fn turned(picture: &Path, turn: i64) -> Result<PathBuf, Failure> {
    let image = poppler::drawn(picture).map_err(Failure::io)?;
    let image = match turn {
        90 => image.rotate90(),
        180 => image.rotate180(),
        _ => image.rotate270(),
    };
    let path = picture.with_file_name("turned.png");
    image.save(&path).map_err(|error| Failure::corrupt("picture", error))?;
    Ok(path)
}
