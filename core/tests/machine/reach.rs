//! A service that is not there is no reason to wait for minutes; one that was there is.

use cloudconvert_core::{Action, Code, Conversion, Error, Event, Policy, Reason, Response};

use crate::host::{START, api, job};

/// Lets every request fail, the first ones with these answers; gives how it ends, and when.
fn play(answers: &[Response]) -> (Error, u64) {
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
    assert!((1..20_000).contains(&after), "after {after} ms");
}

#[test]
fn a_service_that_was_there_is_waited_for() {
    let busy = Response { status: 429, ..Response::default() };
    let (error, after) = play(&[busy]);
    assert!(error.message.contains("all retries"), "{error}");
    assert!(after > 60_000, "after {after} ms");
}
