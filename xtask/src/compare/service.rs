//! Conversions by the service.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::shell;
use crate::sandbox::Sandbox;

/// What became of a file.
pub(super) enum Converted {
    Files {
        files: Vec<PathBuf>,
        said: Said,
    },
    /// With this message.
    Refused(String),
}

/// What the service says of what is lost.
pub(super) struct Said {
    /// Of the pair, whatever the input is.
    pub(super) note: String,
    /// Of this conversion.
    pub(super) warnings: Vec<String>,
}

/// The notes of `/conversiontypes`, by input format, output format and mode.
pub(super) type Notes = HashMap<(String, String, String), String>;

pub(super) fn notes(sandbox: &Sandbox) -> Result<Notes> {
    let said = shell(&format!("curl -sS '{}/conversiontypes'", sandbox.url), Path::new("/"))?;
    let pairs: Vec<Value> = serde_json::from_str(&said)?;
    let text = |pair: &Value, name: &str| pair[name].as_str().unwrap_or_default().to_owned();
    let key = |pair: &Value| (text(pair, "inputformat"), text(pair, "outputformat"), text(pair, "mode"));
    Ok(pairs.iter().map(|pair| (key(pair), text(pair, "note"))).collect())
}

/// Converts a file, into this folder.
pub(super) fn convert(
    sandbox: &Sandbox,
    input: &Path,
    output: &str,
    options: &[(&str, &str)],
    folder: &Path,
    notes: &Notes,
) -> Result<Converted> {
    let name = input.file_name().and_then(|name| name.to_str()).context("a name")?;
    let format = if name.ends_with(".tar.gz") { "tar.gz" } else { name.rsplit('.').next().unwrap_or(name) };
    let mode = if output == "files" { "extract" } else { "convert" };
    let to = if output == "files" { "*" } else { output };
    let mut url = sandbox.convert_url(&format!("inputformat={format}&outputformat={to}&mode={mode}"));
    for (name, value) in options {
        url = format!("{url}&converteroptions[{name}]={value}");
    }
    let form = format!("file=@{}", input.display());
    let started =
        shell(&format!("curl -sS -g -o started -w '%{{redirect_url}}' -F '{form}' '{url}'"), folder)?;
    if started.is_empty() {
        return Ok(Converted::Refused(refusal(&std::fs::read_to_string(folder.join("started"))?)));
    }
    let said = shell(&format!("rm -f started; curl -sS '{started}?wait'"), folder)?;
    let status: Value = serde_json::from_str(&said)?;
    let Some(place) = status["output"]["url"].as_str().filter(|_| status["step"] == "finished") else {
        return Ok(Converted::Refused(refusal(&said)));
    };
    let note = notes.get(&(format.to_owned(), to.to_owned(), mode.to_owned())).cloned().unwrap_or_default();
    let said = Said { note, warnings: texts(&status["warnings"]) };
    let mut files = Vec::new();
    match status["output"]["files"].as_array() {
        None => {
            let name = status["output"]["filename"].as_str().unwrap_or("output").replace('\'', "_");
            shell(&format!("curl -sS --fail -o './{name}' 'http:{place}'"), folder)?;
            files.push(folder.join(name));
        }
        Some(names) => {
            for name in names.iter().filter_map(Value::as_str) {
                let quoted =
                    name.replace('%', "%25").replace(' ', "%20").replace('\'', "%27").replace('#', "%23");
                let name = name.replace('\'', "_");
                shell(&format!("curl -sS --fail -o './{name}' 'http:{place}/{quoted}'"), folder)?;
                files.push(folder.join(name));
            }
        }
    }
    Ok(Converted::Files { files, said })
}

fn refusal(answer: &str) -> String {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    let said = answer["message"].as_str().or(answer["error"].as_str()).unwrap_or("no message");
    said.to_owned()
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
