//! What stands at the end of an MP3: items of `APEv2`, and words of songs as Lyrics3.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::{MAX_PARTS, MAX_TAG, Parts, is_known_in_ape};

/// A tag of ID3 in its first version, which is the very last.
const ID3V1: u64 = 128;

impl Parts {
    pub(super) fn of_end(&mut self, file: &mut File) -> std::io::Result<()> {
        let mut end = file.metadata()?.len();
        if read(file, end, ID3V1)?.starts_with(b"TAG") {
            end -= ID3V1;
        }
        // Either may stand before the other.
        for _ in 0..2 {
            end -= self.of_lyrics(file, end)?;
            end -= self.of_ape(file, end)?;
        }
        Ok(())
    }

    /// Names the items of a tag that ends here; gives how long it is.
    fn of_ape(&mut self, file: &mut File, end: u64) -> std::io::Result<u64> {
        const FOOT: usize = 32;
        let foot = read(file, end, FOOT as u64)?;
        let Some(numbers) = foot.strip_prefix(b"APETAGEX") else { return Ok(0) };
        let number = |at: usize| numbers.get(at..at + 4).map_or(0, little);
        // The version, the length without a head, how many items, and flags.
        let (length, has_head) = (u64::from(number(4)), number(12) >> 31 == 1);
        let whole = length + if has_head { FOOT as u64 } else { 0 };
        if whole > end {
            return Ok(0);
        }
        let tag = read(file, end, length.min(MAX_TAG))?;
        let mut rest = tag.as_slice();
        for _ in 0..number(8).min(u32::try_from(MAX_PARTS).unwrap_or(u32::MAX)) {
            let Some((head, item)) = rest.split_at_checked(8) else { break };
            let Some(name) = item.split(|byte| *byte == 0).next() else { break };
            if !self.is_said || !is_known_in_ape(name) {
                self.add(name, "APE");
            }
            let Some(next) = item.get(name.len() + 1 + little(&head[..4]) as usize..) else { break };
            rest = next;
        }
        Ok(whole)
    }

    fn of_lyrics(&mut self, file: &mut File, end: u64) -> std::io::Result<u64> {
        // `000042LYRICS200`: the length of what is before it.
        const SIGN: &[u8] = b"LYRICS200";
        let foot = read(file, end, 15)?;
        let length =
            foot.strip_suffix(SIGN).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<u64>().ok());
        let Some(length) = length.filter(|length| length + 15 <= end) else { return Ok(0) };
        self.add(b"Lyrics3", "MP3");
        Ok(length + 15)
    }
}

fn little(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

/// So many bytes before a place; none where there are fewer.
fn read(file: &mut File, end: u64, count: u64) -> std::io::Result<Vec<u8>> {
    let Some(from) = end.checked_sub(count) else { return Ok(Vec::new()) };
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}
