//! HTML in Markdown: what shows something stays, what runs or loads something goes. What a stranger converts must not run
//! in the page that shows it.

use std::collections::{BTreeSet, HashSet};

use ammonia::Builder;
use html5gum::{Token, Tokenizer};

use crate::engine::text::{is_harmful, scheme, shown};

/// Of the elements that `ammonia` does not know to be harmless.
const MORE_ELEMENTS: [&str; 3] = ["input", "section", "main"];
/// The scheme of what is in a page itself, and how a picture begins that is.
const DATA: &str = "data";
const KIND: &str = "data:image/";
const MORE_ATTRIBUTES: [&str; 5] = ["id", "class", "dir", "align", "role"];

/// The HTML without what is hidden and what may run or load something, and the names of what would have run or loaded.
pub(super) fn clean(html: &str) -> (String, Vec<String>) {
    let (schemes, lost) = look(html, &Builder::default().add_tags(&MORE_ELEMENTS).clone_tags());
    let mut builder = Builder::default();
    builder.add_tags(&MORE_ELEMENTS).add_generic_attributes(&MORE_ATTRIBUTES);
    builder.add_generic_attribute_prefixes(&["aria-", "data-"]);
    builder.add_tag_attributes("input", &["checked", "disabled"]);
    builder.add_tag_attribute_values("input", "type", &["checkbox"]);
    builder.add_tag_attributes("ol", &["start", "reversed", "type"]).add_tag_attributes("li", &["value"]);
    builder.add_tag_attributes("details", &["open"]);
    // Links lead there.
    builder.add_tag_attributes("a", &["name"]);
    builder.link_rel(None);
    builder.attribute_filter(|element, attribute, value| {
        let is_data = scheme(value).is_some_and(|scheme| scheme == DATA);
        (!is_data || is_picture(element, attribute, value)).then(|| value.into())
    });
    builder.add_url_schemes(schemes.iter().map(String::as_str).collect::<Vec<_>>());
    (builder.clean(&shown(html)).to_string(), lost.into_iter().collect())
}

/// Whether this is a picture that is in the page itself. As one, nothing runs in it.
fn is_picture(element: &str, attribute: &str, value: &str) -> bool {
    let start = value.trim_start().get(..KIND.len());
    element == "img" && attribute == "src" && start.is_some_and(|start| start.eq_ignore_ascii_case(KIND))
}

/// The schemes of all links that are harmless, and the names of what is not.
fn look(html: &str, allowed: &HashSet<&str>) -> (HashSet<String>, BTreeSet<String>) {
    let (mut schemes, mut lost) = (HashSet::new(), BTreeSet::new());
    for token in Tokenizer::new(html).flatten() {
        let Token::StartTag(tag) = token else { continue };
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let shows_nothing = ["html", "head", "body", "meta", "title", "link"].contains(&name.as_str());
        if !allowed.contains(name.as_str()) && !shows_nothing {
            lost.insert(format!("<{name}>"));
        }
        for (attribute, value) in &tag.attributes {
            let attribute = String::from_utf8_lossy(attribute).into_owned();
            let value = String::from_utf8_lossy(value);
            match attribute.as_str() {
                place if is_picture(&name, place, &value) => {
                    schemes.insert(DATA.to_owned());
                }
                "href" | "src" | "cite" if is_harmful(&value) => {
                    lost.insert(format!("links to {}:", scheme(&value).unwrap_or_default()));
                }
                "href" | "src" | "cite" => schemes.extend(scheme(&value)),
                name if name == "style" || name.starts_with("on") => {
                    lost.insert(format!("the attribute {name}"));
                }
                _ => {}
            }
        }
    }
    (schemes, lost)
}
