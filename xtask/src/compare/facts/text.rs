//! What texts and pages of HTML say.

use std::path::Path;

use anyhow::Result;

use super::{Facts, folder, shell};
use crate::compare::samples::encoding;

/// The words of a text in order, of letters and digits alone. A letter may be a part of a list's sign, a digit is its number.
pub(super) fn facts(bytes: &[u8]) -> Facts {
    let text: String = String::from_utf8_lossy(bytes).chars().map(on_the_line).collect();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| is_word(word));
    [("words".to_owned(), words.collect::<Vec<_>>().join(" "))].into()
}

/// A digit that stands higher or lower, as one that does not.
fn on_the_line(letter: char) -> char {
    const HIGH: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    const LOW: &str = "₀₁₂₃₄₅₆₇₈₉";
    let find = |digits: &str| digits.chars().zip('0'..='9').find(|(digit, _)| *digit == letter);
    [HIGH, LOW].into_iter().find_map(find).map_or(letter, |(_, digit)| digit)
}

fn is_word(word: &str) -> bool {
    word.chars().count() > 1 || word.bytes().all(|byte| byte.is_ascii_digit()) && !word.is_empty()
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
    for attribute in ["start", "checked", "alt", "src", "title"] {
        let count = lower.matches(&format!(" {attribute}=\"")).count();
        if count > 0 {
            facts.insert(format!("html/{attribute}"), count.to_string());
        }
    }
    facts.extend(language(&lower).map(|tag| ("language/document".to_owned(), tag)));
    let links: Vec<&str> =
        page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(whole).collect();
    let outside: Vec<&str> = links.into_iter().filter(|link| !link.starts_with('#')).collect();
    if !outside.is_empty() {
        facts.insert("links".into(), outside.join(" "));
    }
    Ok(facts)
}

/// A link without the slash that stands for the whole of a site.
pub(super) fn whole(link: &str) -> &str {
    link.trim_end_matches('/')
}

/// The language that the first element says.
fn language(page: &str) -> Option<String> {
    let head = page.split_once("<html")?.1.split('>').next()?;
    let tag = head.split_once(" lang=")?.1.trim_start_matches(['"', '\'']);
    Some(tag.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect())
}
