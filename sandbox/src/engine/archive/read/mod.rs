//! Unpacking archives of strangers: sizes, counts and the length of names are bounded, and nothing is written under a
//! name of theirs.

mod found;
mod gzip;
mod header;
mod sparse;
mod tar;
mod zip;

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::member::MAX_BYTES;
use crate::engine::{Failure, Progress, Work};
use found::Unpacked;

pub(super) use found::{Found, Kind, Name, Wanted};

/// Unpacks the members of an archive, with their content in numbered files in `folder`.
pub(super) fn members(
    work: &Work,
    wanted: Wanted,
    folder: &Path,
    progress: &Progress,
    percent: (f64, f64),
) -> Result<Vec<Found>, Failure> {
    let input = work.input()?;
    let open = || {
        let file = File::open(&input.path).map_err(Failure::io)?;
        Ok(BufReader::new(progress.watch(file, input.size, percent)))
    };
    let mut unpacked = Unpacked { folder, members: Vec::new(), left: MAX_BYTES, progress };
    if work.input_format == "zip" {
        let password = work.word("password");
        zip::read(&mut unpacked, wanted, open()?, open()?, password.as_deref())?;
    } else {
        let mut gzip = gzip::Gzip::new(open()?).map_err(tar::corrupt)?;
        tar::read(&mut unpacked, &mut gzip)?;
        if gzip.has_more() {
            progress.warn(
                "What stands behind the end of the compressed archive is no part of it, and is left out",
            );
        }
    }
    Ok(unpacked.members)
}
