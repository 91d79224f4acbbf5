//! Engines in a process of their own. A file that makes one overflow its stack or grow without bounds ends that process
//! and nothing else, and so does a client that cancels.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::{Engines, Failure, Outcome, Progress, Work, command};

/// By this first argument the program knows that it is to work; the second is the file with its order.
const ARGUMENT: &str = "--work";
/// How often it tells how far it is.
const PAUSE: Duration = Duration::from_millis(100);
/// The memory that it may take.
#[cfg(target_os = "linux")]
const MAX_MEMORY: u64 = 4 << 30;

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

/// Has the work done by another process of this program.
pub(super) fn run(program: &Path, work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let order = work.output_dir.with_extension("order");
    let text = serde_json::to_vec(work).map_err(std::io::Error::from);
    text.and_then(|text| std::fs::write(&order, text)).map_err(Failure::io)?;
    // It needs nothing of this environment, least of all a key.
    let mut command = Command::new(program);
    command.arg(ARGUMENT).arg(&order).env_clear();
    let ended = command::run(&mut command, progress, |line| {
        if let Ok(shown) = serde_json::from_str::<Shown>(line) {
            let _ = progress.set(shown.percent, &shown.message);
        }
    });
    match ended {
        Ok(()) => {}
        Err(Failure::BadInput(_)) => {
            return Err(Failure::BadInput(
                "The input file is too large or too deep for this conversion".into(),
            ));
        }
        Err(failure) => return Err(failure),
    }
    let done = std::fs::read(result_of(&order)).map_err(Failure::io)?;
    let done: Done = serde_json::from_slice(&done).map_err(|error| Failure::io(error.into()))?;
    done.warnings.into_iter().for_each(|warning| progress.warn(warning));
    done.result
}

/// Where the result of an order is written.
fn result_of(order: &Path) -> std::path::PathBuf {
    order.with_extension("result")
}

/// Does the work that the program was started for, if these arguments (without the program's name) say that it was.
///
/// A program that sets [`Config::worker`](crate::Config::worker) to itself calls this before anything else.
///
/// ```
/// let arguments: Vec<std::ffi::OsString> = std::env::args_os().skip(1).collect();
/// if let Some(done) = cloudconvert_sandbox::work(&arguments) {
///     done.expect("the order can be read and the result can be written");
///     return;
/// }
/// // Here the program begins.
/// ```
pub fn work(arguments: &[std::ffi::OsString]) -> Option<std::io::Result<()>> {
    match arguments {
        [first, order] if first == ARGUMENT => Some(follow(Path::new(order))),
        _ => None,
    }
}

fn follow(order: &Path) -> std::io::Result<()> {
    limit_memory()?;
    let work: Work = serde_json::from_slice(&std::fs::read(order)?)?;
    let progress = Progress::new(CancellationToken::new());
    std::thread::spawn({
        let progress = progress.clone();
        move || show(&progress)
    });
    let result = Engines::own().run(&work, &progress);
    let done = Done { result, warnings: progress.warnings() };
    std::fs::write(result_of(order), serde_json::to_vec(&done)?)
}

/// Tells how far the work is, as long as it lasts.
fn show(progress: &Progress) {
    let mut last = None;
    loop {
        let (percent, message) = progress.get();
        let shown = Some(Shown { percent, message });
        if shown != last
            && let Ok(line) = serde_json::to_string(&shown)
        {
            println!("{line}");
            last = shown;
        }
        std::thread::sleep(PAUSE);
    }
}

#[cfg(target_os = "linux")]
fn limit_memory() -> std::io::Result<()> {
    use nix::sys::resource::{Resource, setrlimit};
    Ok(setrlimit(Resource::RLIMIT_AS, MAX_MEMORY, MAX_MEMORY)?)
}

#[cfg(not(target_os = "linux"))]
fn limit_memory() -> std::io::Result<()> {
    Ok(())
}
