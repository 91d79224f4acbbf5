//! Packing files.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use flate2::{Compression, write::GzEncoder};
use tar::EntryType;
use zip::write::{FullFileOptions, SimpleFileOptions};
use zip::{DateTime, ZipWriter};

use super::member::{Kind, Member};
use crate::engine::{Failure, Progress};

pub(super) fn zip_members(members: &[Member], path: &Path, progress: &Progress) -> Result<(), Failure> {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path).map_err(Failure::io)?));
    let mut sizes = Sizes::of(members)?;
    let packed = members.iter().try_for_each(|member| {
        let options = options(member)?;
        match &member.kind {
            Kind::File(content) => {
                zip.start_file(&member.name, options)?;
                io::copy(&mut sizes.open(content, progress)?, &mut zip)?;
                Ok(())
            }
            Kind::Folder => zip.add_directory(member.name.as_str(), options),
            Kind::Symlink(target) => zip.add_symlink(&member.name, target, options),
        }
    });
    let finished =
        packed.map_err(io::Error::other).and_then(|()| zip.finish().map_err(io::Error::other)?.flush());
    finished.map_err(Failure::io)
}

/// The mode, and the time twice: in seconds of UTC, and as DOS had it, for those that read nothing else.
fn options(member: &Member) -> zip::result::ZipResult<FullFileOptions<'static, 'static>> {
    let mut options = SimpleFileOptions::default().large_file(true);
    if let Some(mode) = member.mode {
        options = options.unix_permissions(mode);
    }
    let Some(modified) = member.modified else { return Ok(options.into_full_options()) };
    if let Some(time) = dos(modified) {
        options = options.last_modified_time(time);
    }
    match zip_seconds(modified) {
        Some(seconds) => options.into_full_options().with_extended_timestamp(Some(seconds), None, None),
        None => Ok(options.into_full_options()),
    }
}

/// Seconds since 1970, as far as a ZIP has them.
pub(super) fn zip_seconds(time: SystemTime) -> Option<u32> {
    u32::try_from(time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// A time as RFC 3339 writes it, as far as it can be written so.
pub(super) fn rfc3339(time: SystemTime) -> Option<String> {
    const YEAR_10000: i64 = 253_402_300_800;
    // So many years have as many seconds each time.
    const YEARS: i64 = 1600;
    const SECONDS: u64 = 4 * 146_097 * 86_400;
    let seconds = unix_seconds(time)?;
    let text = |time| humantime::format_rfc3339_seconds(time).to_string();
    if (0..YEAR_10000).contains(&seconds) {
        return Some(text(time));
    }
    let later = text(time.checked_add(Duration::from_secs(SECONDS)).filter(|_| seconds < 0)?);
    let (year, rest) = later.split_at_checked(4)?;
    let year = year.parse::<i64>().ok()?.checked_sub(YEARS).filter(|year| *year >= 0)?;
    Some(format!("{year:04}{rest}"))
}

/// Whole seconds since 1970; less than 0 before.
fn unix_seconds(time: SystemTime) -> Option<i64> {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).ok(),
        Err(before) => i64::try_from(before.duration().as_secs()).ok().map(|seconds| -seconds),
    }
}

fn dos(time: SystemTime) -> Option<DateTime> {
    // 2026-01-31T23:59:58Z
    let text = rfc3339(time)?;
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<u8>().ok();
    let year = text.get(..4)?.parse().ok()?;
    DateTime::from_date_and_time(year, part(5, 7)?, part(8, 10)?, part(11, 13)?, part(14, 16)?, part(17, 19)?)
        .ok()
}

/// Packs members into a tar.gz.
pub(super) fn tar_gz(members: &[Member], path: &Path, progress: &Progress) -> Result<(), Failure> {
    let file = BufWriter::new(File::create(path).map_err(Failure::io)?);
    let mut tar = tar::Builder::new(GzEncoder::new(file, Compression::default()));
    let mut sizes = Sizes::of(members)?;
    let packed = members.iter().try_for_each(|member| {
        let mut header = tar::Header::new_gnu();
        let seconds = member.modified.and_then(unix_seconds).unwrap_or_default();
        header.set_mtime(u64::try_from(seconds).unwrap_or_default());
        if seconds < 0 {
            // A plain header has no place for it.
            tar.append_pax_extensions([("mtime", seconds.to_string().as_bytes())])?;
        }
        header.set_size(0);
        let mode = |usual| member.mode.unwrap_or(usual);
        match &member.kind {
            Kind::File(content) => {
                header.set_size(content.metadata()?.len());
                header.set_mode(mode(0o644));
                tar.append_data(&mut header, &member.name, sizes.open(content, progress)?)
            }
            Kind::Folder => {
                header.set_entry_type(EntryType::Directory);
                header.set_mode(mode(0o755));
                tar.append_data(&mut header, format!("{}/", member.name), io::empty())
            }
            Kind::Symlink(target) => {
                header.set_entry_type(EntryType::Symlink);
                header.set_mode(mode(0o777));
                tar.append_link(&mut header, &member.name, target)
            }
        }
    });
    packed.and_then(|()| tar.into_inner()?.finish()?.flush()).map_err(Failure::io)
}

/// How much is packed already, and how much there is.
struct Sizes {
    done: u64,
    all: u64,
}

impl Sizes {
    fn of(members: &[Member]) -> Result<Self, Failure> {
        let sizes = members.iter().map(|member| match &member.kind {
            Kind::File(content) => Ok(content.metadata()?.len()),
            Kind::Folder | Kind::Symlink(_) => Ok(0),
        });
        Ok(Self { done: 0, all: sizes.sum::<io::Result<u64>>().map_err(Failure::io)?.max(1) })
    }

    /// Opens a file to be packed next; reading it moves the percent from 50 to 95.
    #[allow(clippy::cast_precision_loss)]
    fn open<'a>(&mut self, path: &Path, progress: &'a Progress) -> io::Result<impl io::Read + 'a> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let percent = |done: u64| 50.0 + done as f64 / self.all as f64 * 45.0;
        let (from, to) = (percent(self.done), percent(self.done + size));
        self.done += size;
        Ok(progress.watch(file, size, (from, to)))
    }
}
