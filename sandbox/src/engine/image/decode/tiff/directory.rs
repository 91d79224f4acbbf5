//! The directories of a TIFF, before the crate `tiff` reads it: what it would refuse is said otherwise there. Palettes,
//! `CIELab` and unusual depths become plain numbers, which are painted afterwards, and what is packed by LZMA is unpacked.

use std::collections::HashMap;
use std::io::{self, Read};

use lzma_rust2::XzReader;
use tiff::tags::{PhotometricInterpretation, Tag};
use weezl::decode::Configuration;
use weezl::{BitOrder, LzwStatus};

use super::super::super::metadata::structure::Directory;
use super::super::opened::MAX_MEMORY;
use super::file::MAX_PAGES;
use super::lab::Stored;
use super::packed::Packed;
use crate::engine::Failure;

/// `PhotometricInterpretation`.
const COLOR: u16 = 262;
const UNPACKED: u64 = 1;
const LZW: u64 = 5;
const LZMA: u64 = 34_925;

/// What the numbers of a page are, where the file does not say it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hidden {
    Palette,
    Lab(Stored),
    Packed(Packed),
}

/// Prepares a file to be read. Gives what is hidden of which page, by where its directory is.
pub(super) fn prepare(file: &mut Vec<u8>) -> Result<HashMap<u64, Hidden>, Failure> {
    let mut hidden = HashMap::new();
    let mut unpacked = 0;
    let mut next = Directory::first(file);
    for number in 0..MAX_PAGES {
        let Some(directory) = next else { break };
        if let Some(packed) = Packed::hide(&directory, file) {
            hidden.insert(directory.place as u64, Hidden::Packed(packed));
        } else if let Some((was, shown)) = shown(directory.number(file, COLOR)) {
            if let Some(entry) = directory.entry(file, COLOR) {
                directory.layout.set(file, entry, &[shown.to_u16().into()]);
            }
            hidden.insert(directory.place as u64, was);
        }
        match unpack(&directory, file, &mut unpacked) {
            // Of a file that is broken off, the pages before are whole.
            Err(Failure::BadInput(_)) if number > 0 => break,
            result => result?,
        }
        next = directory.next(file);
    }
    Ok(hidden)
}

/// What is hidden of colours that the crate `tiff` would refuse, and what it is shown instead.
fn shown(color: Option<u64>) -> Option<(Hidden, PhotometricInterpretation)> {
    use PhotometricInterpretation::{BlackIsZero, CIELab, IccLab, RGB, RGBPalette};
    let color = PhotometricInterpretation::from_u16(u16::try_from(color?).ok()?)?;
    Some(match color {
        RGBPalette => (Hidden::Palette, BlackIsZero),
        CIELab => (Hidden::Lab(Stored::Signed), RGB),
        IccLab => (Hidden::Lab(Stored::Shifted), RGB),
        _ => return None,
    })
}

/// Unpacks what is packed by LZMA, and tiles packed by LZW, behind the end of the file; all pages together within the limit.
fn unpack(directory: &Directory, file: &mut Vec<u8>, unpacked: &mut u64) -> Result<(), Failure> {
    let Some(packing) = directory.entry(file, Tag::Compression.to_u16()) else { return Ok(()) };
    let tiles = directory.entry(file, Tag::TileOffsets.to_u16()).is_some();
    let kind = directory.number(file, Tag::Compression.to_u16()).unwrap_or(UNPACKED);
    // The crate `tiff` does not come to the end of a row of tiles that is wider than the picture.
    if kind != LZMA && (kind != LZW || !tiles) {
        return Ok(());
    }
    let pairs = [(Tag::StripOffsets, Tag::StripByteCounts), (Tag::TileOffsets, Tag::TileByteCounts)];
    let part = |tag: Tag| {
        let tag = tag.to_u16();
        directory.entry(file, tag).zip(directory.values(file, tag))
    };
    let parts = pairs.into_iter().find_map(|(at, length)| part(at).zip(part(length)));
    let broken = || Failure::BadInput("The parts of the TIFF cannot be found".into());
    let ((at, offsets), (length, lengths)) = parts.ok_or_else(broken)?;
    let (mut places, mut sizes) = (Vec::new(), Vec::new());
    for (offset, length) in offsets.into_iter().zip(lengths) {
        let part = usize::try_from(offset).ok().zip(usize::try_from(offset.saturating_add(length)).ok());
        let packed = part.and_then(|(start, end)| file.get(start..end)).ok_or_else(broken)?;
        let mut bytes = Vec::new();
        let most = MAX_MEMORY.saturating_sub(*unpacked) + 1;
        let read = if kind == LZW {
            unpack_lzw(packed, most, &mut bytes)
        } else {
            XzReader::new(packed, false).take(most).read_to_end(&mut bytes).map(drop)
        };
        read.map_err(|error| Failure::corrupt("tiff image", error))?;
        *unpacked += bytes.len() as u64;
        if *unpacked > MAX_MEMORY {
            return Err(Failure::BadInput("The TIFF is too large when it is unpacked".into()));
        }
        places.push(file.len() as u64);
        sizes.push(bytes.len() as u64);
        file.extend(bytes);
    }
    directory.layout.set(file, at, &places);
    directory.layout.set(file, length, &sizes);
    directory.layout.set(file, packing, &[UNPACKED]);
    Ok(())
}

/// As much as there is, up to this many bytes.
fn unpack_lzw(mut packed: &[u8], most: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut decoder = Configuration::with_tiff_size_switch(BitOrder::Msb, 8).build();
    let mut buffer = [0; 1 << 14];
    while (bytes.len() as u64) < most {
        let done = decoder.decode_bytes(packed, &mut buffer);
        packed = &packed[done.consumed_in..];
        bytes.extend(&buffer[..done.consumed_out]);
        // Some programs leave out the code of the end.
        if !matches!(done.status.map_err(io::Error::other)?, LzwStatus::Ok) {
            break;
        }
    }
    Ok(())
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
