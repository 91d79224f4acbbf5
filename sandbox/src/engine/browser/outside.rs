//! What a page refers to and is not loaded, and what in it does not run.

use std::collections::BTreeSet;

use html5gum::{Token, Tokenizer};

use crate::engine::Progress;

/// How many references are shown, and how many letters of each.
const SHOWN: usize = 5;
const LETTERS: usize = 80;

/// Tells what of a page is not in the output.
pub(super) fn warn(page: &str, progress: &Progress) {
    let mut outside = BTreeSet::new();
    for token in Tokenizer::new(page).flatten() {
        let Token::StartTag(tag) = token else { continue };
        let attribute = |wanted: &str| {
            let found = tag.attributes.iter().find(|(name, _)| name.as_slice() == wanted.as_bytes());
            found.map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned())
        };
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let refers = match name.as_str() {
            "script" => {
                progress.warn("The page has scripts, which are not run");
                None
            }
            "link" => attribute("href")
                .filter(|_| attribute("rel").is_some_and(|kind| kind.to_lowercase().contains("stylesheet"))),
            "img" | "source" | "video" | "audio" | "iframe" | "embed" | "input" | "track" => attribute("src"),
            "object" => attribute("data"),
            _ => None,
        };
        outside.extend(refers.filter(|place| is_outside(place)));
        outside.extend(attribute("style").iter().flat_map(|style| of_style(style)));
    }
    // Style sheets are text between tags.
    outside.extend(
        page.split("<style")
            .skip(1)
            .flat_map(|rest| of_style(rest.split("</style").next().unwrap_or_default())),
    );
    if outside.is_empty() {
        return;
    }
    let more = outside.len().saturating_sub(SHOWN);
    let some: Vec<String> =
        outside.iter().take(SHOWN).map(|place| place.chars().take(LETTERS).collect()).collect();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    progress.warn(format!(
        "The page refers to {}{more}, which is not loaded; put it into the page, pictures as data: URLs",
        some.join(", ")
    ));
}

/// What the styles refer to: `url(…)`, and `@import "…"`.
fn of_style(style: &str) -> Vec<String> {
    let inner = |rest: &str| {
        let end = |c: char| matches!(c, ')' | '"' | '\'' | ';');
        rest.trim_start()
            .trim_start_matches(['"', '\''])
            .split(end)
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let by_url = style.split("url(").skip(1).map(inner);
    let imports = style.split("@import").skip(1).filter(|rest| rest.trim_start().starts_with(['"', '\'']));
    by_url.chain(imports.map(inner)).filter(|place| is_outside(place)).collect()
}

fn is_outside(place: &str) -> bool {
    let is_data = place.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"));
    !place.is_empty() && !place.starts_with('#') && !is_data
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;

    #[test]
    fn what_is_not_loaded() {
        let progress = Progress::new(CancellationToken::new());
        warn(
            "<p>x<img src=data:image/png,x><a href=https://example.org>link</a><style>p{color:red}</style>",
            &progress,
        );
        assert!(progress.warnings().is_empty(), "{:?}", progress.warnings());
        warn(
            "<img src=a.png><LINK REL=StyleSheet href=b.css><style>@import 'c.css'; p{background:url(d.png)}</style><p style=\"background: url('e.png')\"><script src=x></script>",
            &progress,
        );
        let told = progress.warnings().join("\n");
        for place in ["a.png", "b.css", "c.css", "d.png", "e.png", "scripts"] {
            assert!(told.contains(place), "{place}: {told}");
        }
    }
}
