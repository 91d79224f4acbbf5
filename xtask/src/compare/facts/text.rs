//! What texts and pages of HTML say.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use super::{Facts, folder, shell};
use crate::compare::samples::encoding;

/// The words of a text, of letters and digits alone.
pub(super) fn facts(bytes: &[u8]) -> Facts {
    let text = String::from_utf8_lossy(bytes);
    let words: BTreeSet<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1).collect();
    [("words".to_owned(), words.into_iter().collect::<Vec<_>>().join(" "))].into()
}

/// A text in a file of this name, which may tell its encoding.
pub(super) fn of_file(file: &Path, name: &str) -> Result<Facts> {
    match encoding(name) {
        Some(encoding) => {
            let line = format!("iconv -f {encoding} -t UTF-8 '{}'", file.display());
            Ok(facts(shell(&line, folder(file))?.as_bytes()))
        }
        None => Ok(facts(&std::fs::read(file)?)),
    }
}

pub(super) fn of_page(file: &Path) -> Result<Facts> {
    let page = std::fs::read_to_string(file)?;
    let plain = shell(&format!("pandoc -f html -t plain --wrap=none '{}'", file.display()), folder(file))?;
    let mut facts = self::facts(plain.as_bytes());
    let lower = page.to_lowercase();
    for tag in [
        "h1",
        "h2",
        "li",
        "td",
        "th",
        "pre",
        "blockquote",
        "img",
        "em",
        "strong",
        "del",
        "sup",
        "hr",
        "input",
    ] {
        let count = lower.matches(&format!("<{tag}>")).count() + lower.matches(&format!("<{tag} ")).count();
        if count > 0 {
            facts.insert(format!("html/{tag}"), count.to_string());
        }
    }
    let links: Vec<&str> = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let outside: Vec<&str> = links.into_iter().filter(|link| !link.starts_with('#')).collect();
    if !outside.is_empty() {
        facts.insert("links".into(), outside.join(" "));
    }
    Ok(facts)
}
