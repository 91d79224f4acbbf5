//! `cargo xtask test swift`: what can be checked without a Swift compiler, and the package itself where there is one.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};

use crate::paths::{root, target};
use crate::process::{command, output, run};
use crate::sandbox::Sandbox;
use crate::{native, tools};

/// Everything that must hold for Swift.
pub(crate) fn package() -> Result<()> {
    native::check_bindings()?;
    check_header()?;
    if tools::find("swift").is_none() {
        println!(
            "there is no Swift here: the package is built and tested by ffi/swift/build-and-test.sh elsewhere"
        );
        return Ok(());
    }
    let sandbox = Sandbox::start()?;
    let mut script = command(root().join("ffi/swift/build-and-test.sh"), &[]);
    run(sandbox.tell(&mut script).arg(native::library()?))
}

/// The header is plain C, and every function that it declares is in the library.
fn check_header() -> Result<()> {
    let header = root().join("ffi/swift/Sources/CloudConvertCoreFFI/CloudConvertCoreFFI.h");
    // These words are clang's, which is the compiler in Swift.
    let mut cc = command(
        "cc",
        &["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-D_Nonnull=", "-D_Nullable=", "-include"],
    );
    run(cc.arg(&header).args(["-x", "c", "/dev/null"]))?;
    let text = fs::read_to_string(&header)?;
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let declared: BTreeSet<&str> = words
        .filter(|word| word.starts_with("uniffi_cloudconvert") || word.starts_with("ffi_cloudconvert"))
        .collect();
    ensure!(declared.len() > 20, "the header declares nothing");
    let library = target().join(native::PROFILE).join("libcloudconvert_uniffi.so");
    let exported =
        output(command("nm", &["--dynamic", "--defined-only", "--format=just-symbols"]).arg(library))
            .context("the symbols of the library")?;
    let exported: BTreeSet<&str> = exported.lines().collect();
    let missing: Vec<_> = declared.difference(&exported).collect();
    ensure!(missing.is_empty(), "the library lacks {missing:?}");
    Ok(())
}
