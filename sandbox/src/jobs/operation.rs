//! What a task can be asked to do, read from its parameters and checked.
//!
//! API documentation: <https://cloudconvert.com/api/v2/import>, `…/convert`, `…/export`.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::engine::Mode;
use crate::job::MAX_TIME;

/// What a task does.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    /// `import/url`.
    Url { url: reqwest::Url, filename: Option<String> },
    /// `import/upload`.
    Upload,
    /// `import/raw` and `import/base64`.
    Content { bytes: Vec<u8>, filename: String },
    /// Everything that an engine does.
    Work(Work),
    /// `export/url`.
    Export { inline: bool, archive: bool },
}

/// What an engine is to do.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub(crate) mode: Mode,
    /// Else the extension of each file decides.
    pub(crate) input_format: Option<String>,
    /// `*` where the operation decides.
    pub(crate) output_format: String,
    /// The name of the output; of several, `%d` is the number.
    pub(crate) filename: Option<String>,
    pub(crate) timeout: Duration,
    /// Everything that stands flat beside the other parameters.
    pub(crate) options: Map<String, Value>,
}

/// A parameter that is wrong: its name, and what is wrong with it.
pub(crate) type Wrong = (String, String);

/// Operations that do work, and what they are to the engines.
const WORK: &[(&str, Mode)] = &[
    ("convert", Mode::Convert),
    ("merge", Mode::Combine),
    ("pdf/merge", Mode::Combine),
    ("archive", Mode::Archive),
    ("archive/extract", Mode::Extract),
    ("metadata", Mode::Info),
    ("thumbnail", Mode::Convert),
    ("optimize", Mode::Convert),
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

impl Operation {
    /// Reads the parameters of a task.
    pub(crate) fn read(name: &str, task: &Map<String, Value>) -> Result<Self, Wrong> {
        let text = |field: &str| task.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
        let need = |field: &str| text(field).map(str::to_owned).ok_or_else(|| required(field));
        let flag = |field: &str| {
            task.get(field).is_some_and(|flag| flag == &Value::Bool(true) || flag == "true" || flag == 1)
        };
        match name {
            "import/url" => {
                let url = need("url")?.parse::<reqwest::Url>().ok();
                let url = url.filter(|url| ["http", "https"].contains(&url.scheme()));
                let url = url.ok_or_else(|| invalid("url", "has to be a full URL, with https://"))?;
                Ok(Self::Url { url, filename: text("filename").map(str::to_owned) })
            }
            "import/upload" => Ok(Self::Upload),
            "import/raw" => {
                Ok(Self::Content { bytes: need("file")?.into_bytes(), filename: need("filename")? })
            }
            "import/base64" => {
                let plain: String = need("file")?.chars().filter(|c| !c.is_ascii_whitespace()).collect();
                let bytes = STANDARD.decode(plain).map_err(|_| invalid("file", "is not base64"))?;
                Ok(Self::Content { bytes, filename: need("filename")? })
            }
            "export/url" => {
                Ok(Self::Export { inline: flag("inline"), archive: flag("archive_multiple_files") })
            }
            _ => match WORK.iter().find(|(known, _)| *known == name) {
                Some((_, mode)) => work(name, *mode, task).map(Self::Work),
                None => Err(invalid("operation", &format!("{name} is not offered by this service"))),
            },
        }
    }

    /// Whether it takes files of other tasks.
    pub(crate) const fn takes_input(&self) -> bool {
        matches!(self, Self::Work(_) | Self::Export { .. })
    }

    /// The names of all operations that do work.
    pub(crate) fn works() -> impl Iterator<Item = (&'static str, Mode)> {
        WORK.iter().copied()
    }
}

fn work(name: &str, mode: Mode, task: &Map<String, Value>) -> Result<Work, Wrong> {
    let text = |field: &str| task.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    let format = |field: &str| text(field).map(|format| format.trim_start_matches('.').to_lowercase());
    let input_format = format("input_format");
    let output_format = match (name, format("output_format")) {
        ("archive/extract" | "metadata", _) => "*".to_owned(),
        // The output has the format of its input.
        ("optimize", _) => input_format.clone().ok_or_else(|| required("input_format"))?,
        ("merge" | "pdf/merge", None) => "pdf".to_owned(),
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
    Ok(Work {
        mode,
        input_format,
        output_format,
        filename: text("filename").map(str::to_owned),
        timeout: Duration::from_secs(timeout),
        options: options.map(|(name, value)| (name.clone(), value.clone())).collect(),
    })
}

/// In the words of the API.
pub(super) fn required(field: &str) -> Wrong {
    (field.to_owned(), format!("The {field} field is required."))
}

pub(super) fn invalid(field: &str, why: &str) -> Wrong {
    (field.to_owned(), format!("The {field} {why}."))
}
