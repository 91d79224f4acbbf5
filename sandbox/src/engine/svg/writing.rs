//! How text is set, in ways that `usvg` does not know: it goes from left to right, in one line, with single spaces.

use resvg::usvg::roxmltree::{Document, NS_XML_URI, Node};

/// Properties, also as attributes, with the values that change nothing.
const PROPERTIES: [(&str, &[&str]); 14] = [
    ("direction", &["ltr"]),
    ("unicode-bidi", &["normal", "embed", "isolate", "plaintext"]),
    ("text-orientation", &["mixed"]),
    ("glyph-orientation-vertical", &["auto", "0", "0deg"]),
    ("glyph-orientation-horizontal", &["auto", "0", "0deg"]),
    ("font-size-adjust", &["none"]),
    ("font-feature-settings", &["normal"]),
    ("font-variant-ligatures", &["normal", "common-ligatures"]),
    ("font-variant-numeric", &["normal"]),
    ("font-variant-position", &["normal"]),
    ("text-shadow", &["none"]),
    ("text-indent", &["0", "0px"]),
    ("text-decoration-style", &["solid"]),
    ("shape-inside", &["none", "auto"]),
];
/// Spaces and ends of lines that stay as they are.
const SPACES: [&str; 5] = ["pre", "pre-wrap", "pre-line", "break-spaces", "preserve"];
const OF_SPACES: [&str; 2] = ["white-space", "white-space-collapse"];

/// Which text of a drawing there is.
pub(super) struct Writing {
    any: bool,
    /// Of which `xml:space` does not say that its spaces stay.
    in_single_spaces: bool,
}

impl Writing {
    pub(super) fn of(document: &Document<'_>) -> Self {
        let mut texts = document.descendants().filter(|node| node.tag_name().name() == "text");
        let first = texts.next();
        let in_single_spaces = first.into_iter().chain(texts).any(|text| !keeps_spaces(&text));
        Self { any: first.is_some(), in_single_spaces }
    }

    /// What a property changes, by its name. It is that of an element, or of a style sheet.
    pub(super) fn changed_by(
        &self,
        name: &str,
        value: &str,
        element: Option<&Node<'_, '_>>,
    ) -> Option<&'static str> {
        let is = |words: &[&str]| {
            let mut said = value.split_whitespace();
            said.any(|said| words.iter().any(|word| word.eq_ignore_ascii_case(said)))
        };
        if let Some(property) = OF_SPACES.iter().find(|property| **property == name) {
            let single = element.map_or(self.in_single_spaces, |element| !keeps_spaces(element));
            return (self.any && single && is(&SPACES)).then_some(property);
        }
        let (property, harmless) = PROPERTIES.iter().find(|(property, _)| *property == name)?;
        (self.any && !is(harmless)).then_some(property)
    }
}

fn keeps_spaces(node: &Node<'_, '_>) -> bool {
    node.ancestors().find_map(|node| node.attribute((NS_XML_URI, "space"))) == Some("preserve")
}
