//! What really converts. One file for each engine; this one is what they share.

pub(crate) mod archive;
mod command;
mod ffmpeg;
mod image;
mod markdown;
mod pdf;
mod poppler;
mod svg;

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Convert,
    Info,
    Combine,
    Archive,
    Extract,
}

impl Mode {
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Convert, Self::Info, Self::Combine, Self::Archive, Self::Extract]
            .into_iter()
            .find(|mode| mode.as_str() == name)
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Convert => "convert",
            Self::Info => "info",
            Self::Combine => "combine",
            Self::Archive => "archive",
            Self::Extract => "extract",
        }
    }
}

/// One unit of work.
pub(crate) struct Work {
    pub(crate) mode: Mode,
    pub(crate) inputs: Vec<PathBuf>,
    pub(crate) input_format: String,
    pub(crate) output_format: String,
    /// `converteroptions`.
    pub(crate) options: Map<String, Value>,
    /// An empty folder; results go here and nowhere else.
    pub(crate) output_dir: PathBuf,
    /// Results are called `stem.ext`, or `stem-1.ext`, `stem-2.ext` and so on.
    pub(crate) stem: String,
}

impl Work {
    fn input(&self) -> Result<&Path, Failure> {
        self.inputs
            .first()
            .map(PathBuf::as_path)
            .ok_or_else(|| Failure::BadInput("There is no input file".into()))
    }

    fn read(&self) -> Result<Vec<u8>, Failure> {
        let bytes = std::fs::read(self.input()?).map_err(Failure::io)?;
        if bytes.is_empty() { Err(Failure::BadInput("The input file is empty".into())) } else { Ok(bytes) }
    }

    fn read_text(&self) -> Result<String, Failure> {
        String::from_utf8(self.read()?)
            .map_err(|_| Failure::BadInput("The input file is not text in UTF-8".into()))
    }

    fn output(&self) -> PathBuf {
        self.output_dir.join(format!("{}.{}", self.stem, self.output_format))
    }

    fn write(&self, bytes: &[u8]) -> Result<Outcome, Failure> {
        let path = self.output();
        std::fs::write(&path, bytes).map_err(Failure::io)?;
        Ok(Outcome::Files(vec![path]))
    }

    /// An option that is a whole number, also written as text.
    fn number(&self, name: &str, least: u32, most: u32) -> Result<Option<u32>, Failure> {
        let wrong = || {
            Failure::BadParameter(format!(
                "converteroptions: {name} has to be a number from {least} to {most}"
            ))
        };
        let number = match self.options.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(Value::String(text)) => text.parse().map_err(|_| wrong())?,
            Some(value) => value.as_u64().and_then(|n| u32::try_from(n).ok()).ok_or_else(wrong)?,
        };
        if (least..=most).contains(&number) { Ok(Some(number)) } else { Err(wrong()) }
    }
}

/// How far the work is: the engine writes, the server reads.
#[derive(Clone, Default)]
pub(crate) struct Progress(Arc<Mutex<(f64, String, bool)>>);

impl Progress {
    fn lock(&self) -> std::sync::MutexGuard<'_, (f64, String, bool)> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Notes the percent down; an error when the work was cancelled meanwhile.
    pub(crate) fn set(&self, percent: f64, message: &str) -> Result<(), Failure> {
        let mut inner = self.lock();
        inner.0 = percent.clamp(0.0, 100.0);
        message.clone_into(&mut inner.1);
        if inner.2 { Err(Failure::Cancelled) } else { Ok(()) }
    }

    pub(crate) fn get(&self) -> (f64, String) {
        let inner = self.lock();
        (inner.0, inner.1.clone())
    }

    pub(crate) fn cancel(&self) {
        self.lock().2 = true;
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.lock().2
    }
}

/// Why there is no result.
#[derive(Debug)]
pub(crate) enum Failure {
    Cancelled,
    /// 400: an option is wrong.
    BadParameter(String),
    /// 422: the input is wrong.
    BadInput(String),
    /// 503: this machine fails.
    Unavailable(String),
}

impl Failure {
    #[allow(clippy::needless_pass_by_value)]
    fn io(error: std::io::Error) -> Self {
        Self::Unavailable(format!("The conversion host had an internal error: {}", error.kind()))
    }

    fn corrupt(what: &str, error: impl std::fmt::Display) -> Self {
        Self::BadInput(format!("The input file is not a {what} that can be read: {error}"))
    }
}

/// What came out.
#[derive(Debug)]
pub(crate) enum Outcome {
    Files(Vec<PathBuf>),
    Info(Value),
}

type Run = fn(&Work, &Progress) -> Result<Outcome, Failure>;

/// A pair of formats that an engine converts.
pub(crate) struct ConversionType {
    pub(crate) input_format: String,
    pub(crate) output_format: String,
    pub(crate) mode: Mode,
    pub(crate) converter: &'static str,
    pub(crate) group: &'static str,
    /// The options that work, with their defaults.
    pub(crate) options: Value,
    run: Run,
}

/// The engines of this machine.
pub(crate) struct Engines(Vec<ConversionType>);

impl Engines {
    /// Looks up once which engines are there.
    pub(crate) fn detect() -> Self {
        let mut types = Types(Vec::new());
        image::add(&mut types);
        svg::add(&mut types);
        markdown::add(&mut types);
        pdf::add(&mut types);
        archive::add(&mut types);
        ffmpeg::add(&mut types);
        poppler::add(&mut types);
        Self(types.0)
    }

    pub(crate) fn types(&self) -> &[ConversionType] {
        &self.0
    }

    /// The engine for a pair. Any format can be archived.
    pub(crate) fn find(&self, input: &str, output: &str, mode: Mode) -> Option<&ConversionType> {
        self.0.iter().find(|t| {
            t.mode == mode
                && (t.input_format == input || t.input_format == "*")
                && (t.output_format == output || t.output_format == "*")
        })
    }

    /// Runs the engine for this work; blocks until it has ended. An engine that panics had a bad input.
    pub(crate) fn run(&self, work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
        let found = self.find(&work.input_format, &work.output_format, work.mode);
        let run =
            found.ok_or_else(|| Failure::BadParameter("This conversiontype is not supported!".into()))?.run;
        let result = std::panic::catch_unwind(AssertUnwindSafe(|| run(work, progress)));
        result.unwrap_or_else(|_| Err(Failure::BadInput("The input file cannot be read".into())))
    }
}

/// The list while it grows.
struct Types(Vec<ConversionType>);

impl Types {
    fn add(
        &mut self,
        group: &'static str,
        converter: &'static str,
        pair: (&str, &str),
        options: Value,
        run: Run,
    ) {
        self.add_mode(Mode::Convert, group, converter, pair, options, run);
    }

    fn add_mode(
        &mut self,
        mode: Mode,
        group: &'static str,
        converter: &'static str,
        (input, output): (&str, &str),
        options: Value,
        run: Run,
    ) {
        let known =
            |t: &ConversionType| t.mode == mode && t.input_format == input && t.output_format == output;
        if !self.0.iter().any(known) {
            let (input_format, output_format) = (input.to_owned(), output.to_owned());
            self.0.push(ConversionType { input_format, output_format, mode, converter, group, options, run });
        }
    }
}

/// An engine without options.
fn none() -> Value {
    json!({})
}
