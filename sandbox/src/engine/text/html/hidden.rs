//! The elements of a page that are not shown, and what is in them.

use super::element::{StartTag, attribute, is_block, is_media};

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
pub(super) struct Hiding(Option<Hidden>);

impl Hiding {
    pub(super) fn start(&mut self, tag: &StartTag) -> Place {
        if self.0.as_mut().is_some_and(|hidden| !hidden.is_ended_by(&tag.name)) {
            return Place::Hidden;
        }
        self.0 = None;
        if is_hidden(tag) {
            self.hide(tag);
            return Place::Edge;
        }
        Place::Shown
    }

    pub(super) fn end(&mut self, name: &[u8]) -> Place {
        let Some(hidden) = &mut self.0 else { return Place::Shown };
        if !hidden.end(name) {
            return Place::Hidden;
        }
        self.0 = None;
        Place::Edge
    }

    /// Hides the content of an element that has begun.
    pub(super) fn hide(&mut self, tag: &StartTag) {
        self.0 = Hidden::of(tag);
    }

    /// Whether text stands in something that is not shown.
    pub(super) const fn is_on(&self) -> bool {
        self.0.is_some()
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
        let is_void = tag.self_closing
            || matches!(
                tag.name.as_slice(),
                b"area"
                    | b"base"
                    | b"br"
                    | b"col"
                    | b"embed"
                    | b"hr"
                    | b"img"
                    | b"input"
                    | b"link"
                    | b"meta"
                    | b"source"
                    | b"track"
                    | b"wbr"
            );
        (!is_void).then(|| Self { name: tag.name.to_vec(), open: 1 })
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

/// Whether neither the element nor what is in it is shown.
fn is_hidden(tag: &StartTag) -> bool {
    let never: [&[u8]; 6] = [b"script", b"style", b"template", b"datalist", b"noembed", b"noframes"];
    let style = attribute(tag, "style").unwrap_or_default().to_lowercase().replace([' ', '\t', '\n'], "");
    never.contains(&tag.name.as_slice())
        || is_media(&tag.name)
        || attribute(tag, "hidden").is_some()
        || (tag.name.0 == b"dialog" && attribute(tag, "open").is_none())
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}
