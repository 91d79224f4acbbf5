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
    info.extend(line("Encrypted").and_then(|said| said.strip_prefix("yes")).map(rights).unwrap_or_default());
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

/// What may be done with a file that everybody can open, and how it is locked:
/// `(print:yes copy:no change:no addNotes:no algorithm:AES-256)`.
fn rights(said: &str) -> Map<String, Value> {
    let (mut permissions, mut rights) = (Map::new(), Map::new());
    for (name, value) in said.trim_matches([' ', '(', ')']).split(' ').filter_map(|word| word.split_once(':'))
    {
        match name {
            "algorithm" => drop(rights.insert("encryption".into(), value.into())),
            "addNotes" => drop(permissions.insert("add_notes".into(), (value == "yes").into())),
            name => drop(permissions.insert(name.into(), (value == "yes").into())),
        }
    }
    rights.insert("permissions".into(), permissions.into());
    rights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_lock_allows() {
        let said = rights(" (print:yes copy:no change:no addNotes:yes algorithm:AES-256)");
        let permissions = json!({"print": true, "copy": false, "change": false, "add_notes": true});
        assert_eq!(Value::from(said), json!({"encryption": "AES-256", "permissions": permissions}));
    }
}
