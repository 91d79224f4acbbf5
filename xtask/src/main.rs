//! The workspace's own commands: `cargo xtask demo` and `cargo xtask test`.

mod bench;
mod build;
mod compare;
mod demo;
mod faces;
mod frameworks;
mod fuzz;
mod native;
mod order;
mod paths;
mod process;
mod python;
mod sandbox;
mod site;
mod test;
mod tools;
mod xcframework;

use std::process::ExitCode;

use anyhow::Context;

const USAGE: &str = "\
usage: cargo xtask demo                 a demo page and the local service behind it
       cargo xtask demo INPUT OUTPUT    convert one file: cargo xtask demo photo.png photo.jpg
       cargo xtask build                WebAssembly and the npm package
       cargo xtask native [TARGET…]     the library under Kotlin and Swift, for this machine or others
       cargo xtask xcframework          the same for Apple's systems, as a binary target; needs a Mac with Xcode
       cargo xtask bindings             the bindings of Kotlin and Swift, written anew
       cargo xtask faces [--write]      every language against the core's description; the README's tables from it
       cargo xtask docs                 the documentation site, plain files in target/site
       cargo xtask test [STAGE…]        everything that must hold, or only the named stages
       cargo xtask bench [NAME…]        figures: what things cost, beside others
       cargo xtask frameworks [NAME…]   the npm package in other people's tools: bundlers, test runners, Next.js
       cargo xtask compare [WORD…]      200 files by the service and by others: what either keeps
       cargo xtask fuzz [SECONDS]       every parser against random input, 600 s each unless given";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = process::stop_children_on_signal().and_then(|()| match arguments.as_slice() {
        ["demo"] => demo::page(),
        ["demo", input, output] if !input.starts_with("--") => demo::convert(input, output),
        ["build"] => build::npm(),
        ["native", targets @ ..] => native::libraries(targets).map(|folder| println!("{}", folder.display())),
        ["xcframework"] => xcframework::build(),
        ["bindings"] => native::write_bindings(),
        ["faces"] => faces::check(),
        ["faces", "--write"] => faces::write(),
        ["docs"] => site::build().map(|folder| println!("open {}", folder.join("index.html").display())),
        ["test", stages @ ..] => test::run(stages),
        ["bench", names @ ..] => bench::run(names),
        ["frameworks", names @ ..] => frameworks::all(names),
        ["compare", words @ ..] => compare::run(words),
        ["fuzz"] => fuzz::all(600),
        ["fuzz", seconds] => seconds.parse().context("a number of seconds").and_then(fuzz::all),
        _ => {
            eprintln!("{USAGE}");
            std::process::exit(2);
        }
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
