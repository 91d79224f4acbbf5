//! Mode `info` of PDF.

use serde_json::{Map, Value, json};

use super::source::Source;
use super::{Failure, Outcome, PageRange, Progress, Work};

/// How many pages are described one by one.
const MAX_DESCRIBED: u32 = 1000;

/// A line of `pdfinfo`, and the field that it becomes.
const TEXTS: [(&str, &str); 9] = [
    ("Title", "title"),
    ("Author", "author"),
    ("Subject", "subject"),
    ("Keywords", "keywords"),
    ("Creator", "creator"),
    ("Producer", "producer"),
    ("CreationDate", "created"),
    ("ModDate", "modified"),
    ("PDF version", "version"),
];
const FLAGS: [(&str, &str); 3] =
    [("Tagged", "tagged"), ("JavaScript", "javascript"), ("Optimized", "linearized")];

pub(super) fn info(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(5.0, "Reading the pages")?;
    let source = Source::of(work, progress)?;
    let line = |name: &str| {
        source.said.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
    };
    let mut info = Map::new();
    for (name, field) in TEXTS {
        if let Some(value) = line(name).filter(|value| !value.is_empty()) {
            info.insert(field.into(), value.into());
        }
    }
    for (name, field) in FLAGS {
        info.insert(field.into(), (line(name) == Some("yes")).into());
    }
    let encrypted = source.was_locked || line("Encrypted").is_some_and(|said| said.starts_with("yes"));
    info.insert("encrypted".into(), encrypted.into());
    let form = line("Form").filter(|form| *form != "none");
    info.insert("form".into(), form.map_or(Value::Null, |form| form.to_lowercase().into()));
    info.insert("size".into(), work.input()?.size.into());
    info.insert("pages".into(), source.pages.into());
    let range = PageRange { first: 1, last: source.pages.min(MAX_DESCRIBED) };
    let sizes = source.sizes(range, progress)?.into_iter().map(|(width, height, turned)| {
        let upright = turned % 180 == 0;
        let (width, height) = if upright { (width, height) } else { (height, width) };
        json!({"width": width, "height": height, "rotation": turned})
    });
    info.insert("page_sizes".into(), sizes.collect());
    Ok(Outcome::Info(info.into()))
}
