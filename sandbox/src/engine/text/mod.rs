//! Texts with headings, paragraphs, lists and tables, as they are read: from any encoding, and from HTML.

mod editor;
mod encoding;
mod html;
mod links;
mod utf32;

use std::ops::Range;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Failure, Progress, Work};

pub(super) use encoding::Decoded;
use encoding::read;
pub(super) use html::{document, shown};
pub(super) use links::{is_harmful, scheme};
pub(super) use utf32::Utf32;

/// A text, part by part.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) title: Option<String>,
    /// The language tag that it declares.
    pub(super) language: Option<String>,
    /// How many fields of a page show one of several options at a time.
    pub(super) folded: usize,
    /// How many abbreviations say what they are short for.
    pub(super) long_forms: usize,
    pub(super) blocks: Vec<Block>,
}

/// A part of a text that stands in lines of its own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) text: Text,
    /// How deep it is in lists and quotes.
    pub(super) depth: usize,
    /// By what links lead here.
    pub(super) ids: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A heading of level 1 to 6.
    Heading(u8),
    Paragraph,
    /// Of a list, with its bullet or number.
    Item(String),
    /// Lines as they are.
    Code,
    /// A line across the page.
    Rule,
    /// Row by row.
    Table(Vec<Vec<Cell>>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: Text,
    pub(super) is_header: bool,
    pub(super) align: Align,
}

/// Where a text stands in the space that it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Align {
    #[default]
    Start,
    Center,
    End,
}

/// A text, and what is special about parts of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    /// Parts by their bytes.
    pub(super) marks: Vec<(Range<usize>, Mark)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Bold,
    Italic,
    Code,
    Deleted,
    /// Also what was put in later.
    Underlined,
    /// To an address, or to an ID of the same text after `#`.
    Link(String),
}

/// What can be said of a text that is read.
pub(super) fn options() -> Value {
    json!({"encoding": Value::Null})
}

/// Those of a page that becomes a PDF; `styles` is whether it looks as in a browser.
pub(super) fn options_of_page(styles: bool) -> Value {
    json!({"encoding": Value::Null, "styles": styles})
}

/// The source of a plain text, or of Markdown, with line feeds at the ends of its lines.
pub(super) fn read_plain(work: &Work, progress: &Progress) -> Result<String, Failure> {
    Ok(with_line_feeds(decode_plain(work, progress)?.text))
}

/// The source of a page of HTML, with line feeds at the ends of its lines.
pub(super) fn read_page(work: &Work, progress: &Progress) -> Result<String, Failure> {
    Ok(with_line_feeds(decode_page(work, progress)?.text))
}

/// A plain text, or Markdown, as it is.
pub(super) fn decode_plain(work: &Work, progress: &Progress) -> Result<Decoded, Failure> {
    read(work, progress, editor::declared)
}

/// A page of HTML as it is.
pub(super) fn decode_page(work: &Work, progress: &Progress) -> Result<Decoded, Failure> {
    read(work, progress, html::declared_encoding)
}

pub(super) fn with_line_feeds(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// What is in a page of HTML. What of it has no place in a text is not told.
pub(super) fn page(source: &str) -> Document {
    html::document(source, &Progress::new(CancellationToken::new()))
}
