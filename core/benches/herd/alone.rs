//! Clients that know nothing of each other, beside the ways to wait that are in use.

use std::time::Duration;

use cloudconvert_core::{Action, Conversion, Event, Request, Timestamp, Watch};
use fastrand::Rng;

use crate::queue::Queue;
use crate::service::{Limiter, Pace, ROUND_TRIP, Service, slow_down};
use crate::{CROWD, NEEDED, START, conversion, optimum};

const PACE: Pace = Pace { length: Duration::from_secs(1), shape: Some(1.0) };
const SEEDS: u8 = 5;

/// What is promised: the time, of the optimum, and the requests per needed one.
const PROMISED: (f64, f64) = (1.0385, 2.87);

/// How long to wait after so many refusals in a row, in milliseconds; the last wait is kept for those who need it.
type Wait = fn(refusals: u32, last: &mut f64, random: &mut dyn FnMut(f64, f64) -> f64) -> f64;

const PEERS: [(&str, Wait); 5] = [
    ("no backoff", |_, _, _| 0.0),
    ("fixed Retry-After", |_, _, _| 1_000.0),
    ("exponential", |n, _, _| doubled(n).max(1_000.0)),
    ("full jitter", |n, _, random| random(0.0, doubled(n))),
    ("decorrelated jitter", |n, last, random| {
        let before = if n == 1 { 500.0 } else { *last };
        *last = random(500.0, before * 3.0).min(30_000.0);
        *last
    }),
];

/// When a client begins: not all at once.
fn begin(client: usize) -> Timestamp {
    START + Duration::from_millis(client as u64 % 10)
}

/// From half a second, doubled up to half a minute.
fn doubled(refusals: u32) -> f64 {
    (500.0 * f64::from(2_u32.pow(refusals.min(10)))).min(30_000.0)
}

pub(crate) fn run() {
    println!("{CROWD} clients on their own    time, s   of the optimum   requests per needed one");
    let mut peers = Vec::new();
    for (name, wait) in PEERS {
        peers.push(row(name, |seed| peer(wait, seed)));
    }
    let (time, requests) = row("this kit", ours);
    let best = |of: fn(&(f64, f64)) -> f64| peers.iter().map(of).fold(f64::MAX, f64::min);
    let (best_time, best_requests) = (best(|peer| peer.0), best(|peer| peer.1));
    println!(
        "  of the best of the others: {:.3} its time, {:.3} its requests\n",
        time / best_time,
        requests / best_requests
    );
    assert!(time / optimum() <= PROMISED.0 && requests <= PROMISED.1, "not as good as promised");
}

/// The mean over some seeds.
fn row(name: &str, run: impl Fn(u8) -> (f64, u32)) -> (f64, f64) {
    let runs: Vec<_> = (0..SEEDS).map(run).collect();
    let mean = |of: fn(&(f64, u32)) -> f64| runs.iter().map(of).sum::<f64>() / f64::from(SEEDS);
    let (time, requests) = (mean(|run| run.0), mean(|run| f64::from(run.1)) / f64::from(CROWD * NEEDED));
    println!("  {name:<22} {time:>11.1} {:>16.3} {requests:>25.2}", time / optimum());
    (time, requests)
}

/// Clients that ask for the needed requests one after the other.
fn peer(wait: Wait, seed: u8) -> (f64, u32) {
    let mut generator = Rng::with_seed(seed.into());
    let mut random = move |least: f64, most: f64| least + (most - least) * generator.f64();
    let (mut limiter, mut queue) = (Limiter::default(), Queue::new());
    let mut clients = vec![(0, 0, 0.0); CROWD as usize];
    for client in 0..clients.len() {
        queue.push(begin(client), client);
    }
    let (mut now, mut requests) = (START, 0);
    while let Some((time, client)) = queue.pop(Timestamp::MAX) {
        now = time;
        requests += 1;
        let (done, refusals, last) = &mut clients[client];
        let pause = if limiter.takes(now) {
            (*done, *refusals) = (*done + 1, 0);
            // The fourth waits for the end of the conversion.
            if *done == 4 { PACE.length } else { Duration::ZERO }
        } else {
            *refusals += 1;
            Duration::from_millis(wait(*refusals, last, &mut random) as u64)
        };
        if *done < NEEDED {
            queue.push(now + ROUND_TRIP + pause, client);
        }
    }
    ((now - START).as_secs_f64(), requests)
}

enum Happening {
    Poll,
    Arrives(Request),
    Answered(Event),
}

/// The conversions of this kit, each on its own.
fn ours(seed: u8) -> (f64, u32) {
    let (mut service, mut limiter, mut queue) = (Service::default(), Limiter::default(), Queue::new());
    let seed = |client: u32| u64::from(seed) << 32 | u64::from(client);
    let mut clients: Vec<Conversion> =
        (0..CROWD).map(|client| conversion(Watch::Result, seed(client))).collect();
    for client in 0..clients.len() {
        queue.push(begin(client), (client, Happening::Poll));
    }
    let (mut last, mut requests) = (START, 0);
    while let Some((now, (client, happening))) = queue.pop(Timestamp::MAX) {
        match happening {
            Happening::Poll => {}
            Happening::Answered(event) => clients[client].handle(now, event),
            Happening::Arrives(request) => {
                let taken = limiter.takes(now);
                let (when, response) =
                    if taken { service.answer(now, &request, PACE) } else { (now, slow_down()) };
                let event = Event::Response { id: request.id, response };
                queue.push(when + ROUND_TRIP / 2, (client, Happening::Answered(event)));
                continue;
            }
        }
        match clients[client].poll(now) {
            Action::Send(request) => {
                requests += 1;
                queue.push(now + ROUND_TRIP / 2, (client, Happening::Arrives(request)));
            }
            Action::Settle { id } => {
                clients[client].handle(now, Event::Settled { id });
                queue.push(now, (client, Happening::Poll));
            }
            Action::Wait { until } => queue.push(until, (client, Happening::Poll)),
            Action::Busy { .. } => {}
            Action::Done(result) => {
                assert!(result.is_ok(), "a conversion failed: {result:?}");
                last = last.max(now);
            }
        }
    }
    ((last - START).as_secs_f64(), requests)
}
