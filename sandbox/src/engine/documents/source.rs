//! What texts are written in: HTML or Markdown.

use super::text::{self, Document};
use super::{Progress, markdown};

/// The names of HTML.
pub(super) const PAGES: [&str; 2] = ["html", "htm"];

/// What a source in Markdown or HTML says.
pub(super) fn document_of(source: &str, is_markdown: bool, progress: &Progress) -> Document {
    if !is_markdown {
        return text::document(source, progress);
    }
    let page = markdown::read(source, progress);
    let document = text::document(&page.body, progress);
    Document { title: page.title, language: page.language, ..document }
}
