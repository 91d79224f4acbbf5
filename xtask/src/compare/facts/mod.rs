//! What files say, read by programs that neither side writes with: a name and a value for each fact.

mod archive;
mod film;
mod kinds;
mod pdf;
mod picture;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::Value;

use super::shell;

pub(super) use kinds::{between_kinds, kind, same, words};

pub(super) type Facts = BTreeMap<String, String>;

/// How the names of pictures end.
const PICTURES: [&str; 9] = ["png", "apng", "jpg", "gif", "bmp", "webp", "tiff", "tif", "ico"];

/// What `ExifTool` says of all pictures below a folder, asked once because it starts slowly.
pub(super) struct Metadata(BTreeMap<PathBuf, Value>);

impl Metadata {
    pub(super) fn below(folder: &Path) -> Result<Self> {
        let kinds = PICTURES.map(|name| format!("-ext {name}")).join(" ");
        let line = format!("exiftool -q -q -j -G1 -n -r {kinds} in service peer || true");
        let said = shell(&line, folder)?;
        let said: Vec<Value> = serde_json::from_str(&said)?;
        let place = |said: &Value| folder.join(said["SourceFile"].as_str().unwrap_or_default());
        Ok(Self(said.into_iter().map(|said| (place(&said), said)).collect()))
    }
}

/// What the files of one output say together.
pub(super) fn of(files: &[PathBuf], metadata: &Metadata) -> Result<Facts> {
    let Some(first) = files.first() else { return Ok(Facts::new()) };
    let name = first.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut facts = match name.rsplit('.').next().unwrap_or_default() {
        ending if PICTURES.contains(&ending) => picture::facts(first, metadata.0.get(first))?,
        "pdf" => pdf::facts(first)?,
        "txt" => text::of_file(first, name)?,
        "html" => text::of_page(first)?,
        "mp4" | "mov" | "mkv" | "webm" | "avi" | "mp3" | "wav" | "ogg" | "flac" | "m4a" | "flv" => {
            film::facts(first)?
        }
        "zip" | "gz" => archive::facts(first)?,
        _ => Facts::new(),
    };
    if let Some(frames) = facts.get("frames").and_then(|frames| frames.parse::<usize>().ok()) {
        facts.insert("frames".into(), (frames + files.len() - 1).to_string());
    }
    Ok(facts)
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}
