//! One batch: all conversions know of each other.

use std::time::Duration;

use cloudconvert_core::{Batch, BatchAction, Concurrency, Event, Request, Watch};

use crate::queue::Queue;
use crate::service::{Limiter, Pace, ROUND_TRIP, Service, slow_down};
use crate::{CROWD, NEEDED, START, conversion, optimum};

/// How many conversions of the batch run at once.
const AT_ONCE: usize = 100;

pub(crate) fn run() {
    println!(
        "One batch, {AT_ONCE} at once       time, s   of the optimum   requests per needed one   failed"
    );
    for length in [200, 1_000, 5_000] {
        let (time, requests, failed) = batch(length);
        let of_optimum = time / optimum();
        let per_needed = f64::from(requests) / f64::from(CROWD * NEEDED);
        println!(
            "  conversions of {length:>4} ms {time:>14.1} {of_optimum:>16.3} {per_needed:>25.3} {failed:>8}"
        );
        assert!(of_optimum <= 1.15 && per_needed <= 1.1 && failed == 0, "not as good as promised");
    }
    println!();
}

enum Happening {
    /// A request reaches the service.
    Arrives(Request),
    /// An answer reaches the client.
    Answered(Event),
}

/// The time in seconds, the requests, and how many failed.
fn batch(length: u64) -> (f64, u32, u32) {
    let pace = Pace { length: Duration::from_millis(length), shape: Some(1.0) };
    let (mut service, mut limiter) = (Service::default(), Limiter::default());
    let mut batch = Batch::new(Concurrency::new(AT_ONCE).unwrap(), 1);
    for seed in 0..CROWD {
        batch.add(conversion(Watch::Result, u64::from(seed)));
    }
    let mut queue = Queue::new();
    let (mut now, mut requests, mut failed) = (START, 0, 0);
    loop {
        match batch.poll(now) {
            BatchAction::Send { member, request } => {
                requests += 1;
                queue.push(now + ROUND_TRIP / 2, (member, Happening::Arrives(request)));
            }
            BatchAction::Settle { member, id } => batch.handle(now, member, Event::Settled { id }),
            BatchAction::Abort { .. } => {}
            BatchAction::Done { result, .. } => failed += u32::from(result.is_err()),
            BatchAction::Idle => return ((now - START).as_secs_f64(), requests, failed),
            BatchAction::Wait { until } => match queue.pop(until) {
                None => now = until,
                Some((time, (member, Happening::Answered(event)))) => {
                    now = time;
                    batch.handle(now, member, event);
                }
                Some((time, (member, Happening::Arrives(request)))) => {
                    now = time;
                    let taken = limiter.takes(now);
                    let (when, response) =
                        if taken { service.answer(now, &request, pace) } else { (now, slow_down()) };
                    let event = Event::Response { id: request.id, response };
                    queue.push(when + ROUND_TRIP / 2, (member, Happening::Answered(event)));
                }
            },
        }
    }
}
