//! Packing files.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::engine::{Failure, Progress};

/// Packs files, each with its name, into a ZIP.
pub(crate) fn zip(files: &[(&Path, &str)], path: &Path, progress: &Progress) -> Result<(), Failure> {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path).map_err(Failure::io)?));
    let mut sizes = Sizes::of(files)?;
    let packed = files.iter().try_for_each(|(file, name)| {
        zip.start_file(name, SimpleFileOptions::default().large_file(true)).map_err(io::Error::other)?;
        io::copy(&mut sizes.open(file, progress)?, &mut zip)?;
        Ok(())
    });
    packed.and_then(|()| zip.finish().map_err(io::Error::other)?.flush()).map_err(Failure::io)
}

/// Packs files, each with its name, into a tar.gz.
pub(super) fn tar_gz(files: &[(&Path, &str)], path: &Path, progress: &Progress) -> Result<(), Failure> {
    let file = BufWriter::new(File::create(path).map_err(Failure::io)?);
    let mut tar = tar::Builder::new(GzEncoder::new(file, Compression::default()));
    let mut sizes = Sizes::of(files)?;
    let packed = files.iter().try_for_each(|(file, name)| {
        let mut header = tar::Header::new_gnu();
        header.set_size(file.metadata()?.len());
        header.set_mode(0o644);
        header.set_cksum();
        tar.append_data(&mut header, name, sizes.open(file, progress)?)
    });
    packed.and_then(|()| tar.into_inner()?.finish()?.flush()).map_err(Failure::io)
}

/// How much is packed already, and how much there is.
struct Sizes {
    done: u64,
    all: u64,
}

impl Sizes {
    fn of(files: &[(&Path, &str)]) -> Result<Self, Failure> {
        let sizes = files.iter().map(|(file, _)| Ok(file.metadata()?.len()));
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
