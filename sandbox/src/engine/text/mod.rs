//! Texts with headings, paragraphs, lists and tables, as they are read: from any encoding, and from HTML.

mod editor;
mod encoding;
mod html;
mod links;
mod parts;
mod utf32;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Failure, Progress, Work};

pub(super) use encoding::Decoded;
use encoding::read;
pub(super) use html::{document, shown};
pub(super) use links::{is_harmful, scheme};
pub(super) use parts::{Align, Block, Cell, Document, Kind, Mark, Text};
pub(super) use utf32::Utf32;

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
