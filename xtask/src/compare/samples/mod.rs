//! The files that are compared, each made by a line of a shell.

mod archives;
mod documents;
mod drawings;
mod films;
mod pictures;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::shell;

pub(super) use documents::encoding;

pub(super) struct Sample {
    pub(super) name: String,
    /// How it ends, without a dot.
    format: &'static str,
    /// Makes `$out` of the files that `prepare` makes.
    line: String,
    pub(super) outputs: &'static [&'static str],
    pub(super) options: Vec<(&'static str, &'static str)>,
}

impl Sample {
    fn new(
        name: &str,
        format: &'static str,
        outputs: &'static [&'static str],
        line: impl Into<String>,
    ) -> Self {
        let name = format!("{}-{name}", format.replace('.', ""));
        Self { name, format, line: line.into(), outputs, options: Vec::new() }
    }

    fn option(mut self, name: &'static str, value: &'static str) -> Self {
        self.options.push((name, value));
        self
    }
}

pub(super) fn all() -> Vec<Sample> {
    [pictures::all(), documents::all(), archives::all(), films::all()].into_iter().flatten().collect()
}

/// Makes what the samples are made of.
pub(super) fn prepare(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder.join("in"))?;
    for line in [pictures::PARTS, films::PARTS, documents::PARTS] {
        shell(line, folder)?;
    }
    Ok(())
}

/// Makes a sample.
pub(super) fn make(sample: &Sample, folder: &Path) -> Result<PathBuf> {
    let file = folder.join("in").join(format!("{}.{}", sample.name, sample.format));
    let line = sample.line.replace("$out", &format!("{}", file.display()));
    shell(&line, folder).with_context(|| format!("{} cannot be made", sample.name))?;
    Ok(file)
}
