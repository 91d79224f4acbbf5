//! Streams of packets without a directory: the program and transport streams of MPEG, MP3, and FLV.

/// The start of a pack in a program stream, the end of all, and a packet or a head of one (ISO 13818-1, 2.5.3).
const PACK: u8 = 0xba;
const END: u8 = 0xb9;
const FIRST_PACKET: u8 = 0xbb;
/// So many packets in a row are no chance.
const ENOUGH: usize = 3;

/// Whether the last packet of a program stream ends behind the file. None where no packets are found.
pub(super) fn packet_breaks_off(end: &[u8]) -> Option<bool> {
    let starts = end.windows(4).enumerate().filter(|(_, code)| *code == [0, 0, 1, PACK]);
    starts.into_iter().find_map(|(start, _)| {
        let (mut at, mut count) = (start, 0);
        while let Some(length) = packet(&end[at..]) {
            (at, count) = (at + length, count + 1);
            if at >= end.len() {
                // The end of a file that is shorter than what is looked at may have few.
                return Some(at > end.len());
            }
        }
        let rest = &end[at..];
        // Some fill the end up, by more than the start of a code.
        (count >= ENOUGH && rest.len() < 18).then(|| rest.len() < 4 || rest.iter().any(|byte| *byte != 0))
    })
}

/// How long a pack or a packet is, as far as it says so.
fn packet(bytes: &[u8]) -> Option<usize> {
    match bytes.get(..4)? {
        [0, 0, 1, PACK] => match bytes.get(4)? {
            kind if kind >> 6 == 0b01 => Some(14 + usize::from(bytes.get(13)? & 7)),
            kind if kind >> 4 == 0b0010 => Some(12),
            _ => None,
        },
        [0, 0, 1, END] => Some(4),
        [0, 0, 1, FIRST_PACKET..=0xff] => {
            let [high, low] = bytes.get(4..6)? else { return None };
            Some(6 + usize::from(u16::from_be_bytes([*high, *low])))
        }
        _ => None,
    }
}

/// Whether a transport stream, of packets of one length, ends within one. None where it is none.
pub(super) fn packets_break_off(start: &[u8], length: u64) -> Option<bool> {
    const SYNC: u8 = 0x47;
    // Plain, with times before them, with codes behind them.
    [(188, 0), (192, 4), (204, 0)].into_iter().find_map(|(size, at)| {
        let mut syncs = (0..5).map(|number| start.get(at + number * size));
        syncs.all(|byte| byte == Some(&SYNC)).then(|| !length.is_multiple_of(size as u64))
    })
}

/// Where the frames of an MP3 end, by the count of bytes that its first one may have.
pub(super) fn frames_end(start: &[u8]) -> Option<u64> {
    /// That there is a count of frames, and one of bytes.
    const FRAMES: u32 = 1;
    const BYTES: u32 = 2;
    let first = match start.get(..10)? {
        [b'I', b'D', b'3', _, _, _, size @ ..] => {
            10 + size.iter().fold(0, |sum, byte| sum << 7 | usize::from(byte & 0x7f))
        }
        _ => 0,
    };
    let frame = start.get(first..)?.get(..200)?;
    let named = |name: &[u8]| frame.windows(4).position(|part| part == name);
    let at = named(b"Xing").or_else(|| named(b"Info"))? + 4;
    let number = |at: usize| Some(u32::from_be_bytes(frame.get(at..at + 4)?.try_into().ok()?));
    let flags = number(at)?;
    let bytes = number(at + if flags & FRAMES == 0 { 4 } else { 8 }).filter(|_| flags & BYTES != 0)?;
    (bytes > 0).then(|| first as u64 + u64::from(bytes))
}

/// Whether the last tag of an FLV is whole: behind it is its length.
pub(super) fn tag_is_whole(end: &[u8]) -> bool {
    let behind = || {
        let (rest, length) = end.split_last_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let tag = rest.get(rest.len().checked_sub(length)?..)?;
        let said = tag.get(1..4)?.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        Some(matches!(tag[0] & 0x1f, 8 | 9 | 18) && said + 11 == length)
    };
    behind().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_that_are_cut_at_any_byte() {
        let pack = b"\0\0\x01\xba\x44\0\x04\0\x04\x01\0\0\x03\xf8";
        let packet =
            |kind: u8, length: u8| [&[0, 0, 1, kind, 0, length][..], &vec![7; length.into()]].concat();
        let group = [&pack[..], &packet(0xe0, 200), &packet(0xc0, 40), &packet(0xbe, 3)].concat();
        let whole = group.repeat(4);
        for rest in [&[][..], &[0, 0, 1, END], &[0; 12]] {
            assert_eq!(packet_breaks_off(&[&whole[..], rest].concat()), Some(false), "{rest:?}");
        }
        let ends = [14, 14 + 206, 14 + 206 + 46];
        for cut in whole.len() - group.len() + 1..whole.len() {
            let is_whole = ends.contains(&(cut % group.len()));
            assert_eq!(packet_breaks_off(&whole[..cut]), Some(!is_whole), "{cut}");
        }
        assert_eq!(packet_breaks_off(b"\0\0\x01\xbb"), None);
    }

    #[test]
    fn anything_at_all_is_read_without_harm() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..5000 {
            let mut bytes = vec![0; random.usize(..300)];
            random.fill(&mut bytes);
            let head: &[u8] = random.choice([&b"ID3"[..], b"\xff\xfb", b"\0\0\x01\xba", b"G"]).unwrap();
            bytes.splice(..0, head.iter().copied());
            let _ = (packet_breaks_off(&bytes), packets_break_off(&bytes, 9), frames_end(&bytes));
            tag_is_whole(&bytes);
        }
    }
}
