//! Engines that are programs on the PATH.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{Failure, Progress};

/// Where a program is, if it is on the PATH.
pub(super) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Runs a program to its end, handing on each line of its output; kills it when the work is cancelled.
pub(super) fn run(
    command: &mut Command,
    progress: &Progress,
    mut line: impl FnMut(&str) -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Failure::io)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        let said = scope.spawn(move || {
            let mut said = String::new();
            let _ = stderr.map(|stderr| stderr.take(64 << 10).read_to_string(&mut said));
            said
        });
        let lines = scope.spawn(move || {
            for text in
                stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).lines().map_while(Result::ok))
            {
                // Cancelling is noticed by the loop below, which also kills the program.
                let _ = line(&text);
            }
        });
        let result = wait(&mut child, progress);
        let _ = lines.join();
        let said = said.join().unwrap_or_default();
        if result? {
            return Ok(());
        }
        Err(Failure::BadInput(format!("The input file cannot be converted: {}", last_line(&said))))
    })
}

/// Whether the program ended well.
fn wait(child: &mut Child, progress: &Progress) -> Result<bool, Failure> {
    loop {
        if let Some(status) = child.try_wait().map_err(Failure::io)? {
            return Ok(status.success());
        }
        if progress.is_cancelled() {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Failure::Cancelled);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What a program said last, without the paths of this machine.
fn last_line(said: &str) -> String {
    let line = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("the program failed");
    line.split_whitespace().filter(|word| !word.contains('/')).collect::<Vec<_>>().join(" ")
}
