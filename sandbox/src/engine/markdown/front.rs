//! Metadata on top of Markdown: YAML between lines of `---`, TOML between lines of `+++`, an object of JSON.

use serde_json::{Map, Value};

/// What a page shows of it.
#[derive(Default)]
pub(super) struct Front {
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
}

/// The metadata, and the text behind it.
pub(super) fn split(markdown: &str) -> (Front, &str) {
    let markdown = markdown.trim_start_matches('\u{feff}');
    match parts(markdown) {
        Some((front, separator, rest)) => {
            let value = |names: &[&str]| names.iter().find_map(|name| value(front, name, separator));
            (Front { title: value(&["title"]), language: value(&["lang", "language", "locale"]) }, rest)
        }
        None => json(markdown).unwrap_or_else(|| (Front::default(), markdown)),
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
    let value = |names: &[&str]| names.iter().find_map(|name| front.get(*name)?.as_str()).map(str::to_owned);
    Some((Front { title: value(&["title"]), language: value(&["lang", "language", "locale"]) }, rest))
}

/// The metadata, what stands between its keys and values, and the rest; none where there is only a line across the page.
fn parts(markdown: &str) -> Option<(&str, char, &str)> {
    let (first, rest) = markdown.split_once('\n')?;
    let fence = first.trim_end();
    let separator = match fence {
        "---" => ':',
        "+++" => '=',
        _ => return None,
    };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        let text = line.trim_end();
        if text == fence || (fence == "---" && text == "...") {
            let front = &rest[..at];
            return is_metadata(front, separator).then(|| (front, separator, &rest[at + line.len()..]));
        }
        at += line.len();
    }
    None
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
            ("---\ntags:\n  - a\n...\nText", None, "Text"),
            ("---\nJust text\n---\nText", None, "---\nJust text\n---\nText"),
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
