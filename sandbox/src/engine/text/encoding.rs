//! Bytes to text: as the option `encoding` says, else the byte order mark, else what the text declares, else as it looks.

use std::str::from_utf8;

use chardetng::Iso2022JpDetection;
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

use super::Utf32;
use crate::engine::charset::Charset;
use crate::engine::{Failure, Progress, Work};

/// The longest text that is read as a whole.
const MAX_TEXT: u64 = 16 << 20;

/// A text, and the encoding in which it was.
pub(in crate::engine) struct Decoded {
    pub(in crate::engine) text: String,
    pub(in crate::engine) encoding: String,
    pub(in crate::engine) by: By,
}

/// By what it is known in which encoding a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum By {
    Option,
    /// The byte order mark.
    Mark,
    Declaration,
    Looks,
}

impl By {
    pub(in crate::engine) const fn as_str(self) -> &'static str {
        match self {
            Self::Option => "option",
            Self::Mark => "mark",
            Self::Declaration => "declaration",
            Self::Looks => "looks",
        }
    }
}

/// The input as text, as its lines end; `declared` finds the label of an encoding in it.
pub(in crate::engine) fn read(
    work: &Work,
    progress: &Progress,
    declared: impl FnOnce(&[u8]) -> Option<String>,
) -> Result<Decoded, Failure> {
    let bytes = work.read(MAX_TEXT)?;
    let label = work.word("encoding");
    let (marked, wide) =
        (Utf32::marked(&bytes), label.as_deref().and_then(|label| Utf32::labelled(label, &bytes)));
    let decoded = match (marked, wide) {
        (Some(order), _) => of_utf32(order, &bytes, By::Mark, progress),
        (None, Some(order)) => of_utf32(order, &bytes, By::Option, progress),
        (None, None) => decode(&bytes, label.as_deref().map(chosen).transpose()?, declared, progress)?,
    };
    if decoded.text.contains('\0') {
        return Err(Failure::BadInput("The input file is not text".into()));
    }
    Ok(decoded)
}

fn chosen(label: &str) -> Result<Charset, Failure> {
    Charset::labelled(label).ok_or_else(|| {
        Failure::BadOption(format!(
            "the encoding {label} is not known; it has to be utf-32, a label of the Encoding standard, such as utf-8 or shift_jis, or a code page of DOS, such as cp850"
        ))
    })
}

fn decode(
    bytes: &[u8],
    chosen: Option<Charset>,
    declared: impl FnOnce(&[u8]) -> Option<String>,
    progress: &Progress,
) -> Result<Decoded, Failure> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return Ok(exactly(Charset::Standard(encoding), &bytes[length..], By::Mark, progress));
    }
    if let Some(charset) = chosen {
        return Ok(exactly(charset, bytes, By::Option, progress));
    }
    if let Some(order) = Utf32::seen(bytes) {
        return Ok(of_utf32(order, bytes, By::Looks, progress));
    }
    if let Some(encoding) = wide(bytes) {
        return Ok(exactly(Charset::Standard(encoding), bytes, By::Looks, progress));
    }
    let declared = match declared(bytes) {
        Some(label) => known(&label, progress)?,
        None => None,
    };
    Ok(match declared {
        Some(charset) if charset != Charset::Standard(UTF_8) => {
            exactly(charset, bytes, By::Declaration, progress)
        }
        declared => undeclared(bytes, declared.is_some(), progress),
    })
}

/// The encoding that a text declares; none where nobody knows it.
fn known(label: &str, progress: &Progress) -> Result<Option<Charset>, Failure> {
    // A declaration that could be read in ASCII is none of UTF-16 (HTML standard, 13.2.3.2).
    match Charset::labelled(label) {
        Some(Charset::Standard(encoding)) if [UTF_16LE, UTF_16BE].contains(&encoding) => {
            Ok(Some(Charset::Standard(UTF_8)))
        }
        Some(Charset::Standard(encoding)) if encoding == X_USER_DEFINED => {
            Ok(Some(Charset::Standard(WINDOWS_1252)))
        }
        Some(charset) => Ok(Some(charset)),
        None if Encoding::for_label(label.as_bytes()).is_some() => Err(Failure::BadInput(format!(
            "The input file says that it is in the encoding {label}, which is not read here; write it anew as UTF-8"
        ))),
        None => {
            progress.warn(format!("The text says that it is in the encoding {label}, which is not known"));
            Ok(None)
        }
    }
}

/// In this encoding, whatever the bytes are.
fn exactly(charset: Charset, bytes: &[u8], by: By, progress: &Progress) -> Decoded {
    let (text, malformed) = charset.decode(bytes);
    let encoding = charset.name();
    tell_malformed(malformed, &encoding, progress);
    Decoded { text, encoding, by }
}

fn of_utf32(order: Utf32, bytes: &[u8], by: By, progress: &Progress) -> Decoded {
    let (text, malformed) = order.decode(bytes);
    tell_malformed(malformed, order.name(), progress);
    Decoded { text, encoding: order.name().to_owned(), by }
}

fn tell_malformed(malformed: bool, encoding: &str, progress: &Progress) {
    if malformed {
        progress.warn(format!(
            "Parts of the text are not valid in its encoding, {encoding}; they became the character U+FFFD"
        ));
    }
}

/// UTF-16 without a mark: there are bytes in it that are control characters in all other text, at every other place above
/// all, and none of its own characters is one.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let is_control = |byte: &&u8| matches!(**byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f);
    let controls = |from: usize| bytes.iter().skip(from).step_by(2).filter(is_control).count();
    let (even, odd) = (controls(0), controls(1));
    // A part of a character at the end is no reason to read all of it otherwise.
    let whole = &bytes[..bytes.len() - bytes.len() % 2];
    let is_broken_off = whole.len() < bytes.len();
    let (likely, other) = if even > odd { (UTF_16BE, UTF_16LE) } else { (UTF_16LE, UTF_16BE) };
    let is_in = |encoding: &'static Encoding| {
        let (text, malformed) = encoding.decode_without_bom_handling(whole);
        !malformed && text.chars().all(is_common)
    };
    match even.max(odd) {
        0 => None,
        1 if is_broken_off => None,
        _ if is_in(likely) => Some(likely),
        _ if whole.len() > 8 && is_in(other) => Some(other),
        _ => None,
    }
}

/// Whether texts have such a character, besides those that bytes make by chance.
fn is_common(c: char) -> bool {
    c.is_alphanumeric()
        || c.is_ascii_punctuation()
        || matches!(c, '\t' | '\n' | '\r' | '\x0c' | ' ' | '\u{a0}'..='\u{bf}' | '×' | '÷' | '\u{feff}')
        // Marks on letters, of Hebrew and Arabic, of India and Thailand; punctuation and symbols; emoji.
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{590}'..='\u{6ff}' | '\u{900}'..='\u{eff}')
        || matches!(c, '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(c, '\u{ff00}'..='\u{ffef}' | '\u{1f000}'..='\u{1faff}')
}

/// UTF-8, where single bytes may be wrong, else what a detector finds.
fn undeclared(bytes: &[u8], is_utf8: bool, progress: &Progress) -> Decoded {
    let guess = || Charset::detected(bytes, None, Iso2022JpDetection::Allow);
    let japanese = Charset::Standard(ISO_2022_JP);
    let by = if is_utf8 { By::Declaration } else { By::Looks };
    let utf8 = |text: String| Decoded { text, encoding: UTF_8.name().to_owned(), by };
    let guessed = |encoding: Charset| {
        progress.warn(format!(
            "The text does not say in which encoding it is; it was read as {}. If that is wrong, give the converter's option encoding",
            encoding.name()
        ));
        exactly(encoding, bytes, By::Looks, progress)
    };
    if let Ok(text) = from_utf8(bytes) {
        // ISO-2022-JP has no byte above 127; it switches by escape sequences.
        let switches = bytes.windows(2).any(|pair| pair == b"\x1b$");
        return if switches && guess() == japanese { guessed(japanese) } else { utf8(text.to_owned()) };
    }
    let (valid, invalid) = count(bytes);
    if is_utf8 && valid >= invalid || valid > invalid {
        progress.warn(format!(
            "{invalid} bytes of the text are not UTF-8 as the rest is; they were read as windows-1252"
        ));
        return utf8(patched(bytes));
    }
    guessed(guess())
}

/// How many sequences of UTF-8 beyond ASCII there are, and how many bytes that are none.
fn count(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(valid, invalid), chunk| {
        let more = chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        (valid + more, invalid + chunk.invalid().len())
    })
}

/// UTF-8, where bytes that are none are taken for windows-1252.
fn patched(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    text
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;

    fn read(bytes: &[u8], label: Option<&str>) -> (String, Vec<String>) {
        let progress = Progress::new(CancellationToken::new());
        let decoded = decode(bytes, None, |_| label.map(str::to_owned), &progress).unwrap();
        (decoded.text, progress.warnings())
    }

    #[test]
    fn one_wrong_byte_does_not_flip_the_rest() {
        let (text, told) = read(b"Gr\xc3\xb6\xc3\x9fe, \xe4, \xc5\x82", None);
        assert_eq!((text.as_str(), told.len()), ("Größe, ä, ł", 1));
        let (text, told) = read(b"Gr\xf6\xdfe", None);
        assert_eq!((text.as_str(), told.len()), ("Größe", 1));
    }

    #[test]
    fn utf16_without_a_mark() {
        for text in [
            "Größe",
            "a plain text\nof two lines",
            "Привет, мир",
            "一二三四，这是中文。",
            "日本語です、",
            "สวัสดีชาวโลก",
        ] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(read(&little, None), (text.to_owned(), vec![]));
            assert_eq!(read(&big, None), (text.to_owned(), vec![]));
        }
        let (text, told) = read(b"a\0b\0\n\0c", None);
        assert_eq!((text.as_str(), told.len()), ("ab\n\u{fffd}", 1));
        assert!(wide(b"a\0b").is_none() && wide(b"\0\x01\x02").is_none() && wide(b"a\0\x01\0").is_none());
    }

    #[test]
    fn utf32_without_a_mark() {
        for text in ["a", "Größe\n漢字 😀", "Привет"] {
            let units = || text.chars().map(u32::from);
            let little: Vec<u8> = units().flat_map(u32::to_le_bytes).collect();
            let big: Vec<u8> = units().flat_map(u32::to_be_bytes).collect();
            assert_eq!(read(&little, None), (text.to_owned(), vec![]));
            assert_eq!(read(&big, None), (text.to_owned(), vec![]));
        }
        assert_eq!(read(b"four", None), ("four".to_owned(), vec![]));
    }

    #[test]
    fn declarations() {
        assert_eq!(read(b"\x93\xfa\x96{", Some("Shift_JIS")), ("日本".to_owned(), vec![]));
        assert_eq!(read("ł".as_bytes(), Some("utf-16")), ("ł".to_owned(), vec![]));
        let (text, told) = read(b"a\x93 b", Some("shift_jis"));
        assert_eq!((text.as_str(), told.len()), ("a\u{fffd} b", 1));
        assert_eq!(read(b"Gr\x94\xe1e", Some("cp437")), ("Größe".to_owned(), vec![]));
        let (text, told) = read(b"Gr\xf6\xdfe", Some("klingon"));
        assert_eq!(text, "Größe");
        assert!(told[0].contains("klingon"), "{told:?}");
        let progress = Progress::new(CancellationToken::new());
        let forbidden = decode(b"\x1b$)C\x0e", None, |_| Some("iso-2022-kr".to_owned()), &progress);
        assert!(matches!(forbidden, Err(Failure::BadInput(said)) if said.contains("iso-2022-kr")));
    }
}
