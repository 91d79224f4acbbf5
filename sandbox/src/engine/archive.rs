//! Archives: ZIP and tar.gz, packed and unpacked.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{Failure, Mode, Outcome, Progress, Types, Work};
use crate::store::base_name;

/// How much an archive may hold when unpacked, and how many files.
const MAX_BYTES: u64 = 4 << 30;
const MAX_FILES: usize = 10_000;

pub(super) fn add(types: &mut Types) {
    for format in ["zip", "tar.gz", "tgz"] {
        types.add_mode(Mode::Archive, "archive", "archive", ("*", format), super::none(), pack);
        types.add_mode(Mode::Extract, "archive", "archive", (format, "*"), super::none(), unpack);
    }
    for (input, output) in [("zip", "tar.gz"), ("tar.gz", "zip"), ("tgz", "zip")] {
        types.add("archive", "archive", (input, output), super::none(), repack);
    }
}

fn pack(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(10.0, "Packing")?;
    pack_files(work, &work.inputs)
}

fn unpack(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(10.0, "Unpacking")?;
    let mut files = Unpacked { folder: work.output_dir.clone(), files: Vec::new(), left: MAX_BYTES };
    let input = File::open(work.input()?).map_err(Failure::io)?;
    if work.input_format == "zip" {
        files.zip(input)?;
    } else {
        files.tar(input)?;
    }
    match files.files {
        files if files.is_empty() => Err(Failure::BadInput("The archive has no files".into())),
        files => Ok(Outcome::Files(files)),
    }
}

fn repack(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let Outcome::Files(files) = unpack(work, progress)? else { return Err(Failure::Cancelled) };
    progress.set(60.0, "Packing")?;
    pack_files(work, &files)
}

fn pack_files(work: &Work, files: &[PathBuf]) -> Result<Outcome, Failure> {
    let path = work.output();
    if work.output_format == "zip" { zip_files(files, &path) } else { tar_files(files, &path) }
        .map_err(Failure::io)?;
    Ok(Outcome::Files(vec![path]))
}

/// Packs files side by side into a ZIP.
pub(crate) fn zip_files(files: &[PathBuf], path: &Path) -> io::Result<()> {
    let mut zip = ZipWriter::new(File::create(path)?);
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        zip.start_file(name, SimpleFileOptions::default().large_file(true)).map_err(io::Error::other)?;
        io::copy(&mut File::open(file)?, &mut zip)?;
    }
    zip.finish().map_err(io::Error::other)?;
    Ok(())
}

fn tar_files(files: &[PathBuf], path: &Path) -> io::Result<()> {
    let mut tar = tar::Builder::new(GzEncoder::new(File::create(path)?, Compression::default()));
    for file in files {
        tar.append_path_with_name(file, file.file_name().unwrap_or_default())?;
    }
    tar.into_inner()?.finish()?;
    Ok(())
}

/// The files of an archive, side by side in one folder: folders are dropped, links are skipped, sizes are bounded.
struct Unpacked {
    folder: PathBuf,
    files: Vec<PathBuf>,
    left: u64,
}

impl Unpacked {
    fn zip(&mut self, input: File) -> Result<(), Failure> {
        let mut zip = ZipArchive::new(input).map_err(|error| Failure::corrupt("ZIP archive", error))?;
        for index in 0..zip.len() {
            let entry = zip.by_index(index).map_err(|error| Failure::corrupt("ZIP archive", error))?;
            if entry.is_file() {
                let name = entry.name().to_owned();
                self.write(&name, entry)?;
            }
        }
        Ok(())
    }

    fn tar(&mut self, input: File) -> Result<(), Failure> {
        let corrupt = |error| Failure::corrupt("tar.gz archive", error);
        let mut tar = tar::Archive::new(GzDecoder::new(input));
        for entry in tar.entries().map_err(corrupt)? {
            let entry = entry.map_err(corrupt)?;
            if entry.header().entry_type().is_file() {
                let name = entry.path().map_err(corrupt)?.to_string_lossy().into_owned();
                self.write(&name, entry)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, name: &str, content: impl Read) -> Result<(), Failure> {
        let mut path = self.folder.join(base_name(name));
        while path.exists() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            path = self.folder.join(format!("_{name}"));
        }
        let mut file = File::create(&path).map_err(Failure::io)?;
        let copied = io::copy(&mut content.take(self.left + 1), &mut file);
        let copied = copied.map_err(|error| Failure::corrupt("archive", error))?;
        self.files.push(path);
        if copied > self.left || self.files.len() > MAX_FILES {
            return Err(Failure::BadInput("The archive is too large when unpacked".into()));
        }
        self.left -= copied;
        Ok(())
    }
}
