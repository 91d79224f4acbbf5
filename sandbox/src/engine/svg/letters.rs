//! Letters for which no form was found, though this machine has a font for them.
//!
//! For a piece of text, `usvg` tries one font after the other, and gives up at the first letter that none has, and where
//! another font joins letters otherwise. What follows is then drawn as boxes. So such letters get their font in the
//! drawing itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use resvg::usvg::roxmltree::Document;
use resvg::usvg::{Group, Node, Tree};
use unicode_width::UnicodeWidthChar;

use crate::engine::fonts::{best, is_seen};

/// The letters that are drawn as boxes.
pub(super) fn without_form(tree: &Tree) -> BTreeSet<char> {
    let mut letters = BTreeSet::new();
    collect(tree.root(), &mut letters);
    letters
}

fn collect(group: &Group, letters: &mut BTreeSet<char>) {
    for node in group.children() {
        match node {
            Node::Group(group) => collect(group, letters),
            Node::Text(text) => {
                let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                let boxes = glyphs.filter(|glyph| glyph.id.0 == 0);
                let seen = |c: &char| is_seen(*c) && !c.is_ascii();
                letters.extend(boxes.flat_map(|glyph| glyph.text.chars()).filter(seen));
            }
            Node::Image(_) | Node::Path(_) => {}
        }
        node.subroots(|group| collect(group, letters));
    }
}

/// The drawing, in which these letters have their font.
pub(super) fn with_fonts(drawing: &str, document: &Document<'_>, letters: &BTreeSet<char>) -> String {
    let (mut made, mut done) = (String::new(), 0);
    for node in document.descendants().filter(|node| node.has_tag_name("text")) {
        let range = node.range();
        // One inside another is in its range.
        if let Some(before) = drawing.get(done..range.start) {
            made.push_str(before);
            mark(&drawing[range.clone()], letters, &mut made);
            done = range.end;
        }
    }
    made.push_str(&drawing[done..]);
    made
}

/// Puts the letters of an element of text into spans.
fn mark(element: &str, letters: &BTreeSet<char>, made: &mut String) {
    let name = element[1..].split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default();
    let span = name.strip_suffix("text").map(|prefix| format!("{prefix}tspan")).unwrap_or_default();
    let mut run = Run::default();
    let mut rest = element;
    while !rest.is_empty() {
        let (token, letter) = token(rest);
        rest = &rest[token.len()..];
        match letter {
            Some(c) if letters.contains(&c) => run.add(token, c),
            // What stands above or below a letter, or joins it, belongs to it.
            Some(c) if !run.text.is_empty() && c.width().unwrap_or(0) == 0 => run.add(token, c),
            Some(c) if !run.text.is_empty() && c.is_whitespace() => run.spaces.push_str(token),
            _ => {
                run.finish(&span, made);
                made.push_str(token);
            }
        }
    }
    run.finish(&span, made);
}

/// Letters that follow each other, as they are written, and the spaces behind them.
#[derive(Default)]
struct Run {
    text: String,
    letters: BTreeSet<char>,
    spaces: String,
}

impl Run {
    fn add(&mut self, token: &str, letter: char) {
        self.text.push_str(&std::mem::take(&mut self.spaces));
        self.text.push_str(token);
        self.letters.insert(letter);
    }

    fn finish(&mut self, span: &str, made: &mut String) {
        let Self { text, letters, spaces } = std::mem::take(self);
        let family = best(&letters, None, false).and_then(|face| face.families.first());
        match family.filter(|(name, _)| !name.contains(['"', '\'', '&', '<'])) {
            Some((name, _)) if !text.is_empty() => {
                let _ = write!(made, "<{span} style=\"font-family:'{name}'\">{text}</{span}>");
            }
            _ => made.push_str(&text),
        }
        made.push_str(&spaces);
    }
}

/// The first token of XML, and the letter that it is.
fn token(rest: &str) -> (&str, Option<char>) {
    for (start, end) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] {
        if rest.starts_with(start) {
            return (rest.find(end).map_or(rest, |at| &rest[..at + end.len()]), None);
        }
    }
    if rest.starts_with('<') {
        return (tag(rest), None);
    }
    let number = rest.strip_prefix("&#").and_then(|rest| rest.split_once(';'));
    if let Some((number, _)) = number {
        let hexadecimal = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16));
        let value = hexadecimal.unwrap_or_else(|| number.parse());
        return (&rest[..number.len() + 3], value.ok().and_then(char::from_u32));
    }
    let letter = rest.chars().next();
    (letter.map_or(rest, |c| &rest[..c.len_utf8()]), letter)
}

/// A tag, in whose attributes there may be brackets.
fn tag(rest: &str) -> &str {
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (None, '>') => return &rest[..=at],
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        for (rest, first, letter) in [
            ("<a b='>'>x", "<a b='>'>", None),
            ("<!-- > -->x", "<!-- > -->", None),
            ("<![CDATA[>]]>x", "<![CDATA[>]]>", None),
            ("&#x65E5;x", "&#x65E5;", Some('日')),
            ("&#1488;x", "&#1488;", Some('א')),
            ("&amp;x", "&", Some('&')),
            ("äx", "ä", Some('ä')),
        ] {
            assert_eq!(token(rest), (first, letter), "{rest}");
        }
    }

    /// `DejaVu` and the like have Hebrew letters; where there is no font for them, nothing changes.
    #[test]
    fn letters_get_a_font() {
        let drawing = "<s:svg xmlns:s='http://www.w3.org/2000/svg'><s:text a='ש'>a ש ל<s:tspan>&#1488;</s:tspan><!--ש--> b</s:text>ש</s:svg>";
        let document = Document::parse(drawing).unwrap();
        let letters: BTreeSet<char> = "שלא".chars().collect();
        let made = with_fonts(drawing, &document, &letters);
        let font = best(&letters, None, false).and_then(|face| face.families.first());
        let wanted = font.map_or(drawing.to_owned(), |(name, _)| {
            let span = |text: &str| format!("<s:tspan style=\"font-family:'{name}'\">{text}</s:tspan>");
            drawing.replace("ש ל", &span("ש ל")).replace("&#1488;", &span("&#1488;"))
        });
        assert_eq!(made, wanted);
    }
}
