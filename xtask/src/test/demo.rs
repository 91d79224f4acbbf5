//! The demo from the command line and the core's own example, as users run them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::paths::{root, target};
use crate::process::{build, run};
use crate::sandbox::Sandbox;

/// The first bytes of every JPEG file.
const JPEG: [u8; 3] = [0xff, 0xd8, 0xff];

/// The sample becomes a JPEG picture; what cannot be done is said, and writes nothing.
pub(crate) fn convert() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let sample = sample();
    let picture = folder.path().join("picture.jpg");
    run(demo()?.arg(&sample).arg(&picture))?;
    is_jpeg(&picture)?;

    refused(demo()?.arg(&sample).arg(folder.path().join("sound.mp3")), "possible")?;
    refused(demo()?.arg(folder.path().join("missing.png")).arg(&picture), "there is no file")?;
    let left = fs::read_dir(folder.path())?.count();
    ensure!(left == 1, "{left} files were left, not the picture alone");
    Ok(())
}

/// The core's example converts the sample by a blocking HTTP client.
pub(crate) fn example() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let folder = tempfile::tempdir()?;
    build(&["--example", "blocking"])?;
    let mut example = Command::new(target().join("debug/examples/blocking"));
    example.arg(sample()).arg("jpg").current_dir(folder.path());
    run(sandbox.serve(&mut example))?;
    is_jpeg(&folder.path().join("sample.jpg"))
}

fn sample() -> PathBuf {
    root().join("npm/examples/demo/sample.png")
}

fn is_jpeg(picture: &Path) -> Result<()> {
    let bytes = fs::read(picture).context("no output was written")?;
    ensure!(bytes.starts_with(&JPEG), "the output is no JPEG picture");
    ensure!(bytes.ends_with(&[0xff, 0xd9]), "the picture is cut off");
    Ok(())
}

fn demo() -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("demo").current_dir(root());
    Ok(command)
}

fn refused(command: &mut Command, words: &str) -> Result<()> {
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(!output.status.success(), "{command:?} succeeded");
    ensure!(said.contains(words), "{command:?} did not say {words:?}: {said}");
    Ok(())
}
