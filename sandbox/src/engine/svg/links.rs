//! What a drawing refers to: pictures and drawings inside it are read within bounds, everything outside is refused and
//! told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use resvg::usvg::roxmltree::{Document, Node};
use resvg::usvg::{ImageHrefResolver, ImageKind, Options};

use super::source::{self, MAX_SIZE};
use super::unknown;
use crate::engine::{Progress, image as raster};

/// What all pictures inside a drawing may take, in bytes of their pixels.
const MAX_PIXELS: u64 = 512 << 20;
const ANIMATED: &str = "The drawing is animated; the output shows how it begins";
/// Attributes that say how something is painted.
const PAINTED: [&str; 7] =
    ["style", "fill", "stroke", "color", "stop-color", "flood-color", "lighting-color"];
/// Functions of styles that `usvg` does not know. What they paint is black, or not there.
const UNKNOWN: [&str; 11] = [
    "var",
    "calc",
    "oklch",
    "oklab",
    "lab",
    "lch",
    "color",
    "color-mix",
    "light-dark",
    "icc-color",
    "device-cmyk",
];
/// The longest reference that is shown whole, in letters.
const SHOWN: usize = 80;

/// Reads what stands in `data:` URLs. A drawing of a stranger must not read this machine's files, nor its network.
pub(super) fn resolver(progress: &Progress) -> ImageHrefResolver<'_> {
    let (pixels, drawings) = (AtomicU64::new(0), AtomicU64::new(0));
    let drawing = ImageHrefResolver::default_data_resolver();
    let nested = move |data: &[u8], options: &Options<'_>| {
        let text = source::text(data, MAX_SIZE, progress).map_err(|_| "cannot be read")?;
        // Drawings in drawings may unpack to more and more.
        if drawings.fetch_add(text.len() as u64 + 1000, Ordering::Relaxed) > MAX_SIZE {
            return Err("is too large");
        }
        warn(&source::document(&text).map_err(|_| "cannot be read")?, progress);
        drawing("image/svg+xml", Arc::new(text.into_bytes()), options).ok_or("cannot be read")
    };
    let picture = move |data: &[u8]| {
        let page = raster::embedded(data.to_vec(), progress).ok_or("cannot be read")?;
        let bytes = page.as_bytes().len() as u64;
        if pixels.fetch_add(bytes, Ordering::Relaxed) + bytes > MAX_PIXELS {
            return Err("is too large");
        }
        raster::as_png(&page).map(|png| ImageKind::PNG(Arc::new(png))).ok_or("cannot be read")
    };
    ImageHrefResolver {
        resolve_data: Box::new(move |kind, data, options| {
            let found = if kind == "image/svg+xml" || (!raster::is_picture(&data) && looks_like_xml(&data)) {
                nested(&data, options)
            } else {
                picture(&data)
            };
            if let Err(why) = &found {
                progress.warn(format!("A picture inside the drawing ({kind}) {why} and is left out"));
            }
            found.ok()
        }),
        // These are told beforehand, by `warn`.
        resolve_string: Box::new(|_, _| None),
    }
}

fn looks_like_xml(data: &[u8]) -> bool {
    source::is_packed(data) || data.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

/// Tells what of a drawing is not drawn, or is not understood.
pub(super) fn warn(document: &Document<'_>, progress: &Progress) {
    unknown::tell(document, progress);
    for node in document.descendants() {
        if node.is_pi() && node.pi().is_some_and(|pi| pi.target == "xml-stylesheet") {
            progress
                .warn("The drawing's style sheet in another file is not loaded; write it into the drawing");
        }
        if !node.is_element() {
            continue;
        }
        for attribute in node.attributes() {
            urls(attribute.value(), progress);
            if PAINTED.contains(&attribute.name()) {
                functions(attribute.value(), progress);
            }
        }
        match node.tag_name().name() {
            "image" | "use" | "feImage" | "textPath" | "linearGradient" | "radialGradient" | "pattern" => {
                if let Some(place) = href(&node) {
                    tell_outside(place, progress);
                }
            }
            "style" => style(node.text().unwrap_or_default(), progress),
            "foreignObject" => progress
                .warn("The drawing has parts in another language (foreignObject), which are not drawn"),
            "animate" | "animateTransform" | "animateMotion" | "set" => progress.warn(ANIMATED),
            "script" => progress.warn("The drawing has a script, which is not run"),
            _ => {}
        }
    }
}

/// Tells of functions of styles that are not understood.
fn functions(value: &str, progress: &Progress) {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    for (at, _) in value.match_indices('(') {
        let start = value[..at].rfind(|c| !is_word(c)).map_or(0, |before| before + 1);
        if let Some(name) = UNKNOWN.iter().find(|name| name.eq_ignore_ascii_case(&value[start..at])) {
            progress.warn(format!(
                "The drawing uses {name}(…) in its styles, which is not understood here: what it paints looks otherwise"
            ));
        }
    }
}

/// What a drawing paints, masks or filters with, `url(…)`, has to be in it.
fn urls(value: &str, progress: &Progress) {
    for url in value.split("url(").skip(1) {
        let place = url.split(')').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        tell_outside(place.trim(), progress);
    }
}

fn tell_outside(place: &str, progress: &Progress) {
    if is_outside(place) {
        progress.warn(format!(
            "The drawing refers to {}, which is not loaded; put it into the drawing as a data: URL",
            shown(place)
        ));
    }
}

fn style(text: &str, progress: &Progress) {
    // The other two have words of their own.
    text.split(['{', '}', ';'])
        .filter(|part| !part.trim_start().starts_with("@import") && !part.trim_start().starts_with("src"))
        .for_each(|part| urls(part, progress));
    if text.contains("@import") {
        progress.warn("The drawing imports a style sheet, which is not loaded; write it into the drawing");
    }
    if text.contains("@keyframes") {
        progress.warn(ANIMATED);
    }
    if text.contains("@media") {
        progress.warn("The styles of the drawing for some screens and printers (@media) are not used");
    }
    functions(text, progress);
    if text.contains("@font-face") {
        progress.warn(
            "The drawing brings fonts of its own (@font-face), which are not used; fonts of this machine are",
        );
    }
}

fn href<'a>(node: &Node<'a, '_>) -> Option<&'a str> {
    node.attributes().find(|attribute| attribute.name() == "href").map(|attribute| attribute.value().trim())
}

fn is_outside(place: &str) -> bool {
    !place.is_empty()
        && !place.starts_with('#')
        && !place.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"))
}

fn shown(place: &str) -> String {
    let start: String = place.chars().take(SHOWN).collect();
    if start.len() < place.len() { format!("{start}…") } else { start }
}
