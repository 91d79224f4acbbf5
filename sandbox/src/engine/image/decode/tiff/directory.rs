//! The directories of a TIFF, before the crate `tiff` reads it: what it would refuse is said otherwise there. Palettes and
//! `CIELab` become plain numbers, which are painted afterwards, and what is packed by LZMA is unpacked.

use std::collections::HashMap;
use std::io::Read;

use lzma_rust2::XzReader;
use tiff::tags::{PhotometricInterpretation, Tag};

use super::lab::Stored;
use super::{MAX_MEMORY, MAX_PAGES};
use crate::engine::Failure;

const SHORT: u64 = 3;
const LONG: u64 = 4;
const LONG8: u64 = 16;
const UNPACKED: u64 = 1;
const LZMA: u64 = 34_925;

/// What the numbers of a page are, where the file does not say it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hidden {
    Palette,
    Lab(Stored),
}

/// Prepares a file to be read. Gives what is hidden of which page, by where its directory is.
pub(super) fn prepare(file: &mut Vec<u8>) -> Result<HashMap<u64, Hidden>, Failure> {
    let mut hidden = HashMap::new();
    let Some(layout) = Layout::of(file) else { return Ok(hidden) };
    let mut unpacked = 0;
    let mut next = layout.number(file, if layout.big { 8 } else { 4 }, layout.offset());
    for _ in 0..MAX_PAGES {
        let Some(place) = next.filter(|at| *at > 0) else { break };
        let Some(directory) = Directory::at(file, layout, place) else { break };
        let color = directory.entry(file, Tag::PhotometricInterpretation);
        let kind = |kind: PhotometricInterpretation| u64::from(kind.to_u16());
        let shown = match color.and_then(|entry| layout.values(file, entry)).as_deref() {
            Some([color]) if *color == kind(PhotometricInterpretation::RGBPalette) => {
                Some((Hidden::Palette, PhotometricInterpretation::BlackIsZero))
            }
            Some([color]) if *color == kind(PhotometricInterpretation::CIELab) => {
                Some((Hidden::Lab(Stored::Signed), PhotometricInterpretation::RGB))
            }
            Some([color]) if *color == kind(PhotometricInterpretation::IccLab) => {
                Some((Hidden::Lab(Stored::Shifted), PhotometricInterpretation::RGB))
            }
            _ => None,
        };
        if let (Some(entry), Some((was, shown))) = (color, shown) {
            layout.set(file, entry, &[kind(shown)]);
            hidden.insert(place as u64, was);
        }
        directory.unpack(file, &mut unpacked)?;
        next = layout.number(file, directory.end(), layout.offset());
    }
    Ok(hidden)
}

/// How numbers stand in the file.
#[derive(Clone, Copy)]
struct Layout {
    little: bool,
    /// Whether it is a `BigTIFF`, whose counts and offsets have 64 bits.
    big: bool,
}

impl Layout {
    fn of(file: &[u8]) -> Option<Self> {
        Some(match file.get(..4)? {
            b"II\x2a\0" => Self { little: true, big: false },
            b"MM\0\x2a" => Self { little: false, big: false },
            b"II\x2b\0" => Self { little: true, big: true },
            b"MM\0\x2b" => Self { little: false, big: true },
            _ => return None,
        })
    }

    /// How long an offset is.
    const fn offset(self) -> usize {
        if self.big { 8 } else { 4 }
    }

    fn number(self, file: &[u8], at: usize, length: usize) -> Option<usize> {
        let bytes = file.get(at..at.checked_add(length)?)?;
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        let value = if self.little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) };
        usize::try_from(value).ok()
    }

    fn bytes(self, value: u64, length: usize) -> Vec<u8> {
        if self.little {
            value.to_le_bytes()[..length].to_vec()
        } else {
            value.to_be_bytes()[8 - length..].to_vec()
        }
    }

    /// Where in an entry its values stand, or the offset to them.
    const fn place(self, entry: usize) -> usize {
        entry + if self.big { 12 } else { 8 }
    }

    /// The whole numbers of an entry.
    fn values(self, file: &[u8], entry: usize) -> Option<Vec<u64>> {
        let size = match self.number(file, entry + 2, 2)? as u64 {
            SHORT => 2,
            LONG => 4,
            LONG8 => 8,
            _ => return None,
        };
        let count = self.number(file, entry + 4, self.offset())?;
        let length = count.checked_mul(size).filter(|length| *length <= file.len())?;
        let place = self.place(entry);
        let start = if length <= self.offset() { place } else { self.number(file, place, self.offset())? };
        (0..count)
            .map(|at| self.number(file, start.checked_add(at * size)?, size).map(|n| n as u64))
            .collect()
    }

    /// Gives an entry other values, behind the end of the file where they are too many for it.
    fn set(self, file: &mut Vec<u8>, entry: usize, values: &[u64]) {
        let (kind, size) = if self.big { (LONG8, 8) } else { (LONG, 4) };
        let bytes: Vec<u8> = values.iter().flat_map(|value| self.bytes(*value, size)).collect();
        let mut written = [self.bytes(kind, 2), self.bytes(values.len() as u64, self.offset())].concat();
        if bytes.len() <= self.offset() {
            written.extend(bytes);
        } else {
            written.extend(self.bytes(file.len() as u64, self.offset()));
            file.extend(bytes);
        }
        file[entry + 2..entry + 2 + written.len()].copy_from_slice(&written);
    }
}

/// The entries of a page, all of which are in the file.
struct Directory {
    layout: Layout,
    first: usize,
    count: usize,
}

impl Directory {
    fn at(file: &[u8], layout: Layout, place: usize) -> Option<Self> {
        let length = if layout.big { 8 } else { 2 };
        let count = layout.number(file, place, length)?;
        let directory = Self { layout, first: place.checked_add(length)?, count };
        let entries = count.checked_mul(directory.entry_length())?;
        (directory.first.checked_add(entries)? <= file.len()).then_some(directory)
    }

    const fn entry_length(&self) -> usize {
        if self.layout.big { 20 } else { 12 }
    }

    const fn end(&self) -> usize {
        self.first + self.count * self.entry_length()
    }

    fn entry(&self, file: &[u8], tag: Tag) -> Option<usize> {
        let entries = (0..self.count).map(|number| self.first + number * self.entry_length());
        let is_it = |entry: &usize| self.layout.number(file, *entry, 2) == Some(tag.to_u16().into());
        entries.into_iter().find(is_it)
    }

    /// Unpacks what is packed by LZMA, behind the end of the file; all pages together within the limit.
    fn unpack(&self, file: &mut Vec<u8>, unpacked: &mut u64) -> Result<(), Failure> {
        let layout = self.layout;
        let Some(packing) = self.entry(file, Tag::Compression) else { return Ok(()) };
        if layout.values(file, packing).as_deref() != Some(&[LZMA]) {
            return Ok(());
        }
        let pairs = [(Tag::StripOffsets, Tag::StripByteCounts), (Tag::TileOffsets, Tag::TileByteCounts)];
        let pair =
            pairs.into_iter().find_map(|(at, length)| self.entry(file, at).zip(self.entry(file, length)));
        let values = |entry| layout.values(file, entry);
        let parts = pair.and_then(|(at, length)| Some((at, length, values(at)?, values(length)?)));
        let broken = || Failure::BadInput("The parts of the TIFF cannot be found".into());
        let (at, length, offsets, lengths) = parts.ok_or_else(broken)?;
        let (mut places, mut sizes) = (Vec::new(), Vec::new());
        for (offset, length) in offsets.into_iter().zip(lengths) {
            let part = usize::try_from(offset).ok().zip(usize::try_from(offset.saturating_add(length)).ok());
            let packed = part.and_then(|(start, end)| file.get(start..end)).ok_or_else(broken)?;
            let mut bytes = Vec::new();
            let most = MAX_MEMORY.saturating_sub(*unpacked);
            let read = XzReader::new(packed, false).take(most + 1).read_to_end(&mut bytes);
            read.map_err(|error| Failure::corrupt("tiff image", error))?;
            *unpacked += bytes.len() as u64;
            if *unpacked > MAX_MEMORY {
                return Err(Failure::BadInput("The TIFF is too large when it is unpacked".into()));
            }
            places.push(file.len() as u64);
            sizes.push(bytes.len() as u64);
            file.extend(bytes);
        }
        layout.set(file, at, &places);
        layout.set(file, length, &sizes);
        layout.set(file, packing, &[UNPACKED]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_at_all_is_read_without_harm() {
        let entry = |tag: u16, value: u32| {
            [&tag.to_le_bytes()[..], &4_u16.to_le_bytes(), &1_u32.to_le_bytes(), &value.to_le_bytes()]
                .concat()
        };
        let mut whole = b"II\x2a\0\x08\0\0\0\x04\0".to_vec();
        whole.extend([entry(259, 34_925), entry(262, 3), entry(273, 8), entry(279, 8)].concat());
        whole.extend([0; 8]);
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..5000 {
            let mut file = whole.clone();
            for _ in 0..4 {
                let at = random.usize(2..file.len());
                file[at] = random.u8(..);
            }
            file.truncate(random.usize(..=file.len()));
            let _ = prepare(&mut file);
        }
        // A directory that leads to itself comes to an end.
        let mut circle = whole.clone();
        let end = circle.len() - 8;
        circle[end..end + 4].copy_from_slice(&8_u32.to_le_bytes());
        circle[10..12].copy_from_slice(&1_u16.to_le_bytes());
        assert_eq!(prepare(&mut circle).unwrap_or_default().len(), 1);
    }
}
