//! The Python package, as its users install it.

use anyhow::Result;

use crate::paths::{root, target};
use crate::process::{command, run};
use crate::python::package;

/// What is said about the package's code without running it.
const CHECKS: [&[&str]; 3] =
    [&["ruff", "format", "--check", "-q", "."], &["ruff", "check", "-q", "."], &["mypy"]];

/// Style, types, and tests against the sandbox.
pub(crate) fn package_holds() -> Result<()> {
    let interpreter = package("dev", "tests/requirements.txt")?;
    let folder = root().join("python");
    for check in CHECKS {
        run(command(&interpreter, &["-m"]).args(check).current_dir(&folder))?;
    }
    // It looks for packages beside the first Python on the PATH unless it is told better.
    let mut pyright = command(&interpreter, &["-m", "pyright", "--pythonpath"]);
    run(pyright.arg(&interpreter).current_dir(&folder))?;
    run(&mut command("cargo", &["build", "-p", "cloudconvert-sandbox"]))?;
    let mut pytest = command(&interpreter, &["-m", "pytest", "-q", "-n", "4"]);
    let sandbox = target().join("debug/cloudconvert-sandbox");
    run(pytest.current_dir(&folder).env("CLOUDCONVERT_KIT_SANDBOX", sandbox))
}
