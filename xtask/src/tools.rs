//! What must be on the machine: installed where that is possible, asked for where it is not.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::paths::{is_fresh, target};
use crate::process::{command, output, run};

/// The target that browsers and Node run.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The standard library for WebAssembly, and its sources.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot = PathBuf::from(output(&mut command("rustc", &["--print", "sysroot"]))?.trim());
    let library = sysroot.join("lib/rustlib");
    if !library.join(WASM).is_dir() {
        run(&mut command("rustup", &["target", "add", WASM]))
            .with_context(|| format!("the Rust target {WASM} is needed; please install it"))?;
    }
    if !library.join("src/rust/library/std").is_dir() {
        run(&mut command("rustup", &["component", "add", "rust-src"])).context(
            "the sources of Rust's standard library are needed; please install the component rust-src",
        )?;
    }
    Ok(())
}

/// The target of this machine.
pub(crate) fn host() -> Result<String> {
    let version = output(&mut command("rustc", &["-vV"]))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc did not say for what machine it compiles")
}

/// Node and npm, recent enough.
pub(crate) fn node() -> Result<()> {
    let version = output(&mut command("node", &["--version"]))
        .context("Node 20 or newer is needed; please install it")?;
    let major =
        version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        bail!("Node 20 or newer is needed, this is {}", version.trim());
    }
    find("npm").map(drop).context("npm is needed; please install it")
}

/// Programs of Debian's packages, each as (program, package).
pub(crate) fn debian(programs: &[(&str, &str)]) -> Result<()> {
    let missing = programs.iter().filter(|(program, _)| find(program).is_none());
    install(&missing.map(|(_, package)| *package).collect::<Vec<_>>())
}

/// Libraries of Debian's packages, each as (its name for pkg-config, package).
pub(crate) fn debian_libraries(libraries: &[(&str, &str)]) -> Result<()> {
    let is_there = |name: &str| output(&mut command("pkg-config", &["--exists", name])).is_ok();
    let missing = libraries.iter().filter(|(name, _)| !is_there(name));
    install(&missing.map(|(_, package)| *package).collect::<Vec<_>>())
}

fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    if !nix::unistd::geteuid().is_root() || find("apt-get").is_none() {
        bail!("please install {}", packages.join(" and "));
    }
    run(&mut command("apt-get", &["update", "-qq"]))?;
    let mut install = command("apt-get", &["install", "-y", "-qq", "--no-install-recommends"]);
    run(install.args(packages).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Files of Debian's packages, each as (path, package).
fn debian_files(files: &[(&str, &str)]) -> Result<()> {
    let missing = files.iter().filter(|(path, _)| !Path::new(path).is_file());
    install(&missing.map(|(_, package)| *package).collect::<Vec<_>>())
}

/// The programs with which the sandbox converts films, PDF and pages, and fonts for all scripts.
pub(crate) fn engines() -> Result<()> {
    debian_files(&[
        ("/usr/share/fonts/truetype/noto/NotoSansThai-Regular.ttf", "fonts-noto-core"),
        ("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", "fonts-droid-fallback"),
        ("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf", "fonts-noto-color-emoji"),
    ])?;
    debian(&[
        ("ffmpeg", "ffmpeg"),
        ("pdftoppm", "poppler-utils"),
        ("exiftool", "libimage-exiftool-perl"),
        ("chromium", "chromium"),
        ("bwrap", "bubblewrap"),
        ("gs", "ghostscript"),
        ("tesseract", "tesseract-ocr"),
    ])
}

/// The interpreter of a virtual environment in the target directory that has the required packages.
pub(crate) fn python_environment(name: &str, requirements: &Path) -> Result<PathBuf> {
    let environment = target().join(name);
    let interpreter = environment.join("bin/python");
    let stamp = environment.join("installed.stamp");
    if is_fresh(&stamp, &[requirements]) {
        return Ok(interpreter);
    }
    run(command("python3", &["-m", "venv", "--clear"]).arg(&environment))
        .context("Python 3 with its venv module is needed; please install it")?;
    run(command(&interpreter, &["-m", "pip", "install", "-q", "-r"]).arg(requirements))?;
    fs::write(stamp, "")?;
    Ok(interpreter)
}

/// The full path of a program, as a shell would find it.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
