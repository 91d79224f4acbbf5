//! What of SVG and of its styles `usvg` does not know. It leaves such out without a word, so it is told here, by its name.

use std::collections::BTreeSet;

use resvg::usvg::roxmltree::{Document, Node};
use simplecss::{DeclarationTokenizer, StyleSheet};

use super::writing::Writing;
use crate::engine::Progress;

const ELEMENTS: [&str; 10] = [
    "flowRoot",
    "font",
    "meshgradient",
    "meshGradient",
    "hatch",
    "solidcolor",
    "video",
    "audio",
    "iframe",
    "canvas",
];
/// Properties, also as attributes, with the values that change nothing.
const PROPERTIES: [(&str, &[&str]); 10] = [
    ("vector-effect", &["none"]),
    ("font-variant", &["normal", "none"]),
    ("font-variant-caps", &["normal"]),
    ("text-transform", &["none"]),
    ("inline-size", &["auto", "0"]),
    ("backdrop-filter", &["none"]),
    ("offset-path", &["none"]),
    ("color-interpolation", &["auto", "sRGB"]),
    ("background", &["none", "transparent"]),
    ("background-color", &["none", "transparent"]),
];
/// What is known as an attribute alone.
const ATTRIBUTES: [&str; 13] =
    ["width", "height", "x", "y", "cx", "cy", "r", "rx", "ry", "d", "rotate", "translate", "scale"];
/// Of which `usvg` knows references, and no shapes or pictures.
const REFERENCES: [&str; 3] = ["clip-path", "mask", "mask-image"];
const COLORS: [&str; 6] = ["fill", "stroke", "color", "stop-color", "flood-color", "lighting-color"];
const UNITS: [&str; 10] = ["rem", "vw", "vh", "vmin", "vmax", "ch", "q", "lh", "ic", "cap"];
const AT_RULES: [&str; 3] = ["@supports", "@layer", "@container"];
/// Those that are known, and those of things that nobody does to a picture.
const PSEUDO_CLASSES: [&str; 8] =
    ["first-child", "hover", "active", "focus", "focus-visible", "focus-within", "visited", "target"];

/// Tells what of a drawing is not understood.
pub(super) fn tell(document: &Document<'_>, progress: &Progress) {
    let (mut found, writing) = (BTreeSet::new(), Writing::of(document));
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        if ELEMENTS.contains(&name) {
            found.insert(format!("<{name}>"));
        }
        for attribute in node.attributes() {
            property(attribute.name(), attribute.value(), &mut found);
            let set = writing.changed_by(attribute.name(), attribute.value(), Some(&node));
            found.extend(set.map(str::to_owned));
            if attribute.name() == "pathLength" || name == "ellipse" && attribute.value() == "auto" {
                found.insert(attribute.name().to_owned());
            }
        }
        for said in DeclarationTokenizer::from(node.attribute("style").unwrap_or_default()) {
            styled(said.name, said.value, &mut found);
            found.extend(writing.changed_by(said.name, said.value, Some(&node)).map(str::to_owned));
        }
        if name == "style" {
            let sheet = node.text().unwrap_or_default();
            for said in StyleSheet::parse(sheet).rules.iter().flat_map(|rule| &rule.declarations) {
                styled(said.name, said.value, &mut found);
                found.extend(writing.changed_by(said.name, said.value, None).map(str::to_owned));
            }
            rules(sheet, &mut found);
        }
    }
    if !found.is_empty() {
        let found = found.into_iter().collect::<Vec<_>>().join(", ");
        progress.warn(format!(
            "The drawing uses what is not understood here, so that it looks otherwise in parts: {found}"
        ));
    }
}

/// A declaration of a style.
fn styled(name: &str, value: &str, found: &mut BTreeSet<String>) {
    let value = value.trim();
    let has_units = value.contains(|c: char| c == '%' || c.is_ascii_digit())
        && ["deg", "rad", "turn", "px", "em", "%"].iter().any(|unit| value.contains(unit));
    if ATTRIBUTES.contains(&name) && !["auto", "none"].contains(&value) || name == "transform" && has_units {
        found.insert(format!("{name} in styles"));
    }
    property(name, value, found);
}

/// A property of a style, or an attribute.
fn property(name: &str, value: &str, found: &mut BTreeSet<String>) {
    let value = value.trim();
    let is_changed = |harmless: &[&str]| !harmless.iter().any(|same| same.eq_ignore_ascii_case(value));
    if let Some((_, harmless)) = PROPERTIES.iter().find(|(property, _)| *property == name)
        && is_changed(harmless)
    {
        found.insert(name.to_owned());
    }
    let function = value.split_once('(').map(|(function, _)| function);
    if REFERENCES.contains(&name)
        && let Some(function) = function.filter(|function| *function != "url")
    {
        found.insert(format!("{name}: {function}(…)"));
    }
    if COLORS.contains(&name)
        && value.contains('/')
        && matches!(function, Some("rgb" | "rgba" | "hsl" | "hsla"))
    {
        found.insert("colours with their opacity behind a slash".to_owned());
    }
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    if unit.len() < value.len() && UNITS.iter().any(|known| known.eq_ignore_ascii_case(unit)) {
        found.insert(format!("the unit {unit}"));
    }
}

/// What stands before the braces of a style sheet.
fn rules(sheet: &str, found: &mut BTreeSet<String>) {
    // Whether each of those that are open is one of at-rules.
    let (mut open, mut before) = (Vec::new(), String::new());
    for c in without_comments(sheet).chars() {
        match c {
            '{' => {
                let is_at_rule = before.trim_start().starts_with('@');
                if open.last() == Some(&false) {
                    found.insert("rules inside of rules".to_owned());
                } else if is_at_rule {
                    found.extend(
                        AT_RULES.iter().filter(|rule| before.contains(**rule)).map(|rule| (*rule).to_owned()),
                    );
                } else {
                    selector(&before, found);
                }
                open.push(is_at_rule);
                before.clear();
            }
            '}' => {
                open.pop();
                before.clear();
            }
            ';' => before.clear(),
            c => before.push(c),
        }
    }
}

fn without_comments(sheet: &str) -> String {
    let mut parts = sheet.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |made, part| made + part.split_once("*/").map_or("", |(_, after)| after))
}

fn selector(selector: &str, found: &mut BTreeSet<String>) {
    for part in selector.split(':').skip(1) {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(part.len());
        let name = &part[..end];
        if !name.is_empty() && !PSEUDO_CLASSES.contains(&name) {
            found.insert(format!("the selector :{name}"));
        }
    }
    if selector.contains('~') && !selector.contains("~=") {
        found.insert("the selector ~".to_owned());
    }
    if selector.contains("[data-") || selector.contains("[aria-") {
        found.insert("selectors of data-… and aria-…".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;

    fn told(inner: &str) -> Vec<String> {
        let progress = Progress::new(CancellationToken::new());
        let drawing = format!("<svg xmlns='http://www.w3.org/2000/svg'>{inner}</svg>");
        tell(&Document::parse(&drawing).unwrap(), &progress);
        progress.warnings()
    }

    #[test]
    fn what_is_left_out_without_a_word_is_told() {
        for (inner, name) in [
            ("<flowRoot><flowPara>x</flowPara></flowRoot>", "<flowRoot>"),
            ("<defs><font><glyph/></font></defs>", "<font>"),
            ("<path vector-effect='non-scaling-stroke'/>", "vector-effect"),
            ("<style>text{text-transform:uppercase}</style>", "text-transform"),
            ("<text style='font-variant: small-caps'/>", "font-variant"),
            ("<rect style='width: 10px'/>", "width in styles"),
            ("<rect style='transform: rotate(45deg)'/>", "transform in styles"),
            ("<rect style='clip-path: circle(3px)'/>", "clip-path: circle(…)"),
            ("<rect fill='rgb(1 2 3 / 50%)'/>", "slash"),
            ("<rect width='3rem'/>", "the unit rem"),
            ("<path pathLength='10'/>", "pathLength"),
            ("<style>rect:nth-child(2){fill:red}</style>", "the selector :nth-child"),
            ("<style>a{} rect ~ circle{fill:red}</style>", "the selector ~"),
            ("<style>[data-x='1']{fill:red}</style>", "data-…"),
            ("<style>@supports (fill:red){rect{fill:red}}</style>", "@supports"),
            ("<style>g{ rect{fill:red} }</style>", "rules inside of rules"),
            ("<text style='white-space: pre'>a  b</text>", "white-space"),
            ("<style>text{white-space:pre-wrap}</style><text>a  b</text>", "white-space"),
            ("<g white-space='pre'><text xml:space='default'>a  b</text></g>", "white-space"),
            ("<text direction='rtl'>a</text>", "direction"),
            ("<text style='unicode-bidi:bidi-override;text-orientation:upright'>a</text>", "unicode-bidi"),
            ("<text style='text-orientation:upright'>a</text>", "text-orientation"),
        ] {
            assert!(told(inner).iter().any(|told| told.contains(name)), "{inner}: {:?}", told(inner));
        }
    }

    #[test]
    fn what_is_drawn_is_not() {
        for inner in [
            "<rect width='10mm' height='5%' x='1em' fill='rgb(1 2 3)' clip-path='url(#a)' mask='none'/>",
            "<text style='font-variant:normal;transform:scale(2);fill:red' rotate='30'>x</text>",
            "<style>/* a:b{} */ rect:first-child, g > a + b:hover, [fill='red']{fill:hsl(1,2%,3%)}</style>",
            "<style>@media print{rect{fill:red}} @font-face{src:url(a)}</style>",
            "<text xml:space='preserve' style='white-space:pre'>a  <tspan style='white-space:pre'>b</tspan></text>",
            "<style>text{white-space:pre}</style><text xml:space='preserve'>a  b</text>",
            "<g direction='rtl' style='white-space:pre'><path d='M0 0'/></g>",
            "<text style='white-space:nowrap;direction:ltr;text-indent:0;font-variant-numeric:normal'>a</text>",
            "<path d='M0 0' color-interpolation='sRGB' vector-effect='none' style=''/>",
        ] {
            assert!(told(inner).is_empty(), "{inner}: {:?}", told(inner));
        }
    }
}
