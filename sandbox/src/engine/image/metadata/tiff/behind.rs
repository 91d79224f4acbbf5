//! What stands behind the end of a TIFF.

use std::collections::HashSet;

use super::super::structure::Directory;
use super::{EXIF, GPS, INTEROPERABILITY, SUB_DIRECTORIES};

/// How many directories are looked at.
const MAX_DIRECTORIES: usize = 10_000;
/// How many bytes GDAL repeats.
const REPEATED: usize = 4;
/// Directories that belong to one: of what all pages have, and of what only its entries lead to.
const INNER: [u16; 5] = [400, SUB_DIRECTORIES, EXIF, GPS, INTEROPERABILITY];
/// Where parts begin, and how long each is: strips, tiles, and a small JPEG.
const PARTS: [(u16, u16); 3] = [(273, 279), (324, 325), (513, 514)];

/// Tells of it. None also where it is not known where the file ends.
pub(in crate::engine::image) fn behind(file: &[u8]) -> Option<String> {
    let end = end(file)?;
    let (before, rest) = file.split_at_checked(end)?;
    // GDAL repeats the last bytes of a tile behind it.
    if rest.len() == REPEATED && before.ends_with(rest) {
        return None;
    }
    super::super::behind(file, end)
}

/// Where the directories of those pages begin of which all is in the file, by what they say.
pub(in crate::engine::image) fn whole_pages(file: &[u8]) -> HashSet<u64> {
    let is_whole = |directory: &Directory| {
        let end = directory.end(file).and_then(|end| Some(end.max(end_of_parts(file, *directory)?)));
        end.is_some_and(|end| end <= file.len())
    };
    let all = std::iter::successors(Directory::first(file), |directory| directory.next(file));
    let all = all.take(MAX_DIRECTORIES).filter(is_whole);
    all.map(|directory| directory.place as u64).collect()
}

/// Where the last of its pixels end.
fn end_of_parts(file: &[u8], directory: Directory) -> Option<usize> {
    let mut end = 0;
    for (starts, lengths) in PARTS {
        if directory.entry(file, starts).is_none() {
            continue;
        }
        let (starts, lengths) = (directory.values(file, starts)?, directory.values(file, lengths)?);
        for (start, length) in starts.into_iter().zip(lengths) {
            end = end.max(usize::try_from(start.checked_add(length)?).ok()?);
        }
    }
    Some(end)
}

fn end(file: &[u8]) -> Option<usize> {
    let (mut end, mut seen) = (0, HashSet::new());
    let mut waiting = vec![Directory::first(file)?];
    while let Some(directory) = waiting.pop() {
        if !seen.insert(directory.place) {
            continue;
        }
        if seen.len() > MAX_DIRECTORIES {
            return None;
        }
        end = end.max(directory.end(file)?);
        end = end.max(end_of_parts(file, directory)?);
        waiting.extend(directory.next(file));
        for place in INNER.into_iter().filter_map(|tag| directory.values(file, tag)).flatten() {
            waiting.push(Directory::placed(file, place)?);
        }
    }
    Some(end)
}
