//! Engines that are programs on the PATH.

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::runtime::Handle;

use super::{Failure, Progress};

/// The longest line that is looked at.
const MAX_LINE: usize = 8 << 10;

/// Where a program is, if it is on the PATH.
pub(super) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Runs a program to its end, handing on each line that it writes; kills it at once when the work is cancelled.
pub(super) fn run(command: &mut Command, progress: &Progress, line: impl FnMut(&str)) -> Result<(), Failure> {
    Handle::current().block_on(async {
        let command = command
            .env_remove("CLOUDCONVERT_SANDBOX_KEY")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn().map_err(Failure::io)?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (line, mut last) = (RefCell::new(line), String::new());
        let ended = tokio::select! {
            (status, ..) = async {
                tokio::join!(
                    child.wait(),
                    each_line(stdout, |text| (line.borrow_mut())(text)),
                    each_line(stderr, |text| {
                        (line.borrow_mut())(text);
                        text.clone_into(&mut last);
                    }),
                )
            } => Some(status),
            () = progress.cancelled() => None,
        };
        match ended {
            Some(Ok(status)) if status.success() => Ok(()),
            Some(Ok(_)) => Err(Failure::BadInput(format!(
                "The input file cannot be converted: {}",
                without_paths(&last)
            ))),
            Some(Err(error)) => Err(Failure::io(error)),
            None => {
                let _ = child.kill().await;
                Err(Failure::Cancelled)
            }
        }
    })
}

/// Hands on every line that is not blank, as far as it is not too long.
async fn each_line(stream: Option<impl AsyncRead + Unpin>, mut line: impl FnMut(&str)) {
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
                byte if text.len() < MAX_LINE => text.push(*byte),
                _ => {}
            }
        }
    }
    end(&mut text);
}

/// What a program said, without the paths of this machine.
fn without_paths(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().filter(|word| !word.contains('/')).collect();
    if words.is_empty() { "the program failed".to_owned() } else { words.join(" ") }
}
