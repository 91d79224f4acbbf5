//! The Python package beside curl, `requests` and the service's own client: `python/bench/`.

use anyhow::Result;

use crate::process::{command, run};
use crate::python::packages;
use crate::tools;

/// Measures, and fails where a promise is not kept.
pub(crate) fn package_costs() -> Result<()> {
    tools::debian(&[("curl", "curl")])?;
    let interpreter = packages("release", "bench/requirements.txt")?;
    run(&mut command(interpreter, &["python/bench/run.py"]))
}
