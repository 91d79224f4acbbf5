//! Reading tar archives (POSIX.1-2001 pax, ustar, GNU, and older ones), block by block.

use std::io::{self, Read};
use std::path::PathBuf;

use tar::{EntryType, Header};

use super::found::{Found, Kind, Name, Unpacked, time};
use super::header::{BLOCK, End, next_header, size_of};
use super::sparse::{self, Map, number};
use crate::engine::Failure;
use crate::engine::archive::member::MAX_NAME;

/// The longest header of attributes that is read.
const MAX_ATTRIBUTES: u64 = 1 << 20;

pub(super) fn read(unpacked: &mut Unpacked<'_>, mut input: impl Read) -> Result<(), Failure> {
    let (mut next, mut modified) = (Attributes::default(), None);
    let mut end = End::default();
    while let Some(header) = next_header(&mut input, &mut end).map_err(corrupt)? {
        let size = size_of(&header).map_err(corrupt)?;
        match header.entry_type() {
            EntryType::GNULongName => next.name = Some(text(&mut input, size).map_err(corrupt)?),
            EntryType::GNULongLink => next.link = Some(text(&mut input, size).map_err(corrupt)?),
            EntryType::XHeader => {
                next.read(&attributes(&mut input, size).map_err(corrupt)?).map_err(corrupt)?;
            }
            // That of Solaris, from before there was one for all.
            kind if kind.as_byte() == b'X' => {
                next.read(&attributes(&mut input, size).map_err(corrupt)?).map_err(corrupt)?;
            }
            EntryType::XGlobalHeader => {
                let mut global = Attributes::default();
                global.read(&attributes(&mut input, size).map_err(corrupt)?).map_err(corrupt)?;
                // Of what is said of all members, the rest is about single ones.
                modified = global.modified.or(modified);
            }
            kind => {
                next.modified = next.modified.or(modified);
                member(unpacked, &mut input, &header, kind, std::mem::take(&mut next))?;
            }
        }
    }
    if end.has_more {
        unpacked.progress.warn("What stands behind the end of the archive is no part of it, and is left out");
    }
    Ok(())
}

/// Reads one member: its content, if it has some, and what is known of it.
fn member(
    unpacked: &mut Unpacked<'_>,
    input: &mut impl Read,
    header: &Header,
    kind: EntryType,
    next: Attributes,
) -> Result<(), Failure> {
    let size = next.size.map_or_else(|| size_of(header), Ok).map_err(corrupt)?;
    let sparse = match kind {
        EntryType::GNUSparse => Some(sparse::of_header(header, input).map_err(corrupt)?),
        _ => next.sparse.map().map_err(corrupt)?,
    };
    let declared = next.is_pax;
    let named = |bytes| Name::new(bytes, declared);
    let name = next.sparse.name.or(next.name).unwrap_or_else(|| header.path_bytes().into_owned());
    let link = || next.link.unwrap_or_else(|| header.link_name_bytes().unwrap_or_default().into_owned());
    let mut content = input.take(padded(size));
    let kind = match kind {
        EntryType::Link => Kind::HardLink(named(link())),
        EntryType::Symlink => Kind::Symlink(named(link())),
        EntryType::Char | EntryType::Block | EntryType::Fifo => Kind::Special("a device or pipe"),
        EntryType::Directory => Kind::Folder,
        // GNU's folders of incremental backups, parts of a file, names of volumes.
        kind if kind.as_byte() == b'D' => Kind::Folder,
        kind if kind.as_byte() == b'M' => Kind::Special("the rest of a file of another volume"),
        kind if kind.as_byte() == b'V' => Kind::Special("the name of a volume"),
        // The first tar had no type for folders.
        _ if name.ends_with(b"/") && size == 0 => Kind::Folder,
        _ => Kind::File(match sparse {
            Some(map) => sparse_file(unpacked, &mut content, size, map)?,
            None => file(unpacked, &mut content, size)?,
        }),
    };
    let rest = content.limit();
    skip(input, rest).map_err(corrupt)?;
    if next.has_extended {
        unpacked.progress.warn("Extended attributes of the archive's members are left out");
    }
    let modified = next.modified.or_else(|| Some(header.mtime().ok()?.cast_signed())).and_then(time);
    let mode = header.mode().ok().map(|mode| mode & 0o7777);
    unpacked.add(Found { name: named(name), kind, mode, modified })
}

fn file(unpacked: &mut Unpacked<'_>, content: &mut impl Read, size: u64) -> Result<PathBuf, Failure> {
    let path = unpacked.write(content.take(size), corrupt)?;
    let written = path.metadata().map_err(Failure::io)?.len();
    if written < size { Err(corrupt(io::ErrorKind::UnexpectedEof.into())) } else { Ok(path) }
}

/// A sparse file, with its holes. It counts with its whole size.
fn sparse_file(
    unpacked: &mut Unpacked<'_>,
    content: &mut impl Read,
    size: u64,
    map: Map,
) -> Result<PathBuf, Failure> {
    unpacked.take(map.size)?;
    let (path, file) = unpacked.create()?;
    map.write(content, size, file).map_err(corrupt)?;
    Ok(path)
}

#[allow(clippy::needless_pass_by_value)]
pub(super) fn corrupt(error: io::Error) -> Failure {
    Failure::corrupt("tar.gz archive", error)
}

/// What a header before a member says of it.
#[derive(Default)]
struct Attributes {
    name: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    /// In seconds since 1970.
    modified: Option<i64>,
    sparse: sparse::Attributes,
    /// Whether they are of pax, which has UTF-8.
    is_pax: bool,
    /// Whether there are extended attributes or access control lists.
    has_extended: bool,
}

impl Attributes {
    /// Reads lines like `30 mtime=1321711775.1\n`, whose number is their own length.
    fn read(&mut self, mut lines: &[u8]) -> io::Result<()> {
        let malformed = || io::Error::new(io::ErrorKind::InvalidData, "an extended header is malformed");
        self.is_pax = true;
        while !lines.is_empty() {
            let space = lines.iter().position(|byte| *byte == b' ').ok_or_else(malformed)?;
            let length: usize = number(&lines[..space]).ok_or_else(malformed)?;
            let line = lines.get(space + 1..length).and_then(|line| line.strip_suffix(b"\n"));
            let line = line.ok_or_else(malformed)?;
            let equals = line.iter().position(|byte| *byte == b'=').ok_or_else(malformed)?;
            self.attribute(&line[..equals], &line[equals + 1..]).ok_or_else(malformed)?;
            lines = &lines[length..];
        }
        Ok(())
    }

    fn attribute(&mut self, key: &[u8], value: &[u8]) -> Option<()> {
        match key {
            // Said anew to be as the header has it.
            b"path" | b"linkpath" | b"size" | b"mtime" if value.is_empty() => {}
            b"path" => self.name = Some(value.to_vec()),
            b"linkpath" => self.link = Some(value.to_vec()),
            b"size" => self.size = Some(number(value)?),
            // The fraction, if there is one, counts from the second before.
            b"mtime" => {
                let seconds: Option<i64> = number(value.split(|byte| *byte == b'.').next()?);
                let part = value.starts_with(b"-") && value.contains(&b'.');
                self.modified = seconds.and_then(|seconds| seconds.checked_sub(part.into()));
            }
            key if key.starts_with(b"SCHILY.xattr.") || key.starts_with(b"LIBARCHIVE.xattr.") => {
                self.has_extended = true;
            }
            b"SCHILY.acl.access" | b"SCHILY.acl.default" => self.has_extended = true,
            key => self.sparse.attribute(key, value)?,
        }
        Some(())
    }
}

/// With what fills up the last block.
const fn padded(size: u64) -> u64 {
    let block = BLOCK as u64;
    size.saturating_add(block - 1) / block * block
}

/// The content of a member that is a name. Of one that is far too long, enough is read to tell so.
fn text(input: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let read = input.by_ref().take(padded(size)).take(2 * MAX_NAME as u64).read_to_end(&mut text)?;
    skip(input, padded(size) - read as u64)?;
    text.truncate(usize::try_from(size).unwrap_or(usize::MAX).min(text.len()));
    let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
    text.truncate(end);
    Ok(text)
}

fn attributes(input: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    if size > MAX_ATTRIBUTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "an extended header is too long"));
    }
    let mut bytes = vec![0; usize::try_from(padded(size)).unwrap_or_default()];
    input.read_exact(&mut bytes)?;
    bytes.truncate(usize::try_from(size).unwrap_or_default());
    Ok(bytes)
}

fn skip(input: &mut impl Read, bytes: u64) -> io::Result<()> {
    let skipped = io::copy(&mut input.by_ref().take(bytes), &mut io::sink())?;
    if skipped < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}
