//! A text in lines: shaped, in the order in which it is read, with fonts for all of it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use krilla::text::{GlyphId, KrillaGlyph};
use parley::{
    Alignment, AlignmentOptions, FontFamily, FontFamilyName, FontStyle, FontWeight, Layout, LineHeight,
    OverflowWrap, StyleProperty,
};

use unicode_normalization::char::{compose, decompose_canonical};

use super::fonts::Fonts;
use super::glyphs::{Line, Missing, Run};
use super::style::{Look, Style};
use super::{Align, Mark, Text};
use crate::engine::Failure;

/// A text that is as wide as it has to be.
pub(super) struct Lines {
    pub(super) lines: Vec<Line>,
    pub(super) width: f32,
}

/// Breaks a text into lines of at most this width; without a width, where it says so itself.
pub(super) fn lines(
    fonts: &mut Fonts,
    text: &Text,
    style: Style,
    width: Option<f32>,
) -> Result<Lines, Failure> {
    // What controls a terminal says nothing on paper.
    let printed = |c: char| match c.len_utf8() {
        _ if c == '\n' || !c.is_control() => c,
        1 => ' ',
        // As long as it was, so that the marks stay where they are.
        _ => '\u{a0}',
    };
    let shown: Arc<str> = text.text.chars().map(printed).collect::<String>().into();
    let layout = built(fonts, &shown, &text.marks, style, width);
    let mut lines = Vec::new();
    for line in layout.lines() {
        let metrics = line.metrics();
        let mut x = metrics.offset;
        let mut made = Line { height: metrics.line_height, runs: Vec::new() };
        // The baseline within the line.
        let baseline = metrics.baseline - metrics.block_min_coord;
        for run in line.runs() {
            let synthesis = run.synthesis();
            let font = fonts.embedded(run.font(), synthesis.variation_settings())?;
            let missing = Missing::of(run.font());
            let size = run.font_size();
            let new = |look, x, size| Run {
                look,
                x,
                baseline,
                advance: 0.0,
                size,
                font: font.clone(),
                is_bold: synthesis.embolden(),
                skew: synthesis.skew().unwrap_or_default(),
                text: shown.clone(),
                glyphs: Vec::new(),
            };
            let mut current: Option<Run> = None;
            // From right to left, the rest of a ligature comes before it.
            let mut rest: Option<Range<usize>> = None;
            for cluster in run.visual_clusters() {
                let range = cluster.text_range();
                if cluster.is_ligature_continuation() {
                    match current.as_mut().and_then(|current| current.glyphs.last_mut()) {
                        Some(glyph) if !run.is_rtl() => glyph.text_range.end = range.end,
                        _ => rest = Some(rest.map_or(range.clone(), |rest| range.start..rest.end)),
                    }
                    continue;
                }
                let range = rest.take().map_or(range.clone(), |rest| range.start..rest.end);
                let look = cluster.style().brush;
                // Lines were broken by the width of the glyph that is not shown.
                let unseen = cluster.glyphs().filter(|glyph| glyph.id == 0);
                let size = unseen.map(|glyph| missing.size(glyph.advance, size)).fold(size, f32::min);
                let is_other = |done: &mut Run| done.look != look || (done.size - size).abs() > 1e-4;
                if let Some(done) = current.take_if(is_other) {
                    made.runs.push(done);
                }
                let current = current.get_or_insert_with(|| new(look, x, size));
                for glyph in cluster.glyphs() {
                    current.glyphs.push(KrillaGlyph::new(
                        GlyphId::new(if glyph.id == 0 { missing.glyph } else { glyph.id }),
                        glyph.advance / size,
                        glyph.x / size,
                        glyph.y / size,
                        0.0,
                        range.clone(),
                        None,
                    ));
                    current.advance += glyph.advance;
                    x += glyph.advance;
                }
            }
            made.runs.extend(current);
        }
        lines.push(made);
    }
    Ok(Lines { lines, width: layout.width() })
}

fn built(
    fonts: &mut Fonts,
    text: &str,
    marks: &[(Range<usize>, Mark)],
    style: Style,
    width: Option<f32>,
) -> Layout<Look> {
    let (usual, code) = (family(&fonts.text), family(&fonts.code));
    let composed = composed(fonts, text, marks, style);
    let mut builder = fonts.layout.ranged_builder(&mut fonts.context, text, 1.0, false);
    builder.push_default(StyleProperty::FontFamily(if style.is_code { code.clone() } else { usual }));
    builder.push_default(StyleProperty::FontSize(style.size));
    builder.push_default(StyleProperty::LineHeight(LineHeight::Absolute(style.line_height())));
    builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
    if style.is_bold {
        builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
    }
    for (range, mark) in marks {
        let property = match mark {
            Mark::Bold => StyleProperty::FontWeight(FontWeight::BOLD),
            Mark::Italic => StyleProperty::FontStyle(FontStyle::Italic),
            Mark::Code => StyleProperty::FontFamily(code.clone()),
            Mark::Deleted | Mark::Underlined | Mark::Link(_) => continue,
        };
        builder.push(property, range.clone());
    }
    for (range, look) in looks(marks) {
        builder.push(StyleProperty::Brush(look), range);
    }
    for (range, family) in composed {
        builder.push(StyleProperty::FontFamily(FontFamily::Single(family)), range);
    }
    let mut layout = builder.build(text);
    layout.break_all_lines(width);
    let align = match style.align {
        Align::Start => Alignment::Start,
        Align::Center => Alignment::Center,
        Align::End => Alignment::End,
    };
    layout.align(align, AlignmentOptions::default());
    layout
}

/// Letters with marks that are one character, which the font has not, and which other font has them.
fn composed(
    fonts: &Fonts,
    text: &str,
    marks: &[(Range<usize>, Mark)],
    style: Style,
) -> Vec<(Range<usize>, FontFamilyName<'static>)> {
    let is_code = |at| {
        let inside = |(range, mark): &(Range<usize>, Mark)| matches!(mark, Mark::Code) && range.contains(&at);
        style.is_code || marks.iter().any(inside)
    };
    let mut found = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((start, first)) = characters.next() {
        let (mut letter, mut end) = (first, start + first.len_utf8());
        while let Some((_, composed)) =
            characters.peek().and_then(|(_, mark)| Some((mark, compose(letter, *mark)?)))
        {
            letter = composed;
            end += characters.next().map_or(0, |(_, mark)| mark.len_utf8());
        }
        let mut parts = Vec::new();
        decompose_canonical(letter, |part| parts.push(part));
        if parts.len() > 1 {
            let families = if is_code(start) { &fonts.code } else { &fonts.text };
            found.extend(fonts.whole(families, letter, parts[0]).map(|family| (start..end, family)));
        }
    }
    found
}

fn family(names: &[FontFamilyName<'static>]) -> FontFamily<'static> {
    FontFamily::List(Cow::Owned(names.to_vec()))
}

/// Which part of a text is in which links, deleted or underlined, where it is.
fn looks(marks: &[(Range<usize>, Mark)]) -> Vec<(Range<usize>, Look)> {
    let of = |mark: &Mark| matches!(mark, Mark::Deleted | Mark::Underlined | Mark::Link(_));
    let mut edges: Vec<usize> =
        marks.iter().filter(|(_, mark)| of(mark)).flat_map(|(range, _)| [range.start, range.end]).collect();
    edges.sort_unstable();
    edges.dedup();
    let look = |pair: &[usize]| {
        let mut look = Look::default();
        let around = |range: &Range<usize>| range.start <= pair[0] && pair[1] <= range.end;
        for (at, (_, mark)) in marks.iter().enumerate().filter(|(_, (range, _))| around(range)) {
            match mark {
                Mark::Link(_) => look.link = Some(at),
                Mark::Deleted => look.is_deleted = true,
                Mark::Underlined => look.is_underlined = true,
                _ => {}
            }
        }
        (pair[0]..pair[1], look)
    };
    edges.windows(2).map(look).collect()
}
