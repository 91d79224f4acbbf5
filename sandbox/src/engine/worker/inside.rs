//! What a worker does: it gives up what it does not need, works, and writes down the result.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::{Done, Shown, argument, result_of};
use crate::engine::confine::{self, Role};
use crate::engine::{Engines, Progress, Work};

/// How often it tells how far it is.
const PAUSE: Duration = Duration::from_millis(100);

/// This program, where it is a worker, and what it is for.
static WORKER: OnceLock<(PathBuf, Role)> = OnceLock::new();

/// Does the work that the program was started for, if these arguments say that it was.
pub(in crate::engine) fn work(arguments: &[OsString]) -> Option<std::io::Result<()>> {
    let (first, rest) = arguments.split_first()?;
    let (parent, rest) = rest.split_first()?;
    let done: fn(&[OsString]) -> std::io::Result<()> = match first.to_str()? {
        argument::WORK => |rest| follow(Path::new(rest.first().ok_or(std::io::ErrorKind::InvalidInput)?)),
        argument::PROGRAM => become_program,
        argument::MISSING => |_| tell_missing(),
        _ => return None,
    };
    let parent = parent.to_str()?.parse().ok()?;
    Some(confine::die_with_parent(parent).and_then(|()| done(rest)))
}

/// The file of this program, if it is a worker.
pub(in crate::engine) fn itself() -> Option<&'static Path> {
    WORKER.get().map(|(worker, _)| worker.as_path())
}

/// A program that ends with this worker, if this is one.
pub(in crate::engine) fn program(name: &str) -> Option<Command> {
    let (worker, _) = WORKER.get().filter(|(_, role)| *role == Role::Starter)?;
    let mut command = Command::new(worker);
    command.arg(argument::PROGRAM).arg(std::process::id().to_string()).arg(name);
    Some(command)
}

fn follow(order: &Path) -> std::io::Result<()> {
    let work: Work = serde_json::from_slice(&std::fs::read(order)?)?;
    let mut output = std::fs::File::create_new(result_of(order))?;
    let engines = Engines::of(&work);
    let role = engines.role(&work);
    let _ = WORKER.set((std::env::current_exe()?, role));
    confine::limit(role, &work.limits)?;
    let readable: Vec<&Path> = work.inputs.iter().map(|input| input.path.as_path()).collect();
    // What this machine cannot do, the service has told when it began.
    let _ = confine::give_up(role, &readable, &work.output_dir);
    // Only now: threads are held in as the one that starts them.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let _within = runtime.enter();
    let progress = Progress::new(CancellationToken::new());
    std::thread::spawn({
        let progress = progress.clone();
        move || show(&progress)
    });
    let result = engines.run(&work, &progress);
    let done = Done { result, warnings: progress.warnings() };
    output.write_all(&serde_json::to_vec(&done)?)
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

/// Makes another program of this process.
#[cfg(unix)]
fn become_program(arguments: &[OsString]) -> std::io::Result<()> {
    use std::os::unix::process::CommandExt;
    let (program, arguments) = arguments.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
    let _ = confine::only_itself();
    Err(std::process::Command::new(program).args(arguments).exec())
}

#[cfg(not(unix))]
fn become_program(arguments: &[OsString]) -> std::io::Result<()> {
    let (program, arguments) = arguments.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
    let status = std::process::Command::new(program).args(arguments).status()?;
    std::process::exit(status.code().unwrap_or(1));
}

fn tell_missing() -> std::io::Result<()> {
    let mut missing = confine::give_up(Role::Starter, &[], &std::env::temp_dir());
    missing.0.extend(confine::only_itself().0);
    println!("{}", serde_json::to_string(&missing)?);
    Ok(())
}
