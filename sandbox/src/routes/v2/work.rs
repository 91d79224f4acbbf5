//! Operations that engines do, and what they are asked for.

use std::time::Duration;

use serde_json::{Map, Value};

use super::wrong::{Wrong, headers, invalid, required, text, url};
use crate::engine::{Mode, URL};
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

/// The names of all operations that engines do.
pub(super) fn works() -> impl Iterator<Item = (&'static str, Mode)> {
    WORK.iter().copied()
}

/// Reads what an engine is asked for.
pub(super) fn work(name: &str, mode: Mode, task: &Map<String, Value>) -> Result<Work, Wrong> {
    let text = |field: &str| text(task, field);
    let format = |field: &str| {
        text(field).map(|format| format.map(|format| format.trim_start_matches('.').to_lowercase()))
    };
    let output_format = match (mode, format("output_format")?) {
        (Mode::Extract | Mode::Info | Mode::Command, _) => "*".to_owned(),
        // The output has the format of its input.
        (Mode::Optimize | Mode::WriteMetadata | Mode::Watermark, _) => "=".to_owned(),
        (_, None) if name.starts_with("pdf/") => "pdf".to_owned(),
        (_, format) => format.ok_or_else(|| required("output_format"))?,
    };
    let input_format = if mode == Mode::Capture { Some(URL.to_owned()) } else { format("input_format")? };
    let image = if mode == Mode::Watermark { text("image")? } else { None };
    match mode {
        Mode::Watermark if text("text")?.is_none() && image.is_none() => return Err(required("text")),
        Mode::Capture => {
            url("url", text("url")?.ok_or_else(|| required("url"))?)?;
            headers(task)?;
        }
        _ => {}
    }
    let options =
        task.iter().filter(|(name, value)| !PARAMETERS.contains(&name.as_str()) && !value.is_null());
    Ok(Work {
        mode,
        input_format,
        output_format,
        filename: text("filename")?.map(str::to_owned),
        timeout: timeout(task)?,
        options: options.map(|(name, value)| (name.clone(), value.clone())).collect(),
        engine: text("engine")?.map(str::to_owned),
        engine_version: text("engine_version")?.map(str::to_owned),
        image: image.is_some(),
    })
}

fn timeout(task: &Map<String, Value>) -> Result<Duration, Wrong> {
    let seconds = match task.get("timeout") {
        None | Some(Value::Null) => MAX_TIME,
        Some(value) => {
            let seconds = value.as_u64().or_else(|| value.as_str()?.parse().ok());
            let seconds = seconds.filter(|seconds| *seconds > 0);
            seconds.ok_or_else(|| invalid("timeout", "has to be a number of seconds from 1 up"))?
        }
    };
    Ok(Duration::from_secs(seconds.min(MAX_TIME)))
}
