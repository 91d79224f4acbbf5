//! What elements say of their text besides it: what is short for what, and in which direction it is read.

use std::collections::HashSet;

use super::element::{StartTag, attribute};

/// The end of what begins by one of the others.
const END_OF_OVERRIDE: char = '\u{202c}';
const END_OF_ISOLATE: char = '\u{2069}';

/// What is to be said at the end of elements that are open.
#[derive(Default)]
pub(super) struct Asides {
    open: Vec<(Vec<u8>, Option<Said>)>,
    /// The long forms that were said already.
    said: HashSet<(String, String)>,
}

/// Whether an element may say something besides its text.
pub(super) fn has_aside(name: &[u8]) -> bool {
    is_short(name) || is_titled(name) || matches!(name, b"bdo" | b"bdi")
}

/// Elements whose title is what they are short for.
fn is_short(name: &[u8]) -> bool {
    matches!(name, b"abbr" | b"acronym" | b"dfn")
}

/// Others in a line, which a mouse shows the title of.
fn is_titled(name: &[u8]) -> bool {
    const TITLED: [&[u8]; 17] = [
        b"a", b"b", b"button", b"cite", b"code", b"data", b"em", b"i", b"kbd", b"label", b"mark", b"q",
        b"small", b"span", b"strong", b"time", b"var",
    ];
    TITLED.contains(&name)
}

/// What is to be said at the end of an element.
pub(super) enum Said {
    /// What ends a direction.
    Turn(char),
    LongForm(String),
    Title(String),
}

impl Asides {
    /// An element begins; what is to be said then.
    pub(super) fn begin(&mut self, tag: &StartTag) -> Option<char> {
        let direction = attribute(tag, "dir").unwrap_or_default().to_lowercase();
        let turn = match (tag.name.as_slice(), direction.as_str()) {
            (b"bdo", "rtl") => Some(('\u{202e}', END_OF_OVERRIDE)),
            (b"bdo", "ltr") => Some(('\u{202d}', END_OF_OVERRIDE)),
            (b"bdi" | b"span", "rtl") => Some(('\u{2067}', END_OF_ISOLATE)),
            (b"bdi" | b"span", "ltr") => Some(('\u{2066}', END_OF_ISOLATE)),
            (b"bdi", _) => Some(('\u{2068}', END_OF_ISOLATE)),
            _ => None,
        };
        let end = match turn {
            Some((_, end)) => Some(Said::Turn(end)),
            None if is_short(&tag.name) => title(tag).map(Said::LongForm),
            None => title(tag).map(Said::Title),
        };
        self.open.push((tag.name.to_vec(), end));
        turn.map(|(begin, _)| begin)
    }

    /// An element ends behind this text; what is to be said then.
    pub(super) fn end(&mut self, name: &[u8], text: &str) -> Option<Said> {
        let at = self.open.iter().rposition(|(open, _)| open == name)?;
        let said = self.open.remove(at).1?;
        if let Said::LongForm(long) = &said {
            let word = text.trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
            if word == long || !self.said.insert((word.to_owned(), long.clone())) {
                return None;
            }
        }
        // The text of the element itself is not known here; what ends as the title does says it.
        let is_said = |title: &String| text.trim_end().ends_with(title.as_str());
        if matches!(&said, Said::Title(title) if is_said(title)) {
            return None;
        }
        Some(said)
    }
}

/// What an element says besides its text: what it is short for, or where a link leads.
pub(super) fn title(tag: &StartTag) -> Option<String> {
    let title = attribute(tag, "title")?;
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}
