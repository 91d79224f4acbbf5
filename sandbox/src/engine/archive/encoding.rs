//! In which encoding an archive has its names, where it does not say so.
//!
//! Most archivers wrote what their machine used: the code pages of DOS (437, 850, 866), Shift-JIS and its neighbours in
//! East Asia, Latin-1 on old Unix, UTF-8 on newer ones.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, WINDOWS_1252};

use super::read::Name;
use crate::engine::Failure;

/// The characters from 0x80 on, of the code pages that the Encoding standard does not have.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// An encoding of names.
#[derive(Clone, Copy)]
pub(super) enum Names {
    /// By its name and the characters from 0x80 on.
    CodePage(&'static str, &'static str),
    /// Of the Encoding standard.
    Standard(&'static Encoding),
}

impl Names {
    const DOS: [Self; 2] = [Self::CodePage("CP437", CP437), Self::CodePage("CP850", CP850)];

    /// The encoding with this label.
    pub(super) fn labelled(label: &str) -> Result<Self, Failure> {
        let dos = Self::DOS.into_iter().find(|page| {
            let number = &page.name()[2..];
            ["cp", "ibm", "cp-", "ibm-", ""]
                .iter()
                .any(|prefix| label.eq_ignore_ascii_case(&format!("{prefix}{number}")))
        });
        let standard = || Encoding::for_label(label.as_bytes()).map(Self::Standard);
        dos.or_else(standard).ok_or_else(|| {
            Failure::BadParameter(format!(
                "converteroptions: the encoding {label} is not known; it has to be cp437, cp850 or a label of the Encoding standard, such as shift_jis"
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
        let anywhere = detected(None);
        if of_east_asia(&anywhere) {
            return Some(anywhere);
        }
        let (latin, [dos, western]) = (Self::Standard(WINDOWS_1252), Self::DOS);
        let candidates =
            if from_dos { [dos, western, anywhere, latin] } else { [latin, anywhere, dos, western] };
        let scored = candidates.into_iter().filter(|candidate| candidate.is_single_byte());
        let score = |candidate: &Self| all.iter().map(|name| candidate.score(name)).sum::<i32>();
        // Of several that fit equally well, the first.
        let best = scored.rev().max_by_key(score)?;
        let letters: usize = all.iter().map(|name| name.iter().filter(|byte| !byte.is_ascii()).count()).sum();
        if usize::try_from(score(&best)).is_ok_and(|score| score >= 2 * letters) {
            return Some(best);
        }
        // Too short for the detector, but no words of the West.
        let regions = [&b"jp"[..], b"cn", b"kr", b"tw"];
        Some(regions.into_iter().map(|region| detected(Some(region))).find(of_east_asia).unwrap_or(best))
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::CodePage(name, _) => name,
            Self::Standard(encoding) => encoding.name(),
        }
    }

    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::CodePage(_, high) => bytes
                .iter()
                .map(|byte| match byte.checked_sub(0x80) {
                    Some(at) => high.chars().nth(at.into()).unwrap_or(char::REPLACEMENT_CHARACTER),
                    None => char::from(*byte),
                })
                .collect(),
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
        let score = |(at, character): (usize, &char)| match character {
            character if character.is_ascii() => 0,
            'ª' | 'º' | 'µ' | 'ƒ' | 'ⁿ' => -1,
            character if character.is_alphabetic() => {
                let before = at.checked_sub(1);
                // Capitals follow capitals, if they follow letters.
                let odd = character.is_uppercase()
                    && before.and_then(|at| name.get(at)).is_some_and(|before| before.is_lowercase());
                2 + word(before) + word(Some(at + 1)) - 4 * i32::from(odd)
            }
            character if character.is_control() || *character == char::REPLACEMENT_CHARACTER => -9,
            _ => -3,
        };
        name.iter().enumerate().map(score).sum()
    }
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

    fn in_code_page(page: Names, text: &str) -> Vec<u8> {
        let Names::CodePage(_, high) = page else { panic!() };
        let byte = |c: char| match high.chars().position(|high| high == c) {
            Some(at) => 0x80 + u8::try_from(at).unwrap(),
            None => u8::try_from(c).unwrap(),
        };
        text.chars().map(byte).collect()
    }

    #[test]
    fn names_of_dos() {
        for name in [
            "Größe.txt",
            "Änderung Übung.doc",
            "café.jpg",
            "piñata/niño.png",
            "smørrebrød",
            "São João.pdf",
            "COMITÉ À LYON.pdf",
        ] {
            let page = Names::DOS[usize::from(name.chars().any(|c| !c.is_ascii() && !CP437.contains(c)))];
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
