//! How soon a client knows that its conversion has ended, and how many status requests that takes.

use std::time::Duration;

use cloudconvert_core::{Action, Event, Method, Watch};
use fastrand::Rng;

use crate::service::{Pace, ROUND_TRIP, Service};
use crate::{START, conversion, percentile};

/// Lengths of conversions, in milliseconds.
const LENGTHS: [u64; 12] =
    [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 60_000, 120_000, 300_000, 600_000];
const RUNS: usize = 400;

/// Delays in seconds, and the mean number of status requests.
struct Found {
    median: f64,
    p95: f64,
    requests: f64,
}

pub(crate) fn run() {
    println!(
        "From the end to knowing it: median and p95 delay in s, status requests ({RUNS} conversions each)"
    );
    println!(
        "  length, s    fixed poll of 1 s       long poll             polls by percent      polls without percent"
    );
    for length in LENGTHS {
        let seconds = length as f64 / 1_000.0;
        let fixed = found(length, |pace, _| old_client(pace));
        let long = found(length, |pace, seed| ours(Watch::Result, pace, seed));
        let polls = found(length, |pace, seed| ours(Watch::Progress, pace, seed));
        let blind = found(length, |pace, seed| ours(Watch::Progress, Pace { shape: None, ..pace }, seed));
        print!("  {seconds:>9.1} ");
        for found in [&fixed, &long, &polls, &blind] {
            print!("  {:>5.2} {:>6.2} {:>6.1}", found.median, found.p95, found.requests);
        }
        println!();
        let better = long.median < fixed.median && long.p95 < fixed.p95 && long.requests < fixed.requests;
        assert!(better, "the long poll is not better than the fixed one");
        if length >= 10_000 {
            let bound = (seconds * 0.05).max(1.0);
            assert!(polls.requests <= fixed.requests / 3.0, "more than a third of the requests");
            assert!(polls.p95 <= bound, "later than promised");
        }
    }
    println!();
}

fn found(length: u64, run: impl Fn(Pace, u64) -> (f64, u32)) -> Found {
    let mut generator = Rng::with_seed(length);
    let mut random = |least: f64, most: f64| least + (most - least) * generator.f64();
    let (mut delays, mut requests) = (Vec::new(), 0);
    for seed in 0..RUNS {
        // Lengths are spread, and few conversions advance evenly.
        let length = Duration::from_millis((length as f64 * random(0.9, 1.1)) as u64);
        let pace = Pace { length, shape: Some(random(0.8, 1.25)) };
        let (delay, asked) = run(pace, seed as u64);
        delays.push(delay);
        requests += asked;
    }
    delays.sort_by(f64::total_cmp);
    Found {
        median: percentile(&delays, 50),
        p95: percentile(&delays, 95),
        requests: f64::from(requests) / RUNS as f64,
    }
}

/// What the public clients of the API's time do: ask, sleep a second, ask again.
fn old_client(pace: Pace) -> (f64, u32) {
    let (mut asked, mut requests) = (ROUND_TRIP / 2, 1);
    while asked < pace.length {
        asked += ROUND_TRIP + Duration::from_secs(1);
        requests += 1;
    }
    ((asked + ROUND_TRIP / 2).saturating_sub(pace.length).as_secs_f64(), requests)
}

fn ours(watch: Watch, pace: Pace, seed: u64) -> (f64, u32) {
    let mut service = Service::default();
    let mut conversion = conversion(watch, seed);
    let (mut now, mut requests) = (START, 0);
    loop {
        match conversion.poll(now) {
            Action::Send(request) => {
                if request.url.contains("/download/") {
                    let end = service.ends(1, pace).expect("the input was uploaded");
                    return ((now - end).as_secs_f64(), requests);
                }
                requests += u32::from(request.method == Method::Get);
                let (when, response) = service.answer(now + ROUND_TRIP / 2, &request, pace);
                now = when + ROUND_TRIP / 2;
                conversion.handle(now, Event::Response { id: request.id, response });
            }
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
            Action::Settle { .. } => unreachable!("nothing was downloaded"),
            Action::Done(result) => panic!("it ended early: {result:?}"),
        }
    }
}
