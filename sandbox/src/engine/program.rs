//! Engines that are programs on the PATH.

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;

use super::process::Talk;
use super::{Failure, Progress, own, process};

/// How much of an output is looked at.
const MAX_OUTPUT: usize = 16 << 20;

/// Where a program is, if it is on the PATH.
pub(super) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Which programs, and which encoders of theirs, there are.
pub(super) enum Installed {
    All,
    /// What ffmpeg says of its encoders; nothing where it, or what belongs to it, is missing.
    Here {
        encoders: String,
    },
}

impl Installed {
    pub(super) fn look() -> Self {
        let encoders = find("ffprobe").and(find("ffmpeg")).and_then(|ffmpeg| {
            let mut ffmpeg = std::process::Command::new(ffmpeg);
            let output = ffmpeg.args(["-hide_banner", "-encoders"]).stdin(Stdio::null()).output().ok()?;
            String::from_utf8(output.stdout).ok()
        });
        Self::Here { encoders: encoders.unwrap_or_default() }
    }

    pub(super) fn program(&self, name: &str) -> bool {
        self.all() || find(name).is_some()
    }

    /// Whether all count as there, so that a worker knows what its service has found.
    pub(super) const fn all(&self) -> bool {
        matches!(self, Self::All)
    }

    pub(super) fn encoder(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            // V....D libx264              libx264 H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10 (codec h264)
            Self::Here { encoders } => {
                encoders.lines().any(|line| line.split_whitespace().nth(1) == Some(name))
            }
        }
    }
}

/// A program of the PATH. Within a worker it ends with the worker, and can start no other.
pub(super) fn named(name: &str) -> Command {
    own::program(name).unwrap_or_else(|| Command::new(name))
}

/// Runs a program to its end, handing on each line that it writes; kills it at once when the work is cancelled.
pub(super) fn run(command: &mut Command, progress: &Progress, line: impl FnMut(&str)) -> Result<(), Failure> {
    let line = RefCell::new(line);
    let each = |text: &str| (line.borrow_mut())(text);
    let ended = process::follow(command, progress, &Talk::default(), || Ok(()), each, each)?;
    if ended.status.success() { Ok(()) } else { Err(ended.failure()) }
}

/// What a program writes on its standard output, line by line, as far as it is not too much.
pub(super) fn output(command: &mut Command, progress: &Progress) -> Result<String, Failure> {
    let mut output = String::new();
    let take = |line: &str| {
        if output.len() < MAX_OUTPUT {
            output.push_str(line);
            output.push('\n');
        }
    };
    // A tag may be one long line.
    let talk = Talk { longest_line: MAX_OUTPUT, ..Talk::default() };
    let ended = process::follow(command, progress, &talk, || Ok(()), take, |_| ())?;
    if ended.status.success() { Ok(output) } else { Err(ended.failure()) }
}
