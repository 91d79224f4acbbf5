//! A browser that `bwrap` holds in: it has no network, and of files the system's.

use std::path::PathBuf;

use tokio::process::Command;

use crate::engine::program;

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
pub(in crate::engine) const FLAGS: [&str; 6] = [
    "--headless",
    // It is held in from outside.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--user-data-dir=/tmp/profile",
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
