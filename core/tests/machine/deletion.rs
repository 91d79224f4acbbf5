//! A deletion that was asked for is the work itself: it has the patience of any other work, and no more time.

use std::time::Duration;

use cloudconvert_core::{Action, Api, Code, Conversion, Error, Event, Policy, Response, Timestamp};

use crate::host::START;

/// Deletes a job that has ended, where this answers the deletion; what came of it, and when.
fn delete(answer: &Response, policy: Policy) -> (Result<(), Error>, Timestamp) {
    let api = Api::new("https://api.example.com/v2", Some("KEY")).unwrap();
    let mut conversion = Conversion::delete(&api, "https://api.example.com/v2/jobs/j", policy, 42).unwrap();
    let mut now = START;
    loop {
        match conversion.poll(now) {
            Action::Settle { .. } => unreachable!("nothing was downloaded"),
            Action::Done(result) => return (result.map(drop), now),
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
            Action::Send(request) => {
                now += Duration::from_millis(20);
                let told = br#"{"data": {"id": "j", "status": "finished", "tasks": []}}"#.to_vec();
                let ended = Response { status: 200, body: told, ..Response::default() };
                let response = if request.method.as_str() == "GET" { ended } else { answer.clone() };
                conversion.handle(now, Event::Response { id: request.id, response });
            }
        }
    }
}

fn page() -> Response {
    Response { status: 200, body: b"<html>ok</html>".to_vec(), ..Response::default() }
}

#[test]
fn it_ends_at_the_deadline_of_the_user() {
    for seconds in [1, 4, 60] {
        let deadline = Duration::from_secs(seconds);
        let (result, end) = delete(&page(), Policy::default().deadline(deadline).retries(1_000));
        assert_eq!(result.unwrap_err().code, Code::InvalidResponse);
        let took = end - START;
        assert!(took <= deadline && took >= deadline / 2, "{took:?} of {deadline:?}");
    }
}

#[test]
fn its_retries_are_those_of_the_user() {
    let (result, _) = delete(&page(), Policy::default().retries(2));
    assert!(result.unwrap_err().message.contains("gave up after all retries"));
    let refused = Response { status: 403, ..Response::default() };
    assert_eq!(delete(&refused, Policy::default()).0.unwrap_err().code, Code::Unauthorized);
}
