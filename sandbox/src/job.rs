//! What a create or a start asks for, read from its parameters and checked.

use std::time::Duration;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

use crate::engine::{Engines, Mode};
use crate::error::ApiError;
use crate::params::Params;

/// How long a conversion may take ("5h for paid accounts"), in seconds.
pub(crate) const MAX_TIME: u64 = 5 * 3600;
/// How many inputs a conversion may have.
const MAX_FILES: usize = 1000;

/// What is to be done.
#[derive(Clone, Debug, Default)]
pub(crate) struct Job {
    pub(crate) output_format: String,
    pub(crate) mode: Mode,
    /// The converter's name.
    pub(crate) converter: &'static str,
    /// `upload`, `download`, `raw` or `base64`; empty before the start.
    pub(crate) input: String,
    /// How many uploads there will be.
    uploads: usize,
    /// Overrides the name of the first input.
    pub(crate) filename: Option<String>,
    pub(crate) options: Map<String, Value>,
    pub(crate) tag: Option<Value>,
    pub(crate) callback: Option<reqwest::Url>,
    pub(crate) timeout: Duration,
    pub(crate) save: bool,
    /// The name under which the client that started it reached the service.
    pub(crate) host: String,
}

/// Where the input comes from.
pub(crate) enum Source {
    Upload,
    Download(Vec<reqwest::Url>),
    Content(Vec<Vec<u8>>),
}

/// What a start brings along, besides its parameters.
pub(crate) struct Brought<'a> {
    /// The name under which the client reached the service.
    pub(crate) host: &'a str,
    /// How many files came with it.
    pub(crate) files: usize,
    /// The old client for Node leaves out `input` where a file is piped into it, and an example of its manual starts with
    /// another `outputformat` than it has created with. It is the one that sends no `User-Agent`.
    pub(crate) unnamed: bool,
}

impl Job {
    /// What a create asks for. What it says of the start, the start has to say again.
    pub(crate) fn create(engines: &Engines, input_format: &str, params: &Params) -> Result<Self, ApiError> {
        format_name("inputformat", input_format)?;
        let mut job = Self { mode: mode(params)?.unwrap_or_default(), ..Self::default() };
        job.output_format = params.text("outputformat").unwrap_or_default().to_lowercase();
        if job.output_format.is_empty() {
            return Err(ApiError::bad_request("The parameter outputformat is missing"));
        }
        job.pair(engines, input_format)
    }

    /// What a start asks for, where a create has asked before.
    pub(crate) fn start(
        mut self,
        engines: &Engines,
        input_format: &str,
        params: &Params,
        brought: &Brought,
    ) -> Result<(Self, Source), ApiError> {
        self.agree(params, brought)?;
        self = self.pair(engines, input_format)?;
        if params.get("output").is_some_and(|output| !output.is_null() && output != "") {
            return Err(ApiError::bad_request(
                "This service stores outputs nowhere else: leave out the parameter output, and download the output",
            ));
        }
        if let Some(preset) = params.text("preset").filter(|preset| !preset.is_empty()) {
            return Err(ApiError::bad_request(format!(
                "There is no preset {preset}: this service has none; name the options in converteroptions"
            )));
        }
        self.input = match params.text("input").filter(|input| !input.is_empty()) {
            Some(input) => input,
            None if params.get("input").is_some_and(Value::is_object) => "a storage".to_owned(),
            None if brought.unnamed || brought.files > 0 => "upload".to_owned(),
            None => {
                return Err(ApiError::bad_request(
                    "The parameter input is missing: it has to be upload, download, raw or base64",
                ));
            }
        };
        self.filename = params.text("filename");
        let source = self.source(params, brought.files)?;
        self.options = params.object("converteroptions")?;
        engines.check_options(input_format, &self.output_format, self.mode, &self.options)?;
        self.tag = params.get("tag").filter(|tag| !tag.is_null()).cloned();
        self.callback = params.text("callback").map(|url| web_url("callback", &url)).transpose()?;
        self.timeout = timeout(params)?;
        self.save = params.flag("save");
        brought.host.clone_into(&mut self.host);
        Ok((self, source))
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

    /// How many uploads there will be; none for inputs that come otherwise.
    pub(crate) fn expects_uploads(&self) -> Option<usize> {
        (self.input == "upload").then_some(self.uploads)
    }

    /// The engine of this machine for it.
    fn pair(mut self, engines: &Engines, input_format: &str) -> Result<Self, ApiError> {
        format_name("outputformat", &self.output_format)?;
        match engines.find(input_format, &self.output_format, self.mode) {
            Some(found) => self.converter = found.converter,
            None => return Err(engines.not_supported(input_format, &self.output_format, self.mode)),
        }
        Ok(self)
    }

    fn source(&mut self, params: &Params, brought: usize) -> Result<Source, ApiError> {
        let mut files = params.list("files")?;
        if self.input != "upload" {
            files.splice(..0, params.text("file"));
        }
        if files.len() > MAX_FILES {
            return Err(ApiError::bad_request(format!("A conversion has at most {MAX_FILES} input files")));
        }
        let count = files.len().max(brought);
        if count > 1 && !self.mode.takes_several() {
            return Err(ApiError::bad_request(format!(
                "A conversion in mode {} has one input file, not several files ({count}); the modes combine and archive take several",
                self.mode.as_str()
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
            "raw" => Ok(Source::Content(some(files)?.into_iter().map(String::into_bytes).collect())),
            "base64" => {
                some(files)?.iter().map(|file| decode(file)).collect::<Result<_, _>>().map(Source::Content)
            }
            _ => Err(ApiError::bad_request(format!(
                "This service reads from upload, download, raw and base64, not from {}",
                self.input
            ))),
        }
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
