//! `Retry-After`: seconds, dates and nonsense.
#![no_main]

use std::time::Duration;

use cloudconvert_core::{Native, Response, Timestamp, retry_after};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u64, String)| {
    let (now, value) = input;
    let text = value.trim_ascii();
    let seconds = text.parse::<u64>().ok().filter(|_| !text.starts_with('+'));
    let response = Response { headers: vec![("retry-after".into(), value)], ..Response::default() };
    let wait = retry_after(&Native, &response, Timestamp::from_millis(now));
    if let Some(seconds) = seconds {
        assert_eq!(wait, Some(Duration::from_millis(seconds.saturating_mul(1_000))));
    }
});
