//! Names of files, and IDs.

use std::collections::HashMap;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use unicode_normalization::UnicodeNormalization;

/// The longest name that file systems take, in bytes.
const LONGEST: usize = 255;
/// A longer extension is none.
const LONGEST_EXTENSION: usize = 16;

/// An ID that cannot be guessed: 100 bits in letters and digits.
///
/// # Panics
/// Where the operating system gives no random bytes.
pub(crate) fn random_id() -> String {
    const DIGITS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes.iter().map(|byte| char::from(DIGITS[usize::from(byte & 31)])).collect()
}

/// A text that may be in UTF-8, else in the encoding of old clients and programs.
pub(crate) fn in_any_encoding(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// A text in the encoding with this label; in any, where there is none.
pub(crate) fn in_encoding(label: Option<&str>, bytes: &[u8]) -> String {
    match label.and_then(|label| Encoding::for_label(label.as_bytes())).filter(|encoding| *encoding != UTF_8)
    {
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        None => in_any_encoding(bytes),
    }
}

/// Characters that turn the direction of text around, by which `exe.gpj` can look like a picture.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The base name of what a client calls its file: without folders and control characters, never empty, and short
/// enough for every file system.
pub(crate) fn base_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = base.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    let clean = clean.trim();
    if clean.trim_matches('.').is_empty() {
        return "file".to_owned();
    }
    match clean.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= LONGEST_EXTENSION => with_extension(stem, extension),
        _ => cut(clean, LONGEST).to_owned(),
    }
}

/// `stem.extension`, where the stem is cut if it is too long.
pub(crate) fn with_extension(stem: &str, extension: &str) -> String {
    format!("{}.{extension}", cut(stem, LONGEST - extension.len() - 1))
}

/// `stem-number.extension`, where the stem is cut if it is too long.
pub(crate) fn numbered(stem: &str, number: usize, extension: &str) -> String {
    let ending = format!("-{number}.{extension}");
    format!("{}{ending}", cut(stem, LONGEST - ending.len()))
}

/// At most so many bytes of a text, and no half character.
fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// A file name without its extension, and the extension in lower case.
pub(crate) fn split(name: &str) -> (String, String) {
    let path = Path::new(name);
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    if extension == "gz" && stem.to_lowercase().ends_with(".tar") {
        return (stem[..stem.len() - 4].to_owned(), "tar.gz".to_owned());
    }
    (stem, extension)
}

/// What names have in common that are the same to some file systems: those of Windows and macOS make no difference between
/// large and small letters, and that of macOS none between `é` and `e` with an accent.
pub(crate) fn alike(name: &str) -> String {
    name.nfc().collect::<String>().to_lowercase()
}

/// Names that lie side by side: a second `a.png` is called `a-2.png`.
#[derive(Default)]
pub(crate) struct Unique {
    /// How often a name was wanted, by [`alike`].
    taken: HashMap<String, usize>,
}

impl Unique {
    pub(crate) fn take(&mut self, name: &str) -> String {
        let lower = alike(name);
        let (stem, extension) = split(name);
        let mut free = name.to_owned();
        while self.taken.contains_key(&alike(&free)) {
            let count = self.taken.entry(lower.clone()).or_default();
            *count += 1;
            free = if extension.is_empty() {
                format!("{}-{count}", cut(&stem, LONGEST - 21))
            } else {
                numbered(&stem, *count, &extension)
            };
        }
        self.taken.insert(alike(&free), 1);
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_folder() {
        assert_eq!(base_name("../../etc/passwd"), "passwd");
        assert_eq!(base_name("C:\\x\\Größe #1?.png"), "Größe #1?.png");
        assert_eq!(base_name("a\0b\nc.png"), "abc.png");
        assert_eq!(base_name("a\u{202e}gnp.exe"), "agnp.exe");
        assert_eq!(base_name("שלום\u{2067}.png"), "שלום.png");
        for name in ["", "..", ".", "a/..", " \t", "\0", "x/"] {
            assert_eq!(base_name(name), "file", "{name:?}");
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        let name = base_name(&format!("{}.png", "ö".repeat(200)));
        assert_eq!((name.len(), &name[name.len() - 6..]), (254, "ö.png"));
        assert_eq!(base_name(&"x".repeat(1000)).len(), 255);
        assert_eq!(base_name(&format!("a.{}", "x".repeat(1000))).len(), 255);
        assert_eq!(numbered(&"x".repeat(300), 12, "tar.gz").len(), 255);
    }

    #[test]
    fn archives_may_have_two_extensions() {
        assert_eq!(split("a.tar.GZ"), ("a".into(), "tar.gz".into()));
        assert_eq!(split("a.b.Png"), ("a.b".into(), "png".into()));
        assert_eq!(split("a"), ("a".into(), String::new()));
    }

    #[test]
    fn no_two_names_are_the_same() {
        let mut names = Unique::default();
        let taken =
            ["a.png", "b.png", "A.png", "a.png", "a-2.png", "a-2.png", "x", "x"].map(|name| names.take(name));
        assert_eq!(taken, ["a.png", "b.png", "A-2.png", "a-3.png", "a-2-2.png", "a-2-3.png", "x", "x-2"]);
        assert_eq!(["é", "e\u{301}", "É"].map(|name| names.take(name)), ["é", "e\u{301}-2", "É-3"]);
    }
}
