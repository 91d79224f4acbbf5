//! From Rust to the npm package: compile, bind, shrink, bundle. What is up to date is left alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use crate::order::ordered;
use crate::paths::{is_fresh, root, target};
use crate::process::{command, run};
use crate::tools;

/// What becomes WebAssembly: a crate with these features, as `npm/wasm/NAME.js`, `NAME.d.ts` and `NAME_bg.wasm`.
struct Module {
    package: &'static str,
    features: &'static str,
    name: &'static str,
}

/// Pages load the one of their version. Where nobody waits for the bytes, one has everything.
const MODULES: [Module; 6] = [
    Module { package: "cloudconvert-wasm", features: "v1,conversions", name: "cloudconvert_wasm_v1" },
    Module { package: "cloudconvert-wasm", features: "v2,conversions", name: "cloudconvert_wasm_v2" },
    Module { package: "cloudconvert-wasm", features: "v1,v2", name: "cloudconvert_wasm_upload" },
    Module {
        package: "cloudconvert-wasm",
        features: "v1,v2,framing",
        name: "cloudconvert_wasm_upload_framing",
    },
    Module { package: "cloudconvert-wasm", features: "v1,v2,whole", name: "cloudconvert_wasm" },
    Module { package: "cloudconvert-wasm-signing", features: "", name: "cloudconvert_wasm_signing" },
];

/// What every browser of the last years and Node 20 understand.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The standard library, compiled for size as well.
const OWN_STD: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
/// A panic is a trap, so nothing needs the texts that would tell of it.
const FLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";

/// Builds the npm package with its WebAssembly.
pub(crate) fn npm() -> Result<()> {
    tools::wasm_target()?;
    tools::node()?;
    let npm = root().join("npm");
    install(&npm)?;
    for module in MODULES {
        wasm(&npm, &module)?;
    }
    let inputs = ["src", "wasm", "scripts", "package.json", "package-lock.json", "tsconfig.json"]
        .map(|name| npm.join(name));
    let stamp = target().join("npm-build.stamp");
    if npm.join("dist").is_dir() && is_fresh(&stamp, &inputs.each_ref().map(PathBuf::as_path)) {
        return Ok(());
    }
    run(command("npm", &["run", "--silent", "build"]).current_dir(&npm))?;
    fs::write(stamp, "").context("the target directory cannot be written")
}

/// `npm ci` where the lock file changed since the last one.
pub(crate) fn install(folder: &Path) -> Result<()> {
    // npm writes this file last.
    if is_fresh(&folder.join("node_modules/.package-lock.json"), &[&folder.join("package-lock.json")]) {
        return Ok(());
    }
    run(command("npm", &["ci", "--no-fund", "--no-audit"]).current_dir(folder))
}

/// A shell of the core as WebAssembly, with the JavaScript that calls it, in `npm/wasm/`.
fn wasm(npm: &Path, Module { package, features, name }: &Module) -> Result<()> {
    let mut build = command("cargo", &["build", "-p", package, "--target", tools::WASM, "--profile", "wasm"]);
    build.args(["--no-default-features", "--features", features]).args(OWN_STD);
    // The options are unstable, yet the stable compiler has them.
    build.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", FLAGS);
    run(&mut build)?;
    // All modules of a crate are bound under its name, so that one script serves them. The next one takes their place.
    let crate_name = package.replace('-', "_");
    let compiled = target().join(tools::WASM).join("wasm").join(&crate_name).with_extension("wasm");
    let output = npm.join("wasm");
    let finished = output.join(format!("{name}_bg.wasm"));
    if is_fresh(&finished, &[&compiled]) {
        return Ok(());
    }
    let bound = target().join("wasm-bindgen");
    bind(&compiled, &bound, &crate_name)?;
    shrink(npm, &bound.join(format!("{crate_name}_bg.wasm")), &bound.join("small.wasm"))?;
    fs::create_dir_all(&output)?;
    for end in [".js", ".d.ts", "_bg.wasm.d.ts"] {
        fs::copy(bound.join(format!("{crate_name}{end}")), output.join(format!("{name}{end}")))
            .with_context(|| format!("{name}{end} was not generated"))?;
    }
    // Last, because its date tells that the folder is complete.
    fs::copy(bound.join("small.wasm"), finished)?;
    Ok(())
}

fn bind(compiled: &Path, output: &Path, name: &str) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).out_name(name).web(true)?.typescript(true);
    // All that understand the WebAssembly have it.
    bindgen.encode_into(EncodeInto::Always);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.generate(output).context("wasm-bindgen failed")?;
    call_in_one_place(&output.join(format!("{name}.js")))?;
    number_imports(&output.join(format!("{name}.js")), &output.join(format!("{name}_bg.wasm")))
}

/// Makes the script call all exports in one place: see `exports.js`.
fn call_in_one_place(script: &Path) -> Result<()> {
    const EXPORTS: &str = "wasm = instance.exports;";
    let text = fs::read_to_string(script).context("no script was generated")?;
    ensure!(
        text.matches(EXPORTS).count() == 1,
        "wasm-bindgen writes another script now: look for its exports"
    );
    let called = text.replace(EXPORTS, "wasm = calledInOnePlace(instance.exports);");
    fs::write(script, called + include_str!("exports.js")).context("the script cannot be written")
}

/// Gives the imports short names: theirs tell what they are and end with hashes, which no page needs.
fn number_imports(script: &Path, module: &Path) -> Result<()> {
    let mut text = fs::read_to_string(script).context("no script was generated")?;
    let mut bound = walrus::Module::from_file(module).context("no module was generated")?;
    let names: BTreeSet<String> = bound.imports.iter().map(|import| import.name.clone()).collect();
    for import in bound.imports.iter_mut() {
        let number = names.range(..import.name.clone()).count();
        let short = format!("_{number}");
        let (key, shorter) = (format!(" {}: function", import.name), format!(" {short}: function"));
        let (from, to) = (format!("\"{}\"", import.module), "\"w\"");
        ensure!(
            text.matches(&key).count() == 1,
            "wasm-bindgen writes its imports in another way: look for {key}"
        );
        text = text.replace(&key, &shorter).replace(&from, to);
        (import.name, import.module) = (short, "w".to_owned());
    }
    fs::write(script, text)?;
    bound.emit_wasm_file(module).context("the module cannot be written")
}

fn shrink(npm: &Path, large: &Path, small: &Path) -> Result<()> {
    // Code whose branches were written anew is packed better: 0.6 % less of version 1, 1 % of version 2.
    let passes = ["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "--always-inline-max-function-size=4"];
    // Nothing is at the lowest addresses, because the stack grows down to them.
    let options = ["--low-memory-unused", "--strip-target-features", "--strip-producers"];
    let mut optimize = command("npx", &["--no", "wasm-opt", "--"]);
    optimize.args(passes).args(options);
    run(optimize.args(FEATURES).arg(large).arg("-o").arg(small).current_dir(npm))?;
    fs::write(small, ordered(&fs::read(small)?)?).context("the WebAssembly cannot be written")
}
