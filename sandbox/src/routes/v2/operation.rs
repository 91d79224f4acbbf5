//! What a task can be asked to do, read from its parameters and checked.
//!
//! API documentation: <https://cloudconvert.com/api/v2/import>, `…/convert`, `…/export`.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::engine::{Engines, Mode};
use crate::jobs::{Bundle, Export, MAX_TIME, Naming, Operation, Work};

/// What a task was asked to do, and the content that came with it.
pub(super) struct Asked {
    pub(super) operation: Operation,
    pub(super) content: Option<Vec<u8>>,
}

impl From<Operation> for Asked {
    fn from(operation: Operation) -> Self {
        Self { operation, content: None }
    }
}

/// A parameter that is wrong: its name, and what is wrong with it.
pub(super) type Wrong = (String, String);

/// Operations that do work, and what they are to the engines.
const WORK: &[(&str, Mode)] = &[
    ("convert", Mode::Convert),
    ("merge", Mode::Combine),
    ("pdf/merge", Mode::Combine),
    ("archive", Mode::Archive),
    ("archive/extract", Mode::Extract),
    ("metadata", Mode::Info),
    ("metadata/write", Mode::WriteMetadata),
    ("thumbnail", Mode::Convert),
    ("optimize", Mode::Convert),
    ("pdf/encrypt", Mode::Encrypt),
    ("pdf/decrypt", Mode::Decrypt),
    ("pdf/rotate-pages", Mode::Rotate),
    ("pdf/extract-pages", Mode::ExtractPages),
    ("pdf/split-pages", Mode::SplitPages),
];

/// Parameters of a task that are no options of an engine.
const PARAMETERS: &[&str] = &[
    "operation",
    "name",
    "input",
    "input_format",
    "output_format",
    "filename",
    "timeout",
    "engine",
    "engine_version",
    "ignore_error",
];

impl Asked {
    /// Reads the parameters of a task.
    pub(super) fn read(engines: &Engines, name: &str, task: &Map<String, Value>) -> Result<Self, Wrong> {
        let text = |field: &str| task.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
        let need = |field: &str| text(field).map(str::to_owned).ok_or_else(|| required(field));
        let naming = || Naming { filename: text("filename").map(str::to_owned), format: None };
        match name {
            "import/url" => {
                let url = need("url")?.parse::<reqwest::Url>().ok();
                let url = url.filter(|url| ["http", "https"].contains(&url.scheme()));
                let url = url.ok_or_else(|| invalid("url", "has to be a full URL, with https://"))?;
                Ok(Operation::Fetch { urls: vec![url], headers: headers(task)?, naming: naming() }.into())
            }
            "import/upload" => Ok(Operation::Receive { files: 1, naming: Naming::default() }.into()),
            "import/raw" | "import/base64" => {
                let file = need("file")?;
                need("filename")?;
                let content = if name == "import/raw" { file.into_bytes() } else { decode(&file)? };
                let operation = Operation::Receive { files: 1, naming: naming() };
                Ok(Self { operation, content: Some(content) })
            }
            "export/url" => Ok(Operation::Export(export(task)).into()),
            _ => match WORK.iter().find(|(known, mode)| *known == name && engines.have(*mode)) {
                Some((_, mode)) => work(name, *mode, task).map(|work| Operation::Work(work).into()),
                None => Err(invalid("operation", &format!("{name} is not offered by this service"))),
            },
        }
    }
}

/// The names of all operations that do work.
pub(super) fn works() -> impl Iterator<Item = (&'static str, Mode)> {
    WORK.iter().copied()
}

fn export(task: &Map<String, Value>) -> Export {
    let flag = |field: &str| {
        task.get(field).is_some_and(|flag| flag == &Value::Bool(true) || flag == "true" || flag == 1)
    };
    let bundle = if flag("archive_multiple_files") { Bundle::Instead } else { Bundle::No };
    Export { inline: flag("inline"), bundle, once: false }
}

/// `headers` of a URL, an object of texts.
fn headers(task: &Map<String, Value>) -> Result<HeaderMap, Wrong> {
    let mut headers = HeaderMap::new();
    let Some(named) = task.get("headers").filter(|named| !named.is_null()) else { return Ok(headers) };
    let wrong = || invalid("headers", "have to be an object of names and texts");
    // An empty object of PHP is an empty array.
    if named.as_array().is_some_and(Vec::is_empty) {
        return Ok(headers);
    }
    for (name, value) in named.as_object().ok_or_else(wrong)? {
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        headers.append(HeaderName::try_from(name).map_err(|_| wrong())?, value.ok_or_else(wrong)?);
    }
    Ok(headers)
}

/// Base64, with line breaks or without.
fn decode(text: &str) -> Result<Vec<u8>, Wrong> {
    let plain: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(plain).map_err(|_| invalid("file", "is not base64"))
}

fn work(name: &str, mode: Mode, task: &Map<String, Value>) -> Result<Work, Wrong> {
    let text = |field: &str| task.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    let format = |field: &str| text(field).map(|format| format.trim_start_matches('.').to_lowercase());
    let input_format = format("input_format");
    let output_format = match (name, format("output_format")) {
        ("archive/extract" | "metadata", _) => "*".to_owned(),
        // The output has the format of its input.
        ("optimize" | "metadata/write", _) => "=".to_owned(),
        (name, None) if name.starts_with("pdf/") => "pdf".to_owned(),
        ("merge", None) => "pdf".to_owned(),
        (_, format) => format.ok_or_else(|| required("output_format"))?,
    };
    let timeout = match task.get("timeout") {
        None | Some(Value::Null) => MAX_TIME,
        Some(value) => {
            let seconds =
                value.as_u64().or_else(|| value.as_str()?.parse().ok()).filter(|seconds| *seconds > 0);
            seconds
                .ok_or_else(|| invalid("timeout", "has to be a number of seconds from 1 up"))?
                .min(MAX_TIME)
        }
    };
    let options =
        task.iter().filter(|(name, value)| !PARAMETERS.contains(&name.as_str()) && !value.is_null());
    // As the engines that convert call it.
    let renamed = |option: &str| {
        if mode == Mode::Convert && option == "pages" { "page_range" } else { option }.to_owned()
    };
    Ok(Work {
        mode,
        input_format,
        output_format,
        filename: text("filename").map(str::to_owned),
        timeout: Duration::from_secs(timeout),
        options: options.map(|(name, value)| (renamed(name), value.clone())).collect(),
    })
}

/// In the words of the API.
pub(super) fn required(field: &str) -> Wrong {
    (field.to_owned(), format!("The {field} field is required."))
}

pub(super) fn invalid(field: &str, why: &str) -> Wrong {
    (field.to_owned(), format!("The {field} {why}."))
}
