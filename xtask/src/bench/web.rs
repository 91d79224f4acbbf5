//! The npm package in a page, beside what the page could do without it: `npm/bench/`.

use anyhow::Result;

use crate::paths::root;
use crate::process::{command, run};
use crate::{build, tools};

/// Measures, and fails where a promise is not kept.
pub(crate) fn page_costs() -> Result<()> {
    build::npm()?;
    tools::debian(&[("chromium", "chromium"), ("taskset", "util-linux")])?;
    let folder = root().join("npm/bench");
    build::install(&folder)?;
    run(command("npm", &["run", "--silent", "bench"]).current_dir(folder))
}
