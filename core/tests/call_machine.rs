//! When a single call is sent again, and when it ends.

use std::time::Duration;

use cloudconvert_core::v1::{Download, List, Status, Upload};
use cloudconvert_core::{
    Action, Api, Call, CallMachine, Code, Error, Event, Policy, Reason, Response, Timestamp, UploadMethod,
    Value,
};

const START: Timestamp = Timestamp::from_millis(0);
/// Of [`Policy::brief`].
const DEADLINE: Duration = Duration::from_mins(2);
const READS: Status<'static> = Status { url: "https://srv01.example.com/process/1", wait: false };
const WRITES: Upload<'static> =
    Upload { url: "https://srv01.example.com/upload/1", files: &[], method: UploadMethod::Put, seed: 0 };

fn machine<C: Call>(call: C, policy: Policy) -> CallMachine<C>
where
    C::Reply: Clone,
{
    seeded(call, policy, 1)
}

fn seeded<C: Call>(call: C, policy: Policy, seed: u64) -> CallMachine<C>
where
    C::Reply: Clone,
{
    let api = Api::new("https://api.example.com/v1", Some("KEY")).unwrap();
    CallMachine::new(&api, call, policy, seed).unwrap()
}

/// An answer of the service with this status, which asks to wait a second.
fn answer(status: u16) -> Event {
    let headers = vec![("Retry-After".to_owned(), "1".to_owned())];
    Event::Response { id: 0, response: Response { status, headers, ..Response::default() } }
}

fn lost(reason: Reason) -> Event {
    Event::Failed { id: 0, reason }
}

/// Drives a call each of whose requests comes to this, and tells how many there were, how long it took and how it ended.
fn drive<C: Call>(mut call: CallMachine<C>, event: &Event) -> (u64, Duration, Result<C::Reply, Error>)
where
    C::Reply: Clone,
{
    let (mut now, mut sent) = (START, 0);
    loop {
        match call.poll(now) {
            Action::Send(request) => {
                sent = request.id;
                let event = match event.clone() {
                    Event::Response { response, .. } => Event::Response { id: request.id, response },
                    Event::Failed { reason, .. } => Event::Failed { id: request.id, reason },
                    other => other,
                };
                call.handle(now, event);
            }
            Action::Settle { id } => call.handle(now, Event::Settled { id }),
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
            Action::Done(result) => return (sent, now - START, result),
        }
    }
}

#[test]
fn what_may_have_been_done_is_not_repeated_but_what_was_refused_is() {
    let policy = || Policy::brief().retries(1).throttles(1);
    let statuses = [200, 400, 404, 408, 425, 429, 500, 502, 503];
    let reads = statuses.map(|status| drive(machine(READS, policy()), &answer(status)).0 > 1);
    let writes = statuses.map(|status| drive(machine(WRITES, policy()), &answer(status)).0 > 1);
    assert_eq!(reads, [true, false, false, true, true, true, true, true, true]);
    assert_eq!(writes, [false, false, false, false, true, true, false, false, true]);
    let permanent = Reason::Permanent("the certificate has expired".into());
    for (reason, again) in
        [(Reason::Timeout, true), (Reason::Connection, true), (Reason::Redirect, false), (permanent, false)]
    {
        assert_eq!(drive(machine(READS, policy()), &lost(reason.clone())).0 > 1, again, "{reason:?}");
        assert_eq!(drive(machine(WRITES, policy()), &lost(reason)).0, 1);
    }
}

#[test]
fn what_never_left_is_repeated_whatever_it_is() {
    let (sent, took, result) = drive(machine(WRITES, Policy::brief()), &lost(Reason::Unreached));
    let error = result.unwrap_err();
    assert!(sent > 2 && took <= Duration::from_secs(20), "{sent} times, {took:?}");
    assert!(error.is_retryable() && error.message.contains("cannot be reached"), "{error:?}");
    let error = drive(machine(WRITES, Policy::brief()), &lost(Reason::Connection)).2.unwrap_err();
    assert!(!error.is_retryable() && error.message.contains("may have been done"), "{error:?}");
}

#[test]
fn repeats_have_budgets_and_an_end() {
    let policy = Policy::brief().retries(3).throttles(2);
    assert_eq!(drive(machine(READS, policy.clone()), &lost(Reason::Connection)).0, 4);
    assert_eq!(drive(machine(READS, policy.clone()), &answer(503)).0, 3);

    let patient = policy.retries(1000).throttles(1000);
    let (_, took, result) = drive(machine(READS, patient.clone()), &lost(Reason::Connection));
    assert!(took < Duration::from_secs(20), "the service was never there: {took:?}");
    assert_eq!(result.unwrap_err().code, Code::Network);
    let (sent, took, result) = drive(machine(READS, patient.clone()), &answer(429));
    assert!(sent > 3 && took < DEADLINE, "{took:?}");
    let error = result.unwrap_err();
    assert_eq!((error.code, error.retry_after()), (Code::Throttled, Some(Duration::from_secs(1))));
}

#[test]
fn the_patience_of_a_call_is_used_up_to_its_end() {
    let patient = || Policy::brief().retries(1_000).throttles(1_000);
    let told = Response { status: 500, body: br#"{"error": "oops"}"#.to_vec(), ..Response::default() };
    for seed in 0..100 {
        for (event, end) in [
            (lost(Reason::Connection), Duration::from_secs(20)),
            (Event::Response { id: 0, response: told.clone() }, DEADLINE),
            (answer(503), DEADLINE),
        ] {
            let took = drive(seeded(READS, patient(), seed), &event).1;
            assert!(took + Duration::from_secs(2) >= end && took <= end, "seed {seed} ends after {took:?}");
        }
    }
}

#[test]
fn a_silent_service_is_given_up_though_it_was_there_before() {
    let mut call = machine(READS, Policy::brief());
    let Action::Send(request) = call.poll(START) else { panic!("first it sends") };
    let response = Response { status: 502, body: br#"{"error": "oops"}"#.to_vec(), ..Response::default() };
    call.handle(START, Event::Response { id: request.id, response });
    let (sent, took, result) = drive(call, &Event::Sent { id: u64::MAX, bytes: 0 });
    assert_eq!(took, DEADLINE);
    assert!(sent > 2);
    assert_eq!(result.unwrap_err().message, "the service did not answer in time: try again later");
}

#[test]
fn waiting_for_the_end_of_a_conversion_is_a_row_of_long_polls() {
    let policy = Policy::default().deadline(Duration::from_mins(10));
    let (sent, took, result) =
        drive(machine(Status { wait: true, ..READS }, policy), &Event::Sent { id: u64::MAX, bytes: 0 });
    assert_eq!((sent, took), (11, Duration::from_mins(10)));
    assert_eq!(result.unwrap_err().code, Code::Network);
}

#[test]
fn a_redirect_of_what_reads_is_followed_where_the_service_may_be() {
    let to = |target: &str| {
        let headers = vec![("Location".to_owned(), target.to_owned())];
        Event::Response { id: 0, response: Response { status: 302, headers, ..Response::default() } }
    };
    let (sent, _, result) = drive(machine(READS, Policy::brief()), &to("/process/2"));
    assert_eq!((sent, result.unwrap_err().code), (6, Code::InvalidResponse));
    let (sent, _, result) = drive(machine(READS, Policy::brief()), &to("https://evil.example.org/"));
    assert_eq!((sent, result.unwrap_err().code), (1, Code::UntrustedUrl));
    let (sent, ..) = drive(machine(List, Policy::brief()), &to("/processes/2"));
    assert_eq!(sent, 1, "the key goes to the base URL alone");
}

#[test]
fn a_part_that_was_asked_for_has_to_fit_to_what_is_there() {
    let load = |version, headers: &[(&str, &str)], received| {
        let url = "https://srv01.example.com/download/1";
        let rest = Download { url, file: None, name: "a.jpg", size: None, offset: 3, version, inline: false };
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let response = Response { status: 206, headers: headers.collect(), received, ..Response::default() };
        let event = Event::Response { id: 0, response };
        drive(machine(rest, Policy::brief().retries(0)), &event).2.map_err(|error| error.code)
    };
    let place = ("Content-Range", "bytes 3-5/6");
    let (one, other) = (Some("\"1\""), Some("\"2\""));
    let date = Some("Tue, 14 Nov 2023 22:13:20 GMT");
    let tag = ("ETag", "\"1\"");
    assert_eq!(load(one, &[place, tag], 6), Ok(()));
    assert_eq!(load(date, &[place, tag], 6), Ok(()));
    assert_eq!(load(None, &[place], 6), Ok(()));
    for (version, headers, received) in [
        (one, &[place, tag][..], 5),
        (one, &[place], 6),
        (one, &[tag], 6),
        (other, &[place, tag], 6),
        (None, &[place, tag], 6),
        (None, &[("Content-Range", "bytes 4-5/6")], 6),
    ] {
        assert_eq!(load(version, headers, received), Err(Code::InvalidResponse), "{version:?} {headers:?}");
    }
}

#[test]
fn what_is_over_stays_over() {
    let mut call = machine(READS, Policy::brief());
    let Action::Send(request) = call.poll(START) else { panic!("first it sends") };
    call.cancel();
    call.handle(START, Event::Failed { id: request.id, reason: Reason::Connection });
    let Action::Done(Err(error)) = call.poll(START) else { panic!("it was cancelled") };
    assert_eq!(error.code, Code::Cancelled);
}

#[test]
fn patience_is_what_the_call_needs_unless_it_is_told() {
    let api = Api::new("https://api.example.com/v1", Some("KEY")).unwrap();
    let told = |wait: bool, patience: &str| {
        let mut wish = Value::object();
        wish.set("call", if wait { "wait" } else { "status" });
        wish.set("url", READS.url);
        let patience: Value<'_> = serde_json::from_str(patience).unwrap();
        let call = CallMachine::from_value(&api, &wish, &patience, 1)?;
        Ok::<_, Error>(drive(call, &Event::Sent { id: u64::MAX, bytes: 0 }).1)
    };
    assert_eq!(told(false, "{}").unwrap(), Duration::from_secs(30));
    assert!(told(false, r#"{"request_timeout": 200}"#).unwrap() > Duration::from_secs(1), "it is repeated");
    assert_eq!(told(false, r#"{"request_timeout": 200, "retries": 0}"#).unwrap(), Duration::from_millis(200));
    let mut wish = Value::object();
    wish.set("call", "list");
    let patience: Value<'_> = serde_json::from_str(r#"{"retries": 2}"#).unwrap();
    let refused = CallMachine::from_value(&api, &wish, &patience, 1).unwrap();
    assert_eq!(drive(refused, &answer(503)).0, 3, "who bounds the repeats means all of them");
    assert_eq!(told(true, "{}").unwrap(), Duration::from_hours(6));
    assert_eq!(told(true, r#"{"deadline": 60000}"#).unwrap(), Duration::from_mins(1));
    assert_eq!(told(false, r#"{"hope": 1}"#).unwrap_err().code, Code::BadRequest);
}
