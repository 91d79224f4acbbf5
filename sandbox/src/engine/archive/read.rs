//! Unpacking archives of strangers: sizes, counts and the length of names are bounded, links and folders are left out.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use flate2::read::MultiGzDecoder;
use tar::EntryType;
use zip::ZipReadOptions;
use zip::unstable::read::ZipIterable;

use super::{Entry, MAX_BYTES, MAX_FILES};
use crate::engine::{Failure, Progress, Work};

/// The longest name that is read.
const MAX_NAME: u64 = 64 << 10;

/// Unpacks the files of an archive to where `place` says.
pub(super) fn entries(
    work: &Work,
    progress: &Progress,
    percent: (f64, f64),
    place: impl FnMut(&str) -> Option<Entry>,
) -> Result<Vec<Entry>, Failure> {
    let input = work.input()?;
    let open = || {
        let file = File::open(&input.path).map_err(Failure::io)?;
        Ok(BufReader::new(progress.watch(file, input.size, percent)))
    };
    let mut unpacked = Unpacked { place, entries: Vec::new(), left: MAX_BYTES };
    if work.input_format == "zip" {
        unpacked.zip(open()?, open()?)?;
    } else {
        unpacked.tar_gz(open()?)?;
    }
    if unpacked.entries.is_empty() {
        return Err(Failure::BadInput("The archive has no files".into()));
    }
    Ok(unpacked.entries)
}

struct Unpacked<P> {
    place: P,
    entries: Vec<Entry>,
    left: u64,
}

impl<P: FnMut(&str) -> Option<Entry>> Unpacked<P> {
    /// Goes through the directory entry by entry, because all together may be larger than memory.
    fn zip<R: Read + Seek>(&mut self, directory: R, content: R) -> Result<(), Failure> {
        let corrupt = |error| Failure::corrupt("ZIP archive", error);
        let mut zip = ZipIterable::try_new(directory, zip::read::Config::default()).map_err(corrupt)?;
        let mut files = zip.files_with_reader(content, ZipReadOptions::new()).map_err(corrupt)?;
        while let Some(file) = files.next() {
            let file = file.map_err(corrupt)?;
            if file.is_file() {
                let name = file.name().map_err(corrupt)?.into_owned();
                self.write(&name, file)?;
            }
        }
        Ok(())
    }

    /// Reads names that do not fit into a header itself, because the library would read them however long they are.
    fn tar_gz(&mut self, input: impl Read) -> Result<(), Failure> {
        let corrupt = |error| Failure::corrupt("tar.gz archive", error);
        let mut tar = tar::Archive::new(MultiGzDecoder::new(input));
        let mut long_name = None;
        for entry in tar.entries().map_err(corrupt)?.raw(true) {
            let mut entry = entry.map_err(corrupt)?;
            match entry.header().entry_type() {
                EntryType::GNULongName => long_name = Some(gnu_name(&mut entry).map_err(corrupt)?),
                EntryType::XHeader => long_name = pax_name(&mut entry).map_err(corrupt)?.or(long_name),
                EntryType::Regular | EntryType::Continuous => {
                    let name = entry.path_bytes();
                    let name =
                        long_name.take().unwrap_or_else(|| String::from_utf8_lossy(&name).into_owned());
                    self.write(&name, entry)?;
                }
                _ => long_name = None,
            }
        }
        Ok(())
    }

    fn write(&mut self, name: &str, content: impl Read) -> Result<(), Failure> {
        let Some(entry) = (self.place)(name) else { return Ok(()) };
        let mut file = File::create(&entry.path).map_err(Failure::io)?;
        let copied = io::copy(&mut content.take(self.left + 1), &mut file);
        let copied = copied.map_err(|error| Failure::corrupt("archive", error))?;
        self.entries.push(entry);
        if copied > self.left || self.entries.len() > MAX_FILES {
            return Err(Failure::BadInput(format!(
                "The archive is too large when unpacked: at most {MAX_FILES} files and {MAX_BYTES} bytes"
            )));
        }
        self.left -= copied;
        Ok(())
    }
}

/// The content of an entry that is a name.
fn gnu_name(entry: &mut impl Read) -> io::Result<String> {
    let mut name = Vec::new();
    entry.take(MAX_NAME).read_to_end(&mut name)?;
    Ok(String::from_utf8_lossy(&name).trim_end_matches('\0').to_owned())
}

/// The name among the extended attributes of the entry that follows.
fn pax_name(entry: &mut impl Read) -> io::Result<Option<String>> {
    let mut attributes = Vec::new();
    entry.take(MAX_NAME).read_to_end(&mut attributes)?;
    for attribute in tar::PaxExtensions::new(&attributes) {
        let attribute = attribute?;
        if attribute.key_bytes() == b"path" {
            return Ok(Some(String::from_utf8_lossy(attribute.value_bytes()).into_owned()));
        }
    }
    Ok(None)
}
