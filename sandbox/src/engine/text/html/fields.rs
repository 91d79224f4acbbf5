//! What the fields of a form hold, as text.

use html5gum::Token;

use super::aside::title;
use super::element::{StartTag, attribute};
use super::list;
use super::reader::Reader;

impl Reader<'_> {
    /// Boxes that are checked or not, and what fields hold.
    pub(super) fn input(&mut self, tag: &StartTag) {
        let kind = attribute(tag, "type").unwrap_or_default().to_lowercase();
        match kind.as_str() {
            "checkbox" | "radio" => {
                let shown = checked(attribute(tag, "checked").is_some());
                // The box of a task takes the place of the bullet.
                match &mut self.marker {
                    Some(marker) if self.text.text.trim().is_empty() && marker == list::BULLET => {
                        shown.clone_into(marker);
                    }
                    _ => self.string(&format!(" {shown} ")),
                }
            }
            "hidden" | "password" => {}
            "image" => self.string(&attribute(tag, "alt").unwrap_or_default()),
            _ => {
                let value = attribute(tag, "value").filter(|value| !value.is_empty());
                let shown = value.or_else(|| attribute(tag, "placeholder")).unwrap_or_default();
                self.string(&format!(" {shown} "));
            }
        }
    }

    /// A picture, by its words.
    pub(super) fn picture(&mut self, tag: &StartTag) {
        self.media += 1;
        let words = attribute(tag, "alt").unwrap_or_default();
        self.string(&words);
        if let Some(title) = title(tag).filter(|title| *title != words.trim()) {
            self.string(&format!(" ({title})"));
            self.document.titles += 1;
        }
    }

    /// How much is done, or how full something is, where the page does not say it in words.
    pub(super) fn gauge(&mut self, tag: &StartTag, after: &[Token]) {
        let says = |token: Option<&Token>| matches!(token, Some(Token::String(text)) if !text.trim_ascii().is_empty());
        let value = attribute(tag, "value").filter(|_| !says(after.first()));
        let most = attribute(tag, "max").map(|most| format!("/{most}")).unwrap_or_default();
        if let Some(value) = value {
            self.string(&format!("{value}{most}"));
        }
    }

    /// A list to choose from. All that can be chosen is shown, with what is chosen.
    pub(super) fn select(&mut self, tag: &StartTag, after: &[Token]) {
        let many = attribute(tag, "multiple").is_some() || size(tag) > 1;
        self.first_is_chosen = !many && options(after).all(|option| attribute(option, "selected").is_none());
        self.string(" ");
        if !many && options(after).nth(1).is_some() {
            self.document.folded += 1;
        }
    }

    pub(super) fn group(&mut self, tag: &StartTag) {
        if let Some(label) = attribute(tag, "label") {
            self.string(&format!(" {label}: "));
        }
    }

    pub(super) fn option(&mut self, tag: &StartTag) {
        let chosen = attribute(tag, "selected").is_some() || std::mem::take(&mut self.first_is_chosen);
        self.string(&format!(" {} ", checked(chosen)));
        // It is shown in place of the content, which is a shorter form of it at most.
        if let Some(label) = attribute(tag, "label").filter(|label| !label.is_empty()) {
            self.string(&format!("{label} "));
        }
    }
}

const fn checked(is_checked: bool) -> &'static str {
    if is_checked { "[x]" } else { "[ ]" }
}

/// How many options a list shows at a time.
fn size(tag: &StartTag) -> u32 {
    attribute(tag, "size").and_then(|size| size.trim().parse().ok()).unwrap_or(1)
}

/// The options of the list that has begun; the next one ends it too.
fn options(after: &[Token]) -> impl Iterator<Item = &StartTag> {
    let inside = after.iter().take_while(|token| match token {
        Token::StartTag(tag) => tag.name.0 != b"select",
        Token::EndTag(tag) => tag.name.0 != b"select",
        _ => true,
    });
    inside.filter_map(|token| match token {
        Token::StartTag(tag) if tag.name.0 == b"option" => Some(tag),
        _ => None,
    })
}
