//! Whether a film or a sound is as long as it says, where ffmpeg is content with what there is.

mod boxes;
mod mpeg;
mod pages;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// How much of the start of a file is looked at, and of its end: parts that follow each other are smaller.
const LOOKED_AT: u64 = 128 << 10;

/// A file, as far as it is looked at.
struct Looked {
    file: File,
    length: u64,
    start: Vec<u8>,
    end: Vec<u8>,
}

/// Whether the file ends before its content does.
pub(super) fn breaks_off(path: &Path) -> bool {
    Looked::at(path).is_ok_and(|mut looked| looked.breaks_off().unwrap_or_default())
}

impl Looked {
    fn at(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let (mut start, mut end) = (Vec::new(), Vec::new());
        (&mut file).take(LOOKED_AT).read_to_end(&mut start)?;
        file.seek(SeekFrom::Start(length.saturating_sub(LOOKED_AT)))?;
        file.read_to_end(&mut end)?;
        Ok(Self { file, length, start, end })
    }

    /// By how the file begins. None where what it says cannot be read.
    fn breaks_off(&mut self) -> Option<bool> {
        match self.start.get(..12)? {
            [b'R', b'I', b'F', b'F', ..] => {
                let size = u32::from_le_bytes(self.start.get(4..8)?.try_into().ok()?);
                // What was written into a pipe does not know its size.
                Some(size != 0 && size != u32::MAX && u64::from(size) + 8 > self.length.next_multiple_of(2))
            }
            [b'O', b'g', b'g', b'S', ..] => Some(!pages::end_with_last(&self.end)),
            [0x1a, 0x45, 0xdf, 0xa3, ..] => boxes::segment_ends(&self.start).map(|end| end > self.length),
            [b'F', b'L', b'V', ..] => Some(!mpeg::tag_is_whole(&self.end)),
            [0, 0, 1, 0xba, ..] => mpeg::packet_breaks_off(&self.end),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] | [_, _, _, _, b'm', b'o', b'o', b'v', ..] => {
                boxes::break_off(&mut self.file, self.length)
            }
            [b'I', b'D', b'3', ..] | [0xff, 0xe0..=0xff, ..] => {
                mpeg::frames_end(&self.start).map(|end| end > self.length)
            }
            _ => mpeg::packets_break_off(&self.start, self.length),
        }
    }
}
