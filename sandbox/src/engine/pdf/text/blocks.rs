//! Parts of a text on pages, each as its kind is set.

use krilla::tagging::Tag;

use super::pages::Pages;
use super::style::{INDENT, MARGIN, PAGE, Style};
use super::{Block, Kind, table};
use crate::engine::Failure;

/// Adds a part of the text.
pub(super) fn write(pages: &mut Pages<'_>, block: &Block) -> Result<(), Failure> {
    let style = Style::of(&block.kind);
    if pages.y > MARGIN {
        pages.y += style.above;
    }
    // A heading is not left alone at the bottom.
    let lines = if matches!(block.kind, Kind::Heading(_)) { 4.0 } else { 1.0 };
    if pages.is_full(lines * style.line_height()) {
        pages.end_page()?;
    }
    pages.begin(block);
    #[allow(clippy::cast_precision_loss)]
    let x = MARGIN + block.depth as f32 * INDENT;
    let group = match &block.kind {
        Kind::Heading(level) => pages.tags.heading(*level, &block.text.text.replace('\n', " ")),
        Kind::Paragraph if block.depth > 0 => pages.tags.block(Tag::BlockQuote),
        Kind::Paragraph => pages.tags.block(Tag::P),
        Kind::Code => pages.tags.block(Tag::Code),
        Kind::Item(marker) => {
            let is_numbered = marker.ends_with('.');
            let (label, body) = pages.tags.item(block.depth, is_numbered);
            pages.marker(marker, style, x, label)?;
            body
        }
        Kind::Rule => {
            pages.rule(x, PAGE.0 - MARGIN, 1.0);
            return Ok(());
        }
        Kind::Table(rows) => return table::write(pages, rows, style, x),
    };
    pages.text(&block.text, style, (x, PAGE.0 - MARGIN - x), group)
}
