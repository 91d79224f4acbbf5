//! File names: made safe before anything is written, and encoded for where they are sent.

/// The longest name, in bytes, that common file systems take.
const MAX_BYTES: usize = 255;

/// A base name that is safe to write: no folders, no control characters, no names that an operating system reserves.
///
/// ```
/// use cloudconvert_core::safe_name;
/// assert_eq!(safe_name("../../etc/passwd"), "passwd");
/// assert_eq!(safe_name("Größe #1 (50%)?.png"), "Größe #1 (50%)_.png");
/// assert_eq!(safe_name(".."), "output");
/// ```
pub fn safe_name(proposed: &str) -> String {
    let base = proposed.rsplit(['/', '\\']).next().unwrap_or("");
    let clean: String = base
        .chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c })
        .collect();
    let clean = clean.trim_end_matches(['.', ' ']).trim_start();
    if clean.is_empty() || clean.trim_matches('.').is_empty() {
        return "output".to_owned();
    }
    let stem = clean.split('.').next().unwrap_or("").trim_end().to_ascii_uppercase();
    let numbered = stem.len() == 4
        && (stem.starts_with("COM") || stem.starts_with("LPT"))
        && stem.ends_with(|c: char| c.is_ascii_digit());
    let prefix = if numbered || matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") { "_" } else { "" };
    shorten(&[prefix, clean].concat())
}

/// Cuts the stem, never the extension, and never inside a character.
fn shorten(name: &str) -> String {
    if name.len() <= MAX_BYTES {
        return name.to_owned();
    }
    let extension = name.rfind('.').and_then(|dot| name.get(dot..)).unwrap_or_default();
    let extension = if extension.len() > 32 { "" } else { extension };
    let mut end = MAX_BYTES - extension.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let stem = name.get(..end).unwrap_or_default();
    // What stands before the cut may be what no name may end with.
    let stem = if extension.is_empty() { stem.trim_end_matches(['.', ' ']) } else { stem };
    if stem.is_empty() { "output".to_owned() } else { [stem, extension].concat() }
}

/// The extension of a file name or of a URL's last path segment, in lower case.
pub(crate) fn extension(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next()?;
    let (stem, extension) = last.rsplit_once('.')?;
    let plain = !extension.is_empty()
        && extension.len() <= 16
        && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    if stem.is_empty() || !plain {
        return None;
    }
    Some(extension.to_ascii_lowercase())
}

/// Percent-encodes one path segment or query value, as `encodeURIComponent` does.
pub(crate) fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    encoded
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
        assert_eq!(safe_name(&["a".repeat(253).as_str(), "  ", &"x".repeat(40)].concat()), "a".repeat(253));
    }

    #[test]
    fn extensions_and_encoding() {
        assert_eq!(extension("a/b.c/photo.JPG"), Some("jpg".to_owned()));
        assert_eq!(extension("a.b/none"), None);
        assert_eq!(extension(".hidden"), None);
        assert_eq!(encode("a b#ü%?.png"), "a%20b%23%C3%BC%25%3F.png");
    }
}
