//! Encodings by their labels: those of the Encoding standard, and the code pages of DOS, which it does not have.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, KOI8_U, REPLACEMENT};
use oem_cp::code_table::DECODING_TABLE_CP_MAP;

/// Fewer letters are too few to tell Russian from Chinese.
const FEW: usize = 8;
const VOWELS: &str = "аеёиоуыэюяіїє";

/// An encoding in which there are no parts larger than a byte that could be the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// Of DOS, by its number.
    CodePage(u16),
    /// Of the Encoding standard.
    Standard(&'static Encoding),
}

impl Charset {
    /// The encoding with this label; none where it is not known, or is one that the Encoding standard forbids to read.
    pub(super) fn labelled(label: &str) -> Option<Self> {
        let bare = label.replace(['-', '_'], "");
        let standard = [label, &bare].into_iter().find_map(|label| Encoding::for_label(label.as_bytes()));
        let digits = label.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
        let dos = || digits.parse::<u16>().ok().filter(|number| DECODING_TABLE_CP_MAP.contains_key(number));
        match standard {
            Some(standard) if standard == REPLACEMENT => None,
            Some(standard) => Some(Self::Standard(standard)),
            None => dos().map(Self::CodePage),
        }
    }

    /// What a detector finds, which knows those of the web.
    pub(super) fn detected(bytes: &[u8], region: Option<&[u8]>, japanese: Iso2022JpDetection) -> Self {
        let mut detector = EncodingDetector::new(japanese);
        detector.feed(bytes, true);
        let guess = detector.guess(region, Utf8Detection::Deny);
        // The letters of KOI8 are at the bytes of Chinese and Korean ones.
        Self::Standard(if !guess.is_single_byte() && is_koi8(bytes) { KOI8_U } else { guess })
    }

    pub(super) fn name(self) -> String {
        match self {
            Self::CodePage(number) => format!("CP{number}"),
            Self::Standard(encoding) => encoding.name().to_owned(),
        }
    }

    /// The text, and whether parts of it are not valid in this encoding.
    pub(super) fn decode(self, bytes: &[u8]) -> (String, bool) {
        match self {
            Self::CodePage(number) => {
                let page = DECODING_TABLE_CP_MAP.get(&number);
                let text = page.map(|page| page.decode_string_lossy(bytes)).unwrap_or_default();
                let malformed = text.contains(char::REPLACEMENT_CHARACTER);
                (text, malformed)
            }
            Self::Standard(encoding) => {
                let (text, malformed) = encoding.decode_without_bom_handling(bytes);
                (text.into_owned(), malformed)
            }
        }
    }

    pub(super) fn is_single_byte(self) -> bool {
        match self {
            Self::CodePage(..) => true,
            Self::Standard(encoding) => encoding.is_single_byte(),
        }
    }
}

/// Whether a text is Russian or Ukrainian in KOI8: its words are of letters alone, with vowels, and with capitals at their
/// beginning or throughout.
fn is_koi8(bytes: &[u8]) -> bool {
    let (text, _) = KOI8_U.decode_without_bom_handling(bytes);
    let mut letters = 0;
    let is_word = |word: &str| {
        let lower = word.to_lowercase();
        let mut cased = word.chars().skip(1).map(char::is_uppercase);
        let first = cased.next().unwrap_or_default();
        cased.all(|next| next == first)
            && (lower.chars().count() < 4 || lower.contains(|c| VOWELS.contains(c)))
    };
    let words = text.split(|c: char| c.is_ascii());
    words.filter(|word| !word.is_empty()).all(|word| {
        letters += word.chars().count();
        word.chars().all(|c| matches!(c, '\u{400}'..='\u{4ff}')) && is_word(word)
    }) && letters >= FEW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_is_not_taken_for_chinese() {
        for (label, text) in [
            ("koi8-r", "Привет, мир!"),
            ("koi8-r", "Съешь ещё этих мягких французских булок, да выпей чаю."),
            ("koi8-r", "ПРОТОКОЛ собрания от 5 мая"),
            ("koi8-u", "Київ, їжак та ґанок"),
            ("gbk", "中文文件名称"),
            ("gbk", "这是一个中文文本，用来测试编码。"),
            ("gbk", "我们的公司在北京"),
            ("big5", "這是一個中文文本，用來測試編碼。"),
            ("euc-kr", "한국어 문서입니다. 인코딩 시험."),
            ("euc-jp", "日本語のテキストです。"),
        ] {
            let bytes = Encoding::for_label(label.as_bytes()).unwrap().encode(text).0;
            let guess = Charset::detected(&bytes, None, Iso2022JpDetection::Allow);
            assert_eq!(guess.decode(&bytes).0, text, "{label}");
        }
    }

    #[test]
    fn labels() {
        let name = |label: &str| Charset::labelled(label).map(Charset::name);
        for (label, encoding) in [
            ("cp437", "CP437"),
            ("IBM850", "CP850"),
            ("ibm-852", "CP852"),
            ("862", "CP862"),
            ("cp866", "IBM866"),
            ("shift_jis", "Shift_JIS"),
            ("cp1251", "windows-1251"),
            ("latin-1", "windows-1252"),
            ("utf_8", "UTF-8"),
        ] {
            assert_eq!(name(label).as_deref(), Some(encoding), "{label}");
        }
        for label in ["cp1", "klingon", "iso-2022-kr", "utf-7", ""] {
            assert_eq!(name(label), None, "{label}");
        }
    }
}
