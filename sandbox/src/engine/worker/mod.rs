//! Engines in processes of their own, of this same program. A file that makes one overflow its stack or grow without
//! bounds ends that process and nothing else; so does a client that cancels, and the end of the service. The service's
//! side is here, the other in `inside`.

mod inside;
mod order;

use std::path::Path;

use tokio::process::Command;

use super::confine::Missing;
use super::process::Talk;
use super::{Failure, Outcome, Progress, Work, limits, process};
use order::{MISSING, Said, WORK};

pub(super) use inside::work;

/// How long a line may be, in bytes: a result tells of thousands of files.
const MAX_LINE: usize = 64 << 20;

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
    let said = bare(program, MISSING).into_std().output()?;
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
    let order = serde_json::to_vec(work).map_err(|error| Failure::io(error.into()))?;
    let mut command = bare(program, WORK);
    command.env("TMPDIR", &work.output_dir);
    let fits = || {
        let fits = limits::size(&work.output_dir) <= work.limits.output;
        if fits { Ok(()) } else { Err(Failure::TooMuchOutput) }
    };
    let mut done = None;
    let hear = |line: &str| match serde_json::from_str(line) {
        Ok(Said::Shown { percent, message }) => drop(progress.set(percent, &message)),
        Ok(Said::Done { result, warnings }) => done = Some((result, warnings)),
        Err(_) => {}
    };
    let talk = Talk { input: &order, longest_line: MAX_LINE };
    let ended = process::follow(&mut command, progress, &talk, fits, hear, |_| ())?;
    if !ended.status.success() {
        let burst = "The input file is too large or too deep for this conversion";
        return Err(ended.not_for_input().unwrap_or_else(|| Failure::BadInput(burst.into())));
    }
    fits()?;
    let (result, warnings) = done.ok_or_else(|| Failure::io(std::io::ErrorKind::UnexpectedEof.into()))?;
    for warning in warnings {
        progress.warn(warning);
    }
    result
}
