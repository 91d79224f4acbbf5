//! `cargo xtask demo INPUT OUTPUT`, as a user runs it.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::paths::root;
use crate::process::run;

/// The first bytes of every JPEG file.
const JPEG: [u8; 3] = [0xff, 0xd8, 0xff];

/// The sample becomes a JPEG picture; what cannot be done is said, and writes nothing.
pub(crate) fn convert() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let sample = root().join("npm/examples/demo/sample.png");
    let picture = folder.path().join("picture.jpg");
    run(demo()?.arg(&sample).arg(&picture))?;
    let bytes = fs::read(&picture).context("no output was written")?;
    ensure!(bytes.starts_with(&JPEG), "the output is no JPEG picture");
    ensure!(bytes.ends_with(&[0xff, 0xd9]), "the picture is cut off");

    refused(demo()?.arg(&sample).arg(folder.path().join("sound.mp3")), "possible")?;
    refused(demo()?.arg(folder.path().join("missing.png")).arg(&picture), "there is no file")?;
    let left = fs::read_dir(folder.path())?.count();
    ensure!(left == 1, "{left} files were left, not the picture alone");
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
