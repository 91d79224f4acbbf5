//! The npm package in other people's tools: `npm/test/frameworks/`. A command of its own, because it installs much.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::paths::root;
use crate::process::{command, run};
use crate::sandbox::Sandbox;
use crate::{build, tools};

/// Packs the package, installs it into a project of each tool, builds and runs that against the sandbox. `names` are parts
/// of the names of the tests' files: `next` is `next.test.mjs`.
pub(crate) fn all(names: &[&str]) -> Result<()> {
    let folder = root().join("npm/test/frameworks");
    let tests = tests(&folder, names)?;
    build::npm()?;
    tools::debian(&[("chromium", "chromium")])?;
    build::install(&folder)?;
    let sandbox = Sandbox::start()?;
    let mut node = command("node", &["--test", "--test-concurrency=1"]);
    run(sandbox.tell(node.args(tests)).current_dir(folder))
}

/// The pages of the common bundlers, which is over in a minute: a stage of `cargo xtask test`.
pub(crate) fn bundlers() -> Result<()> {
    all(&["bundlers"])
}

/// The files of tests that are asked for.
fn tests(folder: &Path, names: &[&str]) -> Result<Vec<String>> {
    let mut tests = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            tests.push(name);
        }
    }
    tests.sort();
    if let Some(unknown) = names.iter().find(|part| !tests.iter().any(|test| test.contains(*part))) {
        bail!("there is no test of {unknown}; there are {}", tests.join(", "));
    }
    tests.retain(|test| names.is_empty() || names.iter().any(|part| test.contains(part)));
    Ok(tests)
}
