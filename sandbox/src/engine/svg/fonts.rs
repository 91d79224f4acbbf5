//! Fonts for the text of drawings: this machine's, then those that come along.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use resvg::usvg::FontResolver;
use resvg::usvg::fontdb::{Database, Family, Query};

use crate::engine::{Progress, fonts};

/// This machine's fonts, and two that come along, for what it has not.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::clone(fonts::machine());
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

/// The characters that no font has.
#[derive(Default)]
pub(super) struct Missing(Mutex<BTreeSet<char>>);

impl Missing {
    pub(super) fn tell(&self, progress: &Progress) {
        let missing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        fonts::tell_missing(&missing, "they are not drawn", progress);
    }
}

/// Looks through all fonts, which takes a while, when the first text comes. Notes down characters that no font has.
pub(super) fn resolver(missing: &Missing) -> FontResolver<'_> {
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
            if found.is_none() && fonts::is_seen(letter) {
                missing.0.lock().unwrap_or_else(PoisonError::into_inner).insert(letter);
            }
            found
        }),
    }
}
