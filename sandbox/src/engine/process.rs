//! How another process is run to its end.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use tokio::runtime::Handle;

use super::{Failure, Progress};

/// How often it is asked whether the process may go on.
const PAUSE: Duration = Duration::from_millis(250);

/// What a process is told on its standard input, and how long the lines may be that it says.
pub(super) struct Talk<'input> {
    pub(super) input: &'input [u8],
    /// Of longer ones, the beginning is looked at.
    pub(super) longest_line: usize,
}

impl Default for Talk<'_> {
    fn default() -> Self {
        Self { input: &[], longest_line: 64 << 10 }
    }
}

/// How a process ended, and what it said of it.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    /// Its last line.
    pub(super) last: String,
    /// What it said of memory and disk.
    system: Option<Failure>,
}

impl Ended {
    /// Why a program that was given an input has failed.
    pub(super) fn failure(self) -> Failure {
        let said = || {
            Failure::BadInput(format!("The input file cannot be converted: {}", without_paths(&self.last)))
        };
        self.killed().or(self.system).unwrap_or_else(said)
    }

    /// Why this very program has failed, if not for the input.
    pub(super) fn not_for_input(self) -> Option<Failure> {
        self.killed().or(self.system)
    }

    /// What the system has ended it for.
    #[cfg(unix)]
    fn killed(&self) -> Option<Failure> {
        use std::os::unix::process::ExitStatusExt;
        let signal = self.status.signal()?;
        if signal == rustix::process::Signal::XFSZ.as_raw() {
            return Some(Failure::TooMuchOutput);
        }
        // Nobody here: what is not wanted any more has no failure.
        (signal == rustix::process::Signal::KILL.as_raw()).then(|| {
            Failure::Unavailable("The conversion host has ended the conversion: it lacks memory".into())
        })
    }

    #[cfg(not(unix))]
    const fn killed(&self) -> Option<Failure> {
        None
    }
}

/// Runs a process to its end, as long as `check` lets it; kills it where it does not, and when the work is cancelled.
pub(super) fn follow(
    command: &mut Command,
    progress: &Progress,
    talk: &Talk<'_>,
    check: impl Fn() -> Result<(), Failure>,
    output: impl FnMut(&str),
    mut error: impl FnMut(&str),
) -> Result<Ended, Failure> {
    Handle::current().block_on(async {
        let command = command
            .env_remove("CLOUDCONVERT_SANDBOX_KEY")
            .env_remove("CLOUDCONVERT_SANDBOX_ADMIN_KEY")
            .stdin(if talk.input.is_empty() { Stdio::null() } else { Stdio::piped() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn().map_err(Failure::io)?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let longest = talk.longest_line;
        let (mut last, mut system) = (String::new(), None);
        let ended = tokio::select! {
            (status, ..) = async {
                tokio::join!(
                    child.wait(),
                    tell(stdin, talk.input),
                    each_line(stdout, longest, output),
                    each_line(stderr, longest, |text| {
                        error(text);
                        text.clone_into(&mut last);
                        system = system.take().or_else(|| Failure::of_system(text));
                    }),
                )
            } => status.map_err(Failure::io),
            () = progress.cancelled() => Err(Failure::Cancelled),
            failure = until_refused(check) => Err(failure),
        };
        match ended {
            Ok(status) => Ok(Ended { status, last, system }),
            Err(failure) => {
                kill(&mut child).await;
                Err(failure)
            }
        }
    })
}

async fn until_refused(check: impl Fn() -> Result<(), Failure>) -> Failure {
    loop {
        tokio::time::sleep(PAUSE).await;
        if let Err(failure) = check() {
            return failure;
        }
    }
}

/// Ends a process, and those of its group where it leads one.
pub(super) async fn kill(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) =
        child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
    {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill().await;
}

/// Writes all of the input, as far as the process reads it.
async fn tell(stream: Option<ChildStdin>, input: &[u8]) {
    if let Some(mut stream) = stream {
        let _ = stream.write_all(input).await;
    }
}

/// Hands on every line that is not blank, as far as it is not too long.
async fn each_line(stream: Option<impl AsyncRead + Unpin>, longest: usize, mut line: impl FnMut(&str)) {
    let Some(mut stream) = stream else { return };
    let (mut buffer, mut text) = ([0; 4096], Vec::new());
    let mut end = |text: &mut Vec<u8>| {
        let whole = String::from_utf8_lossy(text);
        if !whole.trim().is_empty() {
            line(whole.trim());
        }
        text.clear();
    };
    while let Ok(count) = stream.read(&mut buffer).await
        && count > 0
    {
        for byte in &buffer[..count] {
            match byte {
                b'\n' | b'\r' => end(&mut text),
                byte if text.len() < longest => text.push(*byte),
                _ => {}
            }
        }
    }
    end(&mut text);
}

/// What a program said, without the paths of this machine.
pub(super) fn without_paths(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().filter(|word| !word.contains('/')).collect();
    if words.is_empty() { "the program failed".to_owned() } else { words.join(" ") }
}
