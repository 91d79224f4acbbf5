//! `cargo xtask test format`: git keeps what people write, and nothing that a build makes.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::paths::root;
use crate::process::{command, output};

/// Folders that builds and package managers fill.
const FOLDERS: &[&str] = &[
    "target",
    "node_modules",
    "dist",
    "__pycache__",
    ".build",
    ".venv",
    ".gradle",
    ".mypy_cache",
    ".ruff_cache",
];
/// What compilers and packers write.
const EXTENSIONS: &[&str] = &[
    "class",
    "pyc",
    "o",
    "a",
    "so",
    "dylib",
    "dll",
    "rlib",
    "rmeta",
    "wasm",
    "jar",
    "whl",
    "tgz",
    "tsbuildinfo",
];

/// No build output is tracked: nothing in a folder or of a kind that builds make, and nothing that git ignores.
pub(crate) fn no_build_output() -> Result<()> {
    if !root().join(".git").exists() {
        // Unpacked from an archive, where nothing is tracked.
        return Ok(());
    }
    let tracked = output(&mut command("git", &["ls-files"]))?;
    let ignored = output(&mut command("git", &["ls-files", "--cached", "--ignored", "--exclude-standard"]))?;
    let made: Vec<_> =
        tracked.lines().filter(|file| is_made(Path::new(file))).chain(ignored.lines()).collect();
    ensure!(
        made.is_empty(),
        "git tracks {} files that a build makes, such as {}; remove them with `git rm --cached` and ignore them",
        made.len(),
        made.first().unwrap_or(&"")
    );
    Ok(())
}

fn is_made(file: &Path) -> bool {
    let in_folder = file.iter().any(|part| FOLDERS.iter().any(|folder| part == *folder));
    in_folder || file.extension().is_some_and(|kind| EXTENSIONS.iter().any(|made| kind == *made))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_build_makes_is_known_by_its_place_or_its_kind() {
        for made in
            ["ffi/kotlin/target/classes/A.class", "npm/dist/index.js", "python/a/_native.so", "x.wasm"]
        {
            assert!(is_made(Path::new(made)), "{made}");
        }
        for written in ["core/src/target.rs", "ffi/swift/Package.swift", "xtask/src/build.rs", "Cargo.lock"] {
            assert!(!is_made(Path::new(written)), "{written}");
        }
    }
}
