//! Pictures in the comments of Ogg, which are the second packet of its first stream.

use std::fs::File;
use std::io::{Read, Seek};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::block::of_block;

/// How many pages and comments are looked at, and how long all comments may be.
const MAX_PARTS: usize = 10_000;
const MAX_COMMENTS: usize = 64 << 20;

/// All pictures, and whether the type of each is known.
pub(super) fn pictures(mut file: File) -> std::io::Result<Vec<(bool, Vec<u8>)>> {
    file.rewind()?;
    let (mut packet, mut number, mut first) = (Vec::<u8>::new(), 0, None);
    for _ in 0..MAX_PARTS {
        let mut head = [0; 27];
        file.read_exact(&mut head)?;
        let mut lengths = vec![0; head[26].into()];
        file.read_exact(&mut lengths)?;
        let mut page = vec![0; lengths.iter().map(|length| usize::from(*length)).sum()];
        file.read_exact(&mut page)?;
        let stream = [head[14], head[15], head[16], head[17]];
        if *first.get_or_insert(stream) != stream {
            continue;
        }
        let mut rest = page.as_slice();
        for length in lengths {
            let (piece, next) = rest.split_at(length.into());
            rest = next;
            if number == 1 {
                packet.extend(piece);
            }
            // A piece that is not full is the last one of its packet.
            if length < u8::MAX {
                number += 1;
            }
            if number == 2 || packet.len() > MAX_COMMENTS {
                return Ok(of_comments(&packet).unwrap_or_default());
            }
        }
    }
    Ok(Vec::new())
}

fn of_comments(packet: &[u8]) -> Option<Vec<(bool, Vec<u8>)>> {
    const NAME: &[u8] = b"METADATA_BLOCK_PICTURE=";
    // What each codec begins them with; FLAC has the head of a block there.
    let starts = [&b"\x03vorbis"[..], b"OpusTags", b"\x81theora"];
    let start = starts.iter().find(|start| packet.starts_with(start)).map_or(4, |start| start.len());
    let (_, rest) = part(packet.get(start..)?)?;
    let (count, mut rest) = rest.split_first_chunk()?;
    let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
    let mut found = Vec::new();
    for _ in 0..count.min(MAX_PARTS) {
        let (comment, next) = part(rest)?;
        rest = next;
        let text = comment.split_at_checked(NAME.len()).filter(|(name, _)| name.eq_ignore_ascii_case(NAME));
        let block = text.and_then(|(_, text)| STANDARD.decode(text).ok());
        found.extend(block.and_then(|block| of_block(&block)));
    }
    Some(found)
}

/// What stands behind its length, and the rest.
fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}
