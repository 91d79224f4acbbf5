//! The Python package beside curl, `requests` and the service's own client: `python/bench/`.

use anyhow::Result;

use crate::paths::{root, target};
use crate::process::{command, run};
use crate::python::package;
use crate::tools;

/// Measures, and fails where a promise is not kept.
pub(crate) fn package_costs() -> Result<()> {
    tools::debian(&[("curl", "curl")])?;
    let interpreter = package("release", "bench/requirements.txt")?;
    run(&mut command("cargo", &["build", "--release", "-p", "cloudconvert-sandbox"]))?;
    let sandbox = target().join("release/cloudconvert-sandbox");
    let measurements = root().join("python/bench/run.py");
    run(command(&interpreter, &[]).arg(measurements).env("CLOUDCONVERT_KIT_SANDBOX", sandbox))
}
