//! XMP in an MP4 or MOV: a box of the file, or one of what people say of it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::{MAX_PARTS, Parts};

/// What a box of any kind begins with where it is XMP.
const XMP: [u8; 16] =
    [0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac];

impl Parts {
    pub(super) fn of_boxes(&mut self, file: &mut File) -> std::io::Result<()> {
        let whole = 0..file.metadata()?.len();
        for (name, content) in boxes(file, whole)? {
            match &name {
                b"uuid" => {
                    let mut kind = [0; 16];
                    file.seek(SeekFrom::Start(content.start))?;
                    if file.read_exact(&mut kind).is_ok() && kind == XMP {
                        self.add(b"XMP", "MP4");
                    }
                }
                b"moov" => {
                    let inner = boxes(file, content)?.into_iter().filter(|(name, _)| name == b"udta");
                    for (_, said) in inner.collect::<Vec<_>>() {
                        if boxes(file, said)?.iter().any(|(name, _)| name == b"XMP_") {
                            self.add(b"XMP", "MP4");
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The boxes in a part of a file: what each is called, and where its content is.
fn boxes(file: &mut File, within: Range<u64>) -> std::io::Result<Vec<([u8; 4], Range<u64>)>> {
    let (mut at, mut found) = (within.start, Vec::new());
    while at + 8 <= within.end && found.len() < MAX_PARTS {
        let mut head = [0; 16];
        file.seek(SeekFrom::Start(at))?;
        let known = usize::try_from((within.end - at).min(16)).unwrap_or_default();
        file.read_exact(&mut head[..known])?;
        let [a, b, c, d, name @ .., _, _, _, _, _, _, _, _] = head;
        let long = u64::from_be_bytes([
            head[8], head[9], head[10], head[11], head[12], head[13], head[14], head[15],
        ]);
        let (before, length) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, within.end - at),
            1 => (16, long),
            short => (8, short.into()),
        };
        let end = at.saturating_add(length).min(within.end);
        if length < before || at + before > end {
            break;
        }
        found.push((name, at + before..end));
        at = end;
    }
    Ok(found)
}
