//! Files of boxes, each of which says how long it is: MP4 and its like, and Matroska.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// How many boxes beside each other are looked at.
const MAX_BOXES: usize = 100_000;

/// Whether the last box of an MP4 ends behind the file.
pub(super) fn break_off(file: &mut File, length: u64) -> Option<bool> {
    const HEAD: u64 = 8;
    let mut at = 0;
    for _ in 0..MAX_BOXES {
        if at + HEAD > length {
            break;
        }
        let mut head = [0; 16];
        file.seek(SeekFrom::Start(at)).ok()?;
        let read = head.len().min(usize::try_from(length - at).ok()?);
        file.read_exact(&mut head[..read]).ok()?;
        let size = match u32::from_be_bytes(head[..4].try_into().ok()?) {
            // It goes on to the end of the file.
            0 => return Some(false),
            1 => u64::from_be_bytes(head[8..].try_into().ok()?),
            size => size.into(),
        };
        let named = head[4..8].iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ' || *byte == 0xa9);
        if size < HEAD || !named {
            return None;
        }
        at = at.checked_add(size)?;
        if at > length {
            return Some(true);
        }
    }
    Some(false)
}

/// Where the content of a Matroska ends, where it says it: what was written into a pipe does not.
pub(super) fn segment_ends(start: &[u8]) -> Option<u64> {
    const SEGMENT: &[u8] = &[0x18, 0x53, 0x80, 0x67];
    let (length, head) = number(start.get(4..)?)?;
    let segment = usize::try_from(length?).ok()?.checked_add(4 + head)?;
    let (length, head) = number(start.get(segment..)?.strip_prefix(SEGMENT)?)?;
    length?.checked_add((segment + SEGMENT.len() + head) as u64)
}

/// A length of EBML, None where it is unknown, and how many bytes it takes.
fn number(bytes: &[u8]) -> Option<(Option<u64>, usize)> {
    let first = *bytes.first()?;
    let more = usize::try_from(first.leading_zeros()).ok().filter(|more| *more < 8)?;
    let most = (1_u64 << (7 * (more + 1))) - 1;
    let all = bytes.get(..=more)?.iter().fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
    let value = all & most;
    Some(((value < most).then_some(value), more + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_segment() {
        let whole = [&b"\x1a\x45\xdf\xa3\x83abc\x18\x53\x80\x67"[..], &[0x40, 100]].concat();
        assert_eq!(segment_ends(&whole), Some(14 + 100));
        let endless = [&whole[..12], &[0x01, 255, 255, 255, 255, 255, 255, 255]].concat();
        assert_eq!(segment_ends(&endless), None);
        for end in 0..whole.len() {
            assert_eq!(segment_ends(&whole[..end]), None);
        }
    }
}
