//! The fonts of this machine, looked for once; and what to say of characters that none of them has.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use resvg::usvg::fontdb::{Database, FaceInfo, Style, Weight};
use skrifa::{FontRef, MetadataProvider};

use super::Progress;

/// How many characters a warning names.
const NAMED: usize = 10;

/// Looking through all fonts takes a while, so only what has text does.
static MACHINE: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    Arc::new(fonts)
});

pub(super) fn machine() -> &'static Arc<Database> {
    &MACHINE
}

/// The characters that no font of this machine has.
pub(super) fn uncovered(text: impl Iterator<Item = char>) -> BTreeSet<char> {
    let mut missing: BTreeSet<char> = text.filter(|c| is_seen(*c) && !c.is_ascii()).collect();
    for face in machine().faces() {
        if missing.is_empty() {
            break;
        }
        machine().with_face_data(face.id, |data, index| {
            if let Ok(font) = FontRef::from_index(data, index) {
                let covered = font.charmap();
                missing.retain(|c| covered.map(*c).is_none());
            }
        });
    }
    missing
}

/// The face of this machine that has the most of these characters; where `code`, one whose characters are equally wide is
/// liked better than others.
pub(super) fn best(
    missing: &BTreeSet<char>,
    language: Option<&str>,
    code: bool,
) -> Option<&'static FaceInfo> {
    let region = region(missing, language);
    let scored = machine().faces().filter(|face| face.style == Style::Normal).filter_map(|face| {
        let count = machine().with_face_data(face.id, |data, index| {
            let font = FontRef::from_index(data, index).ok()?;
            let covered = font.charmap();
            Some(missing.iter().filter(|c| covered.map(**c).is_some()).count())
        })??;
        let name = face.families.first().map_or("", |(name, _)| name.as_str());
        let is_of_region = name.split(' ').any(|word| word == region);
        let from_normal = face.weight.0.abs_diff(Weight::NORMAL.0);
        // Not all of them say so of themselves.
        let is_code = face.monospaced || name.split(' ').any(|word| word == "Mono");
        let liked = (is_plain(face), is_code == code, std::cmp::Reverse(from_normal));
        (count > 0).then_some((face, (count, is_of_region, liked)))
    });
    scored.max_by_key(|(_, score)| *score).map(|(face, _)| face)
}

/// Whether a font is of the family that has a plain form of nearly every script.
pub(super) fn is_plain(face: &FaceInfo) -> bool {
    face.families.first().is_some_and(|(name, _)| name.starts_with("Noto Sans"))
}

/// How the fonts for Chinese, Japanese and Korean call the place whose forms of characters they have.
fn region(text: &BTreeSet<char>, language: Option<&str>) -> &'static str {
    let language = language.unwrap_or_default().to_lowercase();
    let has = |from, to| text.range(from..=to).next().is_some();
    match language.as_str() {
        language if language.starts_with("ja") => "JP",
        language if language.starts_with("ko") => "KR",
        "zh-tw" | "zh-hk" | "zh-hant" => "TC",
        language if language.starts_with("zh") => "SC",
        _ if has('\u{3041}', '\u{30ff}') => "JP",
        _ if has('\u{ac00}', '\u{d7a3}') => "KR",
        _ => "SC",
    }
}

/// Tells of characters that no font has, and what to install. `so` is what becomes of them.
pub(super) fn tell_missing(missing: &BTreeSet<char>, so: &str, progress: &Progress) {
    let mut by_package: HashMap<&str, Vec<char>> = HashMap::new();
    for c in missing {
        by_package.entry(package(*c)).or_default().push(*c);
    }
    let mut by_package: Vec<_> = by_package.into_iter().collect();
    by_package.sort();
    for (package, characters) in by_package {
        let some = named(&characters);
        progress.warn(format!(
            "No font of this machine has the characters {some}; {so}. Install a font that has them, on Debian by the package {package}"
        ));
    }
}

/// Some characters as a warning shows them.
pub(super) fn named<'a>(characters: impl IntoIterator<Item = &'a char>) -> String {
    let shown = characters.into_iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c)));
    let mut shown: Vec<_> = shown.collect();
    let more = shown.len().saturating_sub(NAMED);
    shown.truncate(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", shown.join(", "))
}

/// The package of Debian that has a font for a character.
fn package(c: char) -> &'static str {
    match u32::from(c) {
        0x1100..=0x11ff | 0x2e80..=0x9fff | 0xa960..=0xa97f | 0xac00..=0xd7ff | 0xf900..=0xfaff => {
            "fonts-noto-cjk"
        }
        0xfe30..=0xfe4f | 0xff00..=0xffef | 0x20000..=0x3ffff => "fonts-noto-cjk",
        0x1f000..=0x1faff => "fonts-noto-color-emoji",
        _ => "fonts-noto-core",
    }
}

/// Joiners, marks of direction and selectors of variants are not seen.
pub(super) fn is_seen(c: char) -> bool {
    let is_format = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}');
    !is_format && !c.is_control() && !c.is_whitespace()
}
