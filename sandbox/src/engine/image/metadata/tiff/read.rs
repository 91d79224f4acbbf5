//! What the tags of a page say.

use std::collections::BTreeSet;

use super::super::structure::Directory;
use super::super::{COMMENT, Metadata, Resolution, iptc, text, xmp};
use super::alone::Alone;
use super::{DESCRIPTION, IPTC, LAYERS, PHOTOSHOP, PROFILE, SUB_DIRECTORIES, XMP};

const X_RESOLUTION: u16 = 282;
const Y_RESOLUTION: u16 = 283;
const RESOLUTION_UNIT: u16 = 296;
const INCH: u64 = 2;

/// What the page says whose directory begins at this place of the file.
pub(in crate::engine::image) fn read(file: &[u8], place: u64) -> Metadata {
    let Some(page) = Directory::placed(file, place) else { return Metadata::default() };
    let bytes = |tag| {
        let (_, bytes) = page.tagged(file, tag)?;
        Some(bytes.to_vec()).filter(|bytes| !bytes.is_empty())
    };
    let Alone { exif, whole } = Alone::of(file, &page);
    let has = |tag| page.entry(file, tag).is_some();
    let others = [
        (has(SUB_DIRECTORIES), "more pictures of a page (SubIFDs)"),
        (has(LAYERS), "layers of Photoshop"),
        (!whole, "tags that cannot be read"),
    ];
    let others = others.into_iter().filter(|(has, _)| *has).map(|(_, what)| what.to_owned());
    let comment = bytes(DESCRIPTION).and_then(|bytes| text(&bytes));
    let resolution = page.fraction(file, X_RESOLUTION).zip(page.fraction(file, Y_RESOLUTION));
    let unit = page.number(file, RESOLUTION_UNIT).unwrap_or(INCH);
    Metadata {
        icc: bytes(PROFILE),
        exif,
        xmp: bytes(XMP).map(xmp::packet),
        iptc: iptc::joined(bytes(PHOTOSHOP), bytes(IPTC)),
        comments: comment.map(|text| (COMMENT.to_owned(), text)).into_iter().collect(),
        resolution: resolution.and_then(|(x, y)| Resolution::by_unit(unit, x, y)),
        others: others.collect::<BTreeSet<_>>(),
        lay: None,
    }
}
