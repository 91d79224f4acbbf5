//! `cargo xtask test kotlin`: the bindings, and the Kotlin package with its native library.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::native;
use crate::paths::{root, target};
use crate::process::{command, output, run};
use crate::sandbox::Sandbox;

/// Everything that must hold for Kotlin.
pub(crate) fn package() -> Result<()> {
    let natives = native::libraries(&[])?;
    native::check_size(&native::library()?)?;
    native::check_bindings()?;
    let sandbox = Sandbox::start()?;
    let build = target().join("kotlin");
    let mut maven = command("mvn", &["--batch-mode", "--no-transfer-progress", "--quiet", "package"]);
    maven.arg(format!("-Dnative.directory={}", natives.display()));
    maven.arg(format!("-Doutput.directory={}", build.display()));
    run(sandbox.tell(&mut maven).current_dir(root().join("ffi/kotlin")))
        .context("JDK 17 and Maven are needed; please install them if they are missing")?;
    let mut files = fs::read_dir(&build)?.flatten().map(|entry| entry.path());
    let jar =
        files.find(|path| path.extension().is_some_and(|kind| kind == "jar")).context("no jar was built")?;
    let inside = output(command("jar", &["--list", "--file"]).arg(jar))?;
    let library = native::library()?;
    let library = library.strip_prefix(&natives)?.display().to_string();
    ensure!(inside.lines().any(|line| line == library), "the jar does not carry {library}");
    Ok(())
}
