//! HTML and Markdown to plain text and to PDF.

mod plain;

use super::text::{self, Document};
use super::{ConversionType, Failure, Outcome, Progress, Work, markdown, pdf};

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    let inputs = ["html", "htm"].into_iter().chain(markdown::FORMATS);
    inputs.flat_map(|input| {
        let plain = ConversionType::new("document", "html5gum", (input, "txt"), plain);
        let paged = ConversionType::new("document", "krilla", (input, "pdf"), paged);
        let (plain, paged) = (plain.options(text::options()), paged.options(text::options()));
        let (plain, paged) = if markdown::FORMATS.contains(&input) {
            (plain.note(markdown::NOTE), paged.note(markdown::NOTE))
        } else {
            (plain, paged.options(text::options_of_page(false)))
        };
        [
            plain.note("Text only: pictures by their alternative text; no title, language and styles."),
            paged.note(
                "Headings, paragraphs, lists, tables, code and links; pictures by their alternative text, and no style sheets.",
            ),
        ]
    })
}

fn plain(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    work.write(plain::write(&document(work, progress)?).as_bytes())
}

pub(super) fn paged(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let document = document(work, progress)?;
    progress.set(50.0, "Writing pages")?;
    work.write(&pdf::text(&document, &work.stem, progress)?)
}

fn document(work: &Work, progress: &Progress) -> Result<Document, Failure> {
    progress.set(10.0, "Reading the text")?;
    if markdown::FORMATS.contains(&work.input_format.as_str()) {
        let page = markdown::read(&text::read_plain(work, progress)?, progress);
        progress.set(30.0, "Reading the text")?;
        let document = text::document(&page.body, progress);
        return Ok(Document { title: page.title, language: page.language, ..document });
    }
    let source = text::read_page(work, progress)?;
    progress.set(30.0, "Reading the text")?;
    Ok(text::document(&source, progress))
}
