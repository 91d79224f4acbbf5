//! What a create or a start asks for, read from its parameters and checked.

use std::time::Duration;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::engine::{Engines, Mode};
use crate::error::ApiError;
use crate::jobs::{Job, MAX_TIME};
use crate::params::Params;

/// How many inputs a conversion may have.
const MAX_FILES: usize = 1000;

/// What a create asks for: a pair of formats that an engine converts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Wish {
    pub(super) input_format: String,
    pub(super) output_format: String,
    pub(super) mode: Mode,
    /// The converter's name.
    pub(super) converter: String,
}

/// What a start asks for.
pub(super) struct Start {
    pub(super) wish: Wish,
    /// `upload`, `download`, `raw` or `base64`.
    pub(super) input: String,
    /// How many files come from the client.
    pub(super) uploads: usize,
    /// Overrides the name of the first input.
    pub(super) filename: Option<String>,
    pub(super) options: Map<String, Value>,
    pub(super) tag: Option<Value>,
    pub(super) callback: Option<reqwest::Url>,
    pub(super) timeout: Duration,
    pub(super) save: bool,
}

/// Where the input comes from.
pub(super) enum Source {
    Upload,
    Download(Vec<reqwest::Url>),
    Content(Vec<Vec<u8>>),
}

/// What a start brings along, besides its parameters.
pub(super) struct Brought {
    /// How many files came with it.
    pub(super) files: usize,
    /// The old client for Node leaves out `input` where a file is piped into it, and an example of its manual starts with
    /// another `outputformat` than it has created with. It is the one that sends no `User-Agent`.
    pub(super) unnamed: bool,
}

impl Wish {
    /// What a create asks for. What it says of the start, the start has to say again.
    pub(super) fn create(engines: &Engines, params: &Params) -> Result<Self, ApiError> {
        let missing = |name: &str| ApiError::bad_request(format!("The parameter {name} is missing"));
        let input_format = params.text("inputformat").map(|format| format.to_lowercase());
        let input_format = input_format.ok_or_else(|| missing("inputformat"))?;
        format_name("inputformat", &input_format)?;
        let mode = mode(params)?.unwrap_or_default();
        let output_format = params.text("outputformat").unwrap_or_default().to_lowercase();
        if output_format.is_empty() {
            return Err(missing("outputformat"));
        }
        Self { input_format, output_format, mode, converter: String::new() }.pair(engines)
    }

    /// What the create of a process asked for.
    pub(super) fn of(job: &Job) -> Self {
        Self::deserialize(&job.asked).unwrap_or_default()
    }

    /// What a start asks for, after this create.
    pub(super) fn start(
        mut self,
        engines: &Engines,
        params: &Params,
        brought: &Brought,
    ) -> Result<(Start, Source), ApiError> {
        self.agree(params, brought)?;
        let wish = self.pair(engines)?;
        refuse_storages_and_presets(params)?;
        let mut start = Start {
            input: input(params, brought)?,
            wish,
            uploads: 0,
            filename: params.text("filename"),
            options: Map::new(),
            tag: params.get("tag").filter(|tag| !tag.is_null()).cloned(),
            callback: None,
            timeout: Duration::ZERO,
            save: params.flag("save"),
        };
        let source = start.source(params, brought.files)?;
        start.options = params.object("converteroptions")?;
        let Wish { input_format, output_format, mode, .. } = &start.wish;
        engines.check_options(input_format, output_format, *mode, &start.options)?;
        start.callback = params.text("callback").map(|url| web_url("callback", &url)).transpose()?;
        start.timeout = timeout(params)?;
        Ok((start, source))
    }

    /// Output format and mode "need to be set to the same value as in the create process request".
    fn agree(&mut self, params: &Params, brought: &Brought) -> Result<(), ApiError> {
        let other = |name: &str, created: &str, started: &str| {
            Err(ApiError::bad_request(format!(
                "The process was created with {name}={created}; it cannot be started with {name}={started}"
            )))
        };
        match mode(params)? {
            Some(mode) if mode != self.mode => return other("mode", self.mode.as_str(), mode.as_str()),
            _ => {}
        }
        match params.text("outputformat").filter(|format| !format.is_empty()) {
            Some(format) if format.eq_ignore_ascii_case(&self.output_format) => Ok(()),
            Some(format) if brought.unnamed => {
                self.output_format = format.to_lowercase();
                Ok(())
            }
            Some(format) => other("outputformat", &self.output_format, &format),
            None if brought.unnamed => Ok(()),
            None => Err(ApiError::bad_request(format!(
                "The parameter outputformat is missing: it has to be {}, as in the create",
                self.output_format
            ))),
        }
    }

    /// The engine of this machine for it.
    fn pair(mut self, engines: &Engines) -> Result<Self, ApiError> {
        format_name("outputformat", &self.output_format)?;
        match engines.find(&self.input_format, &self.output_format, self.mode) {
            Some(found) => found.converter.clone_into(&mut self.converter),
            None => return Err(engines.not_supported(&self.input_format, &self.output_format, self.mode)),
        }
        Ok(self)
    }
}

impl Start {
    fn source(&mut self, params: &Params, brought: usize) -> Result<Source, ApiError> {
        let mut files = params.list("files")?;
        if self.input != "upload" {
            files.splice(..0, params.text("file"));
        }
        if files.len() > MAX_FILES {
            return Err(ApiError::bad_request(format!("A conversion has at most {MAX_FILES} input files")));
        }
        let count = files.len().max(brought);
        if count > 1 && !self.wish.mode.takes_several() {
            return Err(ApiError::bad_request(format!(
                "A conversion in mode {} has one input file, not several files ({count}); the modes combine and archive take several",
                self.wish.mode.as_str()
            )));
        }
        let some = |files: Vec<String>| {
            if files.is_empty() {
                Err(ApiError::bad_request("The parameter file is missing"))
            } else {
                Ok(files)
            }
        };
        match self.input.as_str() {
            "upload" => {
                // With several inputs, `files` names them, and so tells how many will be uploaded.
                self.uploads = files.len().max(1);
                Ok(Source::Upload)
            }
            "download" => {
                let urls = some(files)?.into_iter().map(|url| web_url("file", &url));
                urls.collect::<Result<_, _>>().map(Source::Download)
            }
            "raw" | "base64" if self.filename.is_none() => {
                Err(ApiError::bad_request("The parameter filename is missing"))
            }
            "raw" => Ok(self.content(some(files)?.into_iter().map(String::into_bytes).collect())),
            "base64" => {
                let contents = some(files)?.iter().map(|file| decode(file)).collect::<Result<_, _>>()?;
                Ok(self.content(contents))
            }
            _ => Err(ApiError::bad_request(format!(
                "This service reads from upload, download, raw and base64, not from {}",
                self.input
            ))),
        }
    }

    fn content(&mut self, contents: Vec<Vec<u8>>) -> Source {
        self.uploads = contents.len();
        Source::Content(contents)
    }
}

fn refuse_storages_and_presets(params: &Params) -> Result<(), ApiError> {
    if params.get("output").is_some_and(|output| !output.is_null() && output != "") {
        return Err(ApiError::bad_request(
            "This service stores outputs nowhere else: leave out the parameter output, and download the output",
        ));
    }
    match params.text("preset").filter(|preset| !preset.is_empty()) {
        None => Ok(()),
        Some(preset) => Err(ApiError::bad_request(format!(
            "There is no preset {preset}: this service has none; name the options in converteroptions"
        ))),
    }
}

/// Where the input comes from, by name.
fn input(params: &Params, brought: &Brought) -> Result<String, ApiError> {
    match params.text("input").filter(|input| !input.is_empty()) {
        Some(input) => Ok(input),
        None if params.get("input").is_some_and(Value::is_object) => Ok("a storage".to_owned()),
        None if brought.unnamed || brought.files > 0 => Ok("upload".to_owned()),
        None => Err(ApiError::bad_request(
            "The parameter input is missing: it has to be upload, download, raw or base64",
        )),
    }
}

fn mode(params: &Params) -> Result<Option<Mode>, ApiError> {
    let Some(mode) = params.text("mode").filter(|mode| !mode.is_empty()) else { return Ok(None) };
    let known = Mode::named(&mode.to_lowercase());
    let wrong = || ApiError::bad_request("mode has to be convert, info, combine, archive or extract");
    known.map(Some).ok_or_else(wrong)
}

/// Formats become extensions of files, and members of archives.
fn format_name(parameter: &str, name: &str) -> Result<(), ApiError> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'));
    // `*` is every format, as /conversiontypes writes it.
    let every = name == "*" && parameter == "outputformat";
    if every
        || plain && !name.is_empty() && name.len() <= 16 && !name.contains("..") && !name.starts_with('.')
    {
        return Ok(());
    }
    Err(ApiError::bad_request(format!(
        "This conversiontype is not supported! {parameter} has to be the name of a format, like jpg or tar.gz; see /conversiontypes"
    )))
}

fn timeout(params: &Params) -> Result<Duration, ApiError> {
    let seconds = params.text("timeout").map(|seconds| seconds.parse::<u64>());
    let seconds = seconds
        .transpose()
        .map_err(|_| ApiError::bad_request("timeout has to be a whole number of seconds"))?;
    Ok(Duration::from_secs(seconds.filter(|seconds| *seconds > 0).unwrap_or(MAX_TIME).min(MAX_TIME)))
}

fn web_url(name: &str, text: &str) -> Result<reqwest::Url, ApiError> {
    let url = reqwest::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| ApiError::bad_request(format!("{name} has to be a full URL, with http:// or https://")))
}

/// Base64 with or without padding and line breaks.
fn decode(text: &str) -> Result<Vec<u8>, ApiError> {
    const LENIENT: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let compact: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let decoded = GeneralPurpose::new(&STANDARD, LENIENT).decode(compact);
    decoded.map_err(|_| ApiError::bad_request("file is not base64"))
}
