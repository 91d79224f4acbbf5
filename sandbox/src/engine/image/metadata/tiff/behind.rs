//! What stands behind the end of a TIFF.

use std::collections::HashSet;

use super::super::structure::Directory;
use super::{EXIF, GPS, INTEROPERABILITY, SUB_DIRECTORIES};

/// How many directories are looked at.
const MAX_DIRECTORIES: usize = 10_000;
/// Directories that belong to one: of what all pages have, and of what only its entries lead to.
const INNER: [u16; 5] = [400, SUB_DIRECTORIES, EXIF, GPS, INTEROPERABILITY];
/// Where parts begin, and how long each is: strips, tiles, and a small JPEG.
const PARTS: [(u16, u16); 3] = [(273, 279), (324, 325), (513, 514)];

/// Tells of it. None also where it is not known where the file ends.
pub(in crate::engine::image) fn behind(file: &[u8]) -> Option<String> {
    super::super::behind(file, end(file)?)
}

fn end(file: &[u8]) -> Option<usize> {
    let number = |value: u64| usize::try_from(value).ok();
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
        for (starts, lengths) in PARTS {
            if directory.entry(file, starts).is_none() {
                continue;
            }
            let (starts, lengths) = (directory.values(file, starts)?, directory.values(file, lengths)?);
            for (start, length) in starts.into_iter().zip(lengths) {
                end = end.max(number(start.checked_add(length)?)?);
            }
        }
        waiting.extend(directory.next(file));
        for place in INNER.into_iter().filter_map(|tag| directory.values(file, tag)).flatten() {
            waiting.push(Directory::placed(file, place)?);
        }
    }
    Some(end)
}
