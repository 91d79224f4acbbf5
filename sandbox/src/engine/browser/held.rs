//! A browser that `bwrap` holds in: it has no network, and of files the system's.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::{Child, Command};

use super::devtools::Browser;
use crate::engine::{Failure, program};

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// What the browser sees of this machine: programs, libraries, fonts.
const SYSTEM: [&str; 8] = [
    "/usr",
    "/opt",
    "/etc/fonts",
    "/etc/chromium.d",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf.d",
    "/var/cache/fontconfig",
];
/// Folders that are links into `/usr` on some systems, and folders on others.
const MERGED: [&str; 4] = ["/bin", "/sbin", "/lib", "/lib64"];
/// What every browser is started with.
pub(in crate::engine) const FLAGS: [&str; 9] = [
    "--headless",
    // It is held in from outside.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--user-data-dir=/tmp/profile",
    "--remote-debugging-pipe",
    // They would take up room of what scrolls.
    "--hide-scrollbars",
    "--mute-audio",
];

/// The browser of this machine, if it can be held in.
pub(in crate::engine) fn find() -> Option<PathBuf> {
    let browser = BROWSERS.iter().find_map(|name| program::find(name))?;
    // Not every kernel lets it.
    let mut bwrap = std::process::Command::new(program::find("bwrap")?);
    let tried = bwrap.args(["--unshare-all", "--ro-bind", "/", "/", "true"]).output().ok()?;
    tried.status.success().then_some(browser)
}

/// A `bwrap` with the system's files, to which more may be added before `--` and the program.
pub(in crate::engine) fn command() -> Command {
    let mut bwrap = Command::new("bwrap");
    bwrap.args(["--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]);
    for place in SYSTEM {
        bwrap.args(["--ro-bind-try", place, place]);
    }
    for place in MERGED {
        match std::fs::read_link(place) {
            Ok(target) => bwrap.arg("--symlink").arg(target).arg(place),
            Err(_) => bwrap.args(["--ro-bind-try", place, place]),
        };
    }
    bwrap.args(["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--setenv", "HOME", "/tmp"]);
    bwrap.args(["--setenv", "PATH", "/usr/bin:/bin"]);
    bwrap
}

/// Starts a browser, which is told what to do through a pipe.
pub(in crate::engine) fn start(bwrap: &Command) -> Result<(Child, Browser), Failure> {
    // The browser's pipes are its third and fourth file.
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null"]);
    shell.arg(bwrap.as_std().get_program()).args(bwrap.as_std().get_args()).arg("about:blank");
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = shell.spawn().map_err(Failure::io)?;
    let pipes = child.stdin.take().zip(child.stdout.take());
    let pipes = pipes.ok_or_else(|| Failure::Unavailable("The browser cannot be spoken to".into()))?;
    Ok((child, Browser::new(pipes)))
}
