//! `cargo xtask test c`: the C library as a package, misused, and at work.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::clock::Clock;
use crate::paths::{root, target};
use crate::process::{command, run};
use crate::sandbox::Sandbox;
use crate::{native, tools};

/// What goes wrong on the way of one conversion, and is survived.
const FAULTS: &str = r#"[
  {"kind": "create", "times": 1, "status": 503, "headers": {"Retry-After": "0"}},
  {"kind": "start", "times": 1, "cut": "after"},
  {"kind": "upload", "times": 1, "cut_upload_after": 1000},
  {"kind": "status", "times": 1, "status": 502, "body": "<html>Bad Gateway</html>"},
  {"kind": "download", "times": 1, "cut_download_after": 1000}
]"#;

/// Everything that must hold for the C library.
pub(crate) fn library() -> Result<()> {
    tools::debian(&[
        ("g++", "g++"),
        ("pkg-config", "pkg-config"),
        ("valgrind", "valgrind"),
        ("cmake", "cmake"),
        ("make", "make"),
        ("faketime", "faketime"),
    ])?;
    tools::debian_libraries(&[("libcurl", "libcurl4-openssl-dev"), ("jansson", "libjansson-dev")])?;
    let mut make = command("make", &["check"]);
    make.arg(format!("TARGET_DIR={}", target().display())).arg(format!("PROFILE={}", native::PROFILE));
    run(make.current_dir(root().join("ffi/c")))?;
    native::check_size(&target().join(native::PROFILE).join("libcloudconvert.so"))?;
    example()
}

/// The example against the sandbox.
fn example() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let folder = tempfile::tempdir()?;
    let sample = root().join("npm/examples/demo/sample.png");
    let picture = folder.path().join("picture.jpg");
    for program in ["convert-c11", "convert-cpp17", "convert-static", "convert-sanitized"] {
        run(sandbox.serve(&mut built(program)).arg(&sample).arg(&picture))?;
        check_picture(&picture)?;
    }
    for version in ["v1", "v2"] {
        sandbox.admin("DELETE", "requests", "")?;
        sandbox.admin("POST", "faults", FAULTS)?;
        let mut program = built("convert-sanitized");
        sandbox.serve(&mut program).env("CLOUDCONVERT_BASE_URL", format!("{}/{version}", sandbox.url));
        run(program.arg(&sample).arg(&picture))?;
        check_picture(&picture)?;
        ensure!(sandbox.admin("GET", "requests", "")?.contains("502"), "no fault struck");
        sandbox.admin("DELETE", "faults", "")?;
    }

    let mut valgrind = command("valgrind", &["--quiet", "--leak-check=full", "--error-exitcode=9"]);
    valgrind.arg(path("convert-c11")).env("LD_LIBRARY_PATH", path("prefix/lib"));
    run(sandbox.serve(&mut valgrind).arg(&sample).arg(&picture))?;
    check_picture(&picture)?;

    refused(&sandbox, &sample, &folder.path().join("sound.mp3"), "not supported")?;
    refused(&sandbox, &folder.path().join("missing.png"), &picture, "No such file")?;
    refused(&sandbox, &sample, Path::new("/nowhere/picture.jpg"), "No such file")?;
    interrupted(&sandbox, &sample, &folder.path().join("late.jpg"))?;
    for by in ["-1d", "+1d"] {
        clock_is_set(&sandbox, &sample, &picture, by)
            .with_context(|| format!("a clock that is set by {by}"))?;
    }
    let left = fs::read_dir(folder.path())?.count();
    ensure!(left == 0, "{left} files were left in the output's folder");
    Ok(())
}

fn path(name: &str) -> PathBuf {
    target().join("c-tests").join(name)
}

fn built(program: &str) -> Command {
    let mut command = Command::new(path(program));
    command.env("LD_LIBRARY_PATH", path("prefix/lib"));
    command
}

/// The picture is there and whole. It is removed, so that the next check sees only what the next run wrote.
fn check_picture(picture: &Path) -> Result<()> {
    let bytes = fs::read(picture).context("no output was written")?;
    ensure!(
        bytes.starts_with(&[0xff, 0xd8]) && bytes.ends_with(&[0xff, 0xd9]),
        "this is no whole JPEG picture"
    );
    fs::remove_file(picture).context("the output cannot be removed")
}

fn refused(sandbox: &Sandbox, input: &Path, output: &Path, words: &str) -> Result<()> {
    let ended = sandbox.serve(&mut built("convert-sanitized")).arg(input).arg(output).output()?;
    let said = String::from_utf8_lossy(&ended.stderr);
    ensure!(ended.status.code() == Some(1), "{} did not fail: {said}", input.display());
    ensure!(said.contains(words), "{} did not say {words:?}: {said}", input.display());
    Ok(())
}

/// The wall clock is set by a day while the service converts, which changes nothing.
fn clock_is_set(sandbox: &Sandbox, input: &Path, output: &Path, by: &str) -> Result<()> {
    let clock = Clock::new()?;
    run(clock.of(&mut built("clock")).arg(clock.setting()))?;

    sandbox.admin("DELETE", "requests", "")?;
    sandbox.admin("POST", "faults", r#"[{"kind": "run", "times": 1, "delay_ms": 2000}]"#)?;
    let begun = Instant::now();
    let mut child = clock.of(sandbox.serve(&mut built("convert-c11"))).arg(input).arg(output).spawn()?;
    converts(sandbox)?;
    clock.set(by)?;
    let status = child.wait()?;
    sandbox.admin("DELETE", "faults", "")?;
    ensure!(status.success(), "the conversion ended with {status}");
    ensure!(begun.elapsed() < Duration::from_mins(1), "it took {:?}", begun.elapsed());
    check_picture(output)
}

/// Waits until the service converts.
fn converts(sandbox: &Sandbox) -> Result<()> {
    let end = Instant::now() + Duration::from_secs(30);
    while !sandbox.admin("GET", "requests", "")?.contains("\"kind\":\"status\"") {
        ensure!(Instant::now() < end, "the conversion did not begin");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Ctrl-C while the service converts: the process is deleted there, and nothing is left here.
fn interrupted(sandbox: &Sandbox, input: &Path, output: &Path) -> Result<()> {
    sandbox.admin("DELETE", "requests", "")?;
    sandbox.admin("POST", "faults", r#"[{"kind": "run", "delay_ms": 60000}]"#)?;
    let mut child = sandbox.serve(&mut built("convert-sanitized")).arg(input).arg(output).spawn()?;
    converts(sandbox)?;
    nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(i32::try_from(child.id())?),
        nix::sys::signal::Signal::SIGINT,
    )?;
    let status = child.wait()?;
    sandbox.admin("DELETE", "faults", "")?;
    ensure!(status.code() == Some(1), "an interrupted conversion ended with {status}");
    let requests = sandbox.admin("GET", "requests", "")?;
    ensure!(requests.contains("\"kind\":\"delete\""), "the process was not deleted: {requests}");
    ensure!(!output.exists(), "an interrupted conversion left an output");
    Ok(())
}
