//! `cargo xtask test kotlin`: the bindings, and the Kotlin package with its native library.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::paths::target;
use crate::process::{command, output, run};
use crate::sandbox::Sandbox;
use crate::{native, tools};

/// Everything that must hold for Kotlin.
pub(crate) fn package() -> Result<()> {
    tools::debian(&[("javac", "default-jdk-headless"), ("mvn", "maven")])?;
    let natives = native::libraries(&[])?;
    native::check_size(&native::library()?)?;
    native::check_bindings()?;
    let sandbox = Sandbox::start()?;
    run(sandbox.tell(&mut native::maven(&natives, &["package"])))?;
    let build = target().join("kotlin");
    let mut files = fs::read_dir(&build)?.flatten().map(|entry| entry.path());
    let jar =
        files.find(|path| path.extension().is_some_and(|kind| kind == "jar")).context("no jar was built")?;
    let inside = output(command("jar", &["--list", "--file"]).arg(jar))?;
    let library = native::library()?;
    let library = library.strip_prefix(&natives)?.display().to_string();
    ensure!(inside.lines().any(|line| line == library), "the jar does not carry {library}");
    Ok(())
}
