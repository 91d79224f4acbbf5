//! Fonts for the text of drawings: this machine's, then those that come along.

use std::sync::{Arc, LazyLock};

use resvg::usvg::FontResolver;
use resvg::usvg::fontdb::{Database, FaceInfo, Family, ID, Query};
use skrifa::{FontRef, MetadataProvider};

use crate::engine::fonts;

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

/// Looks through all fonts, which takes a while, when the first text comes.
pub(super) fn resolver() -> FontResolver<'static> {
    let select = FontResolver::default_font_selector();
    FontResolver {
        select_font: Box::new(move |font, fonts| {
            if fonts.is_empty() {
                fonts.clone_from(&FONTS);
            }
            select(font, fonts)
        }),
        select_fallback: Box::new(|letter, used, fonts| fall_back(letter, used, fonts)),
    }
}

/// Another font that has a letter: as slanted, bold and wide as the one that has it not, as far as there is such a one. Among
/// those, a plain one, as everywhere here: a letter has the same form whatever stands before it.
fn fall_back(letter: char, used: &[ID], all: &Database) -> Option<ID> {
    let wanted = all.face(*used.first()?)?;
    let has = |face: &&FaceInfo| {
        let covers = |data: &[u8], index| {
            FontRef::from_index(data, index).is_ok_and(|font| font.charmap().map(letter).is_some())
        };
        !used.contains(&face.id) && all.with_face_data(face.id, covers) == Some(true)
    };
    let far = |face: &&FaceInfo| {
        let weight = face.weight.0.abs_diff(wanted.weight.0);
        (
            face.style != wanted.style,
            weight,
            face.stretch != wanted.stretch,
            face.monospaced,
            !fonts::is_plain(face),
        )
    };
    all.faces().filter(has).min_by_key(far).map(|face| face.id)
}
