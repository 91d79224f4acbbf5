//! Markdown to HTML, as GitHub reads it: by `comrak`, and by `ammonia` for what must not run.

mod clean;
mod front;
mod headings;
mod quotes;

use std::fmt::Write as _;

use comrak::nodes::NodeValue;
use comrak::options::Plugins;
use comrak::{Arena, Options, format_html_with_plugins, parse_document};

use super::{ConversionType, Failure, Outcome, Progress, Work, text};
use crate::escape::escaped;

/// The names of the format.
pub(super) const FORMATS: [&str; 2] = ["md", "markdown"];
pub(super) const NOTE: &str = "Comments and metadata are not published.";

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    FORMATS.iter().map(|input| {
        let pair =
            ConversionType::new("document", "comrak", (input, "html"), convert).options(text::options());
        pair.note(NOTE).note("HTML that runs or loads something, and styles, are left out.")
    })
}

/// A page that is made of Markdown.
pub(super) struct Page {
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
    /// HTML that runs nothing.
    pub(super) body: String,
}

fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let markdown = text::read_plain(work, progress)?;
    progress.set(50.0, "Converting the text")?;
    let page = read(&markdown, progress);
    let title = escaped(page.title.as_deref().unwrap_or(&work.stem));
    let mut html = String::from("<!DOCTYPE html>\n<html");
    if let Some(language) = &page.language {
        let _ = write!(html, " lang=\"{}\"", escaped(language));
    }
    let _ = write!(
        html,
        ">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n<body>\n{}</body>\n</html>\n",
        page.body
    );
    work.write(html.as_bytes())
}

/// Reads Markdown, and tells of what in it is left out.
pub(super) fn read(markdown: &str, progress: &Progress) -> Page {
    let (front, markdown) = front::split(markdown);
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.alerts = true;
    options.extension.math_dollars = true;
    // Cleaned below.
    options.render.r#unsafe = true;
    let headings = headings::Ids::default();
    let mut plugins = Plugins::default();
    plugins.render.heading_adapter = Some(&headings);
    let arena = Arena::new();
    let (markdown, were_deeper) = quotes::shallow(markdown);
    if were_deeper {
        let most = quotes::MOST;
        progress.warn(format!("Quotes that are more than {most} deep are shown as {most} deep"));
    }
    let document = parse_document(&arena, &markdown, &options);
    for node in document.descendants() {
        let value = &mut node.data.borrow_mut().value;
        // Formulas stay as they are written: what shows them looks for the signs around them.
        if let NodeValue::Math(formula) = value {
            let sign = if formula.display_math { "$$" } else { "$" };
            *value = NodeValue::Text(format!("{sign}{}{sign}", formula.literal).into());
        }
    }
    let mut html = String::new();
    // Writing to memory does not fail.
    let _ = format_html_with_plugins(document, &options, &mut html, &plugins);
    let (body, lost) = clean::clean(&html);
    if !lost.is_empty() {
        progress.warn(format!("HTML that may run or load something is left out: {}", lost.join(", ")));
    }
    Page { title: front.title, language: front.language, body }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;

    fn html(markdown: &str) -> (String, Vec<String>) {
        let progress = Progress::new(CancellationToken::new());
        (read(markdown, &progress).body, progress.warnings())
    }

    #[test]
    fn nothing_runs_and_that_is_told() {
        for markdown in [
            "<script>x</script>",
            "[a](javascript:x)",
            "[a](<JavaScript:x>)",
            "![a](data:text/html,x)",
            "a <b onclick=x>b</b>",
            "<iframe src=x></iframe>",
            "<p style=\"position:fixed\">a</p>",
        ] {
            let (html, told) = html(markdown);
            for bad in ["<script", "script:", "onclick", "<iframe", "style", "data:"] {
                assert!(!html.to_lowercase().contains(bad), "{html}");
            }
            assert_eq!(told.len(), 1, "{markdown}");
        }
    }

    #[test]
    fn links_are_untouched() {
        for link in [
            "https://example.org/b:c",
            "HTTPS://Example.org/x",
            "b/c:d",
            "irc://x/y",
            "obsidian://open?vault=a",
            "#a-b",
            "mailto:a@b",
        ] {
            let (html, told) = html(&format!("[a]({link})"));
            assert!(html.contains(&format!("href=\"{link}\"")) && told.is_empty(), "{html} {told:?}");
        }
        assert!(html("www.example.org").0.contains("href=\"http://www.example.org\""));
    }

    #[test]
    fn formulas_and_places_stay() {
        for (markdown, wanted) in [
            ("a $x_1*y*z_2$ b", "a $x_1*y*z_2$ b"),
            ("$$\n\\sum_{i}^n x_i*y*z\n$$", "$$\n\\sum_{i}^n x_i*y*z\n$$"),
            ("$5 and *all* $10", "$5 and <em>all</em> $10"),
            ("`$x$` $a < b$", "<code>$x$</code> $a &lt; b$"),
            ("<a name=\"here\"></a>[x](#here)", "<a name=\"here\"></a><a href=\"#here\">x</a>"),
        ] {
            let (html, told) = html(markdown);
            assert!(html.contains(wanted) && told.is_empty(), "{html} {told:?}");
        }
    }

    #[test]
    fn as_github_writes_it() {
        let (html, told) = html(
            "# A & *B*\n\n# A & B\n\n- [x] done\n- [ ] open\n\n3. three\n\n~~gone~~ note[^1]\n\n[^1]: Foot.\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\nH<sub>2</sub>O <kbd>Enter</kbd><!-- no -->\n\n> [!NOTE]\n> Mind.\n",
        );
        for part in [
            "<h1 id=\"a--b\">A &amp; <em>B</em></h1>",
            "<h1 id=\"a--b-1\">",
            "checked",
            "<ol start=\"3\">",
            "<del>gone</del>",
            "href=\"#fn-1\"",
            "id=\"fn-1\"",
            "<th>a</th>",
            "<th align=\"right\">b</th>",
            "H<sub>2</sub>O <kbd>Enter</kbd>",
            "markdown-alert-note",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        assert_eq!(html.matches("type=\"checkbox\"").count(), 2, "{html}");
        assert!(!html.contains("<!--"), "{html}");
        assert!(told.is_empty(), "{told:?}");
    }
}
