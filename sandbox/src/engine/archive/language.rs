//! Which language names are in, where two encodings have letters at the same bytes.

use encoding_rs::WINDOWS_1255;

use crate::engine::charset::Charset;

/// Forms that letters have at the end of words.
const FINAL: [char; 5] = ['ך', 'ם', 'ן', 'ף', 'ץ'];

/// Whether names in another encoding are Turkish ones, where `ş`, `ğ` and `ı` are at the bytes of `č`, `ž` and `ì`, or `þ`, `ð`
/// and `ý`: words with these have `ü` or `ç`, and those of DOS `ö`, in no other language, unless they have more of its letters.
pub(super) fn is_turkish(names: &[&[u8]], other: Charset) -> bool {
    let text: String = names.iter().map(|name| other.decode(name).0).collect();
    let text = text.to_lowercase();
    let of_dos = matches!(other, Charset::CodePage(_));
    let strange = if of_dos { "čžì" } else { "þðý" };
    let mut letters = text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic());
    text.contains(|c| strange.contains(c))
        && text.contains(|c| "üç".contains(c) || of_dos && c == 'ö')
        && letters.all(|c| strange.contains(c) || "öüçâî".contains(c))
}

/// Whether names are Hebrew ones of code page 862, which has its letters at the bytes of Russian capitals: the final forms of
/// letters stand at the end of words, and nowhere else.
pub(super) fn is_hebrew_of_dos(names: &[&[u8]]) -> bool {
    let text = names.iter().map(|name| Charset::CodePage(862).decode(name).0).collect::<Vec<_>>().join("\n");
    let mut foreign = text.chars().filter(|c| !c.is_ascii() && !matches!(c, 'א'..='ת'));
    text.contains(FINAL) && foreign.next().is_none() && has_finals_at_ends(&text)
}

fn has_finals_at_ends(text: &str) -> bool {
    let words = text.split(|c: char| !matches!(c, '\u{5b0}'..='\u{5ea}'));
    words.into_iter().all(|word| {
        let mut letters = word.chars();
        letters.next_back();
        !letters.as_str().contains(FINAL)
    })
}

/// Whether a name in windows-1255 has vowel signs behind letters alone, and the final forms of letters at the end of
/// words alone.
pub(super) fn is_hebrew(name: &[u8]) -> bool {
    let text = WINDOWS_1255.decode_without_bom_handling(name).0;
    let mut before = ' ';
    let vowels_follow = text.chars().all(|character| {
        let before = std::mem::replace(&mut before, character);
        !matches!(character, '\u{5b0}'..='\u{5c7}') || matches!(before, '\u{5b0}'..='\u{5ea}')
    });
    vowels_follow && has_finals_at_ends(&text)
}
