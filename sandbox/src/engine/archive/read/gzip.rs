//! What is packed by gzip, as `gzip` itself reads it: parts one behind the other, and zeros or other things behind them.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

const MAGIC: [u8; 2] = [MAGIC_START, 0x8b];
const MAGIC_START: u8 = 0x1f;
/// How other programs begin what they pack.
const OTHERS: [(&[u8], &str); 7] = [
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"PK\x03\x04", "ZIP"),
];

pub(super) enum Gzip<R> {
    Packed(Box<GzDecoder<R>>),
    /// Browsers unpack what a server calls packed, and leave the name as it was.
    Plain(R),
    /// Behind the last part.
    Over {
        has_more: bool,
    },
}

impl<R: BufRead> Gzip<R> {
    pub(super) fn new(mut input: R) -> io::Result<Self> {
        let start = input.fill_buf()?;
        if let Some((_, name)) = OTHERS.iter().find(|(magic, _)| start.starts_with(magic)) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("it is packed by {name}, not by gzip"),
            ));
        }
        let is_plain = !start.starts_with(&MAGIC) && start.get(257..262) == Some(b"ustar");
        Ok(if is_plain { Self::Plain(input) } else { Self::Packed(Box::new(GzDecoder::new(input))) })
    }

    /// Whether there is something else behind what was packed.
    pub(super) const fn has_more(&self) -> bool {
        matches!(self, Self::Over { has_more: true })
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let decoder = match self {
                Self::Plain(input) => return input.read(buffer),
                Self::Over { .. } => return Ok(0),
                Self::Packed(decoder) => decoder,
            };
            let read = decoder.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Self::Packed(decoder) = std::mem::replace(self, Self::Over { has_more: false }) else {
                return Ok(0);
            };
            let mut input = decoder.into_inner();
            *self = match after(&mut input)? {
                Some(MAGIC_START) => Self::Packed(Box::new(GzDecoder::new(input))),
                more => Self::Over { has_more: more.is_some() },
            };
        }
    }
}

/// The first byte of what comes next; tapes and disks fill up with zeros, which are none.
fn after(input: &mut impl BufRead) -> io::Result<Option<u8>> {
    let mut is_padded = false;
    loop {
        let next = input.fill_buf()?;
        let zeros = next.iter().take_while(|byte| **byte == 0).count();
        match next.get(zeros) {
            // Behind zeros nothing goes on.
            Some(_) if is_padded || zeros > 0 => return Ok(Some(0)),
            Some(first) => return Ok(Some(*first)),
            None if zeros == 0 => return Ok(None),
            None => {
                is_padded = true;
                input.consume(zeros);
            }
        }
    }
}
