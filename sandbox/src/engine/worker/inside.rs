//! What a worker does: it gives up what it does not need, works, and writes down the result.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::order::{MISSING, Said, WORK};
use crate::engine::confine::{self, Role};
use crate::engine::own::{self, BECOME};
use crate::engine::{Engines, Progress, Work};

/// How often it tells how far it is.
const PAUSE: Duration = Duration::from_millis(100);

/// Does the work that the program was started for, if these arguments say that it was.
pub(in crate::engine) fn work(arguments: &[OsString]) -> Option<std::io::Result<()>> {
    let (first, rest) = arguments.split_first()?;
    let (parent, rest) = rest.split_first()?;
    let done: fn(&[OsString]) -> std::io::Result<()> = match first.to_str()? {
        WORK => |_| follow_order(),
        BECOME => become_program,
        MISSING => |_| tell_missing(),
        _ => return None,
    };
    let parent = parent.to_str()?.parse().ok()?;
    Some(confine::die_with_parent(parent).and_then(|()| done(rest)))
}

fn follow_order() -> std::io::Result<()> {
    let work: Work = serde_json::from_reader(std::io::stdin().lock())?;
    let engines = Engines::of(&work);
    let role = engines.role(&work);
    own::set_worker(std::env::current_exe()?, role);
    confine::limit(role, &work.limits)?;
    let readable: Vec<&Path> = work.inputs.iter().map(|input| input.path.as_path()).collect();
    // What this machine cannot do, the service has told when it began.
    let _ = confine::give_up(role, &readable, &work.output_dir);
    // Only now: threads are held in as the one that starts them. What starts no programs waits for none.
    let runtime = if role == Role::Engine { None } else { Some(runtime()?) };
    let _within = runtime.as_ref().map(Runtime::enter);
    let progress = Progress::new(CancellationToken::new());
    std::thread::spawn({
        let progress = progress.clone();
        move || show(&progress)
    });
    let result = engines.run(&work, &progress);
    say(&Said::Done { result, warnings: progress.warnings() })
}

/// What programs are started and watched by.
fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()
}

/// Tells how far the work is, as long as it lasts.
fn show(progress: &Progress) {
    let mut last = None;
    loop {
        let now = progress.get();
        if last.as_ref() != Some(&now) {
            let (percent, message) = now.clone();
            let _ = say(&Said::Shown { percent, message });
            last = Some(now);
        }
        std::thread::sleep(PAUSE);
    }
}

/// Says a line, whole.
fn say(said: &Said) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(said)?;
    line.push(b'\n');
    let mut output = std::io::stdout().lock();
    output.write_all(&line)?;
    output.flush()
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
