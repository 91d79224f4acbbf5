//! Markdown to HTML, by `pulldown-cmark`.

use pulldown_cmark::{Event, Options, Parser, html};

use super::{Failure, Outcome, Progress, Types, Work};

pub(super) fn add(types: &mut Types) {
    types.add("document", "pulldown-cmark", ("md", "html"), super::none(), convert);
    types.add("document", "pulldown-cmark", ("markdown", "html"), super::none(), convert);
}

/// HTML inside the Markdown is shown as text: what a stranger converts must not run in the page that shows it.
fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let markdown = work.read_text()?;
    progress.set(50.0, "Converting the text")?;
    let events = Parser::new_ext(
        &markdown,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES,
    );
    let events = events.map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        event => event,
    });
    let mut body = String::new();
    html::push_html(&mut body, events);
    let mut title = String::new();
    pulldown_cmark_escape::escape_html(&mut title, &work.stem)
        .map_err(|error| Failure::corrupt("text", error))?;
    let page = format!(
        "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n<body>\n{body}</body>\n</html>\n"
    );
    work.write(page.as_bytes())
}
