//! The Python package and its sandbox: built, and installed as their users install them, into a virtual environment.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::paths::{is_fresh, root, target};
use crate::process::{command, run};
use crate::tools;

/// What the packages are made of.
const SOURCES: [&str; 8] = [
    "python/src",
    "python/native",
    "python/Cargo.toml",
    "python/pyproject.toml",
    "python/README.md",
    "python/sandbox",
    "core/src",
    "sandbox/src",
];

/// The interpreter of an environment that has the packages, compiled with this profile of cargo, and what else is
/// required.
pub(crate) fn packages(profile: &str, requirements: &str) -> Result<PathBuf> {
    let environment = format!("python-{profile}");
    let requirements = root().join("python").join(requirements);
    let interpreter = tools::python_environment(&environment, &requirements)?;
    let sources = SOURCES.map(|name| root().join(name));
    let stamp = target().join(environment).join("packages.stamp");
    if is_fresh(&stamp, &sources.each_ref().map(PathBuf::as_path)) {
        return Ok(interpreter);
    }
    // Both compile into the target directory of the workspace.
    let mut install =
        command(&interpreter, &["-m", "pip", "install", "-q", "--no-deps", "./python", "./python/sandbox"]);
    run(install.env("MATURIN_PEP517_ARGS", format!("--profile {profile}")))?;
    fs::write(stamp, "").context("the target directory cannot be written")?;
    Ok(interpreter)
}
