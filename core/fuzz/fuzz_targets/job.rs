//! Jobs of version 2: whatever the service answers, the conversion goes on or ends, and the key stays at its address.
#![no_main]

use std::time::Duration;

use cloudconvert_core::{Action, Api, Conversion, Event, Input, Job, Policy, Response, Timestamp};
use libfuzzer_sys::fuzz_target;

const BASE: &str = "https://api.cloudconvert.com/v2/";
const WAITING: &str = "https://sync.api.cloudconvert.com/v2/";

fuzz_target!(|answers: Vec<(u16, Vec<u8>)>| {
    let api = Api::new(BASE, Some("s3cret")).unwrap();
    let input = Input::Download { urls: vec!["https://example.org/a.png".to_owned()] };
    let mut conversion = Conversion::new(&api, Job::new(input, "png", "jpg"), Policy::brief(), 0).unwrap();
    let mut answers = answers.into_iter();
    let mut now = Timestamp::from_millis(1_700_000_000_000);
    for _ in 0..1_000 {
        match conversion.poll(now) {
            Action::Done(_) => return,
            Action::Send(request) => {
                let realm = request.url.starts_with(BASE) || request.url.starts_with(WAITING);
                assert!(realm || !request.carries_key(), "{}", request.url);
                assert!(request.url.starts_with("https://") && !request.url.contains("s3cret"), "{}", request.url);
                let Some((status, body)) = answers.next() else { return };
                let received = body.len() as u64;
                let response = Response { status, body, received, ..Response::default() };
                now += Duration::from_millis(10);
                conversion.handle(now, Event::Response { id: request.id, response });
            }
            Action::Settle { id } => conversion.handle(now, Event::Settled { id }),
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
        }
    }
    panic!("it does not end");
});
