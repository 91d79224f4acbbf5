//! In which encoding an archive has its names, where it does not say so.
//!
//! Most archivers wrote what their machine used: the code pages of DOS (437, 850, 866), Shift-JIS and its neighbours in
//! East Asia, Latin-1 on old Unix, UTF-8 on newer ones.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, WINDOWS_1251, WINDOWS_1252, WINDOWS_1255};
use oem_cp::code_table::DECODING_TABLE_CP_MAP;

use super::read::Name;
use crate::engine::Failure;

/// An encoding of names.
#[derive(Clone, Copy)]
pub(super) enum Names {
    /// Of DOS, by its number.
    CodePage(u16),
    /// Of the Encoding standard.
    Standard(&'static Encoding),
}

impl Names {
    /// Of the USA, and of Western Europe.
    const DOS: [Self; 2] = [Self::CodePage(437), Self::CodePage(850)];
    /// Of Central Europe, Turkey and Greece.
    const DOS_ELSEWHERE: [Self; 3] = [Self::CodePage(852), Self::CodePage(857), Self::CodePage(737)];

    /// The encoding with this label.
    pub(super) fn labelled(label: &str) -> Result<Self, Failure> {
        let standard = Encoding::for_label(label.as_bytes()).map(Self::Standard);
        let digits = label.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
        let dos = || digits.parse::<u16>().ok().filter(|number| DECODING_TABLE_CP_MAP.contains_key(number));
        standard.or_else(|| dos().map(Self::CodePage)).ok_or_else(|| {
            Failure::BadParameter(format!(
                "converteroptions: the encoding {label} is not known; it has to be a code page of DOS, such as cp437 or cp852, or a label of the Encoding standard, such as shift_jis"
            ))
        })
    }

    /// The one that fits best to all names that do not declare theirs; none where all are UTF-8.
    pub(super) fn guess<'a>(names: impl Iterator<Item = &'a Name>, from_dos: bool) -> Option<Self> {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        let mut all = Vec::new();
        for name in names.filter(|name| !name.declared && std::str::from_utf8(&name.bytes).is_err()) {
            detector.feed(&name.bytes, false);
            detector.feed(b"\n", false);
            all.push(name.bytes.as_slice());
        }
        if all.is_empty() {
            return None;
        }
        detector.feed(b"", true);
        let detected = |domain| Self::Standard(detector.guess(domain, Utf8Detection::Deny));
        let of_east_asia = |encoding: &Self| {
            !encoding.is_single_byte() && all.iter().all(|name| encoding.is_plausible(name))
        };
        let anywhere = match detected(None) {
            // Both have their letters at the same bytes.
            Self::Standard(hebrew) if hebrew == WINDOWS_1255 && !all.iter().all(|name| is_hebrew(name)) => {
                Self::Standard(WINDOWS_1251)
            }
            anywhere => anywhere,
        };
        if of_east_asia(&anywhere) {
            return Some(anywhere);
        }
        let (latin, [dos, western]) = (Self::Standard(WINDOWS_1252), Self::DOS);
        let candidates =
            if from_dos { [dos, western, anywhere, latin] } else { [latin, anywhere, dos, western] };
        let candidates = candidates.into_iter().chain(Self::DOS_ELSEWHERE);
        let scored: Vec<Self> = candidates.filter(|candidate| candidate.is_single_byte()).collect();
        let score = |candidate: &Self| all.iter().map(|name| candidate.score(name)).sum::<i32>();
        // Of several that fit equally well, the first.
        let best = scored.into_iter().rev().max_by_key(score)?;
        let letters: usize = all.iter().map(|name| name.iter().filter(|byte| !byte.is_ascii()).count()).sum();
        if usize::try_from(score(&best)).is_ok_and(|score| score >= 2 * letters) {
            return Some(best);
        }
        // Too short for the detector, but no words of the West.
        let regions = [&b"jp"[..], b"cn", b"kr", b"tw"];
        Some(regions.into_iter().map(|region| detected(Some(region))).find(of_east_asia).unwrap_or(best))
    }

    pub(super) fn name(self) -> String {
        match self {
            Self::CodePage(number) => format!("CP{number}"),
            Self::Standard(encoding) => encoding.name().to_owned(),
        }
    }

    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::CodePage(number) => DECODING_TABLE_CP_MAP
                .get(&number)
                .map(|page| page.decode_string_lossy(bytes))
                .unwrap_or_default(),
            Self::Standard(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }

    fn is_single_byte(self) -> bool {
        match self {
            Self::CodePage(..) => true,
            Self::Standard(encoding) => encoding.is_single_byte(),
        }
    }

    /// Whether a name looks as if it was in this encoding of East Asia: not where it has a single such character in the
    /// middle of a Latin word, which is an accented letter of another encoding.
    fn is_plausible(self, name: &[u8]) -> bool {
        let name: Vec<char> = self.decode(name).chars().collect();
        let lone = |at: usize| {
            let around = [at.checked_sub(1), Some(at + 1)];
            let around = around.map(|at| at.and_then(|at| name.get(at)).copied().unwrap_or(' '));
            !name[at].is_ascii()
                && around.iter().all(char::is_ascii)
                && around.iter().any(char::is_ascii_alphabetic)
        };
        !name.contains(&char::REPLACEMENT_CHARACTER) && !(0..name.len()).any(lone)
    }

    /// How much a name looks as if it was in this encoding: by letters beside letters, and by what names do not have.
    fn score(self, name: &[u8]) -> i32 {
        let name: Vec<char> = self.decode(name).chars().collect();
        let word = |at: Option<usize>| {
            i32::from(at.and_then(|at| name.get(at)).is_some_and(|near| near.is_alphabetic()))
        };
        let is_accented = |at: Option<usize>| {
            let near = at.and_then(|at| name.get(at));
            near.is_some_and(|near| !near.is_ascii() && near.is_alphabetic() && *near < '\u{250}')
        };
        let score = |(at, character): (usize, &char)| match character {
            character if character.is_ascii() => 0,
            'ª' | 'º' | 'µ' | 'ƒ' | 'ⁿ' => -1,
            character if character.is_alphabetic() => {
                let before = at.checked_sub(1);
                // Capitals follow capitals, if they follow letters.
                let odd = character.is_uppercase()
                    && before.and_then(|at| name.get(at)).is_some_and(|before| before.is_lowercase());
                // Words of Latin letters seldom have three with accents in a row.
                let row = (0..3).all(|back| is_accented(at.checked_sub(back)));
                2 + word(before) + word(Some(at + 1)) - 4 * (i32::from(odd) + i32::from(row))
            }
            character if character.is_control() || *character == char::REPLACEMENT_CHARACTER => -9,
            _ => -3,
        };
        name.iter().enumerate().map(score).sum()
    }
}

/// Whether a name in windows-1255 has vowel signs behind letters alone, and the final forms of letters at the end of
/// words alone.
fn is_hebrew(name: &[u8]) -> bool {
    let name: Vec<char> = WINDOWS_1255.decode_without_bom_handling(name).0.chars().collect();
    let is_letter = |at: Option<usize>| {
        at.and_then(|at| name.get(at)).is_some_and(|near| matches!(near, '\u{5b0}'..='\u{5ea}'))
    };
    name.iter().enumerate().all(|(at, character)| match character {
        'ך' | 'ם' | 'ן' | 'ף' | 'ץ' => !is_letter(Some(at + 1)),
        '\u{5b0}'..='\u{5c7}' => is_letter(at.checked_sub(1)),
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(names: &[&[u8]], from_dos: bool) -> Vec<String> {
        let names: Vec<Name> =
            names.iter().map(|bytes| Name { bytes: bytes.to_vec(), declared: false }).collect();
        let encoding = Names::guess(names.iter(), from_dos).unwrap();
        names.iter().map(|name| encoding.decode(&name.bytes)).collect()
    }

    fn in_code_page(page: u16, text: &str) -> Vec<u8> {
        oem_cp::encode_string_checked(text, oem_cp::code_table::ENCODING_TABLE_CP_MAP[&page]).unwrap()
    }

    #[test]
    fn names_of_dos() {
        for (page, name) in [
            (437, "Größe.txt"),
            (437, "Änderung Übung.doc"),
            (437, "café.jpg"),
            (437, "piñata/niño.png"),
            (850, "smørrebrød"),
            (850, "São João.pdf"),
            (850, "COMITÉ À LYON.pdf"),
            (852, "Zażółć gęślą jaźń.txt"),
            (852, "Příliš žluťoučký kůň.doc"),
            (737, "Ελληνικά αρχείο.txt"),
        ] {
            assert_eq!(guessed(&[&in_code_page(page, name)], true), [name]);
        }
    }

    #[test]
    fn labels() {
        let name = |label: &str| Names::labelled(label).map(Names::name).ok();
        for (label, encoding) in [
            ("cp437", "CP437"),
            ("IBM850", "CP850"),
            ("ibm-852", "CP852"),
            ("862", "CP862"),
            ("cp866", "IBM866"),
            ("shift_jis", "Shift_JIS"),
            ("cp1251", "windows-1251"),
        ] {
            assert_eq!(name(label).as_deref(), Some(encoding), "{label}");
        }
        assert!(name("cp1").is_none() && name("klingon").is_none());
    }

    #[test]
    fn names_of_other_machines() {
        let encoded = |label: &str, text: &str| {
            Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
        };
        for (label, name, from_dos) in [
            ("shift_jis", "日本語のテスト.txt", true),
            ("shift_jis", "テスト.txt", true),
            ("gbk", "中文文件名称/报告.doc", true),
            ("euc-kr", "한국어 문서.hwp", true),
            ("big5", "繁體中文檔案.txt", true),
            ("ibm866", "Привет мир.txt", true),
            ("windows-1251", "Привет мир.txt", true),
            ("windows-1251", "Отчёт за год.doc", true),
            ("windows-1251", "документ.txt", true),
            ("windows-1251", "фото/Новая папка/лето.jpg", false),
            ("windows-1251", "Київ.txt", true),
            ("windows-1255", "שלום עולם.txt", true),
            ("latin1", "Größe.txt", false),
            ("latin1", "déjà vu.txt", false),
        ] {
            assert_eq!(guessed(&[&encoded(label, name)], from_dos), [name], "{label}");
        }
    }

    #[test]
    fn utf8_needs_no_guess() {
        let name = Name { bytes: "ä漢".into(), declared: false };
        assert!(Names::guess([name].iter(), true).is_none());
    }
}
