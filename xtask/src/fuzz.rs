//! The fuzz targets of the core, built as cargo-fuzz builds them but without it and on a stable compiler.

use std::fs;

use anyhow::{Context, Result};

use crate::paths::{root, target};
use crate::process::{command, run};
use crate::tools;

/// Instrumentation for libFuzzer.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Ccodegen-units=1";

/// Runs every target for so many seconds, on what it starts with and what it finds.
pub(crate) fn all(seconds: u32) -> Result<()> {
    tools::debian(&[("g++", "g++")])?;
    let folder = root().join("core/fuzz");
    let built = target().join("fuzz");
    let host = tools::host()?;
    let mut cargo = command("cargo", &["build", "--release", "--target", &host]);
    run(cargo.current_dir(&folder).env("RUSTFLAGS", FLAGS).env("CARGO_TARGET_DIR", &built))?;
    let mut names: Vec<String> = fs::read_dir(folder.join("fuzz_targets"))?
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    for name in names {
        let corpus = built.join("corpus").join(&name);
        let artifacts = folder.join("artifacts").join(&name);
        fs::create_dir_all(&corpus)?;
        fs::create_dir_all(&artifacts)?;
        let mut fuzz = command(built.join(&host).join("release").join(&name), &[]);
        let seeds = folder.join("seeds").join(&name);
        fuzz.arg(corpus).args(seeds.is_dir().then_some(seeds));
        fuzz.arg(format!("-dict={}", folder.join("protocol.dict").display()));
        fuzz.args([format!("-max_total_time={seconds}"), "-timeout=10".into(), "-verbosity=0".into()]);
        fuzz.arg("-print_final_stats=1").arg(format!("-artifact_prefix={}/", artifacts.display()));
        run(&mut fuzz).with_context(|| format!("the fuzz target {name} found something"))?;
    }
    Ok(())
}
