//! Texts to PDF, by `parley` (shaping, direction, lines, fallback) and `krilla` (fonts, tags, links, bookmarks).

mod blocks;
mod fonts;
mod glyphs;
mod layout;
mod pages;
mod places;
mod style;
mod table;
mod tags;

use std::collections::HashMap;

use super::super::text::{Align, Block, Document, Kind, Mark, Text};
use super::super::{Failure, Outcome, Progress, Work, text};
use fonts::Fonts;
use pages::Pages;
use places::Place;

/// Where a tabulator leads: to the next multiple of so many columns.
const TAB: usize = 8;
/// What ends a line besides a line feed: a vertical tabulator, and the characters of Unicode for that.
const LINE_ENDS: [char; 4] = ['\x0b', '\u{85}', '\u{2028}', '\u{2029}'];
/// The longest part of a line, in bytes, that is laid out at once.
const MAX_LINE: usize = 16 << 10;

/// Plain text as it is, line by line, where all characters are equally wide.
pub(in crate::engine) fn plain(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let source = text::read_plain(work, progress)?;
    progress.set(10.0, "Writing pages")?;
    let mut fonts = Fonts::for_text(source.chars(), (None, true), progress);
    let mut pages = Pages::new(&mut fonts, HashMap::new(), None);
    #[allow(clippy::cast_precision_loss)]
    let percent = |done: usize| 10.0 + 85.0 * done as f64 / source.len() as f64;
    let mut done = 0;
    for (at, sheet) in source.split('\x0c').enumerate() {
        if at > 0 {
            pages.end_page()?;
        }
        for line in sheet.lines().flat_map(|line| line.split(LINE_ENDS)) {
            progress.check()?;
            progress.percent(percent(done));
            done += line.len() + 1;
            for part in parts(&untabbed(line)) {
                pages.line(part)?;
            }
        }
    }
    work.write(&pages.finish(&work.stem)?)
}

/// Writes a text to pages; `name` is its title, if it has no other.
pub(in crate::engine) fn text(
    document: &Document,
    name: &str,
    progress: &Progress,
) -> Result<Vec<u8>, Failure> {
    let all = document.blocks.iter().flat_map(|block| {
        let cells = match &block.kind {
            Kind::Table(rows) => rows.as_slice(),
            _ => &[],
        };
        let marker = match &block.kind {
            Kind::Item(marker) => marker.as_str(),
            _ => "",
        };
        let cells = cells.iter().flatten().flat_map(|cell| cell.text.text.chars());
        block.text.text.chars().chain(marker.chars()).chain(cells)
    });
    let language = document.language.as_deref();
    let mut fonts = Fonts::for_text(all, (language, false), progress);
    // Where links within the text lead is known when everything has its place.
    let places = if has_inner_links(document) {
        let mut draft = Pages::new(&mut fonts, HashMap::new(), None);
        write(document, &mut draft, progress)?;
        draft.places()
    } else {
        HashMap::<String, Place>::new()
    };
    let mut pages = Pages::new(&mut fonts, places, language);
    write(document, &mut pages, progress)?;
    pages.finish(document.title.as_deref().unwrap_or(name))
}

fn write(document: &Document, pages: &mut Pages<'_>, progress: &Progress) -> Result<(), Failure> {
    for block in &document.blocks {
        progress.check()?;
        blocks::write(pages, block)?;
    }
    Ok(())
}

fn has_inner_links(document: &Document) -> bool {
    let is_inner = |(_, mark): &(_, Mark)| matches!(mark, Mark::Link(target) if target.starts_with('#'));
    document.blocks.iter().any(|block| match &block.kind {
        Kind::Table(rows) => rows.iter().flatten().any(|cell| cell.text.marks.iter().any(is_inner)),
        _ => block.text.marks.iter().any(is_inner),
    })
}

/// A line with spaces for its tabulators.
fn untabbed(line: &str) -> String {
    let (mut text, mut column) = (String::with_capacity(line.len()), 0);
    for character in line.chars() {
        if character == '\t' {
            let spaces = TAB - column % TAB;
            text.push_str(&" ".repeat(spaces));
            column += spaces;
        } else {
            text.push(character);
            column += unicode_width::UnicodeWidthChar::width(character).unwrap_or_default();
        }
    }
    text
}

/// Parts of a line that are not too long, cut at spaces where there are some.
fn parts(line: &str) -> Vec<&str> {
    let (mut parts, mut rest) = (Vec::new(), line);
    while rest.len() > MAX_LINE {
        let end = rest.floor_char_boundary(MAX_LINE);
        let end = rest[..end].rfind(' ').map_or(end, |space| space + 1);
        parts.push(&rest[..end]);
        rest = &rest[end..];
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabulators_and_long_lines() {
        assert_eq!(untabbed("a\tb\t漢\tc"), "a       b       漢      c");
        let line = format!("{} {}", "x".repeat(MAX_LINE - 1), "ö".repeat(MAX_LINE));
        assert_eq!(parts(&line).concat(), line);
        assert!(parts(&line).iter().all(|part| part.len() <= MAX_LINE));
        assert_eq!(parts(""), [""]);
    }
}
