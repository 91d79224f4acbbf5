//! Pages of a TIFF whose parts are JPEGs.

use tiff::tags::Tag;

use super::super::super::metadata::structure::Directory;
use super::super::scans;
use crate::engine::Progress;

/// JPEG as it is stored today.
const JPEG: u64 = 7;
const TABLES: u16 = 347;

/// Tells of a page whose parts are not whole, and which the crate `tiff` reads all the same.
pub(super) fn tell(file: &[u8], place: u64, progress: &Progress) {
    let Some((faults, count)) = faults(file, place).filter(|(faults, _)| *faults > 0) else { return };
    progress.warn(format!(
        "Of a page, {faults} of {count} parts are broken off or damaged; what they lack is grey or looks otherwise"
    ));
}

/// How many of the JPEGs of a page are not whole, and how many there are.
fn faults(file: &[u8], place: u64) -> Option<(usize, usize)> {
    let page = Directory::placed(file, place)?;
    if page.number(file, Tag::Compression.to_u16()) != Some(JPEG) {
        return None;
    }
    let tables = page.tagged(file, TABLES).map(|(_, tables)| tables).unwrap_or_default();
    let values = |tag: Tag| page.values(file, tag.to_u16());
    let strips = || values(Tag::StripOffsets).zip(values(Tag::StripByteCounts));
    let (starts, lengths) = strips().or_else(|| values(Tag::TileOffsets).zip(values(Tag::TileByteCounts)))?;
    let parts = starts.iter().zip(&lengths).filter_map(|(start, length)| {
        let number = |value: u64| usize::try_from(value).ok();
        let (start, end) = (number(*start)?, number(start.saturating_add(*length))?);
        file.get(start..end.min(file.len()))
    });
    Some((parts.filter(|part| scans::fault(tables, part).is_some()).count(), starts.len()))
}
