//! What clients make of a service's misfortunes: `tests/misfortunes/`.

use anyhow::Result;

use crate::build;
use crate::paths::root;
use crate::process::{command, run};

/// Prints the table of the README, and fails where the kit does not do right.
pub(crate) fn table() -> Result<()> {
    build::npm()?;
    let folder = root().join("tests/misfortunes");
    build::install(&folder)?;
    run(command("npm", &["run", "--silent", "bench"]).current_dir(folder))
}
