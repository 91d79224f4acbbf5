//! What is tested, in order.

use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Result;

use super::halves;
use crate::process::{command, run};
use crate::sandbox::Sandbox;
use crate::{build, paths, tools};

/// One thing that must hold.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) holds: &'static str,
    pub(crate) run: fn() -> Result<()>,
}

/// From cheap to dear.
pub(crate) const STAGES: &[Stage] = &[
    Stage { name: "format", holds: "all Rust is formatted, and git tracks no build output", run: format },
    Stage { name: "faces", holds: "every language offers what the core describes", run: crate::faces::check },
    Stage { name: "lint", holds: "no warnings", run: lint },
    Stage { name: "rust", holds: "the crates' own tests", run: rust },
    Stage { name: "fuzz", holds: "no parser breaks in a few seconds", run: fuzz },
    Stage {
        name: "docs",
        holds: "the documentation is whole, and the links of its site lead somewhere",
        run: docs,
    },
    Stage { name: "example", holds: "a host of the core in sixty lines", run: super::demo::example },
    Stage { name: "npm", holds: "the package's types, tests and size", run: npm },
    Stage { name: "python", holds: "the package's style and tests", run: super::python::package_holds },
    Stage { name: "c", holds: "the C library as a package, misused and at work", run: super::c::library },
    Stage { name: "kotlin", holds: "the Kotlin package's tests and its jar", run: super::kotlin::package },
    Stage {
        name: "swift",
        holds: "the Swift package's bindings, and all of it where there is Swift",
        run: super::swift::package,
    },
    Stage { name: "legacy", holds: "the service's own clients work with the sandbox", run: legacy },
    Stage {
        name: "official",
        holds: "today's official clients work with the sandbox's version 2",
        run: official,
    },
    Stage {
        name: "browser",
        holds: "the demo, the element, Uppy and the site in Chromium; the element in Firefox and WebKit",
        run: browser,
    },
    Stage {
        name: "bundlers",
        holds: "pages that esbuild, Rollup, webpack and Parcel make of the packed package",
        run: crate::frameworks::bundlers,
    },
    Stage { name: "demo", holds: "one file from the command line", run: super::demo::convert },
];

fn cargo(arguments: &[&str]) -> Result<()> {
    run(&mut command("cargo", arguments))
}

fn format() -> Result<()> {
    super::tracked::no_build_output()?;
    cargo(&["fmt", "--all", "--check"])
}

fn lint() -> Result<()> {
    tools::wasm_target()?;
    cargo(&[
        "clippy",
        "--workspace",
        "--exclude",
        "cloudconvert-wasm",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])?;
    cargo(&["clippy", "-p", "cloudconvert-wasm", "--target", tools::WASM, "--", "-D", "warnings"])
}

fn rust() -> Result<()> {
    tools::engines()?;
    // Many tests wait for engines, so more run at once than there are processors.
    let threads = (thread::available_parallelism()?.get() * 2).to_string();
    let mut tests = command("cargo", &["test", "--workspace", "--exclude", "cloudconvert-wasm"]);
    run(tests.env("RUST_TEST_THREADS", threads))
}

fn fuzz() -> Result<()> {
    crate::fuzz::all(5)
}

fn docs() -> Result<()> {
    let arguments =
        ["doc", "--workspace", "--exclude", "cloudconvert-wasm", "--no-deps", "--document-private-items"];
    run(command("cargo", &arguments).env("RUSTDOCFLAGS", "-D warnings"))?;
    crate::site::check()
}

fn npm() -> Result<()> {
    build::npm()?;
    let folder = paths::root().join("npm");
    for script in ["typecheck", "size"] {
        run(command("npm", &["run", script]).current_dir(&folder))?;
    }
    halves::run_tests(&folder, |_| {})?;
    let sandbox = Sandbox::start()?;
    // The package as it is published, with tools that nobody needs for the demo.
    let package = paths::root().join("npm/test/package");
    build::install(&package)?;
    run(sandbox.tell(&mut command("npm", &["test"])).current_dir(package))
}

fn legacy() -> Result<()> {
    clients("legacy").map(drop)
}

fn official() -> Result<()> {
    let sandbox = clients("official")?;
    tools::debian(&[("javac", "default-jdk-headless"), ("mvn", "maven")])?;
    let mut maven = command("mvn", &["--batch-mode", "--no-transfer-progress", "--quiet", "test"]);
    maven.arg(format!("-Dofficial.target={}", paths::target().join("official-java").display()));
    run(sandbox.tell(&mut maven).current_dir(folder("official").join("java")))
}

/// The suites of clients that others wrote, in the folders `node` and `python`. Gives the sandbox that they were run against.
fn clients(name: &str) -> Result<Sandbox> {
    tools::engines()?;
    let sandbox = Sandbox::start()?;
    let node = folder(name).join("node");
    build::install(&node)?;
    run(sandbox.tell(&mut command("npm", &["test"])).current_dir(node))?;
    let python = folder(name).join("python");
    let interpreter =
        tools::python_environment(&[name, "-python"].concat(), &python.join("requirements.txt"))?;
    let mut pytest = command(interpreter, &["-m", "pytest", "-q"]);
    run(sandbox.tell(&mut pytest).current_dir(python))?;
    Ok(sandbox)
}

fn browser() -> Result<()> {
    let site = crate::site::build()?;
    tools::engines()?;
    tools::debian(&[
        ("chromium", "chromium"),
        ("firefox-esr", "firefox-esr"),
        ("WebKitWebDriver", "webkit2gtk-driver"),
        ("xvfb-run", "xvfb"),
        ("xauth", "xauth"),
    ])?;
    let folder = folder("browser");
    build::install(&folder)?;
    halves::run_tests(&folder, |npm| {
        npm.env("CLOUDCONVERT_SITE", &site);
    })
}

/// A folder of tests that cross languages.
fn folder(name: &str) -> PathBuf {
    Path::new(paths::root()).join("tests").join(name)
}
