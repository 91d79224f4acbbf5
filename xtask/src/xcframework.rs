//! `cargo xtask xcframework`: the library under Swift for Apple's systems, as one binary target. It needs a Mac with Xcode.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::native::PROFILE;
use crate::paths::{root, target};
use crate::process::{command, run};

const NAME: &str = "CloudConvertCoreFFI.xcframework";
const LIBRARY: &str = "libcloudconvert_uniffi.a";
const HEADERS: &[&str] = &["CloudConvertCoreFFI.h", "module.modulemap"];

/// What Xcode takes for one system, with the targets of Rust that are joined in it.
const SLICES: &[(&str, &[&str])] = &[
    ("macos", &["aarch64-apple-darwin", "x86_64-apple-darwin"]),
    ("ios", &["aarch64-apple-ios"]),
    ("ios-simulator", &["aarch64-apple-ios-sim", "x86_64-apple-ios"]),
];

/// Builds the framework beside `Package.swift`, which takes it from there.
pub(crate) fn build() -> Result<()> {
    ensure!(
        cfg!(target_os = "macos"),
        "an XCFramework is made by `lipo` and `xcodebuild`, which are parts of Xcode: run this on a Mac"
    );
    let folder = target().join("xcframework");
    let framework = root().join("ffi/swift").join(NAME);
    for old in [&folder, &framework].into_iter().filter(|old| old.exists()) {
        fs::remove_dir_all(old).with_context(|| format!("{} cannot be removed", old.display()))?;
    }
    let headers = folder.join("headers");
    fs::create_dir_all(&headers)?;
    for name in HEADERS {
        fs::copy(root().join("ffi/swift/Sources/CloudConvertCoreFFI").join(name), headers.join(name))?;
    }
    for (slice, _) in SLICES {
        fs::create_dir_all(folder.join(slice))?;
    }
    for step in plan(&target(), &folder, &framework) {
        let (program, arguments) = step.split_first().context("a step has a program")?;
        run(command(program, &arguments.iter().map(String::as_str).collect::<Vec<_>>()).current_dir(root()))?;
    }
    println!("{}", framework.display());
    Ok(())
}

/// Every command, in order: builds, then one library for each system, then the framework.
fn plan(target: &Path, folder: &Path, framework: &Path) -> Vec<Vec<String>> {
    let text = |path: PathBuf| path.display().to_string();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let mut steps = Vec::new();
    let mut whole = words(&["xcodebuild", "-create-xcframework"]);
    for (slice, targets) in SLICES {
        let joined = text(folder.join(slice).join(LIBRARY));
        let mut join = words(&["lipo", "-create", "-output", &joined]);
        for name in *targets {
            steps.push(words(&["rustup", "target", "add", name]));
            // The static library alone: it is linked into an app, and needs no linker here.
            steps.push(words(&[
                "cargo",
                "rustc",
                "-p",
                "cloudconvert-uniffi",
                "--lib",
                "--crate-type",
                "staticlib",
                "--profile",
                PROFILE,
                "--target",
                name,
            ]));
            join.push(text(target.join(name).join(PROFILE).join(LIBRARY)));
        }
        steps.push(join);
        whole.extend(words(&["-library", &joined, "-headers", &text(folder.join("headers"))]));
    }
    whole.extend(words(&["-output", &text(framework.to_path_buf())]));
    steps.push(whole);
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::output;

    #[test]
    fn every_library_is_built_joined_and_taken() {
        let steps = plan(Path::new("/t"), Path::new("/f"), Path::new("/x"));
        let (whole, before) = steps.split_last().unwrap();
        assert_eq!(whole.iter().filter(|word| *word == "-library").count(), SLICES.len());
        for (slice, targets) in SLICES {
            let joined = format!("/f/{slice}/{LIBRARY}");
            assert!(whole.contains(&joined));
            let join = before.iter().find(|step| step[0] == "lipo" && step.contains(&joined)).unwrap();
            for name in *targets {
                assert!(join.contains(&format!("/t/{name}/{PROFILE}/{LIBRARY}")));
                let built =
                    |step: &Vec<String>| step[0] == "cargo" && step.last().is_some_and(|last| last == name);
                assert!(before.iter().any(built), "{name}");
            }
        }
    }

    #[test]
    fn rust_knows_every_target_and_the_headers_are_there() {
        let known = output(&mut command("rustc", &["--print", "target-list"])).unwrap();
        for name in SLICES.iter().flat_map(|(_, targets)| *targets) {
            assert!(known.lines().any(|line| line == *name), "{name}");
        }
        for name in HEADERS {
            assert!(root().join("ffi/swift/Sources/CloudConvertCoreFFI").join(name).is_file(), "{name}");
        }
    }
}
