//! A service that is not there is no reason to wait for minutes; one that was there is.

use std::ops::RangeBounds;
use std::time::Duration;

use cloudconvert_core::{
    Action, Code, Conversion, Error, Event, Method, Output, Policy, Reason, Request, Response,
};

use crate::host::{START, api, job};

/// Lets every request fail, the first ones with these answers; gives how it ends, and when.
fn play(answers: &[Response]) -> (Error, Duration) {
    let mut conversion = Conversion::new(&api(), job(), Policy::default(), 42).unwrap();
    let (mut now, mut answers) = (START, answers.iter());
    loop {
        match conversion.poll(now) {
            Action::Send(request) => {
                let event = match answers.next() {
                    Some(answer) => Event::Response { id: request.id, response: answer.clone() },
                    None => Event::Failed { id: request.id, reason: Reason::Connection },
                };
                conversion.handle(now, event);
            }
            Action::Settle { id } => conversion.handle(now, Event::Settled { id }),
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
            Action::Done(result) => return (result.unwrap_err(), now - START),
        }
    }
}

#[test]
fn a_service_that_was_never_there_is_given_up_soon() {
    let (error, after) = play(&[]);
    assert_eq!(error.code, Code::Network);
    assert!(error.message.contains("check the base URL"), "{error}");
    assert!(after > Duration::ZERO && after < Duration::from_secs(20), "after {after:?}");
}

#[test]
fn a_service_that_was_there_is_waited_for() {
    let wait = ("Retry-After".to_owned(), "1".to_owned());
    let busy = Response { status: 429, headers: vec![wait], ..Response::default() };
    let (error, after) = play(&[busy]);
    assert!(error.message.contains("all retries"), "{error}");
    assert!(after > Duration::from_mins(1), "after {after:?}");
}

/// Lets every request be answered by `answer`, as long as that is something; gives how it ends and when, how many requests
/// there were, and what people saw last.
fn answered(policy: &Policy, seed: u64, answer: impl Fn(&Request, Duration) -> Response) -> Played {
    let mut conversion = Conversion::new(&api(), job(), policy.clone(), seed).unwrap();
    let result = Err(Error::new(Code::Timeout, ""));
    let mut played = Played { result, after: Duration::ZERO, requests: 0, shown: Vec::new() };
    loop {
        match conversion.poll(START + played.after) {
            Action::Send(request) => {
                played.requests += 1;
                played.after += Duration::from_millis(10);
                let response = answer(&request, played.after);
                // No status stands for no answer at all.
                if response.status > 0 {
                    conversion.handle(START + played.after, Event::Response { id: request.id, response });
                }
            }
            Action::Settle { id } => conversion.handle(START + played.after, Event::Settled { id }),
            Action::Wait { until } | Action::Busy { deadline: until } => {
                played.shown.push(conversion.progress().message);
                played.after = until - START;
            }
            Action::Done(result) => return Played { result, ..played },
        }
    }
}

struct Played {
    result: Result<Output, Error>,
    after: Duration,
    requests: u32,
    shown: Vec<String>,
}

/// Whether it took so many milliseconds.
fn is_within(time: Duration, bounds: impl RangeBounds<u128>) -> bool {
    bounds.contains(&time.as_millis())
}

fn page(status: u16, text: &str) -> Response {
    Response { status, body: text.as_bytes().to_vec(), ..Response::default() }
}

#[test]
fn nothing_that_is_not_the_api_costs_more_than_20_s() {
    for (response, code) in [
        (page(503, "<html>Service Unavailable</html>"), Code::Unavailable),
        (page(503, r#"{"message": "Service Unavailable"}"#), Code::Unavailable),
        (page(200, "<html>Welcome to our hotel</html>"), Code::InvalidResponse),
        (page(200, r#"{"url": "//srv01.exam"#), Code::InvalidResponse),
        (page(200, "{}"), Code::InvalidResponse),
        (page(502, "Bad gateway"), Code::Unavailable),
        (page(429, ""), Code::Throttled),
    ] {
        for seed in 0..20 {
            let played = answered(&Policy::default(), seed, |_, _| response.clone());
            let error = played.result.unwrap_err();
            assert_eq!(error.code, code, "{error}");
            assert!(error.message.contains("base URL") || response.body == b"{}", "{error}");
            assert!(is_within(played.after, 18_000..=20_020), "after {:?}: {error}", played.after);
        }
    }
}

#[test]
fn once_the_api_has_answered_patience_is_right_and_told() {
    let policy = Policy::default().deadline(Duration::from_hours(1));
    let played = answered(&policy, 1, |request, _| match request.method {
        Method::Post if request.url.ends_with("/v1/process") => {
            page(200, r#"{"id": "x", "url": "//srv01.example.com/process/x"}"#)
        }
        _ => page(503, "Service Unavailable"),
    });
    assert!(is_within(played.after, 600_001..) && played.requests > 30, "{} requests", played.requests);
    let told = &played.shown[1];
    assert!(
        told.starts_with("the service is not available at the moment; the next attempt is in ")
            && told.ends_with(", the last one within 60 min"),
        "{told}"
    );
}

#[test]
fn the_patience_is_used_up_to_its_end() {
    let policy = Policy::default().deadline(Duration::from_secs(20)).reach(Duration::from_hours(24));
    for seed in 0..100 {
        let played = answered(&policy, seed, |_, _| page(500, ""));
        assert!(is_within(played.after, 18_900..=20_010), "seed {seed} ends after {:?}", played.after);
    }
}

#[test]
fn a_failure_that_was_survived_is_not_told_at_the_deadline() {
    let policy = Policy::default().deadline(Duration::from_mins(1));
    let played = answered(&policy, 3, |request, after| {
        let text = match request.method {
            _ if after < Duration::from_millis(500) => return page(502, ""),
            Method::Post if request.url.ends_with("/v1/process") => {
                r#"{"id": "x", "url": "//srv01.example.com/process/x"}"#
            }
            Method::Post if request.url.contains("/upload/") => r#"{"file": "photo.png"}"#,
            Method::Post => r#"{"step": "input", "upload": {"url": "//srv01.example.com/upload/x"}}"#,
            Method::Delete => "{}",
            _ => r#"{"step": "convert", "message": "Converting to jpg..."}"#,
        };
        page(200, text)
    });
    let error = played.result.unwrap_err();
    assert_eq!(error.code, Code::Timeout, "{error}");
    assert!(error.message.contains("deadline"), "{error}");
    assert!(played.shown.iter().any(|shown| shown.contains("next attempt")));
    assert_eq!(played.shown.last().unwrap(), "Converting to jpg...");
}

#[test]
fn a_deletion_that_is_not_answered_holds_an_output_back_for_2_s() {
    let done = |request: &Request, _| {
        let text = match request.method {
            Method::Post if request.url.ends_with("/v1/process") => {
                r#"{"id": "x", "url": "//srv01.example.com/process/x"}"#
            }
            Method::Post => r#"{"step": "finished", "output": {"url": "//srv01.example.com/download/x"}}"#,
            Method::Delete => return page(0, ""),
            _ => "",
        };
        page(200, text)
    };
    let played = answered(&Policy::default(), 1, done);
    assert!(played.result.is_ok());
    assert!(is_within(played.after, 2_000..2_100), "after {:?}", played.after);
}

#[test]
fn two_refusals_cost_at_most_twice_what_was_asked() {
    let wait = ("Retry-After".to_owned(), "1".to_owned());
    for seed in 0..1_000 {
        let count = std::cell::Cell::new(0);
        let played = answered(&Policy::default(), seed, |_, _| {
            count.set(count.get() + 1);
            let status = if count.get() <= 2 { 429 } else { 401 };
            Response { status, headers: vec![wait.clone()], ..Response::default() }
        });
        assert!(is_within(played.after, 2_000..=4_030), "seed {seed}: {:?}", played.after);
    }
}
