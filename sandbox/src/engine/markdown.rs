//! Markdown to HTML, by `pulldown-cmark`.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};

use super::{ConversionType, Failure, Outcome, Progress, Work};

/// The names of the format.
pub(super) const FORMATS: [&str; 2] = ["md", "markdown"];

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    FORMATS.iter().map(|input| {
        let pair = ConversionType::new("document", "pulldown-cmark", (input, "html"), convert);
        pair.note("HTML in the Markdown is shown as text")
    })
}

fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let markdown = work.text()?;
    progress.set(50.0, "Converting the text")?;
    let body = to_html(&markdown);
    let mut title = String::new();
    pulldown_cmark_escape::escape_html(&mut title, &work.stem)
        .map_err(|error| Failure::corrupt("text", error))?;
    let page = format!(
        "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n<body>\n{body}</body>\n</html>\n"
    );
    work.write(page.as_bytes())
}

/// HTML inside the Markdown is shown as text, and links that run scripts lead nowhere: what a stranger converts must
/// not run in the page that shows it.
pub(super) fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS;
    let events = Parser::new_ext(markdown, options).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: harmless(dest_url), title, id })
        }
        event => event,
    });
    let mut body = String::new();
    html::push_html(&mut body, events);
    body
}

/// The target of a link, unless its scheme is one that may run scripts.
fn harmless(url: CowStr<'_>) -> CowStr<'_> {
    let scheme = url.split(['/', '?', '#']).next().and_then(|start| start.split_once(':'));
    match scheme {
        Some((scheme, _)) if !["http", "https", "mailto", "tel", "ftp"].contains(&scheme) => "#".into(),
        _ => url,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs() {
        for markdown in
            ["<script>x</script>", "[a](javascript:x)", "[a](<java\tscript:x>)", "a <b onclick=x>"]
        {
            let html = to_html(markdown);
            assert!(
                !html.contains("<script") && !html.contains("script:") && !html.contains("<b "),
                "{html}"
            );
        }
        assert!(to_html("[a](https://example.org/b:c)").contains("\"https://example.org/b:c\""));
        assert!(to_html("[a](b/c:d)").contains("\"b/c:d\""));
    }
}
