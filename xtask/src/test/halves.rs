//! Suites of Node's test runner in two halves, side by side.

use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::Result;

use crate::process::{command, run};
use crate::sandbox::Sandbox;

/// Runs `npm test` in this folder. Each half has a sandbox of its own, because the faults that a test asks for are for
/// whoever comes next.
pub(super) fn run_tests(folder: &Path, tell: impl Fn(&mut Command) + Sync) -> Result<()> {
    let sandboxes = [("1/2", Sandbox::start()?), ("2/2", Sandbox::start()?)];
    thread::scope(|scope| {
        let halves = sandboxes.each_ref().map(|(half, sandbox)| {
            let mut npm = command("npm", &["test"]);
            sandbox.tell(&mut npm).env("CLOUDCONVERT_TEST_SHARD", half).current_dir(folder);
            tell(&mut npm);
            scope.spawn(move || run(&mut npm))
        });
        let ended = halves.map(|half| half.join().expect("no half panics"));
        ended.into_iter().collect()
    })
}
