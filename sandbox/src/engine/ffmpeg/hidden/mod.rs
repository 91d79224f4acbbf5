//! Cover pictures that ffmpeg passes over, because it does not know the type that is said of them.

mod block;
mod ogg;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::id3;
use block::{KNOWN, of_block};

/// How many parts are looked at.
const MAX_PARTS: usize = 10_000;

/// The pictures in ID3, FLAC and Ogg that are not among those that ffmpeg has seen.
pub(super) fn pictures(path: &Path, seen: usize) -> Vec<Vec<u8>> {
    let all = File::open(path).ok().and_then(|file| all(file).ok()).unwrap_or_default();
    let count = all.len().saturating_sub(seen);
    all.into_iter().filter(|(known, _)| !known).take(count).map(|(_, picture)| picture).collect()
}

/// All pictures, and whether the type of each is known.
fn all(mut file: File) -> std::io::Result<Vec<(bool, Vec<u8>)>> {
    let mut head = [0; 10];
    file.read_exact(&mut head)?;
    match head {
        [b'I', b'D', b'3', ..] => {
            let (version, frames) = id3::frames(&mut file, 0)?;
            let pictures = frames
                .into_iter()
                .filter(|frame| frame.locked.is_none() && matches!(frame.name.as_slice(), b"APIC" | b"PIC"));
            Ok(pictures.filter_map(|frame| of_frame(&frame.content, version)).collect())
        }
        [b'f', b'L', b'a', b'C', ..] => of_flac(file),
        [b'O', b'g', b'g', b'S', ..] => ogg::pictures(file),
        _ => Ok(Vec::new()),
    }
}

/// The picture of a frame. None also where it is elsewhere.
fn of_frame(frame: &[u8], version: u8) -> Option<(bool, Vec<u8>)> {
    const ELSEWHERE: &[u8] = b"-->";
    let (encoding, rest) = frame.split_first()?;
    let (kind, rest) = if version == 2 {
        rest.split_at_checked(3)?
    } else {
        let end = memchr::memchr(0, rest)?;
        (&rest[..end], &rest[end + 1..])
    };
    // What it shows, and a description.
    let rest = rest.get(1..)?;
    let start = if matches!(encoding, 1 | 2) {
        2 * rest.chunks_exact(2).position(|letter| letter == [0, 0])? + 2
    } else {
        memchr::memchr(0, rest)? + 1
    };
    let picture = rest.get(start..).filter(|picture| !picture.is_empty() && kind != ELSEWHERE)?;
    let kind = kind.to_ascii_lowercase();
    Some((KNOWN.iter().any(|known| known.as_bytes() == kind), picture.to_vec()))
}

fn of_flac(mut file: File) -> std::io::Result<Vec<(bool, Vec<u8>)>> {
    const LAST: u8 = 0x80;
    const PICTURE: u8 = 6;
    let (mut at, mut found) = (4, Vec::new());
    for _ in 0..MAX_PARTS {
        let mut head = [0; 4];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut head)?;
        let length = u64::from(u32::from_be_bytes([0, head[1], head[2], head[3]]));
        if head[0] & !LAST == PICTURE {
            let mut block = Vec::new();
            (&mut file).take(length).read_to_end(&mut block)?;
            found.extend(of_block(&block));
        }
        if head[0] & LAST != 0 {
            break;
        }
        at += 4 + length;
    }
    Ok(found)
}
