//! Metadata on top of Markdown: YAML between lines of `---`, TOML between lines of `+++`, an object of JSON.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value};
use toml::Table;

/// What a page shows of it.
#[derive(Default)]
pub(super) struct Front {
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
}

/// The metadata, and the text behind it.
pub(super) fn split(markdown: &str) -> (Front, &str) {
    let markdown = markdown.trim_start_matches('\u{feff}');
    parts(markdown).or_else(|| json(markdown)).unwrap_or_else(|| (Front::default(), markdown))
}

impl Front {
    /// Of values by their names.
    fn of(value: impl Fn(&str) -> Option<String>) -> Self {
        let first =
            |names: &[&str]| names.iter().find_map(|name| value(name).filter(|value| !value.is_empty()));
        Self { title: first(&["title"]), language: first(&["lang", "language", "locale"]) }
    }
}

/// An object that begins with the file and ends with a line.
fn json(markdown: &str) -> Option<(Front, &str)> {
    let object = markdown.trim_start();
    if !object.starts_with('{') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(object).into_iter::<Map<String, Value>>();
    let front = values.next()?.ok().filter(|front| !front.is_empty())?;
    let rest = object[values.byte_offset()..].trim_start_matches([' ', '\t', '\r']);
    let rest = if rest.is_empty() { rest } else { rest.strip_prefix('\n')? };
    Some((Front::of(|name| front.get(name)?.as_str().map(str::to_owned)), rest))
}

/// What stands between two fences on top, and the rest; none where there is only a line across the page, which is what `---`
/// is before an empty line.
fn parts(markdown: &str) -> Option<(Front, &str)> {
    let (first, rest) = markdown.split_once('\n')?;
    let fence = first.trim_end();
    let read = match fence {
        "---" => yaml,
        "+++" => toml,
        _ => return None,
    };
    if fence == "---" && rest.lines().next().is_none_or(|line| line.trim().is_empty()) {
        return None;
    }
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        let text = line.trim_end();
        if text == fence || (fence == "---" && text == "...") {
            return Some((read(&rest[..at])?, &rest[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

/// The pairs of the outermost level; none where there is something else. What stands in them is not looked at, so that
/// nothing is multiplied by aliases.
fn yaml(front: &str) -> Option<Front> {
    let mut values: HashMap<String, String> = HashMap::new();
    let (mut depth, mut key) = (0_usize, None);
    for event in Parser::new_from_str(front) {
        let Ok((event, _)) = event else { return lines(front, ':') };
        let scalar = match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                depth += 1;
                if depth == 1 && !matches!(event, Event::MappingStart(..)) {
                    return None;
                }
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                depth -= 1;
                String::new()
            }
            Event::Scalar(text, ..) if depth > 0 => text.into_owned(),
            Event::Scalar(text, ..) if !text.is_empty() && text != "~" => return None,
            Event::Alias(_) => String::new(),
            _ => continue,
        };
        if depth == 1 {
            match key.take() {
                Some(key) => drop(values.entry(key).or_insert(scalar)),
                None => key = Some(scalar.to_lowercase()),
            }
        }
    }
    Some(Front::of(|name| values.get(name).map(|value| value.trim().to_owned())))
}

fn toml(front: &str) -> Option<Front> {
    let Ok(values) = front.parse::<Table>() else { return lines(front, '=') };
    Some(Front::of(|name| Some(values.get(name)?.as_str()?.trim().to_owned())))
}

/// Of metadata with mistakes, the values in lines of their own; none where the first line has no key.
fn lines(front: &str, separator: char) -> Option<Front> {
    is_metadata(front, separator).then(|| Front::of(|name| value(front, name, separator)))
}

/// Whether the first line that says something has a key.
fn is_metadata(front: &str, separator: char) -> bool {
    let mut lines = front.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.next().is_none_or(|line| {
        let table = separator == '=' && line.starts_with('[');
        let key = |key: &str| {
            let key = key.trim_matches(['"', '\'', ' ']);
            !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        };
        table || line.split_once(separator).is_some_and(|(name, _)| key(name))
    })
}

/// A value in one line.
fn value(front: &str, name: &str, separator: char) -> Option<String> {
    let value = front.lines().find_map(|line| {
        let (key, value) = line.split_once(separator)?;
        key.trim_end().eq_ignore_ascii_case(name).then(|| value.trim())
    })?;
    let quoted = ['"', '\''].iter().find_map(|quote| {
        let inner = value.strip_prefix(*quote)?;
        Some(&inner[..inner.find(*quote)?])
    });
    let plain = || value.split(" #").next().unwrap_or_default().trim();
    Some(quoted.unwrap_or_else(plain).to_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata() {
        for (markdown, title, rest) in [
            ("---\ntitle: Secret plan\nauthor: me\n---\nText", Some("Secret plan"), "Text"),
            ("---\r\ntitle: \"A: b\" # c\r\n---\r\nText", Some("A: b"), "Text"),
            ("+++\ntitle = 'T'\n+++\nText", Some("T"), "Text"),
            ("---\ntitle: >\n  Long\n  title\nx: y\n---\nText", Some("Long title"), "Text"),
            ("---\ntitle: |-\n  Long\n---\nText", Some("Long"), "Text"),
            ("---\ntitle: Long\n  title\n---\nText", Some("Long title"), "Text"),
            ("---\ntitle: \"A \\\"B\\\" \\u00e9\"\n---\nText", Some("A \"B\" é"), "Text"),
            ("---\n'title': It''s\n---\nText", Some("It''s"), "Text"),
            ("---\ntitle: 'It''s'\n---\nText", Some("It's"), "Text"),
            ("---\nmy key: a\nTitle: &a T\nb: *a\n---\nText", Some("T"), "Text"),
            ("---\nseo: {title: no}\nlist:\n- title: no\n---\nText", None, "Text"),
            ("---\n{title: T, a: b}\n---\nText", Some("T"), "Text"),
            ("---\ntitle: T: with a mistake\n---\nText", Some("T: with a mistake"), "Text"),
            ("---\n# comment\n\n---\nText", None, "Text"),
            ("---\n- a\n- b\n---\nText", None, "---\n- a\n- b\n---\nText"),
            ("+++\n[seo]\ntitle = 'no'\n+++\nText", None, "Text"),
            ("+++\ntitle = \"\"\"\nA \\\"B\\\"\"\"\"\n+++\nText", Some("A \"B\""), "Text"),
            ("---\ntags:\n  - a\n...\nText", None, "Text"),
            ("---\nJust text\n---\nText", None, "---\nJust text\n---\nText"),
            ("---\n\nNote: a text\n\n---\n\n# A", None, "---\n\nNote: a text\n\n---\n\n# A"),
            ("--- \r\n \t\r\nTo: you\r\n---\r\nText", None, "--- \r\n \t\r\nTo: you\r\n---\r\nText"),
            ("---\n\n---\nText", None, "---\n\n---\nText"),
            ("+++\n\ntitle = 'T'\n+++\nText", Some("T"), "Text"),
            ("---\ntitle: never closed", None, "---\ntitle: never closed"),
            ("Text\n---\n", None, "Text\n---\n"),
            ("{\n  \"title\": \"T\",\n  \"a\": [{}]\n}\nText", Some("T"), "Text"),
            ("{\"title\": \"T\"}", Some("T"), ""),
            ("{} text", None, "{} text"),
            ("{\"a\": 1} goes on", None, "{\"a\": 1} goes on"),
            ("{{ text }}\n", None, "{{ text }}\n"),
        ] {
            let (front, text) = split(markdown);
            assert_eq!((front.title.as_deref(), text), (title, rest), "{markdown}");
        }
    }
}
