//! Text on pages: line by line, from top to bottom.

use pdf_writer::{Content, Name, Str};

use super::document::Document;
use super::font::{Font, encode, has};
use crate::engine::Failure;
use crate::engine::text::Kind;

/// A4 in points.
const PAGE: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 56.0;
/// How far each level of a list is indented.
const INDENT: f32 = 16.0;

/// How a block looks.
struct Style {
    font: Font,
    size: f32,
    /// What is left free above it.
    above: f32,
}

impl Style {
    fn of(kind: Kind) -> Self {
        let (font, size, above) = match kind {
            Kind::Heading(1) => (Font::Bold, 22.0, 18.0),
            Kind::Heading(2) => (Font::Bold, 17.0, 16.0),
            Kind::Heading(3) => (Font::Bold, 14.0, 14.0),
            Kind::Heading(_) => (Font::Bold, 11.5, 12.0),
            Kind::Paragraph | Kind::Rule => (Font::Text, 10.5, 8.0),
            Kind::Item => (Font::Text, 10.5, 3.0),
            Kind::Code => (Font::Code, 9.5, 0.0),
        };
        Self { font, size, above }
    }

    fn line_height(&self) -> f32 {
        self.size * 1.3
    }
}

/// Pages that fill up.
pub(super) struct Pages {
    document: Document,
    content: Content,
    /// How far down the page is full.
    y: f32,
}

impl Pages {
    /// Pages for this text; an error where it is in letters that the fonts do not have.
    pub(super) fn new(text: &str) -> Result<Self, Failure> {
        let lost = |c: &char| !has(*c);
        if text.chars().filter(lost).count() * 2 > text.chars().filter(|c| !c.is_whitespace()).count() {
            let example = text.chars().find(lost).unwrap_or_default();
            let message =
                format!("This service writes PDF in Latin letters only; the text has others, like {example}");
            return Err(Failure::BadInput(message));
        }
        Ok(Self { document: Document::new(), content: Content::new(), y: MARGIN })
    }

    /// Adds a block that is so deep in lists and quotes.
    pub(super) fn block(&mut self, kind: Kind, text: &str, depth: usize) {
        let style = Style::of(kind);
        #[allow(clippy::cast_precision_loss)]
        let x = MARGIN + depth as f32 * INDENT;
        if self.y > MARGIN {
            self.y += style.above;
        }
        // A heading is not left alone at the bottom.
        if matches!(kind, Kind::Heading(_)) && self.y + 4.0 * style.line_height() > PAGE.1 - MARGIN {
            self.end_page();
        }
        if kind == Kind::Rule {
            self.content.move_to(x, PAGE.1 - self.y).line_to(PAGE.0 - MARGIN, PAGE.1 - self.y).stroke();
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let width = ((PAGE.0 - MARGIN - x) / style.size * 1000.0) as u32;
        for line in text.split('\n') {
            let line = encode(line);
            for line in style.font.break_line(&line, width) {
                self.line(&style, x, line);
            }
        }
    }

    fn line(&mut self, style: &Style, x: f32, line: &[u8]) {
        if self.y + style.line_height() > PAGE.1 - MARGIN {
            self.end_page();
        }
        self.y += style.line_height();
        if !line.is_empty() {
            let baseline = PAGE.1 - self.y + style.size * 0.3;
            self.content
                .begin_text()
                .set_font(Name(style.font.name()), style.size)
                .next_line(x, baseline)
                .show(Str(line))
                .end_text();
        }
    }

    fn end_page(&mut self) {
        let content = std::mem::replace(&mut self.content, Content::new());
        self.document.text_page(PAGE, content);
        self.y = MARGIN;
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.end_page();
        self.document.finish()
    }
}
