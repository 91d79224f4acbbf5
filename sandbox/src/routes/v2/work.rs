//! Operations that engines do, and what they are asked for.

use std::time::Duration;

use serde_json::{Map, Value};

use super::wrong::{Wrong, flag, headers, invalid, required, text, url};
use crate::engine::{Engines, Mode, URL, whole};
use crate::jobs::{MAX_TIME, Work};

/// The operations, and what they are to the engines.
const WORK: &[(&str, Mode)] = &[
    ("convert", Mode::Convert),
    ("merge", Mode::Combine),
    ("pdf/merge", Mode::Combine),
    ("archive", Mode::Archive),
    ("archive/extract", Mode::Extract),
    ("metadata", Mode::Info),
    ("metadata/write", Mode::WriteMetadata),
    ("thumbnail", Mode::Thumbnail),
    ("optimize", Mode::Optimize),
    ("watermark", Mode::Watermark),
    ("capture-website", Mode::Capture),
    ("command", Mode::Command),
    ("pdf/a", Mode::PdfA),
    ("pdf/x", Mode::PdfX),
    ("pdf/ocr", Mode::Recognize),
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

/// Options without which there is nothing to do; of several, one has to be there.
const NEEDED: &[(Mode, &[&str])] = &[
    (Mode::WriteMetadata, &["metadata"]),
    (Mode::Watermark, &["text", "image"]),
    (Mode::Capture, &["url"]),
    (Mode::Command, &["arguments"]),
    (Mode::Encrypt, &["set_password", "set_owner_password"]),
    (Mode::Rotate, &["rotation"]),
    (Mode::ExtractPages, &["pages"]),
];

/// The names of all operations that engines do.
pub(super) fn works() -> impl Iterator<Item = (&'static str, Mode)> {
    WORK.iter().copied()
}

/// Reads what an engine is asked for.
pub(super) fn work(
    engines: &Engines,
    (name, mode): (&str, Mode),
    task: &Map<String, Value>,
) -> Result<Work, Wrong> {
    let text = |field: &str| text(task, field);
    let format = |field: &str| {
        text(field).map(|format| format.map(|format| format.trim_start_matches('.').to_lowercase()))
    };
    let output_format = match (mode, format("output_format")?) {
        (Mode::Extract | Mode::Info | Mode::Command, _) => "*".to_owned(),
        // The output has the format of its input.
        (Mode::Optimize | Mode::WriteMetadata | Mode::Watermark, _) => "=".to_owned(),
        (_, format) => {
            let format = match format {
                None if name.starts_with("pdf/") => "pdf".to_owned(),
                format => format.ok_or_else(|| required("output_format"))?,
            };
            if !engines.make(&format, mode) {
                let why = format!("{format} is not offered by this service for {name}");
                return Err(invalid("output_format", &why));
            }
            format
        }
    };
    let input_format = if mode == Mode::Capture { Some(URL.to_owned()) } else { format("input_format")? };
    let options = options(engines, mode, task)?;
    let image = if mode == Mode::Watermark { text("image")? } else { None };
    if mode == Mode::Capture {
        text("url")?.map(|page| url("url", page)).transpose()?;
        headers(task)?;
    }
    Ok(Work {
        mode,
        input_format,
        output_format,
        filename: text("filename")?.map(str::to_owned),
        timeout: timeout(task)?,
        options,
        engine: text("engine")?.map(str::to_owned),
        engine_version: text("engine_version")?.map(str::to_owned),
        image: image.is_some(),
    })
}

/// Options of an engine, of which each is what it takes, and none is missing.
fn options(engines: &Engines, mode: Mode, task: &Map<String, Value>) -> Result<Map<String, Value>, Wrong> {
    let named = task.iter().filter(|(name, value)| !PARAMETERS.contains(&name.as_str()) && !value.is_null());
    let options: Map<_, _> = named.map(|(name, value)| (name.clone(), value.clone())).collect();
    let known = engines.options(mode);
    let is_wrong = |name: &str, value: &Value| known.get(name).filter(|takes| !takes.fits(value));
    let wrong = options.iter().find_map(|(name, value)| Some((name, is_wrong(name, value)?)));
    if let Some((name, takes)) = wrong {
        return Err(invalid(name, &takes.wanted()));
    }
    let is_there = |name: &&str| options.get(*name).is_some_and(|value| !is_empty(value));
    let missing = NEEDED.iter().find(|(of, names)| *of == mode && !names.iter().any(is_there));
    match missing.and_then(|(_, names)| names.first()) {
        Some(name) => Err(required(name)),
        None => Ok(options),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

/// Refuses what no task can have: parameters that are the same in all operations, also where one does nothing with them.
pub(super) fn check_shared(task: &Map<String, Value>) -> Result<(), Wrong> {
    for field in ["input_format", "output_format", "filename", "engine", "engine_version"] {
        text(task, field)?;
    }
    flag(task, "ignore_error")?;
    timeout(task).map(drop)
}

fn timeout(task: &Map<String, Value>) -> Result<Duration, Wrong> {
    let seconds = match task.get("timeout") {
        None | Some(Value::Null) => MAX_TIME,
        Some(value) if value == "" => MAX_TIME,
        Some(value) => {
            let seconds = whole(value).and_then(|seconds| u64::try_from(seconds).ok());
            let seconds = seconds.filter(|seconds| *seconds > 0);
            seconds.ok_or_else(|| invalid("timeout", "has to be a number of seconds from 1 up"))?
        }
    };
    Ok(Duration::from_secs(seconds.min(MAX_TIME)))
}
