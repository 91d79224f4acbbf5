//! The npm package in other people's tools: `npm/test/frameworks/`. A command of its own, because it installs much.

use anyhow::Result;

use crate::paths::root;
use crate::process::{command, run};
use crate::sandbox::Sandbox;
use crate::{build, tools};

/// Packs the package, installs it into a project of each tool, builds and runs that against the sandbox. `names` are parts
/// of the tests' names.
pub(crate) fn all(names: &[&str]) -> Result<()> {
    build::npm()?;
    tools::debian(&[("chromium", "chromium")])?;
    let folder = root().join("npm/test/frameworks");
    build::install(&folder)?;
    let sandbox = Sandbox::start()?;
    let mut npm = command("npm", &["test", "--silent", "--"]);
    npm.args(names.iter().map(|name| format!("--test-name-pattern={name}")));
    run(sandbox.tell(&mut npm).current_dir(folder))
}
