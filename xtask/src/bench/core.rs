//! The core's benchmarks: `core/benches/`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::process::{command, output, run};
use crate::tools;

/// The most instructions that a whole conversion may take.
const LIMIT: u64 = 300_000;

/// What the table shows: a part of a function's name, and what it does. Each includes what it calls.
const PARTS: [(&str, &str); 11] = [
    ("cost::begin", "the job, read and checked"),
    ("Conversion>::poll", "all requests built"),
    ("Conversion>::handle", "all answers handled, of which:"),
    ("create::Process>::read", "  create"),
    ("status::StatusReply::read", "  start and status"),
    ("Native as cloudconvert_core::platform::Platform>::parse", "reading JSON"),
    ("Native as cloudconvert_core::platform::Platform>::write", "writing JSON"),
    ("Native as cloudconvert_core::platform::Platform>::resolve", "resolving URLs"),
    ("multipart::frame", "framing the upload"),
    ("__rust_alloc", "allocating"),
    ("__rust_dealloc", "freeing"),
];

/// A crowd before a limiter, in virtual time.
pub(crate) fn herd() -> Result<()> {
    run(&mut command("cargo", &["bench", "-q", "-p", "cloudconvert-core", "--bench", "herd"]))
}

/// Counts the instructions of a whole conversion, and tells where they go.
pub(crate) fn cost() -> Result<()> {
    tools::debian(&[("valgrind", "valgrind")])?;
    run(&mut command("cargo", &["bench", "-q", "-p", "cloudconvert-core", "--bench", "cost"]))?;
    let program = built("cloudconvert-core", "cost", &[])?;
    let folder = tempfile::tempdir()?;
    let counts = folder.path().join("callgrind.out");
    let mut valgrind = command("valgrind", &["-q", "--tool=callgrind", "--toggle-collect=cost::measured*"]);
    output(valgrind.arg(format!("--callgrind-out-file={}", counts.display())).arg(program))?;
    let mut annotate = command("callgrind_annotate", &["--inclusive=yes", "--threshold=100"]);
    let table = output(annotate.arg(counts))?;
    let all = count(&table, "PROGRAM TOTALS").context("callgrind counted nothing")?;
    println!("\ninstructions of a whole conversion: {all}, of which (each with what it calls)");
    for (part, what) in PARTS {
        let instructions = count(&table, part).unwrap_or(0);
        println!("  {what:<32} {instructions:>8}  {:>3} %", instructions * 100 / all);
    }
    ensure!(all < LIMIT, "more instructions than the {LIMIT} that were promised");
    Ok(())
}

/// The program of a benchmark, compiled with these settings of the profile.
pub(super) fn built(package: &str, bench: &str, profile: &[(&str, &str)]) -> Result<PathBuf> {
    let mut cargo = command("cargo", &["bench", "-p", package, "--bench", bench, "--no-run"]);
    for (name, value) in profile {
        cargo.env(format!("CARGO_PROFILE_BENCH_{name}"), value);
    }
    let said = output(cargo.args(["--message-format=json"]))?;
    let programs = said.lines().filter_map(|line| line.split_once("\"executable\":\"")?.1.split('"').next());
    match programs.collect::<Vec<_>>().pop() {
        Some(program) => Ok(program.into()),
        None => bail!("cargo did not say where the benchmark is"),
    }
}

/// The count in the first line of the table that names this.
pub(super) fn count(table: &str, part: &str) -> Option<u64> {
    let line = table.lines().find(|line| line.contains(part))?;
    line.trim_start().split(' ').next()?.replace(',', "").parse().ok()
}
