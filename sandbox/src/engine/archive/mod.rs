//! Archives: ZIP and tar.gz, packed, unpacked, and packed anew.

mod encoding;
mod info;
mod language;
mod member;
mod path;
mod read;
mod resolve;
mod told;
mod write;

use std::path::Path;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::{ConversionType, Failure, Mode, Outcome, Progress, Work};
use crate::file::StoredFile;
use crate::names::{Unique, base_name};
use member::{Kind, Member};
use read::Wanted;
use resolve::Resolved;
use told::Told;
use write::zip_seconds;

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    let archive = |pair, run| ConversionType::new("archive", "archive", pair, run);
    let read = move |(input, output), run| archive((input, output), run).options(options(input));
    let modes = ["zip", "tar.gz", "tgz"].into_iter().flat_map(move |format| {
        [
            archive(("*", format), pack)
                .mode(Mode::Archive)
                .note("Members have the time of packing, and the permissions that are usual."),
            read((format, "*"), info::info).mode(Mode::Info),
            read((format, "*"), unpack).mode(Mode::Extract).note(
                "All files side by side, without folders, permissions, times, owners, comments and extended attributes; of several files with the same name, all but the first get a number.",
            ),
        ]
    });
    let pairs = [("zip", "tar.gz"), ("zip", "tgz"), ("tar.gz", "zip"), ("tgz", "zip")];
    modes.chain(pairs.map(move |pair| {
        read(pair, repack)
            .note("Owners, comments and extended attributes are not kept, and parts of a second of times.")
    }))
}

/// What can be said of an archive that is read.
fn options(format: &str) -> Value {
    let mut options = json!({"encoding": Value::Null, "skip_macos_files": false});
    if format == "zip" {
        options["password"] = Value::Null;
    }
    options
}

fn pack(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(1.0, "Packing")?;
    write(work, &members(&work.inputs, progress), progress)
}

/// Packs files into a ZIP.
pub(crate) fn zip(files: &[StoredFile], path: &Path, progress: &Progress) -> Result<(), Failure> {
    write::zip_members(&members(files, progress), path, progress)
}

/// Files as members of a new archive, each with a name of its own.
fn members(files: &[StoredFile], progress: &Progress) -> Vec<Member> {
    let (names, told) = Told::of_packed(files);
    told.tell(progress);
    let members = files.iter().zip(names).map(|(file, name)| Member {
        name,
        kind: Kind::File(file.path.clone()),
        mode: None,
        modified: Some(SystemTime::now()),
    });
    members.collect()
}

fn unpack(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(1.0, "Unpacking")?;
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let found = read::members(work, Wanted::Content, folder.path(), progress, (1.0, 90.0))?;
    let mut names = Unique::default();
    let mut files = Vec::new();
    for member in Resolved::of(work, found, progress)?.files(progress)? {
        let Kind::File(content) = &member.kind else { continue };
        let path = work.output_dir.join(names.take(&base_name(&member.name)));
        // The names of a hard link share one content.
        std::fs::hard_link(content, &path)
            .or_else(|_| std::fs::copy(content, &path).map(drop))
            .map_err(Failure::io)?;
        files.push(path);
    }
    if files.is_empty() {
        return Err(Failure::BadInput("The archive has no files".into()));
    }
    Ok(Outcome::Files(files))
}

fn repack(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(1.0, "Unpacking")?;
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let found = read::members(work, Wanted::Content, folder.path(), progress, (1.0, 50.0))?;
    let members = Resolved::of(work, found, progress)?.tree(progress)?;
    if members.is_empty() {
        return Err(Failure::BadInput("The archive has no files".into()));
    }
    if work.output_format == "zip" {
        unfit_for_zip(&members).tell(progress);
    }
    progress.set(50.0, "Packing")?;
    write(work, &members, progress)
}

/// What a ZIP has no place for.
fn unfit_for_zip(members: &[Member]) -> Told {
    let names = |is_unfit: &dyn Fn(&Member) -> bool| {
        members.iter().filter(|member| is_unfit(member)).map(|member| member.name.clone()).collect()
    };
    Told {
        bits: names(&|member| member.mode.is_some_and(|mode| mode & 0o7000 != 0)),
        times: names(&|member| member.modified.is_some_and(|time| zip_seconds(time).is_none())),
        ..Told::default()
    }
}

/// Writes the archive that is wanted.
fn write(work: &Work, members: &[Member], progress: &Progress) -> Result<Outcome, Failure> {
    let path = work.output();
    if work.output_format == "zip" {
        write::zip_members(members, &path, progress)?;
    } else {
        write::tar_gz(members, &path, progress)?;
    }
    Ok(Outcome::Files(vec![path]))
}
