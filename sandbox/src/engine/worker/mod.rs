//! Engines in processes of their own, of this same program. A file that makes one overflow its stack or grow without
//! bounds ends that process and nothing else; so does a client that cancels, and the end of the service. The service's
//! side is here, the other in `inside`.

mod inside;

use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio::process::Command;

use super::confine::Missing;
use super::{Failure, Outcome, Progress, Work, limits, process};

pub(super) use inside::{itself, program, work};

/// By its first argument the program knows what it is to do; the second is the process that started it.
mod argument {
    /// Work; the third is the file with the order.
    pub(super) const WORK: &str = "--work";
    /// Become another program; the others are its name and its arguments.
    pub(super) const PROGRAM: &str = "--become";
    /// Tell what this machine cannot do.
    pub(super) const MISSING: &str = "--missing";
}

/// How far it is, as a line of its standard output.
#[derive(Serialize, Deserialize, PartialEq)]
struct Shown {
    percent: f64,
    message: String,
}

/// What a worker leaves behind.
#[derive(Serialize, Deserialize)]
struct Done {
    result: Result<Outcome, Failure>,
    warnings: Vec<String>,
}

/// A process of this program that needs nothing of this environment, least of all a key.
fn bare(program: &Path, argument: &str) -> Command {
    let mut command = Command::new(program);
    command.arg(argument).arg(std::process::id().to_string()).env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    // So that it ends together with what it has started.
    #[cfg(unix)]
    command.process_group(0);
    command
}

/// What this machine cannot do to hold engines in, in the words of the log.
pub(crate) fn missing(program: &Path) -> std::io::Result<Missing> {
    let said = bare(program, argument::MISSING).into_std().output()?;
    Ok(serde_json::from_slice(&said.stdout)?)
}

/// Has the work done by another process of this program.
pub(super) fn run(program: &Path, work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let result = run_within_limits(program, work, progress);
    match result {
        // What it said of it, if anything, did not find place either.
        Err(Failure::BadInput(_)) if limits::full(&work.output_dir) => {
            Err(Failure::io(std::io::ErrorKind::StorageFull.into()))
        }
        Err(Failure::TooMuchMemory) if work.limits.lacks_memory() => {
            Err(Failure::Unavailable("The conversion host has too little memory for this conversion".into()))
        }
        result => result,
    }
}

fn run_within_limits(program: &Path, work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let order = work.output_dir.with_extension("order");
    let text = serde_json::to_vec(work).map_err(std::io::Error::from);
    text.and_then(|text| std::fs::write(&order, text)).map_err(Failure::io)?;
    let mut command = bare(program, argument::WORK);
    command.arg(&order).env("TMPDIR", &work.output_dir);
    let fits = || {
        let fits = limits::size(&work.output_dir) <= work.limits.output;
        if fits { Ok(()) } else { Err(Failure::TooMuchOutput) }
    };
    let show = |line: &str| {
        if let Ok(shown) = serde_json::from_str::<Shown>(line) {
            let _ = progress.set(shown.percent, &shown.message);
        }
    };
    let ended = process::follow(&mut command, progress, fits, show, |_| ())?;
    if !ended.status.success() {
        let burst = "The input file is too large or too deep for this conversion";
        return Err(ended.not_for_input().unwrap_or_else(|| Failure::BadInput(burst.into())));
    }
    fits()?;
    let done = std::fs::read(result_of(&order)).map_err(Failure::io)?;
    let done: Done = serde_json::from_slice(&done).map_err(|error| Failure::io(error.into()))?;
    done.warnings.into_iter().for_each(|warning| progress.warn(warning));
    done.result
}

/// Where the result of an order is written.
fn result_of(order: &Path) -> std::path::PathBuf {
    order.with_extension("result")
}
