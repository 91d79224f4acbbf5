//! What files say, read by programs that neither side writes with: a name and a value for each fact.

mod archive;
mod film;
mod kinds;
mod pdf;
mod picture;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::Value;

use super::shell;

pub(super) use archive::contents;
pub(super) use kinds::{between_kinds, kind, same};

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

/// What the files of one output say together: what all of them say, and what each says where they differ.
pub(super) fn of(files: &[PathBuf], metadata: &Metadata) -> Result<Facts> {
    let [first, more @ ..] = files else { return Ok(Facts::new()) };
    let mut facts = of_file(first, metadata)?;
    if more.is_empty() {
        return Ok(facts);
    }
    let others = more.iter().map(|file| of_file(file, metadata)).collect::<Result<Vec<_>>>()?;
    let number = |facts: &Facts| facts.get("frames").map_or(0, |frames| frames.parse::<usize>().unwrap_or(0));
    let frames = number(&facts) + others.iter().map(number).sum::<usize>();
    let look = |facts: &Facts| facts.get("pictures").or(facts.get("pixels")).cloned();
    let pictures: Vec<String> = std::iter::once(&facts).chain(&others).filter_map(look).collect();
    let names = std::iter::once(&facts).chain(&others).flat_map(BTreeMap::keys).cloned();
    for name in names.collect::<BTreeSet<_>>() {
        let says = |facts: &Facts| facts.get(&name).cloned().unwrap_or_default();
        let all: Vec<String> = std::iter::once(&facts).chain(&others).map(says).collect();
        // How the first looks, and how large it is, is compared by itself.
        if !["pixels", "sides"].contains(&name.as_str()) && all.iter().any(|said| *said != all[0]) {
            facts.insert(name, all.join(" | "));
        }
    }
    if frames > 0 {
        facts.insert("frames".into(), frames.to_string());
    }
    if !pictures.is_empty() {
        facts.insert("pictures".into(), pictures.join(" "));
    }
    Ok(facts)
}

fn of_file(file: &Path, metadata: &Metadata) -> Result<Facts> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match name.rsplit('.').next().unwrap_or_default() {
        ending if PICTURES.contains(&ending) => picture::facts(file, metadata.0.get(file)),
        "pdf" => pdf::facts(file),
        "txt" => text::of_file(file, name),
        "html" => text::of_page(file),
        "mp4" | "mov" | "mkv" | "webm" | "avi" | "mp3" | "wav" | "ogg" | "flac" | "m4a" | "flv" | "mpg" => {
            film::facts(file)
        }
        "zip" | "gz" => archive::facts(file),
        _ => Ok(Facts::new()),
    }
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}
