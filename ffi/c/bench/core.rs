//! What the core alone costs: one whole conversion, to be set beside `conversion.c`. `cargo xtask bench ffi` does it.

use std::hint::black_box;
use std::time::Duration;

use cloudconvert_core::{Action, Api, Conversion, Event, Job, Policy, Response, Sink, Timestamp, Value};

fn main() {
    let api = Api::new("https://api.example.com/v1", Some("KEY")).expect("a base URL and a key");
    let answers = include_str!("answers.txt").lines();
    let answers = answers.map(|body| Response { status: 200, body: body.into(), ..Response::default() });
    measured(&api, answers.collect());
}

/// The name by which callgrind finds what is counted.
#[inline(never)]
fn measured(api: &Api, answers: Vec<Response>) {
    black_box(conversion(api, answers));
}

fn conversion(api: &Api, answers: Vec<Response>) -> Conversion {
    let mut wish = Value::object();
    wish.set("input", "upload");
    wish.set("name", "Cloud Atlas Extended Trailer #1 (2012) HD.flv");
    wish.set("size", 14_558_739);
    wish.set("to", "mp4");
    let job = Job::from_value(&wish).expect("a job without contradictions");
    let mut conversion =
        Conversion::new(api, job, Policy::default(), 7).expect("a policy without contradictions");
    let mut answers = answers.into_iter();
    let mut now = Timestamp::from_millis(1_700_000_000_000);
    loop {
        match conversion.poll(now) {
            Action::Send(request) => {
                now += Duration::from_millis(50);
                let mut response = answers.next().expect("an answer for every request");
                if let Sink::File { size: Some(size), .. } = request.sink {
                    response.received = size;
                }
                conversion.handle(now, Event::Response { id: request.id, response });
            }
            Action::Settle { id } => conversion.handle(now, Event::Settled { id }),
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
            Action::Done(result) => {
                assert!(result.is_ok() && answers.next().is_none(), "{result:?}");
                return conversion;
            }
        }
    }
}
