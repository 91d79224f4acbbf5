//! Archives: ZIP and tar.gz, packed, unpacked, and packed anew.

mod read;
mod write;

use std::path::{Path, PathBuf};

use super::{ConversionType, Failure, Mode, Outcome, Progress, Work};
use crate::names::{Unique, base_name};

pub(crate) use write::zip;

/// How much an archive may hold when unpacked, and how many files.
const MAX_BYTES: u64 = 4 << 30;
const MAX_FILES: usize = 10_000;

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    let archive = |pair, run| ConversionType::new("archive", "archive", pair, run);
    let modes = ["zip", "tar.gz", "tgz"].into_iter().flat_map(move |format| {
        [
            archive(("*", format), pack).mode(Mode::Archive),
            archive((format, "*"), unpack)
                .mode(Mode::Extract)
                .note("All files side by side, without folders"),
        ]
    });
    let pairs = [("zip", "tar.gz"), ("zip", "tgz"), ("tar.gz", "zip"), ("tgz", "zip")];
    modes.chain(pairs.map(|pair| archive(pair, repack)))
}

/// A file of an archive: where its content is, and what it is called in the archive.
struct Entry {
    path: PathBuf,
    name: String,
}

fn pack(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(1.0, "Packing")?;
    let files = work.inputs.iter().map(|input| (input.path.as_path(), input.name.as_str()));
    write(work, &files.collect::<Vec<_>>(), progress)
}

fn unpack(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(1.0, "Unpacking")?;
    let mut names = Unique::default();
    let place = |name: &str| {
        let name = names.take(&base_name(name));
        Some(Entry { path: work.output_dir.join(&name), name })
    };
    let entries = read::entries(work, progress, (1.0, 90.0), place)?;
    Ok(Outcome::Files(entries.into_iter().map(|entry| entry.path).collect()))
}

fn repack(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(1.0, "Unpacking")?;
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let mut number = 0;
    let place = |name: &str| {
        number += 1;
        Some(Entry { path: folder.path().join(number.to_string()), name: safe_path(name)? })
    };
    let entries = read::entries(work, progress, (1.0, 50.0), place)?;
    progress.set(50.0, "Packing")?;
    let files = entries.iter().map(|entry| (entry.path.as_path(), entry.name.as_str()));
    write(work, &files.collect::<Vec<_>>(), progress)
}

/// Writes the archive that is wanted.
fn write(work: &Work, files: &[(&Path, &str)], progress: &Progress) -> Result<Outcome, Failure> {
    let path = work.output();
    if work.output_format == "zip" {
        zip(files, &path, progress)?;
    } else {
        write::tar_gz(files, &path, progress)?;
    }
    Ok(Outcome::Files(vec![path]))
}

/// The path of a file in an archive, inside of it whatever it was; none for one that leads nowhere.
fn safe_path(name: &str) -> Option<String> {
    let parts = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
    let parts: Vec<String> = parts.map(base_name).collect();
    let path = parts.join("/");
    (!path.is_empty() && path.len() <= 4096).then_some(path)
}
