//! The native libraries: the C library, and the one under Kotlin and Swift with its bindings.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::paths::{root, target};
use crate::process::{build, command, run};
use crate::tools::host;

/// The cargo profile of what native programs link.
pub(crate) const PROFILE: &str = "native";

/// Where JNA looks for a library within a jar, and Android within an app, for each target of Rust.
const PLATFORMS: &[(&str, &str)] = &[
    ("x86_64-unknown-linux-gnu", "linux-x86-64/libcloudconvert_uniffi.so"),
    ("aarch64-unknown-linux-gnu", "linux-aarch64/libcloudconvert_uniffi.so"),
    ("x86_64-apple-darwin", "darwin-x86-64/libcloudconvert_uniffi.dylib"),
    ("aarch64-apple-darwin", "darwin-aarch64/libcloudconvert_uniffi.dylib"),
    ("x86_64-pc-windows-msvc", "win32-x86-64/cloudconvert_uniffi.dll"),
    ("aarch64-pc-windows-msvc", "win32-aarch64/cloudconvert_uniffi.dll"),
    ("aarch64-linux-android", "jniLibs/arm64-v8a/libcloudconvert_uniffi.so"),
    ("armv7-linux-androideabi", "jniLibs/armeabi-v7a/libcloudconvert_uniffi.so"),
    ("i686-linux-android", "jniLibs/x86/libcloudconvert_uniffi.so"),
    ("x86_64-linux-android", "jniLibs/x86_64/libcloudconvert_uniffi.so"),
];

/// Builds the library under Kotlin and Swift for these targets, or for this machine, into the folder that is given back:
/// a jar takes its content as resources.
pub(crate) fn libraries(targets: &[&str]) -> Result<PathBuf> {
    let host = host()?;
    let targets = if targets.is_empty() { &[host.as_str()][..] } else { targets };
    let folder = target().join("native-libraries");
    for name in targets {
        let Some((_, place)) = PLATFORMS.iter().find(|(known, _)| known == name) else {
            let known: Vec<_> = PLATFORMS.iter().map(|(known, _)| *known).collect();
            bail!("there is no place for {name}; there are {}", known.join(", "));
        };
        let mut build = command("cargo", &["build", "-p", "cloudconvert-uniffi", "--profile", PROFILE]);
        // Without a target, what tests have compiled is not compiled once more.
        let compiled = if *name == host {
            target().join(PROFILE)
        } else {
            build.args(["--target", name]);
            target().join(name).join(PROFILE)
        };
        run(&mut build)?;
        let place = folder.join(place);
        fs::create_dir_all(place.parent().context("a place is in a folder")?)?;
        let library = place.file_name().context("a place has a name")?;
        fs::copy(compiled.join(library), &place)
            .with_context(|| format!("{} was not built", place.display()))?;
    }
    Ok(folder)
}

/// Where the library of this machine is, once it is built.
pub(crate) fn library() -> Result<PathBuf> {
    let host = host()?;
    let place = PLATFORMS.iter().find(|(known, _)| *known == host);
    let (_, place) = place.with_context(|| format!("{host} has no place among the platforms"))?;
    Ok(target().join("native-libraries").join(place))
}

/// The generated bindings: where they are written, and where they are kept.
const BINDINGS: &[(&str, &str)] = &[
    (
        "kotlin/com/cloudconvert/core/cloudconvert_core.kt",
        "kotlin/generated/com/cloudconvert/core/cloudconvert_core.kt",
    ),
    ("swift/CloudConvertCore.swift", "swift/Sources/CloudConvertCore/CloudConvertCore.swift"),
    ("swift/CloudConvertCoreFFI.h", "swift/Sources/CloudConvertCoreFFI/CloudConvertCoreFFI.h"),
];

/// Writes the bindings of Kotlin and Swift anew.
pub(crate) fn write_bindings() -> Result<()> {
    let generated = generate()?;
    for (from, to) in BINDINGS {
        let to = root().join("ffi").join(to);
        fs::create_dir_all(to.parent().context("bindings are in a folder")?)?;
        fs::copy(generated.join(from), &to).with_context(|| format!("{from} was not generated"))?;
    }
    Ok(())
}

/// The bindings that are kept are those of the sources.
pub(crate) fn check_bindings() -> Result<()> {
    let generated = generate()?;
    for (from, to) in BINDINGS {
        let same = fs::read(generated.join(from))? == fs::read(root().join("ffi").join(to))?;
        ensure!(same, "ffi/{to} is older than the sources; run `cargo xtask bindings`");
    }
    Ok(())
}

fn generate() -> Result<PathBuf> {
    libraries(&[])?;
    build(&["--bin", "cloudconvert-bindgen"])?;
    let folder = target().join("bindings");
    // The shared library is stripped of what describes the interface; the static one has it.
    let library = target().join(PROFILE).join("libcloudconvert_uniffi.a");
    let mut bindgen = command(target().join("debug/cloudconvert-bindgen"), &[]);
    run(bindgen.arg(library).arg(root().join("ffi/uniffi/bindings.toml")).arg(&folder))?;
    Ok(folder)
}

/// Maven on the Kotlin package, with these libraries in it.
pub(crate) fn maven(natives: &Path, arguments: &[&str]) -> Command {
    let mut maven = command("mvn", &["--batch-mode", "--no-transfer-progress", "--quiet"]);
    maven.args(arguments).current_dir(root().join("ffi/kotlin"));
    maven.arg(format!("-Dnative.directory={}", natives.display()));
    maven.arg(format!("-Doutput.directory={}", target().join("kotlin").display()));
    // Cargo sets it for what it runs, and JNA would find another build there before that of the jar.
    maven.env_remove("LD_LIBRARY_PATH");
    maven
}

/// The size of a library is what was promised.
pub(crate) fn check_size(library: &Path) -> Result<()> {
    const LIMIT: u64 = 1_500_000;
    let size = library.metadata()?.len();
    println!("{}: {} KB", library.file_name().unwrap_or_default().display(), size / 1000);
    ensure!(size < LIMIT, "the library has more than the {LIMIT} bytes that were promised");
    Ok(())
}
