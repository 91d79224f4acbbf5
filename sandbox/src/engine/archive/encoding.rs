//! In which encoding an archive has its names, where it does not say so.
//!
//! Most archivers wrote what their machine used: the code pages of DOS (437, 850, 866), Shift-JIS and its neighbours in
//! East Asia, Latin-1 on old Unix, UTF-8 on newer ones.

use chardetng::Iso2022JpDetection;
use encoding_rs::{BIG5, EUC_KR, GBK, IBM866, WINDOWS_1251, WINDOWS_1252, WINDOWS_1254, WINDOWS_1255};

use super::language::{is_hebrew, is_hebrew_of_dos, is_turkish};
use super::read::Name;
use crate::engine::Failure;
use crate::engine::charset::Charset;

/// The encoding with this label.
pub(super) fn labelled(label: &str) -> Result<Charset, Failure> {
    Charset::labelled(label).ok_or_else(|| {
        Failure::BadOption(format!(
            "the encoding {label} is not known; it has to be a code page of DOS, such as cp437 or cp852, or a label of the Encoding standard, such as shift_jis"
        ))
    })
}

impl Charset {
    /// Of the USA, and of Western Europe.
    const DOS: [Self; 2] = [Self::CodePage(437), Self::CodePage(850)];
    /// Of Central Europe, Turkey and Greece.
    const DOS_ELSEWHERE: [Self; 3] = [Self::CodePage(852), Self::CodePage(857), Self::CodePage(737)];

    /// The one that fits best to all names that do not declare theirs; none where all are UTF-8.
    pub(super) fn guess<'a>(names: impl Iterator<Item = &'a Name>, from_dos: bool) -> Option<Self> {
        let all = names.filter(|name| !name.declared && std::str::from_utf8(&name.bytes).is_err());
        let all: Vec<&[u8]> = all.map(|name| name.bytes.as_slice()).collect();
        if all.is_empty() {
            return None;
        }
        let lines = all.join(&b'\n');
        let detected = |region| Self::detected(&lines, region, Iso2022JpDetection::Deny);
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
        let best = match best {
            Self::CodePage(437 | 850 | 852) if is_turkish(&all, best) => Self::CodePage(857),
            Self::Standard(latin) if latin == WINDOWS_1252 && is_turkish(&all, best) => {
                Self::Standard(WINDOWS_1254)
            }
            Self::Standard(russian) if russian == IBM866 && is_hebrew_of_dos(&all) => Self::CodePage(862),
            best => best,
        };
        let letters: usize = all.iter().map(|name| name.iter().filter(|byte| !byte.is_ascii()).count()).sum();
        if usize::try_from(score(&best)).is_ok_and(|score| score >= 2 * letters) {
            return Some(best);
        }
        // Too short for the detector, but no words of the West.
        let regions = [&b"jp"[..], b"cn", b"kr", b"tw"];
        Some(regions.into_iter().map(|region| detected(Some(region))).find(of_east_asia).unwrap_or(best))
    }

    /// Whether a name looks as if it was in this encoding of East Asia: not where it has a single such character in the
    /// middle of a Latin word, which is an accented letter of another encoding.
    fn is_plausible(self, name: &[u8]) -> bool {
        let name: Vec<char> = self.decode(name).0.chars().collect();
        let lone = |at: usize| {
            let around = [at.checked_sub(1), Some(at + 1)];
            let around = around.map(|at| at.and_then(|at| name.get(at)).copied().unwrap_or(' '));
            !name[at].is_ascii()
                && around.iter().all(char::is_ascii)
                && around.iter().any(char::is_ascii_alphabetic)
        };
        let is_strange = |c: &char| matches!(c, &char::REPLACEMENT_CHARACTER | '\u{e000}'..='\u{f8ff}');
        !name.iter().any(is_strange) && !(0..name.len()).any(lone) && self.is_usual(&name)
    }

    /// Whether most characters are of the first standards of China and Korea: those that were added later, at the bytes of
    /// other alphabets, are seldom.
    fn is_usual(self, name: &[char]) -> bool {
        let Self::Standard(encoding) = self else { return true };
        let is_first = |bytes: &[u8]| match encoding {
            big5 if big5 == BIG5 => (0xa1..=0xc6).contains(&bytes[0]),
            other if other == GBK || other == EUC_KR => bytes.iter().all(|byte| *byte > 0xa0),
            _ => true,
        };
        let wide = name.iter().filter(|c| !c.is_ascii());
        let (mut all, mut usual) = (0, 0);
        for c in wide {
            let bytes = encoding.encode(c.encode_utf8(&mut [0; 4])).0.into_owned();
            (all, usual) = (all + 1, usual + usize::from(is_first(&bytes)));
        }
        2 * usual > all
    }

    /// How much a name looks as if it was in this encoding: by letters beside letters, and by what names do not have.
    fn score(self, name: &[u8]) -> i32 {
        let name: Vec<char> = self.decode(name).0.chars().collect();
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

#[cfg(test)]
mod tests {
    use encoding_rs::Encoding;

    use super::*;

    fn guessed(names: &[&[u8]], from_dos: bool) -> Vec<String> {
        let names: Vec<Name> =
            names.iter().map(|bytes| Name { bytes: bytes.to_vec(), declared: false }).collect();
        let encoding = Charset::guess(names.iter(), from_dos).unwrap();
        names.iter().map(|name| encoding.decode(&name.bytes).0).collect()
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
            (852, "Železničná stanica.doc"),
            (852, "Čeština.txt"),
            (857, "Şişli Ağrı İstanbul.txt"),
            (857, "güneş.txt"),
            (857, "ödev özgeçmiş.doc"),
            (857, "Türkçe dosya adı.txt"),
            (737, "Ελληνικά αρχείο.txt"),
            (737, "Ελληνικά.txt"),
            (862, "שלום עולם.txt"),
        ] {
            assert_eq!(guessed(&[&in_code_page(page, name)], true), [name]);
        }
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
            ("koi8-r", "Документы за год.doc", false),
            ("koi8-r", "Новая папка/Привет.txt", false),
            ("windows-1255", "שלום עולם.txt", true),
            ("latin1", "Größe.txt", false),
            ("latin1", "déjà vu.txt", false),
            ("latin1", "þröstur og það.txt", false),
            ("windows-1254", "türkçe dosya Şişli", false),
            ("iso-8859-2", "Łódź żółć", false),
            ("ibm866", "ПРОТОКОЛ.DOC", true),
            ("gbk", "《中文》（一）.txt", true),
        ] {
            assert_eq!(guessed(&[&encoded(label, name)], from_dos), [name], "{label}");
        }
    }

    #[test]
    fn utf8_needs_no_guess() {
        let name = Name { bytes: "ä漢".into(), declared: false };
        assert!(Charset::guess([name].iter(), true).is_none());
    }
}
