//! What the sandbox takes.

use anyhow::Result;

use crate::process::{command, run};

/// 1,000 conversions at once in each version of the API.
pub(super) fn crowd() -> Result<()> {
    run(&mut command("cargo", &["build", "--release", "-p", "cloudconvert-sandbox"]))?;
    run(&mut command("cargo", &["run", "--release", "-p", "cloudconvert-sandbox", "--example", "load"]))
}
