//! File names: made safe before anything is written, and encoded for where they are sent.

use std::borrow::Cow;

use crate::text::{after_last, before, cut_last, is_one, without_end};

/// The longest name, in bytes, that common file systems take.
const MAX_BYTES: usize = 255;
/// The longest extension, with its dot, that is kept where a name is cut.
const MAX_EXTENSION: usize = 32;

/// Names that some operating systems have given away, and how many digits follow them.
const DEVICES: &[(&str, usize)] = &[("CON", 0), ("PRN", 0), ("AUX", 0), ("NUL", 0), ("COM", 1), ("LPT", 1)];

/// A base name that is safe to write: no folders, no control characters, no names that an operating system reserves.
///
/// ```
/// use cloudconvert_core::safe_name;
/// assert_eq!(safe_name("../../etc/passwd"), "passwd");
/// assert_eq!(safe_name("Größe #1 (50%)?.png"), "Größe #1 (50%)_.png");
/// assert_eq!(safe_name(".."), "output");
/// ```
pub fn safe_name(proposed: &str) -> String {
    let base = after_last(proposed, b"/\\");
    let mut clean = String::with_capacity(base.len());
    for c in base.chars() {
        match c {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => clean.push('_'),
            // What turns the direction of writing shows another extension than the real one.
            '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => {}
            c => clean.push(c),
        }
    }
    let clean = without_end(&clean, b". ").trim_ascii_start();
    if clean.bytes().all(|byte| byte == b'.') {
        return "output".to_owned();
    }
    let stem = before(clean, b".").trim_ascii_end();
    let word = without_end(stem, b"0123456789");
    let digits = stem.len() - word.len();
    let device = DEVICES.iter().any(|(name, number)| *number == digits && name.eq_ignore_ascii_case(word));
    shorten([if device { "_" } else { "" }, clean].concat())
}

/// A name for a file in a folder where so many earlier ones are taken: with a number before the extension.
///
/// ```
/// use cloudconvert_core::numbered_name;
/// assert_eq!(numbered_name("photo.jpg", 0), "photo.jpg");
/// assert_eq!(numbered_name("photo.jpg", 2), "photo (2).jpg");
/// assert_eq!(numbered_name("pages.tar.gz", 1), "pages (1).tar.gz");
/// assert_eq!(numbered_name(".profile", 1), ".profile (1)");
/// ```
pub fn numbered_name(name: &str, taken: u32) -> String {
    if taken == 0 {
        return name.to_owned();
    }
    let dot = name.rfind('.').filter(|dot| *dot > 0).unwrap_or(name.len());
    // Of what is packed twice, both extensions.
    let outer = name.get(..dot).and_then(|stem| stem.strip_suffix(".tar")).filter(|stem| !stem.is_empty());
    let dot = outer.map_or(dot, str::len);
    let (stem, extension) = name.split_at(if name.len() - dot > MAX_EXTENSION { name.len() } else { dot });
    let number = [" (", &taken.to_string(), ")"].concat();
    [beginning(stem, MAX_BYTES - number.len() - extension.len()), &number, extension].concat()
}

/// A name as text, where it is bytes that need not be UTF-8, as names of files are on Linux. What is not UTF-8 is written as
/// `%E9`, so that two names stay two.
///
/// ```
/// use cloudconvert_core::name_from_bytes;
/// assert_eq!(name_from_bytes("café.png".as_bytes()), "café.png");
/// assert_eq!(name_from_bytes(b"caf\xe9.png"), "caf%E9.png");
/// ```
pub fn name_from_bytes(bytes: &[u8]) -> String {
    let mut name = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        name.extend_from_slice(chunk.valid().as_bytes());
        chunk.invalid().iter().for_each(|byte| escape(*byte, &mut name));
    }
    String::from_utf8(name).unwrap_or_default()
}

/// Writes a byte as URLs do.
fn escape(byte: u8, text: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    text.extend([b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
}

/// Cuts the stem, never the extension, and never inside a character.
pub(crate) fn shorten(name: String) -> String {
    if name.len() <= MAX_BYTES {
        return name;
    }
    let extension = cut_last(&name, b".").and_then(|(stem, _)| name.get(stem.len()..)).unwrap_or_default();
    let extension = if extension.len() > MAX_EXTENSION { "" } else { extension };
    let stem = beginning(&name, MAX_BYTES - extension.len());
    // What stands before the cut may be what no name may end with.
    let stem = if extension.is_empty() { without_end(stem, b". ") } else { stem };
    if stem.is_empty() { "output".to_owned() } else { [stem, extension].concat() }
}

/// As much of a text as so many bytes hold.
fn beginning(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// The extension of a file name or of a URL's last path segment, in lower case.
pub(crate) fn extension(name: &str) -> Option<String> {
    let last = after_last(name, b"/\\");
    let (stem, extension) = cut_last(last, b".")?;
    let plain = !extension.is_empty()
        && extension.len() <= 16
        && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    if stem.is_empty() || !plain {
        return None;
    }
    Some(extension.to_ascii_lowercase())
}

/// The name of the file at a URL, where its path ends in one that has an extension. Other paths end in an ID.
pub(crate) fn name_of_url(url: &str) -> String {
    let segment = after_last(before(url, b"?#"), b"/");
    // In a path a plus is no space.
    let name = decode(&segment.replace('+', "%2B"));
    name.filter(|name| extension(name).is_some()).unwrap_or_else(|| "output".to_owned())
}

/// Percent-encodes one path segment or query value, as `encodeURIComponent` does.
pub(crate) fn encode(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || is_one(byte, b"-_.!~*'()");
    if text.bytes().all(plain) {
        return text.into();
    }
    let mut encoded = Vec::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if plain(byte) {
            encoded.push(byte);
        } else {
            escape(byte, &mut encoded);
        }
    }
    String::from_utf8(encoded).unwrap_or_default().into()
}

/// Decodes a value of a query; a plus is a space. None where it is not percent-encoded as it should be, or not UTF-8.
pub(crate) fn decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|digit| char::from(digit).to_digit(16));
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proposed_name_leaves_the_folder() {
        for (proposed, safe) in [
            ("photo.png", "photo.png"),
            ("C:\\temp\\a.txt", "a.txt"),
            ("/", "output"),
            ("", "output"),
            (".", "output"),
            ("a/..", "output"),
            ("nul.txt", "_nul.txt"),
            ("con .txt", "_con .txt"),
            ("COM1", "_COM1"),
            ("a\0b\n.txt", "ab.txt"),
            ("x\u{202e}gnp.exe", "xgnp.exe"),
            (" a. ", "a"),
        ] {
            assert_eq!(safe_name(proposed), safe, "{proposed:?}");
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        let name = safe_name(&["ü".repeat(300).as_str(), ".jpeg"].concat());
        assert!(name.len() <= MAX_BYTES && name.ends_with("ü.jpeg"));
        assert_eq!(safe_name(&[".".repeat(300).as_str(), &"x".repeat(40)].concat()), "output");
        let numbered = numbered_name(&name, 12);
        assert!(numbered.len() <= MAX_BYTES && numbered.ends_with("ü (12).jpeg"), "{numbered}");
        assert_eq!(safe_name(&["a".repeat(253).as_str(), "  ", &"x".repeat(40)].concat()), "a".repeat(253));
    }

    #[test]
    fn the_name_of_a_url_is_that_of_its_file() {
        for (url, name) in [
            (
                "https://storage.example.net/t/6f0e/a%20b+c.jpg?X-Amz-Expires=86400&x=/y.png#z.gif",
                "a b+c.jpg",
            ),
            ("https://srv01.example.com/download/~ugl5vnrpfO", "output"),
            ("https://storage.example.net/t/%ff.jpg", "output"),
            ("https://storage.example.net/", "output"),
        ] {
            assert_eq!(name_of_url(url), name, "{url}");
        }
    }

    #[test]
    fn extensions_and_encoding() {
        assert_eq!(extension("a/b.c/photo.JPG"), Some("jpg".to_owned()));
        assert_eq!(extension("a.b/none"), None);
        assert_eq!(extension(".hidden"), None);
        assert_eq!(encode("a b#ü%?.png"), "a%20b%23%C3%BC%25%3F.png");
    }
}
