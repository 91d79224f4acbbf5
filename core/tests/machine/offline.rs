//! A host without a network: the time counts for nothing, and what waited goes on when it is back.

use std::time::Duration;

use cloudconvert_core::{Action, Code, Conversion, Event, Policy, Reason, Request, Response, Timestamp};

use crate::host::{START, api, job};

const HOUR: Duration = Duration::from_hours(1);

/// So long after the start.
fn after(milliseconds: u64) -> Timestamp {
    START + Duration::from_millis(milliseconds)
}

fn began(deadline: Duration) -> (Conversion, Request) {
    let policy = Policy::default().deadline(deadline);
    let mut conversion = Conversion::new(&api(), job(), policy, 42).unwrap();
    let Action::Send(request) = conversion.poll(START) else { panic!("it sends") };
    (conversion, request)
}

fn broken(request: &Request) -> Event {
    Event::Failed { id: request.id, reason: Reason::Connection }
}

fn created(request: &Request) -> Event {
    let body = br#"{"id": "x", "url": "//srv01.example.com/process/x"}"#.to_vec();
    Event::Response { id: request.id, response: Response { status: 200, body, ..Response::default() } }
}

/// Lets every request break until this time, without a network. Gives the time and how many there were.
fn stay_offline(conversion: &mut Conversion, until: Timestamp) -> (Timestamp, u32) {
    let (mut now, mut requests) = (START, 0);
    while now < until {
        match conversion.poll(now) {
            Action::Send(request) => {
                requests += 1;
                conversion.handle(now, broken(&request));
            }
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
            Action::Settle { .. } => unreachable!("nothing was downloaded"),
            Action::Done(result) => panic!("it ended after {:?}: {result:?}", now - START),
        }
    }
    (now, requests)
}

#[test]
fn time_without_a_network_counts_for_nothing() {
    let (mut conversion, request) = began(Duration::from_mins(1));
    conversion.handle(after(10_000), Event::Offline);
    assert!(conversion.progress().message.contains("no network"), "{}", conversion.progress().message);
    conversion.handle(after(10_000), broken(&request));
    assert!(conversion.progress().message.contains("no network"), "{}", conversion.progress().message);
    let (now, requests) = stay_offline(&mut conversion, START + HOUR);
    assert!((100..=130).contains(&requests), "it is tried now and then: {requests} requests");

    conversion.handle(now, Event::Online);
    let Action::Send(_) = conversion.poll(now) else { panic!("it goes on at once") };
    assert_eq!(conversion.progress().message, "");
    // 10 s of its minute had passed.
    let Action::Busy { .. } = conversion.poll(now + Duration::from_secs(29)) else {
        panic!("it waits for its answer")
    };
    let left = now + Duration::from_secs(50);
    let end = loop {
        match conversion.poll(left) {
            Action::Send(_) => {}
            Action::Done(result) => break result.unwrap_err(),
            action => panic!("its time is over: {action:?}"),
        }
    };
    assert!(matches!(end.code, Code::Timeout | Code::Network), "{end}");
}

#[test]
fn a_host_that_is_wrong_loses_nothing() {
    let (mut conversion, request) = began(HOUR);
    conversion.handle(START, Event::Offline);
    conversion.handle(after(50), created(&request));
    assert!(matches!(conversion.poll(after(50)), Action::Send(_)), "what is answered goes on");
}

#[test]
fn a_request_that_was_out_has_to_show_that_it_moves() {
    let (mut conversion, request) = began(HOUR);
    conversion.handle(after(1_000), Event::Offline);
    conversion.handle(after(2_000), Event::Online);
    assert_eq!(conversion.poll(after(2_000)), Action::Busy { deadline: after(7_000) });
    conversion.handle(after(3_000), created(&request));
    assert!(matches!(conversion.poll(after(3_000)), Action::Send(_)));
}

#[test]
fn a_deletion_without_a_network_is_given_up_in_its_time() {
    let (mut conversion, request) = began(HOUR);
    conversion.handle(START, created(&request));
    conversion.handle(START, Event::Offline);
    conversion.cancel(START);
    let mut now = START;
    let error = loop {
        match conversion.poll(now) {
            Action::Send(request) => conversion.handle(now, broken(&request)),
            Action::Settle { .. } => unreachable!("nothing was downloaded"),
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
            Action::Done(result) => break result.unwrap_err(),
        }
    };
    assert_eq!(error.code, Code::Cancelled);
    assert!(now <= after(15_000), "after {:?}", now - START);
}

#[test]
fn one_that_is_told_nothing_new_stays_as_it_is() {
    let (mut conversion, _) = began(HOUR);
    let before = conversion.poll(START);
    conversion.handle(START, Event::Online);
    assert_eq!(conversion.poll(START), before);
    conversion.handle(after(5), Event::Offline);
    conversion.handle(after(9), Event::Offline);
    conversion.handle(after(9), Event::Online);
    conversion.handle(after(10), Event::Online);
    assert!(matches!(conversion.poll(after(10)), Action::Busy { .. }));
}

/// A conversion of six hours that exists, whose next requests are never answered by hosts that are so much too late.
fn asleep(late: Duration) -> Timestamp {
    let policy = Policy::default().deadline(6 * HOUR).retries(u32::MAX);
    let mut conversion = Conversion::new(&api(), job(), policy, 42).unwrap();
    let Action::Send(request) = conversion.poll(START) else { panic!("it sends") };
    conversion.handle(after(100), created(&request));
    let mut now = after(100);
    loop {
        match conversion.poll(now) {
            Action::Send(_) => {}
            Action::Wait { until } | Action::Busy { deadline: until } => now = until + late,
            Action::Settle { .. } => unreachable!("nothing was downloaded"),
            Action::Done(result) => {
                let error = result.unwrap_err();
                assert!(matches!(error.code, Code::Timeout | Code::Network), "{error}");
                return now;
            }
        }
    }
}

#[test]
fn what_a_host_sleeps_counts_for_nothing() {
    // In the background, a host comes a minute late, and the time is its own. In the end the process is deleted.
    let awake = asleep(Duration::from_mins(1));
    assert!(awake - START <= 6 * HOUR + Duration::from_mins(3), "{:?}", awake - START);
    // Of each hour it is awake for some minutes, and of those there are six hours.
    let slept = asleep(HOUR);
    assert!(slept - START > 30 * HOUR, "{:?}", slept - START);
}
