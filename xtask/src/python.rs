//! The Python package: built, and installed as its users install it, into a virtual environment of its own.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::paths::{is_fresh, root, target};
use crate::process::{command, run};
use crate::tools;

/// The interpreter of an environment that has the package, compiled with this profile of cargo, and what else is required.
pub(crate) fn package(profile: &str, requirements: &str) -> Result<PathBuf> {
    let folder = root().join("python");
    let environment = format!("python-{profile}");
    let interpreter = tools::python_environment(&environment, &folder.join(requirements))?;
    let sources = ["src", "native", "Cargo.toml", "pyproject.toml", "README.md", "../core/src"];
    let stamp = target().join(environment).join("package.stamp");
    let sources = sources.map(|name| folder.join(name));
    if is_fresh(&stamp, &sources.each_ref().map(PathBuf::as_path)) {
        return Ok(interpreter);
    }
    // It compiles into the target directory of the workspace.
    let mut install = command(&interpreter, &["-m", "pip", "install", "-q", "--no-deps"]);
    run(install.arg(&folder).env("MATURIN_PEP517_ARGS", format!("--profile {profile}")))?;
    fs::write(stamp, "").context("the target directory cannot be written")?;
    Ok(interpreter)
}
