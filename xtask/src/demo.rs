//! `cargo xtask demo`: the whole line, from a file to its conversion.

use std::path::absolute;

use anyhow::{Context, Result, anyhow, bail};

use crate::process::{Running, command, run_quietly};
use crate::sandbox::Sandbox;
use crate::{build, tools};

/// A page that converts files, served until Ctrl-C.
pub(crate) fn page() -> Result<()> {
    build::npm()?;
    let sandbox = sandbox()?;
    let mut server = command("node", &["npm/examples/demo/server.mjs"]);
    let (mut server, address) = Running::service(
        sandbox.serve(&mut server).env("CLOUDCONVERT_BASE_URL", sandbox.v2()),
        "listening on ",
    )
    .context("the demo's server")?;
    println!("open {address}");
    eprintln!("(Ctrl-C ends it)");
    server.wait()
}

/// Converts one file: the output's extension says into what.
pub(crate) fn convert(input: &str, output: &str) -> Result<()> {
    let (input, output) = (absolute(input)?, absolute(output)?);
    if !input.is_file() {
        bail!("there is no file {}", input.display());
    }
    build::npm()?;
    let sandbox = sandbox()?;
    let mut convert = command("node", &["npm/examples/convert/convert.mjs"]);
    // It has said why.
    run_quietly(sandbox.serve(&mut convert).arg(input).arg(output))
        .map_err(|_| anyhow!("nothing was converted"))
}

/// The sandbox, with as many formats as this machine allows.
fn sandbox() -> Result<Sandbox> {
    if let Err(error) = tools::engines() {
        eprintln!("going on without films, sound and PDF as input: {error:#}");
    }
    Sandbox::start()
}
