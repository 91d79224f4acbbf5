//! Sparse files in tar archives: GNU's old kind with the map in headers, and its three of pax (0.0, 0.1, 1.0).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use tar::{GnuExtSparseHeader, GnuSparseHeader, Header};

/// The most pieces of data that a file may have.
const MAX_PIECES: usize = 1 << 20;
const BLOCK: usize = 512;

/// A number of decimal digits.
pub(super) fn number<T: std::str::FromStr>(digits: &[u8]) -> Option<T> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Where a file has data; the rest is zeros.
#[derive(Default)]
pub(super) struct Map {
    /// The whole size of the file.
    pub(super) size: u64,
    /// Where each piece begins, and how long it is.
    pieces: Vec<(u64, u64)>,
    /// Whether the map stands before the data.
    in_data: bool,
}

impl Map {
    fn add(&mut self, offset: u64, length: u64) -> io::Result<()> {
        if self.pieces.len() == MAX_PIECES {
            return Err(malformed());
        }
        self.pieces.push((offset, length));
        Ok(())
    }

    /// Writes the file; `size` bytes of content are its map, if that stands there, and its data.
    pub(super) fn write(mut self, content: &mut impl Read, size: u64, mut file: File) -> io::Result<()> {
        let mut content = content.take(size);
        if self.in_data {
            self.read(&mut content)?;
        }
        file.set_len(self.size)?;
        let mut end = 0;
        for (offset, length) in self.pieces {
            let next = offset.checked_add(length).filter(|next| offset >= end && *next <= self.size);
            end = next.ok_or_else(malformed)?;
            file.seek(SeekFrom::Start(offset))?;
            if io::copy(&mut (&mut content).take(length), &mut file)? < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    /// The map of pax 1.0: numbers in lines of their own, first how many pieces there are; then zeros up to a whole block.
    fn read(&mut self, content: &mut impl Read) -> io::Result<()> {
        let (mut block, mut at) = ([0; BLOCK], BLOCK);
        let mut line = || -> io::Result<u64> {
            let mut digits = Vec::new();
            loop {
                if at == BLOCK {
                    content.read_exact(&mut block)?;
                    at = 0;
                }
                at += 1;
                match block[at - 1] {
                    b'\n' => return number(&digits).ok_or_else(malformed),
                    digit if digits.len() < 20 => digits.push(digit),
                    _ => return Err(malformed()),
                }
            }
        };
        for _ in 0..line()? {
            let (offset, length) = (line()?, line()?);
            self.add(offset, length)?;
        }
        Ok(())
    }
}

/// The map of GNU's old kind, which goes on in headers of its own behind the first.
pub(super) fn of_header(header: &Header, input: &mut impl Read) -> io::Result<Map> {
    let gnu = header.as_gnu().ok_or_else(malformed)?;
    let mut map = Map { size: gnu.real_size()?, ..Map::default() };
    let mut add = |pieces: &[GnuSparseHeader]| {
        let mut pieces = pieces.iter().filter(|piece| !piece.is_empty());
        pieces.try_for_each(|piece| map.add(piece.offset()?, piece.length()?))
    };
    add(&gnu.sparse)?;
    let mut more = gnu.is_extended();
    while more {
        let mut extended = GnuExtSparseHeader::new();
        input.read_exact(extended.as_mut_bytes())?;
        add(extended.sparse())?;
        more = extended.is_extended();
    }
    Ok(map)
}

/// What the extended header of a member says of its holes.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) name: Option<Vec<u8>>,
    size: Option<u64>,
    is_major_1: bool,
    /// Offsets and lengths by turns.
    numbers: Vec<u64>,
}

impl Attributes {
    /// Takes an attribute down, if it is one of these; none where it is malformed.
    pub(super) fn attribute(&mut self, key: &[u8], value: &[u8]) -> Option<()> {
        match key {
            b"GNU.sparse.name" => self.name = Some(value.to_vec()),
            b"GNU.sparse.size" | b"GNU.sparse.realsize" => self.size = Some(number(value)?),
            b"GNU.sparse.major" => self.is_major_1 = value == b"1",
            b"GNU.sparse.offset" | b"GNU.sparse.numbytes" => self.numbers.push(number(value)?),
            b"GNU.sparse.map" if !value.is_empty() => {
                self.numbers = value.split(|byte| *byte == b',').map(number).collect::<Option<_>>()?;
            }
            _ => {}
        }
        Some(())
    }

    pub(super) fn map(&self) -> io::Result<Option<Map>> {
        let Some(size) = self.size else { return Ok(None) };
        let mut map = Map { size, pieces: Vec::new(), in_data: self.is_major_1 };
        let (pairs, rest) = self.numbers.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(malformed());
        }
        pairs.iter().try_for_each(|[offset, length]| map.add(*offset, *length))?;
        Ok(Some(map))
    }
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the map of a sparse file is malformed")
}
