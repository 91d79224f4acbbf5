//! `cargo xtask test`: everything that must hold, from cheap to dear.

mod c;
mod clock;
mod demo;
mod halves;
mod kotlin;
mod python;
mod stages;
mod swift;
mod tracked;

use std::time::Instant;

use anyhow::{Context, Result, bail};

use stages::STAGES;

/// Runs all stages, or those that are named, until one fails.
pub(crate) fn run(names: &[&str]) -> Result<()> {
    let known: Vec<_> = STAGES.iter().map(|stage| stage.name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        bail!("there is no stage {unknown}; there are {}", known.join(", "));
    }
    let begin = Instant::now();
    let mut times = Vec::new();
    for stage in STAGES.iter().filter(|stage| names.is_empty() || names.contains(&stage.name)) {
        eprintln!("\n== {}: {}", stage.name, stage.holds);
        let begin = Instant::now();
        (stage.run)().with_context(|| format!("stage {} failed", stage.name))?;
        let seconds = begin.elapsed().as_secs_f32();
        eprintln!("== {} holds, {seconds:.1} s", stage.name);
        times.push((stage.name, seconds));
    }
    eprintln!();
    for (name, seconds) in times {
        eprintln!("{name:<10} {seconds:>7.1} s");
    }
    eprintln!("{:<10} {:>7.1} s: all holds", "", begin.elapsed().as_secs_f32());
    Ok(())
}
