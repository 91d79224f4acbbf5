//! Mode `info` of texts, Markdown and HTML.

use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::source::{PAGES, document_of};
use super::text::{self, with_line_feeds};
use super::{Failure, Outcome, Progress, Work, markdown, plain};

/// `encoding` and by what it is known, how the text is built, and what it says of itself.
pub(super) fn info(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(10.0, "Reading the text")?;
    let format = work.input_format.as_str();
    let (is_page, is_markdown) = (PAGES.contains(&format), markdown::FORMATS.contains(&format));
    let read = if is_page { text::decode_page } else { text::decode_plain };
    let decoded = read(work, progress)?;
    let ends = line_ends(&decoded.text);
    let source = with_line_feeds(decoded.text);
    let mut info = Map::new();
    let mut say = |name: &str, value: Value| drop(info.insert(name.to_owned(), value));
    say("encoding", decoded.encoding.into());
    say("encoding_by", decoded.by.as_str().into());
    say("line_ends", ends.into());
    say("lines", source.lines().count().into());
    say("characters", source.chars().count().into());
    say("size", work.input()?.size.into());
    let words = |text: &str| text.split_whitespace().count();
    if is_page || is_markdown {
        // What a conversion would leave out is no matter here.
        let quiet = Progress::new(CancellationToken::new());
        let document = document_of(&source, is_markdown, &quiet);
        say("words", words(&plain::write(&document)).into());
        for (name, said) in [("title", document.title), ("language", document.language)] {
            if let Some(said) = said {
                say(name, said.into());
            }
        }
    } else {
        say("words", words(&source).into());
    }
    Ok(Outcome::Info(info.into()))
}

/// How the lines of a text end; None where there is one line.
fn line_ends(text: &str) -> Option<&'static str> {
    let both = text.matches("\r\n").count();
    let ends = [
        ("crlf", both),
        ("lf", text.matches('\n').count() - both),
        ("cr", text.matches('\r').count() - both),
    ];
    let mut found = ends.into_iter().filter(|(_, count)| *count > 0).map(|(name, _)| name);
    let first = found.next()?;
    Some(if found.next().is_some() { "mixed" } else { first })
}
