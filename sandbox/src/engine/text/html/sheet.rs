//! What the style sheets of a page hide.

use html5gum::Token;
use simplecss::{AttributeOperator, Declaration, Element, PseudoClass, StyleSheet};

use super::element::{StartTag, attribute};

/// How many elements around another one are looked at.
const MAX_AROUND: usize = 256;

/// The style sheets in a page, as text.
pub(super) fn styles(tokens: &[Token]) -> String {
    let mut styles = String::new();
    let mut is_open = false;
    for token in tokens {
        match token {
            Token::StartTag(tag) if tag.name.0 == b"style" => {
                // One for screens alone, say, is none for all readers.
                let media = attribute(tag, "media").unwrap_or_default().to_lowercase();
                is_open = media.trim().is_empty() || media.contains("all") || media.contains("print");
            }
            Token::EndTag(tag) if tag.name.0 == b"style" => is_open = false,
            Token::String(text) if is_open => {
                styles.push_str(&String::from_utf8_lossy(text));
                styles.push('\n');
            }
            _ => {}
        }
    }
    styles
}

/// The rules that hide something or show it again, and the elements that are open.
#[derive(Default)]
pub(super) struct Sheet<'s> {
    rules: StyleSheet<'s>,
    around: Vec<StartTag>,
}

impl<'s> Sheet<'s> {
    pub(super) fn of(styles: &'s str) -> Self {
        let mut rules = StyleSheet::parse(styles);
        rules.rules.retain(|rule| rule.declarations.iter().any(|said| hides(said).is_some()));
        // A sheet that hides nothing needs no look.
        if !rules.rules.iter().flat_map(|rule| &rule.declarations).any(|said| hides(said) == Some(true)) {
            rules.rules.clear();
        }
        Self { rules, around: Vec::new() }
    }

    /// Notes that an element begins; whether the sheets hide it.
    pub(super) fn start(&mut self, tag: &StartTag, is_void: bool) -> bool {
        if self.rules.rules.is_empty() {
            return false;
        }
        self.around.push(tag.clone());
        let element = Place { around: &self.around, at: self.around.len() - 1 };
        let matching = self.rules.rules.iter().filter(|rule| rule.selector.matches(&element));
        let said = matching.flat_map(|rule| &rule.declarations);
        let said: Vec<(bool, bool)> = said.filter_map(|said| Some((said.important, hides(said)?))).collect();
        // They are in the order of their weight.
        let last = |important| said.iter().rfind(|(is_important, _)| *is_important == important);
        let is_hidden = last(true).or_else(|| last(false)).is_some_and(|(_, hides)| *hides);
        if is_void || self.around.len() > MAX_AROUND {
            self.around.pop();
        }
        is_hidden
    }

    pub(super) fn end(&mut self, name: &[u8]) {
        if let Some(at) = self.around.iter().rposition(|open| open.name.as_slice() == name) {
            self.around.truncate(at);
        }
    }
}

/// Whether a declaration hides an element; none where it is about something else.
pub(super) fn hides(said: &Declaration<'_>) -> Option<bool> {
    let is = |value: &str| said.value.trim().eq_ignore_ascii_case(value);
    match said.name.to_ascii_lowercase().as_str() {
        "display" => Some(is("none")),
        "visibility" => Some(is("hidden") || is("collapse")),
        "content-visibility" => Some(is("hidden")),
        _ => None,
    }
}

/// An element among those that are open.
#[derive(Clone, Copy)]
struct Place<'a> {
    around: &'a [StartTag],
    at: usize,
}

impl Element for Place<'_> {
    fn parent_element(&self) -> Option<Self> {
        Some(Self { at: self.at.checked_sub(1)?, ..*self })
    }

    /// What is over already is not known any more.
    fn prev_sibling_element(&self) -> Option<Self> {
        None
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.around[self.at].name.eq_ignore_ascii_case(name.as_bytes())
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        attribute(&self.around[self.at], &name.to_ascii_lowercase())
            .is_some_and(|value| operator.matches(&value))
    }

    fn pseudo_class_matches(&self, _: PseudoClass<'_>) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;

    #[test]
    fn what_sheets_hide_is_hidden() {
        for (rule, page) in [
            (".s{display:none}", "<p class='a s'>no</p>"),
            ("#s, x{ Visibility : Hidden }", "<p id=s>no</p>"),
            ("aside { color: red; display: none !important }", "<aside>no<b>no</b></aside>"),
            ("div.a p{display:none}", "<div class=a><section><p>no</p></section></div>"),
            ("div > p{display:none}", "<div><p>no</p></div>"),
            ("[data-x]{display:none}", "<p data-x>no</p>"),
            ("p{display:none} p.on{display:block}", "<p>no</p>"),
            ("@media screen{a{}} /* c */ .s{content-visibility:hidden}", "<p class=s>no</p>"),
        ] {
            let page = format!("<style>{rule}</style>{page}<p class=on>yes</p>");
            let shown = shown(&page);
            assert!(!shown.contains("no") && shown.contains("yes"), "{page}: {shown}");
        }
        for page in [
            "<style>@media screen{.s{display:none}}</style><p class=s>yes</p>",
            "<style media=screen>.s{display:none}</style><p class=s>yes</p>",
            "<style>.s{display:none}</style><p class=s style='display: block'>yes</p>",
            "<style>div p{display:none}</style><div></div><p>yes</p>",
        ] {
            assert!(shown(page).contains("yes"), "{page}");
        }
    }
}
