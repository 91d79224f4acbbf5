//! The Python package, as its users install it.

use anyhow::Result;

use crate::paths::root;
use crate::process::{command, run};
use crate::python::packages;
use crate::tools;

/// Style, types, and tests. Many tests wait for the time to pass, so several run at once.
const CHECKS: [&[&str]; 5] = [
    &["ruff", "format", "--check", "-q", "."],
    &["ruff", "check", "-q", "."],
    &["mypy"],
    // It looks for packages beside the first Python on the PATH unless it is told better.
    &["pyright", "--pythonpath", "python"],
    &["pytest", "-q", "-n", "4"],
];

/// Runs all checks with the interpreter that has the package.
pub(crate) fn package_holds() -> Result<()> {
    tools::debian(&[("faketime", "faketime")])?;
    let interpreter = packages("dev", "tests/requirements.txt")?;
    for check in CHECKS {
        let arguments = check.iter().map(|word| match *word {
            "python" => interpreter.as_os_str(),
            word => word.as_ref(),
        });
        run(command(&interpreter, &["-m"]).args(arguments).current_dir(root().join("python")))?;
    }
    Ok(())
}
