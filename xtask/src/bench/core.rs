//! The core's benchmarks: `core/benches/`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::process::{command, output, run};
use crate::tools;

/// The versions of the API, and the most instructions that a whole conversion may take by each. What it may allocate stands in
/// the benchmark itself.
const VERSIONS: [(&str, u64); 2] = [("v1", 117_926), ("v2", 150_000)];

/// What the table shows: a part of a function's name, and what it does. Each includes what it calls.
const PARTS: [(&str, &str); 9] = [
    ("cost::begin", "the job, read and checked"),
    ("Conversion>::poll", "all requests built"),
    ("Conversion>::handle", "all answers handled"),
    ("Native as cloudconvert_core::platform::Platform>::parse", "reading JSON"),
    ("Native as cloudconvert_core::platform::Platform>::write", "writing JSON"),
    ("Native as cloudconvert_core::platform::Platform>::resolve", "resolving URLs"),
    ("multipart::form", "framing the upload"),
    ("__rust_alloc", "allocating"),
    ("__rust_dealloc", "freeing"),
];

/// A crowd before a limiter, in virtual time.
pub(crate) fn herd() -> Result<()> {
    run(&mut command("cargo", &["bench", "-q", "-p", "cloudconvert-core", "--bench", "herd"]))
}

/// Counts what a whole conversion takes by each version of the API, beside what it may take, and tells where it goes.
pub(crate) fn cost() -> Result<()> {
    tools::debian(&[("valgrind", "valgrind")])?;
    let memory = run(&mut command("cargo", &["bench", "-q", "-p", "cloudconvert-core", "--bench", "cost"]));
    let program = built("cloudconvert-core", "cost", &[])?;
    let mut passed = Vec::new();
    for (version, limit) in VERSIONS {
        let table = counted(&program, version)?;
        let all = count(&table, "PROGRAM TOTALS").context("callgrind counted nothing")?;
        println!("\nby {version}:\n  {all:>6} instructions of a whole conversion; at most {limit}");
        for (part, what) in PARTS {
            let instructions = count(&table, part).unwrap_or(0);
            println!("  {instructions:>8}  {:>3} %  {what}", instructions * 100 / all);
        }
        if all > limit {
            passed.push(version);
        }
    }
    memory?;
    ensure!(passed.is_empty(), "more instructions than were promised by {}", passed.join(" and "));
    Ok(())
}

/// What callgrind counts of a conversion by this version.
fn counted(program: &Path, version: &str) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let counts = folder.path().join("callgrind.out");
    let mut valgrind = command("valgrind", &["-q", "--tool=callgrind", "--toggle-collect=cost::measured*"]);
    output(valgrind.arg(format!("--callgrind-out-file={}", counts.display())).arg(program).arg(version))?;
    let mut annotate = command("callgrind_annotate", &["--inclusive=yes", "--threshold=100"]);
    output(annotate.arg(counts))
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
