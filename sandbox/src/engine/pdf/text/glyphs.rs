//! What stands on a page, and how it is drawn.

use std::sync::Arc;

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, KrillaGlyph};
use parley::FontData;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

use super::style::Look;

const INK: (u8, u8, u8) = (0, 0, 0);
/// What is shown where a character is missing; the first that the font has.
const BOXES: [char; 4] = ['\u{25a1}', '\u{25ab}', '\u{fffd}', ' '];
const LINK: (u8, u8, u8) = (9, 80, 180);

/// A line of text.
pub(super) struct Line {
    pub(super) height: f32,
    pub(super) runs: Vec<Run>,
}

/// Glyphs of one font that look the same.
pub(super) struct Run {
    pub(super) look: Look,
    /// From the left end of the line.
    pub(super) x: f32,
    /// From the top of the line.
    pub(super) baseline: f32,
    pub(super) advance: f32,
    pub(super) size: f32,
    pub(super) font: Font,
    /// Whether the font has no bold or slanted form, and is made so.
    pub(super) is_bold: bool,
    pub(super) skew: f32,
    /// What the ranges of the glyphs are of.
    pub(super) text: Arc<str>,
    pub(super) glyphs: Vec<KrillaGlyph>,
}

impl Run {
    /// Draws it, with the line's left end and top at this point.
    pub(super) fn draw(&self, surface: &mut Surface<'_>, at: Point) {
        let color = if self.look.link.is_some() { LINK } else { INK };
        surface.set_fill(Some(fill(color)));
        surface.set_stroke(self.is_bold.then(|| stroke(color, self.size * 0.03)));
        let (x, y) = (at.x + self.x, at.y + self.baseline);
        let is_slanted = self.skew != 0.0;
        let start = if is_slanted { Point::from_xy(0.0, 0.0) } else { Point::from_xy(x, y) };
        if is_slanted {
            let slant = self.skew.to_radians().tan();
            surface.push_transform(&Transform::from_row(1.0, 0.0, -slant, 1.0, x, y));
        }
        surface.draw_glyphs(start, &self.glyphs, self.font.clone(), &self.text, self.size, false);
        if is_slanted {
            surface.pop();
        }
        let lines =
            [(self.look.is_deleted, y - self.size * 0.28), (self.look.is_underlined, y + self.size * 0.12)];
        for (_, y) in lines.into_iter().filter(|(is_there, _)| *is_there) {
            line(surface, (x, y), (x + self.advance, y), self.size * 0.06);
        }
    }

    /// The space that it takes.
    pub(super) fn area(&self, at: Point, height: f32) -> Option<Rect> {
        Rect::from_xywh(at.x + self.x, at.y, self.advance.max(0.1), height)
    }
}

/// What is shown where the font has no glyph.
#[derive(Clone, Copy)]
pub(super) struct Missing {
    pub(super) glyph: u32,
    /// How wide it is, for a size of 1.
    advance: f32,
}

impl Missing {
    /// Readers take the glyph that a font has for such for nothing, and leave out the character when text is copied or
    /// searched.
    pub(super) fn of(font: &FontData) -> Self {
        let Ok(font) = FontRef::from_index(font.data.as_ref(), font.index) else {
            return Self { glyph: 0, advance: 0.0 };
        };
        let glyph = BOXES.iter().find_map(|shown| font.charmap().map(*shown)).unwrap_or_default();
        let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
        Self { glyph: glyph.to_u32(), advance: metrics.advance_width(glyph).unwrap_or_default() }
    }

    /// The size in which it has room where so much is free, up to the size of the text.
    pub(super) fn size(self, free: f32, size: f32) -> f32 {
        if self.advance * size > free && free > 0.0 { free / self.advance } else { size }
    }
}

/// Draws a straight line.
pub(super) fn line(surface: &mut Surface<'_>, from: (f32, f32), to: (f32, f32), width: f32) {
    let mut path = PathBuilder::new();
    path.move_to(from.0, from.1);
    path.line_to(to.0, to.1);
    if let Some(path) = path.finish() {
        surface.set_fill(None);
        surface.set_stroke(Some(stroke(INK, width)));
        surface.draw_path(&path);
    }
}

fn fill((red, green, blue): (u8, u8, u8)) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

fn stroke((red, green, blue): (u8, u8, u8), width: f32) -> Stroke {
    Stroke { paint: rgb::Color::new(red, green, blue).into(), width, ..Stroke::default() }
}
