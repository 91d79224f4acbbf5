//! Texts with headings, paragraphs and lists: HTML and Markdown to plain text and to PDF.

mod html;

use super::{ConversionType, Failure, Outcome, Progress, Work, markdown, pdf};

/// A part of a text that stands in lines of its own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// How deep it is in lists and quotes.
    pub(super) depth: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A heading of level 1 to 6.
    Heading(u8),
    Paragraph,
    /// Of a list; the text begins with a bullet or a number.
    Item,
    /// Lines as they are.
    Code,
    /// A line across the page.
    Rule,
}

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    let inputs = ["html", "htm"].into_iter().chain(markdown::FORMATS);
    inputs.flat_map(|input| {
        [
            ConversionType::new("document", "html5gum", (input, "txt"), plain),
            ConversionType::new("document", "pdf-writer", (input, "pdf"), paged)
                .note("Text only: headings, paragraphs, lists and code, in Latin letters"),
        ]
    })
}

fn plain(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let blocks = blocks(work, progress)?;
    let mut text = String::new();
    for (at, block) in blocks.iter().enumerate() {
        let list_goes_on = block.kind == Kind::Item && at > 0 && blocks[at - 1].kind == Kind::Item;
        if at > 0 && !list_goes_on {
            text.push('\n');
        }
        let indent = "  ".repeat(block.depth);
        match block.kind {
            Kind::Rule => text.push_str("----------------------------------------\n"),
            _ => block.text.lines().for_each(|line| {
                text.push_str(&indent);
                text.push_str(line);
                text.push('\n');
            }),
        }
    }
    work.write(text.as_bytes())
}

fn paged(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let blocks = blocks(work, progress)?;
    progress.set(50.0, "Writing pages")?;
    work.write(&pdf::text(&blocks, progress)?)
}

fn blocks(work: &Work, progress: &Progress) -> Result<Vec<Block>, Failure> {
    let mut source = work.text()?;
    progress.set(10.0, "Reading the text")?;
    if markdown::FORMATS.contains(&work.input_format.as_str()) {
        source = markdown::to_html(&source);
    }
    progress.set(30.0, "Reading the text")?;
    Ok(html::blocks(&source))
}
