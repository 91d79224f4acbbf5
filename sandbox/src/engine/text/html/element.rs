//! What elements are, by their names and attributes.

use html5gum::StartTag as AnyStartTag;

use super::super::{Mark, Text};

pub(super) type StartTag = AnyStartTag<()>;

pub(super) fn attribute(tag: &StartTag, name: &str) -> Option<String> {
    let value = tag.attributes.iter().find(|(key, _)| key.0 == name.as_bytes());
    value.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
}

/// How an element marks its text; none for elements that do not. `sup` and `sub` change it when they end.
#[allow(clippy::option_option)]
pub(super) fn marker_of(name: &[u8]) -> Option<Option<Mark>> {
    Some(match name {
        b"b" | b"strong" => Some(Mark::Bold),
        b"i" | b"em" | b"cite" | b"dfn" | b"var" | b"address" => Some(Mark::Italic),
        b"code" | b"kbd" | b"samp" | b"tt" => Some(Mark::Code),
        b"s" | b"del" | b"strike" => Some(Mark::Deleted),
        b"ins" | b"u" => Some(Mark::Underlined),
        b"sup" | b"sub" => None,
        _ => return None,
    })
}

/// Writes what stands from here on above or below the line: with the characters of Unicode, else behind `^` or `_`.
/// The mark of a footnote is put into brackets.
pub(super) fn raise(text: &mut Text, start: usize, is_above: bool) {
    let raised = text.text.split_off(start);
    let is_note = is_above
        && text.marks.iter().any(|(range, mark)| {
            range.start >= start && matches!(mark, Mark::Link(target) if target.starts_with('#'))
        });
    let (shown, is_bracketed) = (raised.trim(), raised.trim().starts_with('['));
    let changed = match shown {
        "" => raised,
        shown if is_note && is_bracketed => shown.to_owned(),
        shown if is_note => format!("[{shown}]"),
        shown => self::raised(shown, is_above),
    };
    text.text.push_str(&changed);
    let end = text.text.len();
    for (range, _) in text.marks.iter_mut().filter(|(range, _)| range.start >= start) {
        *range = start..end;
    }
}

/// What stands above or below the line, in it. What is more than a word is put into brackets, so that its end is seen.
pub(super) fn raised(text: &str, is_above: bool) -> String {
    let sign = if is_above { '^' } else { '_' };
    match digits(text, is_above) {
        Some(digits) => digits,
        None if text.chars().count() == 1 || text.chars().all(char::is_alphanumeric) => {
            format!("{sign}{text}")
        }
        None if text.starts_with(['(', '[']) && text.ends_with([')', ']']) => format!("{sign}{text}"),
        None => format!("{sign}({text})"),
    }
}

fn digits(text: &str, is_above: bool) -> Option<String> {
    const PLAIN: &str = "0123456789+-=()";
    const ABOVE: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾";
    const BELOW: &str = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎";
    let raised = if is_above { ABOVE } else { BELOW };
    text.chars().map(|c| raised.chars().nth(PLAIN.chars().position(|plain| plain == c)?)).collect()
}

/// Elements that have no content.
pub(super) fn is_void(tag: &StartTag) -> bool {
    const VOID: [&[u8]; 13] = [
        b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"source",
        b"track", b"wbr",
    ];
    tag.self_closing || VOID.contains(&tag.name.as_slice())
}

/// Elements in which white space counts.
pub(super) fn is_preformatted(name: &[u8]) -> bool {
    matches!(name, b"pre" | b"listing" | b"xmp" | b"plaintext")
}

/// What is no text, but for `img`, which may have one.
pub(super) fn is_media(name: &[u8]) -> bool {
    matches!(name, b"svg" | b"iframe" | b"canvas" | b"video" | b"audio" | b"object" | b"embed")
}

impl Text {
    /// Takes away such characters on both sides.
    pub(super) fn trim(&mut self, is_space: fn(char) -> bool) {
        self.text.truncate(self.text.trim_end_matches(is_space).len());
        let before = self.text.len() - self.text.trim_start_matches(is_space).len();
        self.text.drain(..before);
        let end = self.text.len();
        for (range, _) in &mut self.marks {
            *range = range.start.saturating_sub(before).min(end)..range.end.saturating_sub(before).min(end);
        }
        self.marks.retain(|(range, _)| range.start < range.end);
    }
}

/// Elements that begin a new line.
pub(super) fn is_block(name: &[u8]) -> bool {
    const BLOCKS: [&[u8]; 44] = [
        b"address",
        b"article",
        b"aside",
        b"blockquote",
        b"body",
        b"caption",
        b"center",
        b"dd",
        b"details",
        b"dialog",
        b"dir",
        b"div",
        b"dl",
        b"dt",
        b"fieldset",
        b"figcaption",
        b"figure",
        b"footer",
        b"form",
        b"h1",
        b"h2",
        b"h3",
        b"h4",
        b"h5",
        b"h6",
        b"head",
        b"header",
        b"hgroup",
        b"hr",
        b"html",
        b"legend",
        b"li",
        b"main",
        b"menu",
        b"nav",
        b"ol",
        b"p",
        b"pre",
        b"search",
        b"section",
        b"summary",
        b"table",
        b"tr",
        b"ul",
    ];
    BLOCKS.contains(&name)
}
