//! Reading ZIP archives, by `zip`.

use std::io::{self, Read, Seek, SeekFrom};
use std::time::SystemTime;

use zip::read::{Config, ZipFile, ZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, DateTime, ExtraField, ZipReadOptions};

use super::found::{Found, Kind, Name, Unpacked, Wanted, time};
use crate::engine::Failure;
use crate::engine::archive::member::MAX_NAME;

/// From the beginning of 1601, where NTFS begins to count, to that of 1970.
const NTFS_EPOCH: i64 = 11_644_473_600;
/// When the seconds since 1970 begin not to fit into 31 bits.
const YEAR_2038: u16 = 2038;
/// The flag of names in UTF-8.
const UTF8: u16 = 1 << 11;
const LOCKED: &str =
    "The archive is locked: its files need a password. Give it by the converter's option password";
const IN_PARTS: &str = "The archive is in several parts, of which this is the last; make one of them first, by zip -s 0 for example";
const NO_END: &str = "the list of its files, which stands at its end, is missing; it may be broken off";

/// Goes through the directory member by member, because all together may be larger than memory.
pub(super) fn read<R: Read + Seek>(
    unpacked: &mut Unpacked<'_>,
    wanted: Wanted,
    directory: R,
    mut content: R,
    password: Option<&str>,
) -> Result<(), Failure> {
    let corrupt = |error| match error {
        ZipError::InvalidArchive(what) if what.contains("EOCD") => Failure::corrupt("ZIP archive", NO_END),
        ZipError::InvalidArchive(what) if what.contains("Multi-disk") => Failure::BadInput(IN_PARTS.into()),
        error if error.to_string().contains("CDEBlock") => Failure::corrupt("ZIP archive", NO_END),
        error => Failure::corrupt("ZIP archive", error),
    };
    let mut zip = ZipIterable::try_new(directory, Config::default()).map_err(corrupt)?;
    let mut start = None;
    for entry in zip.files().map_err(corrupt)? {
        let entry = entry.map_err(corrupt)?;
        start = Some(start.unwrap_or(u64::MAX).min(entry.header_start()));
        let (method, encrypted) = (entry.compression(), entry.encrypted());
        if encrypted && password.is_none() && wanted == Wanted::List {
            unpacked.add(locked(&entry))?;
            continue;
        }
        let options = ZipReadOptions::new().password(password.map(str::as_bytes));
        let file = entry.with_reader(&mut content, options).map_err(|error| failure(error, method))?;
        let (mode, modified) = (file.unix_mode(), modified(&file));
        let name = Name::new(file.name_raw().to_vec(), is_utf8(&file));
        if !file.comment().is_empty() {
            unpacked.progress.warn("Comments of the archive's members are left out");
        }
        let kind = kind(unpacked, file, |error| match error.downcast() {
            Ok(error) => failure(error, method),
            Err(error) if encrypted => Failure::BadInput(format!(
                "The archive cannot be unpacked: either the password is wrong, or the archive is damaged ({error})"
            )),
            Err(error) => Failure::BadInput(format!(
                "The archive is damaged: its file {} cannot be unpacked ({error})",
                String::from_utf8_lossy(&name.bytes)
            )),
        })?;
        unpacked.add(Found { name, kind, mode: mode.map(|mode| mode & 0o7777), modified })?;
    }
    let around = [
        ("in front of the archive", has_more_in_front(&mut content, start.unwrap_or_default())),
        ("behind the end of the archive", has_more_behind(&mut content)),
    ];
    for (place, has_more) in around {
        if has_more.map_err(Failure::io)? {
            unpacked.progress.warn(format!("What stands {place} is no part of it, and is left out"));
        }
    }
    Ok(())
}

/// Whether something stands before the first member: such as a program that unpacks it.
fn has_more_in_front<R: Read + Seek>(file: &mut R, start: u64) -> io::Result<bool> {
    // What says that it was to be in several parts.
    const MARKS: [&[u8; 4]; 2] = [b"PK00", b"PK\x07\x08"];
    let mut mark = [0; 4];
    if start == 4 {
        file.rewind()?;
        file.read_exact(&mut mark)?;
    }
    Ok(start > 0 && !MARKS.contains(&&mark))
}

/// Whether something stands behind the record of the end and its comment; zeros and white space say nothing.
fn has_more_behind<R: Read + Seek>(file: &mut R) -> io::Result<bool> {
    const END: &[u8] = b"PK\x05\x06";
    const RECORD: usize = 22;
    const LONGEST: u64 = 22 + 65_535;
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(LONGEST)))?;
    let mut last = Vec::new();
    file.read_to_end(&mut last)?;
    let record = memchr::memmem::rfind(&last, END).and_then(|at| last.get(at..));
    let behind = record.and_then(|record| {
        let comment = u16::from_le_bytes(record.get(RECORD - 2..RECORD)?.try_into().ok()?);
        record.get(RECORD + usize::from(comment)..)
    });
    Ok(behind.is_some_and(|behind| behind.iter().any(|byte| *byte != 0 && !byte.is_ascii_whitespace())))
}

/// What the directory says of a member, which can be read without a password.
fn locked(entry: &ZipFileEntry<'_>) -> Found {
    Found {
        name: Name::new(entry.name_raw().to_vec(), entry.flags().as_u16() & UTF8 != 0),
        kind: if entry.is_dir() { Kind::Folder } else { Kind::Locked(entry.size()) },
        mode: entry.unix_mode().map(|mode| mode & 0o7777),
        modified: entry.last_modified().and_then(dos),
    }
}

fn kind<R: Read>(
    unpacked: &mut Unpacked<'_>,
    mut file: ZipFile<'_, R>,
    failure: impl FnOnce(io::Error) -> Failure,
) -> Result<Kind, Failure> {
    // The type of file in the mode of Unix.
    Ok(match file.unix_mode().unwrap_or_default() & 0o170_000 {
        _ if file.is_dir() => Kind::Folder,
        0o120_000 => {
            let mut target = Vec::new();
            file.by_ref().take(MAX_NAME as u64).read_to_end(&mut target).map_err(failure)?;
            Kind::Symlink(Name::new(target, is_utf8(&file)))
        }
        // By its attributes alone, without a slash behind its name.
        0o040_000 if file.size() == 0 => Kind::Folder,
        // What `zip` is given by a pipe is called one, and has a content.
        0o010_000 | 0o020_000 | 0o060_000 | 0o140_000 if file.size() == 0 => {
            Kind::Special("a device, pipe or socket")
        }
        _ => Kind::File(unpacked.write(file, failure)?),
    })
}

/// Whether the name is in UTF-8 by the flag or by the field "Unicode path" (APPNOTE.TXT, 4.4.4 and 4.6.9).
fn is_utf8<R: Read>(file: &ZipFile<'_, R>) -> bool {
    let unicode = file.extra_data_fields().any(|field| matches!(field, ExtraField::UnicodePath(_)));
    file.flags().as_u16() & UTF8 != 0 || unicode
}

/// The most exact time of those that a member may have; one without a zone is taken for UTC.
fn modified<R: Read>(file: &ZipFile<'_, R>) -> Option<SystemTime> {
    let (mut unix, mut ntfs) = (None, None);
    for field in file.extra_data_fields() {
        match field {
            ExtraField::ExtendedTimestamp(times) => unix = times.mod_time(),
            ExtraField::Ntfs(times) => {
                ntfs = Some((times.mtime() / 10_000_000).cast_signed() - NTFS_EPOCH);
            }
            _ => {}
        }
    }
    // Some programs take the number for one with a sign, for times before 1970, and some for one without, for times behind
    // 2038: the other time tells which.
    let is_late = file.last_modified().is_some_and(|time| time.year() >= YEAR_2038);
    let unix = unix.map(|seconds| if is_late { seconds.into() } else { seconds.cast_signed().into() });
    let exact = unix.or(ntfs).and_then(time);
    exact.or_else(|| dos(file.last_modified()?))
}

fn dos(time: DateTime) -> Option<SystemTime> {
    let (year, month, day) = (time.year(), time.month(), time.day());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    humantime::parse_rfc3339(&format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
        .ok()
}

/// What to tell of a member that cannot be unpacked.
fn failure(error: ZipError, method: CompressionMethod) -> Failure {
    Failure::BadInput(match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => LOCKED.to_owned(),
        ZipError::InvalidPassword => "The archive is locked, and the password is wrong".to_owned(),
        ZipError::CompressionMethodNotSupported(number) => format!(
            "The archive is whole, but has files that are compressed by {}, which this service cannot unpack; pack them anew by Deflate",
            method_name(number)
        ),
        ZipError::UnsupportedArchive(what) => format!("The archive cannot be unpacked: {what} ({method})"),
        error => return Failure::corrupt("ZIP archive", error),
    })
}

/// As people know them (APPNOTE.TXT, 4.4.5).
fn method_name(number: u16) -> String {
    match number {
        7 => "Tokenizing".into(),
        10 => "PKWARE DCL Imploding".into(),
        16 => "IBM z/OS CMPSC".into(),
        18 => "IBM TERSE".into(),
        19 => "IBM LZ77 z".into(),
        20 => "Zstandard by its old number 20".into(),
        94 => "MP3".into(),
        96 => "a JPEG variant".into(),
        97 => "WavPack".into(),
        number => format!("the method {number}"),
    }
}
