//! Writes the bindings: `cloudconvert-bindgen LIBRARY CONFIG OUTPUT`, into `OUTPUT/kotlin` and `OUTPUT/swift`.
//!
//! A crate of its own because the command line of `uniffi` costs minutes to compile, and this seconds: nothing here needs the
//! metadata of cargo or a parser of options.

use anyhow::{Context, Result, bail};
use camino::Utf8PathBuf;
use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage, generate};

fn main() -> Result<()> {
    let arguments: Vec<Utf8PathBuf> = std::env::args().skip(1).map(Utf8PathBuf::from).collect();
    let [library, config, output] = arguments.as_slice() else {
        bail!("usage: cloudconvert-bindgen LIBRARY CONFIG OUTPUT");
    };
    for (language, folder) in [(TargetLanguage::Kotlin, "kotlin"), (TargetLanguage::Swift, "swift")] {
        generate(GenerateOptions {
            languages: vec![language],
            source: library.clone(),
            out_dir: output.join(folder),
            config_override: Some(config.clone()),
            ..GenerateOptions::default()
        })
        .with_context(|| format!("no bindings for {folder}"))?;
    }
    Ok(())
}
