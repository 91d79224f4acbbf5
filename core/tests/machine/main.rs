//! The machine against services that fail in any order. Every property is stated in `properties`, `chaos` and `together`.
//!
//! `PROPTEST_CASES=100000 cargo test -p cloudconvert-core --release --test machine` looks longer.

mod chaos;
mod checkpoints;
mod deletion;
mod host;
mod jobs;
mod offline;
mod paid;
mod pieces;
mod places;
mod properties;
mod reach;
mod save_to;
mod service;
mod settling;
mod shown;
mod slices;
mod together;
mod told;
mod uncounted;

use proptest::test_runner::{Config, RngSeed};

/// So many cases of each property, the same in every run; or as many others as the environment asks for. What was found
/// becomes a vector (`tests/vectors/`), so no file of seeds is kept.
fn cases(usual: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let rng_seed = if asked.is_some() { RngSeed::Random } else { RngSeed::Fixed(2014) };
    Config { cases: asked.unwrap_or(usual), rng_seed, failure_persistence: None, ..Config::default() }
}
