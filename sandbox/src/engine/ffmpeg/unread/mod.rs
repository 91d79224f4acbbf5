//! Parts of a file that ffmpeg passes over without a word: frames of ID3, chunks of WAV, blocks of FLAC, what stands at the
//! end of an MP3, XMP in an MP4.

mod boxes;
mod end;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::Progress;
use super::id3::{self, Frame};
use super::said::{Said, is_known_in_ape};

/// How many parts are looked at, and how much of a tag.
const MAX_PARTS: usize = 10_000;
const MAX_TAG: u64 = 64 << 20;

/// Frames of ID3 that ffmpeg reads besides all texts, in both lengths of their names; and what is none.
const FRAMES: [&[u8]; 13] = [
    b"APIC", b"COMM", b"USLT", b"CHAP", b"CTOC", b"PRIV", b"PIC", b"COM", b"ULT", b"SEEK", b"ASPI", b"MLLT",
    b"RBUF",
];
/// Chunks of WAV that ffmpeg reads, that say how the sound is stored, or that are empty.
const CHUNKS: [&[u8; 4]; 13] = [
    b"fmt ", b"data", b"fact", b"bext", b"ds64", b"PEAK", b"cue ", b"JUNK", b"junk", b"PAD ", b"FLLR",
    b"FILL", b"SMV0",
];

/// Names the parts that are in no output. What is said there, is elsewhere.
pub(super) fn tell(path: &Path, said: Option<&Said>, progress: &Progress) {
    let mut parts = Parts { is_said: said.is_some(), ..Parts::default() };
    // What is found before something that cannot be read, counts.
    let _ = File::open(path).and_then(|file| parts.of(file));
    parts.names.extend(said.into_iter().flat_map(Said::untaken).map(str::to_owned));
    if !parts.names.is_empty() {
        let names: Vec<&str> = parts.names.iter().map(String::as_str).collect();
        progress.warn(format!("These parts of the file are lost: {}", names.join(", ")));
    }
}

#[derive(Default)]
struct Parts {
    names: BTreeSet<String>,
    /// Whether texts in tags that ffmpeg passes over are read by others.
    is_said: bool,
}

impl Parts {
    fn of(&mut self, mut file: File) -> std::io::Result<()> {
        let mut head = [0; 12];
        file.read_exact(&mut head)?;
        match head {
            [b'I', b'D', b'3', ..] => {
                self.of_id3(&id3::frames(&mut file, 0)?.1);
                self.of_end(&mut file)?;
            }
            [0xff, 0xe0..=0xff, ..] => self.of_end(&mut file)?,
            [_, _, _, _, b'f', b't', b'y', b'p', ..] | [_, _, _, _, b'm', b'o', b'o', b'v', ..] => {
                self.of_boxes(&mut file)?;
            }
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E'] => self.of_wav(&mut file)?,
            [b'f', b'L', b'a', b'C', ..] => self.of_flac(&mut file)?,
            _ => {}
        }
        Ok(())
    }

    fn of_id3(&mut self, frames: &[Frame]) {
        for Frame { name, locked, .. } in frames {
            let is_read = name[0] == b'T' || FRAMES.contains(&name.as_slice());
            if !is_read || locked.is_some() {
                self.add(name, "ID3");
            }
        }
    }

    fn of_wav(&mut self, file: &mut File) -> std::io::Result<()> {
        let (length, mut at) = (file.metadata()?.len(), 12);
        for _ in 0..MAX_PARTS {
            let mut head = [0; 12];
            file.seek(SeekFrom::Start(at))?;
            let count = usize::try_from(length.saturating_sub(at).min(12)).unwrap_or_default();
            file.read_exact(&mut head[..count])?;
            if count < 8 {
                break;
            }
            let (name, rest) = head.split_at(4);
            let (size, kind) = rest.split_at(4);
            // Texts, and the names of chapters.
            let texts = name == b"LIST" && matches!(kind, b"INFO" | b"adtl");
            if self.is_said && name.eq_ignore_ascii_case(b"id3 ") {
                self.of_id3(&id3::frames(file, at + 8)?.1);
            } else if name == b"LIST" && !texts {
                self.add(kind, "WAV");
            } else if !texts && !CHUNKS.iter().any(|known| *known == name) {
                self.add(name, "WAV");
            }
            let size = u32::from_le_bytes([size[0], size[1], size[2], size[3]]);
            if size == u32::MAX {
                break;
            }
            at += 8 + u64::from(size).next_multiple_of(2);
        }
        Ok(())
    }

    fn of_flac(&mut self, file: &mut File) -> std::io::Result<()> {
        const LAST: u8 = 0x80;
        const APPLICATION: u8 = 2;
        let mut at = 4;
        for _ in 0..MAX_PARTS {
            let mut head = [0; 8];
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut head)?;
            let [kind, a, b, c, name @ ..] = head;
            if kind & !LAST == APPLICATION {
                self.add(&name, "FLAC");
            }
            if kind & LAST != 0 {
                break;
            }
            at += 4 + u64::from(u32::from_be_bytes([0, a, b, c]));
        }
        Ok(())
    }

    fn add(&mut self, name: &[u8], format: &str) {
        let name: String =
            name.iter().filter(|byte| byte.is_ascii_graphic()).map(|byte| char::from(*byte)).collect();
        if !name.is_empty() {
            self.names.insert(format!("{name} ({format})"));
        }
    }
}
