//! Running other programs: shown before they run, and never left behind.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// Every child leads a process group of its own, so that what a child started ends with it.
static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// How long a child may take to stop when asked before it is made to.
const PATIENCE: Duration = Duration::from_secs(5);

fn groups() -> MutexGuard<'static, BTreeSet<i32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes Ctrl-C and SIGTERM end the children first, then this program.
pub(crate) fn stop_children_on_signal() -> Result<()> {
    ctrlc::set_handler(|| {
        // Held until the end, so that nothing new is started.
        let groups = groups();
        for group in groups.iter() {
            let _ = killpg(Pid::from_raw(*group), Signal::SIGTERM);
        }
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end && groups.iter().any(|group| killpg(Pid::from_raw(*group), None).is_ok()) {
            std::thread::sleep(Duration::from_millis(20));
        }
        for group in groups.iter() {
            let _ = killpg(Pid::from_raw(*group), Signal::SIGKILL);
        }
        std::process::exit(130);
    })
    .context("signals cannot be handled")
}

/// A command in the workspace's folder.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(crate::paths::root());
    command
}

/// Builds programs as `cargo test` does for the whole workspace: with the same features, so that nothing is built twice.
pub(crate) fn build(what: &[&str]) -> Result<()> {
    run(command("cargo", &["build", "--workspace", "--exclude", "cloudconvert-wasm"]).args(what))
}

/// Runs a command to its end; its output is the user's to read.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", shown(command));
    run_quietly(command)
}

/// As [`run`], without showing the command.
pub(crate) fn run_quietly(command: &mut Command) -> Result<()> {
    let status = Running::start(command)?.child.wait()?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// What a command writes to its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("`{}` cannot be run", shown(command)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", shown(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A command as a person would type it; its environment may hold a key and is not shown.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// A child that runs beside this program and is stopped when dropped.
pub(crate) struct Running {
    child: Child,
    group: i32,
    /// Of a service, which may end when this does: then it does not outlive this program, whatever that dies of.
    _input: Option<ChildStdin>,
}

impl Running {
    fn start(command: &mut Command) -> Result<Self> {
        Self::with(command, Stdio::null())
    }

    fn with(command: &mut Command, input: Stdio) -> Result<Self> {
        let mut groups = groups();
        let mut child = command
            .process_group(0)
            .stdin(input)
            .spawn()
            .with_context(|| format!("`{}` cannot be run", shown(command)))?;
        let group = i32::try_from(child.id())?;
        groups.insert(group);
        // Whoever waits for a child closes what it still has.
        let input = child.stdin.take();
        Ok(Self { child, group, _input: input })
    }

    /// Starts a service, which announces its address in the first line of its standard output, after `announcement`.
    pub(crate) fn service(command: &mut Command, announcement: &str) -> Result<(Self, String)> {
        let mut running = Self::with(command.stdout(Stdio::piped()), Stdio::piped())?;
        let mut lines = BufReader::new(running.child.stdout.take().context("no standard output")?).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        let Some(address) = first.strip_prefix(announcement) else {
            bail!("`{}` did not start; it said {first:?}", shown(command));
        };
        // Whatever else it says must be read, or it would wait for a reader.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| eprintln!("{line}")));
        Ok((running, address.trim().to_owned()))
    }

    /// Waits until the service ends by itself.
    pub(crate) fn wait(&mut self) -> Result<()> {
        let status = self.child.wait()?;
        bail!("the service ended by itself ({status})")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let group = Pid::from_raw(self.group);
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = killpg(group, Signal::SIGTERM);
            let end = Instant::now() + PATIENCE;
            while Instant::now() < end && matches!(self.child.try_wait(), Ok(None)) {
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        let _ = killpg(group, Signal::SIGKILL);
        let _ = self.child.wait();
        groups().remove(&self.group);
    }
}
