//! Archives, made here.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use self::Put::{File, Folder, HardLink, Link};

/// 2001-09-09T01:46:40Z.
pub(super) const TIME: u32 = 1_000_000_000;

/// What is put into an archive.
#[derive(Clone, Copy)]
pub(super) enum Put {
    File(&'static str, &'static str),
    Folder(&'static str),
    Link(&'static str, &'static str),
    HardLink(&'static str, &'static str),
}

pub(super) fn dos_time() -> Option<DateTime> {
    DateTime::from_date_and_time(2001, 9, 9, 1, 46, 40).ok()
}

/// An archive of these: a tar where a ZIP is to come out of it, and the other way round.
pub(super) fn packed(column: &str, puts: &[Put]) -> Vec<u8> {
    if column == "to tar.gz" { zip(puts) } else { tar(puts) }
}

pub(super) fn zip(puts: &[Put]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        SimpleFileOptions::default().unix_permissions(0o750).last_modified_time(dos_time().unwrap());
    for put in puts {
        match *put {
            File(name, content) => {
                zip.start_file(name, options).unwrap();
                zip.write_all(content.as_bytes()).unwrap();
            }
            Folder(name) => zip.add_directory(name, options).unwrap(),
            Link(name, target) => zip.add_symlink(name, target, options).unwrap(),
            HardLink(..) => panic!("a ZIP has no hard links"),
        }
    }
    zip.finish().unwrap().into_inner()
}

pub(super) fn tar(puts: &[Put]) -> Vec<u8> {
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for put in puts {
        let (kind, name, content, target) = match *put {
            File(name, content) => (tar::EntryType::Regular, name, content, ""),
            Folder(name) => (tar::EntryType::Directory, name, "", ""),
            Link(name, target) => (tar::EntryType::Symlink, name, "", target),
            HardLink(name, target) => (tar::EntryType::Link, name, "", target),
        };
        let mut header = tar::Header::new_gnu();
        // As they are: also those that no archive should have.
        let fields = header.as_gnu_mut().unwrap();
        fields.name[..name.len()].copy_from_slice(name.as_bytes());
        fields.linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(0o750);
        header.set_mtime(TIME.into());
        header.set_size(content.len() as u64);
        header.set_cksum();
        tar.append(&header, content.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

/// A ZIP with a member of each method that can be written here; others are in `zips`.
pub(super) fn methods() -> Vec<u8> {
    use CompressionMethod::{Bzip2, Deflated, Stored, Zstd};
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, method) in [("a", Stored), ("b", Deflated), ("c", Bzip2), ("d", Zstd)] {
        zip.start_file(name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(b"content").unwrap();
    }
    zip.finish().unwrap().into_inner()
}
