//! The headers of a tar archive, block by block, up to its end.

use std::io::{self, Read};

use tar::Header;

pub(super) const BLOCK: usize = 512;
/// Where a header has its checksum.
const SUM: std::ops::Range<usize> = 148..156;

/// What is known of the end of an archive.
#[derive(Default)]
pub(super) struct End {
    /// Whether it was seen: a block of zeros.
    is_seen: bool,
    /// Whether something stands behind it that is no archive.
    pub(super) has_more: bool,
}

/// The next header; none at the end. Where archives were joined, one goes on behind the end of the other.
pub(super) fn next_header(input: &mut impl Read, end: &mut End) -> io::Result<Option<Header>> {
    loop {
        let mut header = Header::new_old();
        let mut read = 0;
        while read < BLOCK {
            match input.read(&mut header.as_mut_bytes()[read..])? {
                0 if read == 0 => return Ok(None),
                0 if end.is_seen => break,
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => read += count,
            }
        }
        let is_zero = header.as_bytes()[..read].iter().all(|byte| *byte == 0);
        match is_zero {
            true if read == BLOCK => end.is_seen = true,
            true => return Ok(None),
            false if read == BLOCK && has_its_sum(&header) => return Ok(Some(header)),
            false if end.is_seen => {
                end.has_more = true;
                // Reads on, so that what is wrong at the end of the compressed bytes is found.
                io::copy(input, &mut io::sink())?;
                return Ok(None);
            }
            false => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a header has the wrong checksum"));
            }
        }
    }
}

/// Whether a header's checksum is that of its bytes; old programs added them with a sign.
fn has_its_sum(header: &Header) -> bool {
    let Ok(said) = header.cksum() else { return false };
    let bytes = header.as_bytes().iter().enumerate();
    // Its own field counts as spaces.
    let bytes = bytes.map(|(at, byte)| if SUM.contains(&at) { b' ' } else { *byte });
    let unsigned: i64 = bytes.clone().map(i64::from).sum();
    let signed: i64 = bytes.map(|byte| i64::from(byte.cast_signed())).sum();
    [unsigned, signed].contains(&said.into())
}

/// How long the content of a member is. The name of a volume, which has none, leaves the field empty.
pub(super) fn size_of(header: &Header) -> io::Result<u64> {
    let is_empty = header.as_old().size.iter().all(|byte| matches!(byte, 0 | b' '));
    if is_empty { Ok(0) } else { header.entry_size() }
}
