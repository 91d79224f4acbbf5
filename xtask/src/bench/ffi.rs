//! What crossing the boundary costs: a whole conversion in the core alone, through C, and through Kotlin.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::core::{built, count};
use crate::paths::{root, target};
use crate::process::{command, output, run};
use crate::{native, tools};

/// How many times the core's instructions a conversion through C may take, in thousandths.
const LIMIT: u64 = 1_165;

/// Counts instructions of the core and of C around it, both compiled alike, and times C and Kotlin.
pub(crate) fn crossing() -> Result<()> {
    tools::debian(&[("valgrind", "valgrind"), ("make", "make")])?;
    let answers = root().join("ffi/c/bench/answers.txt");
    let plain = built("cloudconvert-ffi", "core", &[("LTO", "true"), ("CODEGEN_UNITS", "1")])?;
    let plain = instructions(&plain, &answers, "core::measured*")?;
    let c = c_program()?;
    let through = instructions(&c, &answers, "measured")?;
    let times = (through * 1_000).div_ceil(plain);
    let microseconds = output(command(&c, &[]).arg(&answers).arg("2000"))?;
    println!("a whole conversion, seven requests:");
    println!("  {plain:>8} instructions in the core alone, with all answers at hand");
    println!("  {through:>8} instructions through C, {} times as many", decimal(times));
    println!("  {:>8} µs through C", microseconds.trim());
    kotlin(&answers)?;
    ensure!(times <= LIMIT, "more than the {} times that were promised", decimal(LIMIT));
    Ok(())
}

/// Thousandths as a decimal number.
fn decimal(thousandths: u64) -> String {
    format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000)
}

/// What callgrind counts within the function of this name.
fn instructions(program: &Path, answers: &Path, function: &str) -> Result<u64> {
    let folder = tempfile::tempdir()?;
    let counts = folder.path().join("callgrind.out");
    let mut valgrind = command("valgrind", &["-q", "--tool=callgrind"]);
    valgrind
        .arg(format!("--toggle-collect={function}"))
        .arg(format!("--callgrind-out-file={}", counts.display()));
    // Otherwise the dynamic linker's work at the first call of every function would be counted.
    output(valgrind.arg(program).arg(answers).env("LD_BIND_NOW", "1"))?;
    let table = output(command("callgrind_annotate", &["--threshold=100"]).arg(counts))?;
    count(&table, "PROGRAM TOTALS").context("callgrind counted nothing")
}

/// The benchmark's program, with the library as it is installed.
fn c_program() -> Result<PathBuf> {
    let c = root().join("ffi/c");
    let prefix = target().join("c-bench");
    let mut install = command("make", &["install"]);
    install.arg(format!("PREFIX={}", prefix.display())).arg(format!("TARGET_DIR={}", target().display()));
    run(install.arg(format!("PROFILE={}", native::PROFILE)).current_dir(&c))?;
    let program = prefix.join("conversion");
    let mut cc = command("cc", &["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-o"]);
    cc.arg(&program).arg(c.join("bench/conversion.c")).arg(format!("-I{}/include", prefix.display()));
    cc.arg(format!("-L{}/lib", prefix.display())).arg("-lcloudconvert");
    run(cc.arg(format!("-Wl,-rpath,{}/lib", prefix.display())))?;
    Ok(program)
}

/// The same through `UniFFI` and JNA, as Kotlin does it.
fn kotlin(answers: &Path) -> Result<()> {
    let natives = native::libraries(&[])?;
    let mut maven = native::maven(&natives, &["test", "-Dtest=CrossingBench"]);
    run(maven.env("ANSWERS", answers)).context("JDK 17 and Maven are needed")
}
