//! Fonts for the text of drawings: this machine's, then those that come along.

use std::sync::{Arc, LazyLock};

use resvg::usvg::FontResolver;
use resvg::usvg::fontdb::{Database, Family, Query};

use crate::engine::Progress;

/// This machine's fonts, and two that come along, for what it has not.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    let has =
        |fonts: &Database, family| fonts.query(&Query { families: &[family], ..Query::default() }).is_some();
    let missing = [Family::Serif, Family::SansSerif, Family::Monospace].map(|family| !has(&fonts, family));
    fonts.load_font_data(epaint_default_fonts::UBUNTU_LIGHT.to_vec());
    fonts.load_font_data(epaint_default_fonts::HACK_REGULAR.to_vec());
    if missing[0] {
        fonts.set_serif_family("Ubuntu");
    }
    if missing[1] {
        fonts.set_sans_serif_family("Ubuntu");
    }
    if missing[2] {
        fonts.set_monospace_family("Hack");
    }
    Arc::new(fonts)
});

/// Looks through all fonts, which takes a while, when the first text comes. Tells of letters that no font has.
pub(super) fn resolver(progress: &Progress) -> FontResolver<'_> {
    let (select, fall_back) =
        (FontResolver::default_font_selector(), FontResolver::default_fallback_selector());
    FontResolver {
        select_font: Box::new(move |font, fonts| {
            if fonts.is_empty() {
                fonts.clone_from(&FONTS);
            }
            select(font, fonts)
        }),
        select_fallback: Box::new(move |letter, used, fonts| {
            let found = fall_back(letter, used, fonts);
            if found.is_none() && is_seen(letter) {
                progress.warn(format!(
                    "No font of this machine has the letter {letter} (U+{:04X}), which is not drawn; install a font \
                     that has it, for example the one of Noto for its script",
                    u32::from(letter)
                ));
            }
            found
        }),
    }
}

/// Joiners and selectors of variants are no letters of their own.
fn is_seen(letter: char) -> bool {
    let selector = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
        || matches!(letter, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}' | '\u{ad}');
    !selector && !letter.is_control() && !letter.is_whitespace()
}
