//! `cargo xtask bench NAME`: figures that anyone can measure again.

mod core;
mod ffi;
mod load;
mod misfortunes;
mod pictures;
mod python;
mod web;

use anyhow::{Result, bail};

/// Something that is measured.
struct Bench {
    name: &'static str,
    run: fn() -> Result<()>,
}

const BENCHES: &[Bench] = &[
    // What the protocol costs, in instructions.
    Bench { name: "core", run: core::cost },
    // A crowd before a limiter, and how soon ends are known, in virtual time.
    Bench { name: "herd", run: core::herd },
    // What it costs to drive the protocol from C and from Kotlin.
    Bench { name: "ffi", run: ffi::crossing },
    // Pictures through the service beside libvips, librsvg and Poppler by themselves.
    Bench { name: "pictures", run: pictures::beside_others },
    // The Python package beside curl, requests and the service's own client.
    Bench { name: "python", run: python::package_costs },
    // The sandbox with 1,000 conversions at once, in both versions of the API.
    Bench { name: "load", run: load::crowd },
    // One conversion by the official client and by this kit, before a service on its worst days.
    Bench { name: "misfortunes", run: misfortunes::table },
    // The npm package in Chromium beside XMLHttpRequest, `fetch` and axios.
    Bench { name: "web", run: web::page_costs },
];

/// Runs the named benchmark, or all of them.
pub(crate) fn run(names: &[&str]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| BENCHES.iter().all(|bench| bench.name != **name)) {
        let known: Vec<_> = BENCHES.iter().map(|bench| bench.name).collect();
        bail!("there is no benchmark {unknown}; there are {}", known.join(", "));
    }
    for bench in BENCHES.iter().filter(|bench| names.is_empty() || names.contains(&bench.name)) {
        eprintln!("\n== {}", bench.name);
        (bench.run)()?;
    }
    Ok(())
}
