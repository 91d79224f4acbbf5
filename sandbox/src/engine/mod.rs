//! What really converts. One file for each engine; this one is what they share.

pub(crate) mod archive;
mod browser;
#[cfg(unix)]
mod capture;
mod charset;
mod command;
mod confine;
mod documents;
mod engines;
mod exiftool;
mod failure;
mod ffmpeg;
mod fonts;
mod ghostscript;
mod image;
mod limits;
mod markdown;
mod mode;
mod ocr;
mod optimize;
mod option;
mod outcome;
mod own;
mod pair;
mod pdf;
mod poppler;
mod process;
mod program;
mod progress;
mod range;
mod repair;
mod svg;
mod text;
mod thumbnail;
mod version;
mod watermark;
mod work;
mod worker;

use std::ffi::OsString;
use std::path::Path;

pub use command::CommandEngine;
pub(crate) use engines::Engines;
pub(crate) use failure::Failure;
pub(crate) use limits::{Limits, time};
pub(crate) use mode::Mode;
pub(crate) use option::{Takes, truth, whole};
pub(crate) use outcome::Outcome;
pub(crate) use pair::{ConversionType, URL};
pub(crate) use progress::Progress;
pub(crate) use version::{known_version, version};
pub(crate) use work::Work;
pub(crate) use worker::missing;

/// Does the work that the program was started for, if these arguments (without the program's name) say that it was.
///
/// A program that sets [`Config::worker`](crate::Config::worker) to itself calls this before anything else.
///
/// ```
/// let arguments: Vec<std::ffi::OsString> = std::env::args_os().skip(1).collect();
/// if let Some(done) = cloudconvert_sandbox::work(&arguments) {
///     done.expect("the order can be read and the result can be written");
///     return;
/// }
/// // Here the program begins.
/// ```
pub fn work(arguments: &[OsString]) -> Option<std::io::Result<()>> {
    #[cfg(unix)]
    if let Some((first, rest)) = arguments.split_first()
        && first.to_str() == Some(capture::RELAY)
    {
        // Its walls end with the browser's worker.
        return Some(capture::relay(rest));
    }
    worker::work(arguments)
}

/// Runs the engine for this work, by a process of `worker` if there is one; blocks until it has ended.
pub(crate) fn run(
    engines: &Engines,
    worker: Option<&Path>,
    work: &Work,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    match worker {
        Some(worker) => worker::run(worker, work, progress),
        None => engines.run(work, progress),
    }
}
