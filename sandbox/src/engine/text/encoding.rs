//! Bytes to text: as the option `encoding` says, else the byte order mark, else what the text declares, else as it looks.

use std::str::from_utf8;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

use super::Utf32;
use crate::engine::{Failure, Progress, Work};

/// The longest text that is read as a whole.
const MAX_TEXT: u64 = 16 << 20;

/// The input as text; `declared` finds the label of an encoding in it.
pub(in crate::engine) fn read(
    work: &Work,
    progress: &Progress,
    declared: impl FnOnce(&[u8]) -> Option<String>,
) -> Result<String, Failure> {
    let bytes = work.read(MAX_TEXT)?;
    let label = work.word("encoding");
    let wide = label.as_deref().and_then(|label| Utf32::labelled(label, &bytes));
    let text = match Utf32::marked(&bytes).or(wide) {
        Some(order) => of_utf32(order, &bytes, progress),
        None => decode(&bytes, label.as_deref().map(chosen).transpose()?, declared, progress),
    };
    if text.contains('\0') {
        return Err(Failure::BadInput("The input file is not text".into()));
    }
    Ok(text)
}

fn chosen(label: &str) -> Result<&'static Encoding, Failure> {
    Encoding::for_label(label.as_bytes()).ok_or_else(|| {
        Failure::BadParameter(format!(
            "converteroptions: the encoding {label} is not known; it has to be utf-32 or a label of the Encoding standard, such as utf-8 or shift_jis"
        ))
    })
}

fn decode(
    bytes: &[u8],
    chosen: Option<&'static Encoding>,
    declared: impl FnOnce(&[u8]) -> Option<String>,
    progress: &Progress,
) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return exactly(encoding, &bytes[length..], progress);
    }
    if let Some(encoding) = chosen {
        return exactly(encoding, bytes, progress);
    }
    if let Some(order) = Utf32::seen(bytes) {
        return of_utf32(order, bytes, progress);
    }
    if let Some(encoding) = wide(bytes) {
        return exactly(encoding, bytes, progress);
    }
    let declared = declared(bytes).and_then(|label| Encoding::for_label(label.as_bytes()));
    // A declaration that could be read in ASCII is none of UTF-16 (HTML standard, 13.2.3.2).
    let declared = declared.map(|encoding| match encoding {
        encoding if encoding == UTF_16LE || encoding == UTF_16BE => UTF_8,
        encoding if encoding == X_USER_DEFINED => WINDOWS_1252,
        encoding => encoding,
    });
    match declared {
        Some(encoding) if encoding != UTF_8 => exactly(encoding, bytes, progress),
        declared => undeclared(bytes, declared.is_some(), progress),
    }
}

/// In this encoding, whatever the bytes are.
fn exactly(encoding: &'static Encoding, bytes: &[u8], progress: &Progress) -> String {
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    tell_malformed(malformed, encoding.name(), progress);
    text.into_owned()
}

fn of_utf32(order: Utf32, bytes: &[u8], progress: &Progress) -> String {
    let (text, malformed) = order.decode(bytes);
    tell_malformed(malformed, order.name(), progress);
    text
}

fn tell_malformed(malformed: bool, encoding: &str, progress: &Progress) {
    if malformed {
        progress.warn(format!(
            "Parts of the text are not valid in its encoding, {encoding}; they became the character U+FFFD"
        ));
    }
}

/// UTF-16 without a mark: every other byte of Latin letters and spaces is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let few = bytes.len() / 20;
    match (even, odd) {
        _ if bytes.len() % 2 == 1 => None,
        (even, odd) if even <= few / 10 && odd > few => Some(UTF_16LE),
        (even, odd) if odd <= few / 10 && even > few => Some(UTF_16BE),
        _ => None,
    }
}

/// UTF-8, where single bytes may be wrong, else what a detector finds.
fn undeclared(bytes: &[u8], is_utf8: bool, progress: &Progress) -> String {
    let guess = || {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(bytes, true);
        detector.guess(None, Utf8Detection::Deny)
    };
    let guessed = |encoding: &'static Encoding| {
        progress.warn(format!(
            "The text does not say in which encoding it is; it was read as {}. If that is wrong, give the converter's option encoding",
            encoding.name()
        ));
        exactly(encoding, bytes, progress)
    };
    if let Ok(text) = from_utf8(bytes) {
        // ISO-2022-JP has no byte above 127; it switches by escape sequences.
        let switches = bytes.windows(2).any(|pair| pair == b"\x1b$");
        return if switches && guess() == ISO_2022_JP { guessed(ISO_2022_JP) } else { text.to_owned() };
    }
    let (valid, invalid) = count(bytes);
    if is_utf8 && valid >= invalid || valid > invalid {
        progress.warn(format!(
            "{invalid} bytes of the text are not UTF-8 as the rest is; they were read as windows-1252"
        ));
        return patched(bytes);
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
        let text = decode(bytes, None, |_| label.map(str::to_owned), &progress);
        (text, progress.warnings())
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
        for text in ["Größe", "a plain text\nof two lines"] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(read(&little, None), (text.to_owned(), vec![]));
            assert_eq!(read(&big, None), (text.to_owned(), vec![]));
        }
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
    }
}
