//! What elements say of their text besides it: what is short for what, and in which direction it is read.

use std::collections::HashSet;

use super::element::{StartTag, attribute};
use super::reader::Reader;

/// The end of what begins by one of the others.
const END_OF_OVERRIDE: char = '\u{202c}';
const END_OF_ISOLATE: char = '\u{2069}';

/// What is to be said at the end of elements that are open.
#[derive(Default)]
pub(super) struct Asides {
    open: Vec<(Vec<u8>, Option<String>)>,
    /// The long forms that were said already.
    said: HashSet<(String, String)>,
}

/// Whether an element may say something besides its text.
pub(super) fn has_aside(name: &[u8]) -> bool {
    matches!(name, b"abbr" | b"acronym" | b"dfn" | b"bdo" | b"bdi" | b"span")
}

impl Reader<'_> {
    pub(super) fn begin_aside(&mut self, tag: &StartTag) {
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
            Some((begin, end)) => {
                self.string(&begin.to_string());
                Some(end.to_string())
            }
            None if tag.name.0 == b"span" => None,
            None => long_form(tag),
        };
        self.asides.open.push((tag.name.to_vec(), end));
    }

    /// Says what there is to say at the end of an element; `start` is where its text begins.
    pub(super) fn end_aside(&mut self, name: &[u8]) {
        let Some(at) = self.asides.open.iter().rposition(|(open, _)| open == name) else { return };
        let (_, end) = self.asides.open.remove(at);
        let Some(end) = end else { return };
        if end.starts_with([END_OF_OVERRIDE, END_OF_ISOLATE]) {
            self.string(&end);
            return;
        }
        let word = self.text.text.trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
        if word != end && self.asides.said.insert((word.to_owned(), end.clone())) {
            self.string(&format!(" ({end})"));
            self.document.long_forms += 1;
        }
    }
}

/// What an abbreviation is short for.
fn long_form(tag: &StartTag) -> Option<String> {
    let title = attribute(tag, "title")?;
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}
