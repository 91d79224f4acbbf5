//! The encoding that a page declares.

use html5gum::Token;

use super::element::attribute;
use super::tokens::tokens;

/// How far into a page its encoding is looked for. The HTML standard has two ways (13.2.3.2 and 13.2.3.5): in the first
/// 1024 bytes, and later in the page, which is then read anew.
const PRESCAN: usize = 64 << 10;

/// The label of the encoding that a page declares: by `meta`, or as XML.
pub(in crate::engine::text) fn declared_encoding(page: &[u8]) -> Option<String> {
    let start: String = page.iter().take(PRESCAN).map(|byte| char::from(*byte)).collect();
    let quoted = |text: &str| {
        let text = text.trim_start().strip_prefix('=')?.trim_start();
        let end = |c: char| c == '"' || c == '\'' || c == ';' || c == '>' || c.is_whitespace();
        let label = text.trim_start_matches(['"', '\'']).split(end).next()?;
        Some(label.to_owned())
    };
    if let Some(declaration) = start.trim_start().strip_prefix("<?xml") {
        let declaration = declaration.split("?>").next().unwrap_or_default();
        let label = declaration.split_once("encoding").and_then(|(_, rest)| quoted(rest));
        if label.is_some() {
            return label;
        }
    }
    tokens(&start).find_map(|token| match token {
        Token::StartTag(tag) if tag.name.0 == b"meta" => {
            let equivalent =
                attribute(&tag, "http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("content-type"));
            let content = attribute(&tag, "content").filter(|_| equivalent);
            let in_content =
                content.and_then(|content| quoted(content.to_lowercase().split_once("charset")?.1));
            attribute(&tag, "charset").or(in_content)
        }
        _ => None,
    })
}
