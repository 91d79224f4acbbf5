//! What a create or a start asks for, read from its parameters and checked.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::source::{Brought, Source, input, web_url};
use super::words::for_engine;
use crate::engine::{Engines, Mode, whole};
use crate::error::ApiError;
use crate::jobs::{Job, MAX_TIME};
use crate::params::Params;

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

/// How `download` asks for the output instead of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Download {
    Attachment,
    Inline,
}

impl Download {
    pub(super) fn asked(params: &Params) -> Option<Self> {
        if params.text("download").is_some_and(|how| how.eq_ignore_ascii_case("inline")) {
            return Some(Self::Inline);
        }
        params.flag("download").then_some(Self::Attachment)
    }
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
        refuse_wrong_values(params)?;
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
        let content = ["raw", "base64"].contains(&start.input.as_str());
        params.check_kept(if content { &["file", "files"] } else { &[] })?;
        let (mode, is_named) = (start.wish.mode, start.filename.is_some());
        let source = Source::read(&start.input, (mode, is_named), params, brought.files)?;
        start.uploads = source.uploads();
        let Wish { input_format, output_format, mode, .. } = &start.wish;
        let options = params.object("converteroptions")?;
        start.options = for_engine(engines, (input_format, output_format, *mode), options)?;
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
            None => return Err(self.not_supported(engines)),
        }
        Ok(self)
    }

    fn not_supported(&self, engines: &Engines) -> ApiError {
        let Self { input_format, output_format, mode, .. } = self;
        let hint = engines.lacks(input_format).unwrap_or("See /conversiontypes");
        let pair = format!("{input_format} to {output_format}, mode {}", mode.as_str());
        ApiError::bad_request(format!("This conversiontype is not supported! ({pair}) {hint}"))
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

/// Refuses what would be taken for something else, or for nothing.
fn refuse_wrong_values(params: &Params) -> Result<(), ApiError> {
    let wrong = |name: &str, why: &str| Err(ApiError::bad_request(format!("{name} has to be {why}")));
    for name in ["wait", "save", "email"] {
        if !params.may_be_flag(name) {
            return wrong(name, "true or false");
        }
    }
    if !params.may_be_flag("download") && Download::asked(params).is_none() {
        return wrong("download", "true, false or inline");
    }
    for name in ["filename", "callback", "mode", "preset"] {
        if !matches!(params.get(name), None | Some(Value::Null | Value::String(_))) {
            return wrong(name, "a text");
        }
    }
    Ok(())
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
    let seconds = match params.get("timeout") {
        None | Some(Value::Null) => return Ok(Duration::from_secs(MAX_TIME)),
        Some(Value::String(text)) if text.is_empty() => return Ok(Duration::from_secs(MAX_TIME)),
        Some(seconds) => whole(seconds).and_then(|seconds| u64::try_from(seconds).ok()),
    };
    let seconds = seconds.filter(|seconds| *seconds > 0);
    let wrong = || ApiError::bad_request("timeout has to be a whole number of seconds, from 1 up");
    Ok(Duration::from_secs(seconds.ok_or_else(wrong)?.min(MAX_TIME)))
}
