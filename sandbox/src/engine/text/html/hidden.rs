//! The elements of a page that are not shown, and what is in them.

use simplecss::DeclarationTokenizer;

use super::element::{StartTag, attribute, is_block, is_media, is_void};
use super::sheet::{Sheet, hides};

/// What a tag is to what is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Shown,
    /// It begins or ends what is not shown.
    Edge,
    Hidden,
}

/// What of a page is not shown, tag by tag.
#[derive(Default)]
pub(super) struct Hiding<'s> {
    hidden: Option<Hidden>,
    sheet: Sheet<'s>,
}

impl<'s> Hiding<'s> {
    /// In a page with these style sheets.
    pub(super) fn by(styles: &'s str) -> Self {
        Self { hidden: None, sheet: Sheet::of(styles) }
    }

    pub(super) fn start(&mut self, tag: &StartTag) -> Place {
        if self.hidden.as_mut().is_some_and(|hidden| !hidden.is_ended_by(&tag.name)) {
            return Place::Hidden;
        }
        self.hidden = None;
        let by_sheet = self.sheet.start(tag, is_void(tag));
        if is_hidden(tag, by_sheet) {
            self.hide(tag);
            return Place::Edge;
        }
        Place::Shown
    }

    pub(super) fn end(&mut self, name: &[u8]) -> Place {
        let Some(hidden) = &mut self.hidden else {
            self.sheet.end(name);
            return Place::Shown;
        };
        if !hidden.end(name) {
            return Place::Hidden;
        }
        self.hidden = None;
        self.sheet.end(name);
        Place::Edge
    }

    /// Hides the content of an element that has begun.
    pub(super) fn hide(&mut self, tag: &StartTag) {
        self.hidden = Hidden::of(tag);
    }

    /// Whether text stands in something that is not shown.
    pub(super) const fn is_on(&self) -> bool {
        self.hidden.is_some()
    }
}

/// An element that is not shown, up to its end.
struct Hidden {
    name: Vec<u8>,
    /// How many of the same name are open in it, and it.
    open: usize,
}

impl Hidden {
    /// None for elements that have no content.
    fn of(tag: &StartTag) -> Option<Self> {
        (!is_void(tag)).then(|| Self { name: tag.name.to_vec(), open: 1 })
    }

    /// Whether another element that begins ends this one.
    fn is_ended_by(&mut self, name: &[u8]) -> bool {
        match self.name.as_slice() {
            b"p" if is_block(name) => return true,
            b"li" | b"dt" | b"dd" | b"tr" | b"td" | b"th" | b"option" if self.name == name => return true,
            _ => self.open += usize::from(self.name == name),
        }
        false
    }

    /// Whether this end tag is its own.
    fn end(&mut self, name: &[u8]) -> bool {
        self.open -= usize::from(self.name == name);
        self.open == 0
    }
}

/// Whether neither the element nor what is in it is shown. What it says itself weighs more than a style sheet.
fn is_hidden(tag: &StartTag, by_sheet: bool) -> bool {
    let never: [&[u8]; 6] = [b"script", b"style", b"template", b"datalist", b"noembed", b"noframes"];
    let style = attribute(tag, "style").unwrap_or_default();
    let by_itself = DeclarationTokenizer::from(style.as_str()).filter_map(|said| hides(&said)).max();
    never.contains(&tag.name.as_slice())
        || is_media(&tag.name)
        || attribute(tag, "hidden").is_some()
        || attribute(tag, "popover").is_some()
        || (tag.name.0 == b"dialog" && attribute(tag, "open").is_none())
        || by_itself.unwrap_or(by_sheet)
}
