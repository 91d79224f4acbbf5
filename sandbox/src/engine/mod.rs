//! What really converts. One file for each engine; this one is what they share.

pub(crate) mod archive;
mod browser;
#[cfg(unix)]
mod capture;
mod charset;
mod command;
mod confine;
mod documents;
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
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use confine::Role;

pub use command::CommandEngine;
pub(crate) use failure::Failure;
pub(crate) use limits::{Limits, time};
pub(crate) use mode::Mode;
pub(crate) use option::Takes;
pub(crate) use pair::ConversionType;
pub(crate) use progress::Progress;
pub(crate) use version::{known_version, version};
pub(crate) use work::Work;
pub(crate) use worker::missing;

/// The format of inputs that are no files.
pub(crate) const URL: &str = "url";

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

/// What came out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Files(Vec<PathBuf>),
    /// What a command made, and what it said, where that is wanted.
    Command {
        files: Vec<PathBuf>,
        output: Option<String>,
    },
    Info(Value),
}

/// What an engine converts with these programs and these commands of users.
type Types = fn(&program::Installed, &[CommandEngine]) -> Vec<ConversionType>;

/// The engines. Where several convert a pair, the first does.
const EACH: &[Types] = &[
    |_, _| image::types().collect(),
    |_, _| svg::types().collect(),
    |_, _| markdown::types().collect(),
    // Before `documents`, which sets pages where there is no browser.
    |installed, _| browser::types(installed),
    |_, _| documents::types().collect(),
    |_, _| pdf::types().collect(),
    |_, _| repair::types().collect(),
    |_, _| archive::types().collect(),
    |installed, _| ffmpeg::types(installed),
    |installed, _| poppler::types(installed),
    |installed, _| exiftool::types(installed),
    |installed, _| ghostscript::types(installed),
    |installed, _| ocr::types(installed),
    |installed, _| watermark::types(installed),
    |installed, _| thumbnail::types(installed),
    |_, _| optimize::types(),
    |installed, commands| command::types(installed, commands),
    #[cfg(unix)]
    |installed, _| capture::types(installed),
];

/// The engines of this machine.
pub(crate) struct Engines(Vec<ConversionType>);

impl Engines {
    /// Those that are there, looked up once; for commands of users, those of them that are allowed.
    pub(crate) fn detect(commands: &[CommandEngine]) -> Self {
        Self::with(&program::Installed::look(), commands)
    }

    /// The one that does this work, be its programs there or not. A worker has no time to make all of them.
    fn of(work: &Work) -> Self {
        let mut each = EACH.iter().map(|types| Self(types(&program::Installed::All, command::all())));
        each.find(|engines| engines.engine(work).is_ok()).unwrap_or(Self(Vec::new()))
    }

    fn with(installed: &program::Installed, commands: &[CommandEngine]) -> Self {
        Self(EACH.iter().flat_map(|types| types(installed, commands)).collect())
    }

    pub(crate) fn types(&self) -> &[ConversionType] {
        &self.0
    }

    /// Whether any of them does this.
    pub(crate) fn have(&self, mode: Mode) -> bool {
        self.0.iter().any(|pair| pair.mode == mode)
    }

    /// The engines whose commands users may run.
    pub(crate) fn commands(&self) -> impl Iterator<Item = CommandEngine> {
        let names = self.0.iter().filter(|pair| pair.mode == Mode::Command).map(|pair| pair.converter);
        names.filter_map(|name| name.parse().ok())
    }

    /// The engine for a pair.
    pub(crate) fn find(&self, input: &str, output: &str, mode: Mode) -> Option<&ConversionType> {
        self.fitting(input, output, mode).next()
    }

    /// The engine of this name for a pair, or else the first.
    pub(crate) fn find_named(
        &self,
        converter: Option<&str>,
        input: &str,
        output: &str,
        mode: Mode,
    ) -> Option<&ConversionType> {
        let mut fitting = self.fitting(input, output, mode);
        let named = fitting.find(|engine| Some(engine.converter) == converter);
        named.or_else(|| self.find(input, output, mode))
    }

    fn fitting(&self, input: &str, output: &str, mode: Mode) -> impl Iterator<Item = &ConversionType> {
        self.0.iter().filter(move |t| {
            t.mode == mode
                && (t.input_format == input || t.input_format == "*")
                && (t.output_format == output || t.output_format == "*")
        })
    }

    /// Why nothing is made of a format, where it is this machine that lacks something or nobody knows the format.
    pub(crate) fn lacks(&self, input: &str) -> Option<&'static str> {
        match input {
            // By itself, a PDF becomes only other PDFs.
            "pdf" if self.find("pdf", "png", Mode::Convert).is_none() => {
                Some("The programs of Poppler have to be on the PATH for it")
            }
            _ if self.0.iter().any(|t| t.input_format == input) => None,
            _ if ffmpeg::reads(input) => {
                Some("The programs ffmpeg and ffprobe have to be on the PATH for it")
            }
            _ => Some("The input format is not known here"),
        }
    }

    /// Runs the engine for this work, by a process of `worker` if there is one; blocks until it has ended.
    pub(crate) fn run_apart(
        &self,
        worker: Option<&Path>,
        work: &Work,
        progress: &Progress,
    ) -> Result<Outcome, Failure> {
        match worker {
            Some(worker) => worker::run(worker, work, progress),
            None => self.run(work, progress),
        }
    }

    /// Runs the engine for this work in this process. One that panics had a bad input.
    fn run(&self, work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
        let engine = self.engine(work)?;
        let result = std::panic::catch_unwind(AssertUnwindSafe(|| (engine.run)(work, progress)));
        // An engine that was interrupted may say that the input is broken off.
        progress.check()?;
        let result =
            result.unwrap_or_else(|_| Err(Failure::BadInput("The input file cannot be read".into())));
        result.map_err(|failure| match failure {
            Failure::BadInput(said) => Failure::of_system(&said).unwrap_or(Failure::BadInput(said)),
            failure => failure,
        })
    }

    /// What this work needs of this machine.
    fn role(&self, work: &Work) -> Role {
        self.engine(work).map_or(Role::Engine, |engine| engine.role)
    }

    fn engine(&self, work: &Work) -> Result<&ConversionType, Failure> {
        let mut fitting = self.fitting(&work.input_format, &work.output_format, work.mode);
        let found = fitting.find(|engine| engine.converter == work.converter);
        found.ok_or_else(|| Failure::BadParameter("No engine is there for it".into()))
    }
}
