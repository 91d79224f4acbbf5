//! The engines of this machine: which there are, which one does what, and running one in this process.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;

#[cfg(unix)]
use super::capture;
use super::command::CommandEngine;
use super::confine::Role;
use super::{
    ConversionType, Failure, Mode, Outcome, Progress, Takes, Work, archive, browser, command, documents,
    exiftool, ffmpeg, ghostscript, image, markdown, ocr, optimize, pdf, poppler, program, repair, svg,
    thumbnail, watermark,
};

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
    pub(super) fn of(work: &Work) -> Self {
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

    /// What options take that this has with any formats, by their names. What is joined may become a PDF before, and has the
    /// options of that.
    pub(crate) fn options(&self, mode: Mode) -> HashMap<&str, Takes> {
        let is_part = |pair: &ConversionType| {
            mode == Mode::Combine && pair.mode == Mode::Convert && pair.output_format == "pdf"
        };
        let pairs = self.0.iter().filter(|pair| pair.mode == mode || is_part(pair));
        pairs.flat_map(ConversionType::takes).collect()
    }

    /// Whether anything becomes this format. What is joined becomes a PDF before.
    pub(crate) fn make(&self, output: &str, mode: Mode) -> bool {
        let joins = mode == Mode::Combine && output == "pdf";
        joins
            || self
                .0
                .iter()
                .any(|pair| pair.mode == mode && [output, "*"].contains(&pair.output_format.as_str()))
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

    /// Runs the engine for this work in this process. One that panics had a bad input.
    pub(super) fn run(&self, work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
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
    pub(super) fn role(&self, work: &Work) -> Role {
        self.engine(work).map_or(Role::Engine, |engine| engine.role)
    }

    fn engine(&self, work: &Work) -> Result<&ConversionType, Failure> {
        let mut fitting = self.fitting(&work.input_format, &work.output_format, work.mode);
        let found = fitting.find(|engine| engine.converter == work.converter);
        found.ok_or_else(|| Failure::BadParameter("No engine is there for it".into()))
    }
}
