//! Facts that are written into a file, by `exiftool` where it is on the PATH.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::process::without_paths;
use super::program::{self, Installed};
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work};

/// What it can write to and what this service knows otherwise.
const FORMATS: [&str; 12] =
    ["jpg", "jpeg", "png", "gif", "tiff", "tif", "webp", "pdf", "mp4", "mov", "m4a", "heic"];
/// The most facts, and the longest.
const MAX_FACTS: usize = 200;
const MAX_VALUE: usize = 16 << 10;
/// Stands before what the program tells of the next name.
const NEXT: &str = "=";
/// Stands between what the program tells of the values of a list: a letter for private use, which texts do not have.
const BETWEEN: &str = "\u{e000}";
/// Options of the program that look like names of facts, the name of all facts at once, and what a file system knows of a
/// file.
const OPTIONS: [&str; 24] = [
    "all",
    "csv",
    "json",
    "j",
    "config",
    "geotag",
    "geosync",
    "geotime",
    "execute",
    "tagsfromfile",
    "filename",
    "directory",
    "testname",
    "userparam",
    "filemodifydate",
    "filecreatedate",
    "fileaccessdate",
    "fileinodechangedate",
    "filepermissions",
    "fileattributes",
    "fileuserid",
    "filegroupid",
    "hardlink",
    "symlink",
];

pub(super) fn types(installed: &Installed) -> Vec<ConversionType> {
    if !installed.program("exiftool") {
        return Vec::new();
    }
    let new = |format| ConversionType::new("metadata", "exiftool", (format, format), write);
    let pair = |format| {
        let pair = new(format).mode(Mode::WriteMetadata).options(json!({"metadata": null})).program();
        if format == "pdf" { pair.note("Signatures say afterwards that the PDF was changed.") } else { pair }
    };
    FORMATS.into_iter().map(pair).collect()
}

fn write(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let facts = work.options.get("metadata").and_then(Value::as_object).filter(|facts| !facts.is_empty());
    let facts = facts
        .ok_or_else(|| Failure::BadParameter("metadata has to be an object of names and values".into()))?;
    if facts.len() > MAX_FACTS {
        return Err(Failure::BadParameter(format!("metadata has more than {MAX_FACTS} names")));
    }
    let mut exiftool = program::named("exiftool");
    // What is to be there afterwards; an empty value deletes.
    let mut wanted = Vec::new();
    for (name, value) in facts {
        check(name)?;
        let values = values(name, value)?;
        let count = values.iter().filter(|value| !value.is_empty()).count();
        if count > 0 {
            wanted.push((name.as_str(), count));
        }
        for value in values {
            exiftool.arg(format!("-{name}={value}"));
        }
    }
    let output = work.output();
    let input = work.input()?;
    // The program takes an input without an extension for one that is to be made.
    let copy = input.path.extension().is_none().then(|| named_copy(work)).transpose()?;
    exiftool.arg("-o").arg(&output).arg(copy.as_ref().map_or(input.path.as_path(), NamedTempFile::path));
    progress.set(10.0, "Writing the metadata")?;
    program::run(&mut exiftool, progress, |line| {
        if let Some(said) = line.strip_prefix("Warning: ") {
            let said = without_paths(said);
            progress.warn(format!("Metadata: {}", said.trim_end_matches([' ', '-'])));
        }
    })?;
    progress.set(80.0, "Looking for what was written")?;
    let there = there(&wanted, &output, progress)?;
    let written = || wanted.iter().zip(&there).map(|((name, count), there)| (*name, *count, *there));
    let lost: Vec<&str> = written().filter(|(_, _, there)| *there == 0).map(|(name, ..)| name).collect();
    let why = "the format has no place for it, does not know it, or takes other values";
    if lost.len() == facts.len() {
        let names = lost.join(", ");
        return Err(Failure::BadParameter(format!("metadata: nothing was written of {names}: {why}")));
    }
    for name in lost {
        progress.warn(format!("{name} is not in the metadata of the output: {why}"));
    }
    for (name, count, there) in written().filter(|(_, count, there)| (1..*count).contains(there)) {
        progress.warn(format!(
            "{name} has {there} of its {count} values in the output: the format has no place for more"
        ));
    }
    Ok(Outcome::Files(vec![output]))
}

/// The input in a file with an extension.
fn named_copy(work: &Work) -> Result<NamedTempFile, Failure> {
    let mut named = tempfile::Builder::new();
    let ending = format!(".{}", work.input_format);
    let copy = named.suffix(&ending).tempfile_in(&work.output_dir).map_err(Failure::io)?;
    std::fs::copy(&work.input()?.path, copy.path()).map_err(Failure::io)?;
    Ok(copy)
}

/// How many values a file has of each of these names.
fn there(names: &[(&str, usize)], file: &Path, progress: &Progress) -> Result<Vec<usize>, Failure> {
    let mut found = Vec::with_capacity(names.len());
    if names.is_empty() {
        return Ok(found);
    }
    let mut exiftool = program::named("exiftool");
    for (number, (name, _)) in names.iter().enumerate() {
        if number > 0 {
            exiftool.arg("-execute");
        }
        exiftool.args(["-q", "-S", "-sep", BETWEEN, "-echo", NEXT]).arg(format!("-{name}")).arg(file);
    }
    for line in program::output(&mut exiftool, progress)?.lines() {
        if line == NEXT {
            found.push(0);
        } else if let Some(values) = found.last_mut() {
            *values = line.split(BETWEEN).count().max(*values);
        }
    }
    Ok(found)
}

fn check(name: &str) -> Result<(), Failure> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_');
    let lower = name.to_lowercase();
    let mut groups = lower.split(':');
    let last = groups.next_back().unwrap_or_default();
    let option = OPTIONS.contains(&last)
        || ["mditem", "xattr"].iter().any(|of_macos| last.starts_with(of_macos))
        || groups.any(|group| group == "system");
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if option || !begins || !name.bytes().all(plain) || name.len() > 100 {
        return Err(Failure::BadParameter(format!("metadata: {name} is no name of a fact")));
    }
    Ok(())
}

/// A value as the program takes it; of a list, one after the other.
fn values(name: &str, value: &Value) -> Result<Vec<String>, Failure> {
    let wrong = || Failure::BadParameter(format!("metadata: {name} has to be a text or a number"));
    let one = |value: &Value| match value {
        Value::String(text) if text.len() <= MAX_VALUE && !text.contains('\0') => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Null => Ok(String::new()),
        _ => Err(wrong()),
    };
    match value {
        Value::Array(list) if list.len() <= MAX_FACTS => list.iter().map(one).collect(),
        value => Ok(vec![one(value)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names_and_no_options() {
        for name in ["Title", "XMP:Title", "IPTC:Keywords", "XMP-dc:Creator"] {
            assert!(check(name).is_ok(), "{name}");
        }
        for name in [
            "",
            "-x",
            "csv",
            "All:JSON",
            "all",
            "XMP:All",
            "a=b",
            "a<b",
            "@",
            "FileName",
            "Title#",
            "FileModifyDate",
            "System:HardLink",
            "MDItemFinderComment",
            "XAttrQuarantine",
        ] {
            assert!(check(name).is_err(), "{name}");
        }
        assert_eq!(values("a", &json!(["x", 1, true])).unwrap(), ["x", "1", "true"]);
        assert!(values("a", &json!({})).is_err() && values("a", &json!("\0")).is_err());
    }
}
