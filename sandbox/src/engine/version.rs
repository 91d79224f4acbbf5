//! Which versions of the engines there are.

use std::collections::HashMap;
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use super::program;

/// The exact versions of the crates that this program is built of.
const LOCK: &str = include_str!("../../../Cargo.lock");

/// What was found already; none where an engine does not say it.
static FOUND: LazyLock<Mutex<HashMap<String, Option<String>>>> = LazyLock::new(Mutex::default);

/// The version of an engine. Blocks when it is asked for the first time, because a program has to say it.
pub(crate) fn version(engine: &str) -> Option<String> {
    if let Some(known) = FOUND.lock().unwrap_or_else(PoisonError::into_inner).get(engine) {
        return known.clone();
    }
    let version = look(engine);
    FOUND.lock().unwrap_or_else(PoisonError::into_inner).insert(engine.to_owned(), version.clone());
    version
}

/// The version of an engine that was asked for already.
pub(crate) fn known_version(engine: &str) -> Option<String> {
    FOUND.lock().unwrap_or_else(PoisonError::into_inner).get(engine).cloned().flatten()
}

fn look(engine: &str) -> Option<String> {
    match engine {
        // This service's own.
        "archive" => Some(env!("CARGO_PKG_VERSION").to_owned()),
        "ffmpeg" => said("ffmpeg", "-version"),
        "chromium" => number(&run(super::browser::find()?.as_os_str(), "--version")?),
        "ghostscript" => said("gs", "--version"),
        "tesseract" => said("tesseract", "--version"),
        "exiftool" => said("exiftool", "-ver"),
        "imagemagick" => said("convert", "-version"),
        "graphicsmagick" => said("gm", "version"),
        "pdftoppm" | "pdftotext" | "pdfinfo" => said(engine, "-v"),
        name => locked(name),
    }
}

/// What a program of the PATH says of itself.
fn said(program: &str, argument: &str) -> Option<String> {
    number(&run(program::find(program)?.as_os_str(), argument)?)
}

fn run(program: &std::ffi::OsStr, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).stdin(Stdio::null()).output().ok()?;
    Some([output.stdout, output.stderr].iter().map(|said| String::from_utf8_lossy(said)).collect())
}

/// The first word that begins as a version does, without what a distribution adds to it.
fn number(said: &str) -> Option<String> {
    let is_version =
        |word: &&str| word.contains('.') && word.starts_with(|first: char| first.is_ascii_digit());
    let word = said.split_whitespace().find(is_version)?;
    let version: String = word.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    Some(version.trim_end_matches('.').to_owned())
}

/// The version of a crate.
fn locked(name: &str) -> Option<String> {
    let (_, package) = LOCK.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    Some(package.split_once('"')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_as_programs_write_them() {
        for (said, version) in [
            ("ffmpeg version 5.1.6-0+deb12u1 Copyright (c) 2000-2024", "5.1.6"),
            ("pdftoppm version 22.12.0\nCopyright 2005-2022", "22.12.0"),
            ("Chromium 130.0.6723.91 built on Debian 12", "130.0.6723.91"),
            ("12.57\n", "12.57"),
            ("Version: ImageMagick 6.9.11-60 Q16 x86_64", "6.9.11"),
        ] {
            assert_eq!(number(said).as_deref(), Some(version));
        }
        assert_eq!(number("no version"), None);
    }

    #[test]
    fn crates_and_what_is_not_known() {
        for name in ["resvg", "image", "krilla", "lopdf", "pdf-writer", "comrak", "html5gum", "archive"] {
            let version = version(name).unwrap();
            assert!(version.split('.').count() == 3, "{name}: {version}");
            assert_eq!(known_version(name), Some(version));
        }
        assert_eq!(version("no-such-engine"), None);
    }
}
