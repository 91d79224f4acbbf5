//! HTML and Markdown to plain text and to PDF.

mod info;
mod plain;
mod source;

use super::text::{self, Document};
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work, markdown, pdf};
use source::{PAGES, document_of};

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    let inputs = || PAGES.into_iter().chain(markdown::FORMATS);
    let told = inputs().chain(["txt"]).map(|input| {
        let pair = ConversionType::new("document", "html5gum", (input, "*"), info::info);
        pair.mode(Mode::Info).options(text::options())
    });
    let converted = inputs().flat_map(|input| {
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
    });
    converted.chain(told)
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
    let is_markdown = markdown::FORMATS.contains(&work.input_format.as_str());
    let source = if is_markdown { text::read_plain(work, progress) } else { text::read_page(work, progress) };
    progress.set(30.0, "Reading the text")?;
    Ok(document_of(&source?, is_markdown, progress))
}
