//! How conversions behave in a crowd, and how soon they learn that they have ended: simulated in virtual time, seeded,
//! so every run gives the same figures. `cargo xtask bench herd`.

// Figures for people: counts far below 2^52, times from whole milliseconds.
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]

mod alone;
mod detection;
mod queue;
mod service;
mod together;

use cloudconvert_core::{Api, Conversion, Input, InputFile, Job, Policy, Timestamp, Watch};

/// When everything begins.
const START: Timestamp = Timestamp::from_millis(0);
/// How many conversions make a crowd.
const CROWD: u32 = 1_000;
/// What one conversion has to ask at least: create, start, upload, wait, download, delete.
const NEEDED: u32 = 6;

fn main() {
    println!("{CROWD} conversions, a service that takes {} requests/s", service::RATE);
    println!("and answers 429 with Retry-After: 1 beyond; each needs {NEEDED} requests\n");
    together::run();
    alone::run();
    detection::run();
}

/// A conversion of an uploaded picture.
fn conversion(watch: Watch, seed: u64) -> Conversion {
    let api = Api::new("https://api.example.com/v1", Some("KEY")).expect("a base URL and a key");
    let file = InputFile { name: "photo.png".into(), size: Some(1_000) };
    let job = Job::new(Input::Upload { files: vec![file] }, "png", "jpg");
    Conversion::new(&api, job, Policy::default().watch(watch), seed).expect("a job without contradictions")
}

/// The value below which so many percent of the others lie.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

/// The least time, in seconds, in which a service of this pace takes what has to be asked.
fn optimum() -> f64 {
    (f64::from(CROWD * NEEDED) - service::BURST) / service::RATE
}
