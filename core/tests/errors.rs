//! What an error tells besides its code: the request, the service's own words, and whether a repeat makes sense.

use cloudconvert_core::{
    Action, Api, Code, Conversion, Error, Event, Job, Method, Policy, Reason, Response, Timestamp, Value,
};

const CREATE: &str = "https://api.example.com/v1/process";

fn conversion(policy: Policy) -> Conversion {
    let api = Api::new("https://api.example.com/v1", Some("KEY")).unwrap();
    let mut wish = Value::object();
    wish.set("input", "upload");
    wish.set("name", "a.png");
    wish.set("to", "jpg");
    Conversion::new(&api, Job::from_value(&wish).unwrap(), policy, 7).unwrap()
}

/// The end of a conversion of which every request ends like this.
fn end(mut conversion: Conversion, event: impl Fn(u64) -> Event) -> Error {
    let mut now = Timestamp::from_millis(0);
    loop {
        match conversion.poll(now) {
            Action::Send(request) => conversion.handle(now, event(request.id)),
            Action::Settle { id } => conversion.handle(now, Event::Settled { id }),
            Action::Wait { until } => now = until,
            Action::Busy { deadline } => now = deadline,
            Action::Done(result) => return result.unwrap_err(),
        }
    }
}

fn answer(status: u16, body: &str) -> impl Fn(u64) -> Event {
    let response = Response { status, body: body.as_bytes().to_vec(), ..Response::default() };
    move |id| Event::Response { id, response: response.clone() }
}

#[test]
fn a_refusal_tells_the_request_and_what_the_service_said() {
    let error = end(conversion(Policy::default()), answer(401, r#"{"error": "Invalid API key"}"#));
    assert_eq!((error.code, error.status), (Code::Unauthorized, Some(401)));
    assert_eq!(error.service_message.as_deref(), Some("Invalid API key"));
    assert!(!error.is_retryable());
    let request = error.request.clone().unwrap();
    assert_eq!((request.method, request.url.as_str()), (Method::Post, CREATE));
}

#[test]
fn the_kits_own_words_are_not_the_services() {
    let error = end(conversion(Policy::default()), answer(403, "<html>"));
    assert_eq!((error.code, error.service_message.clone()), (Code::Unauthorized, None));
}

#[test]
fn retries_that_are_used_up_leave_the_last_request() {
    let policy = Policy::default().retries(2);
    let error = end(conversion(policy), answer(500, r#"{"error": "no disk"}"#));
    assert!(error.is_retryable());
    assert_eq!(error.service_message.as_deref(), Some("no disk"));
    assert!(error.message.len() > "no disk".len(), "it says that it gave up: {}", error.message);
    assert_eq!(error.request.clone().unwrap().url, CREATE);
}

#[test]
fn what_cannot_pass_is_not_tried_again() {
    let refused = || Reason::Permanent("its certificate has expired".to_owned());
    let error = end(conversion(Policy::default()), |id| Event::Failed { id, reason: refused() });
    assert_eq!((error.code, error.is_retryable()), (Code::Network, false));
    assert_eq!(error.request.clone().unwrap().method, Method::Post);
}

#[test]
fn what_a_host_failed_with_is_the_cause_unless_there_was_an_answer() {
    let failing = |reason: &Reason| {
        end(conversion(Policy::default().retries(1)), |id| Event::Failed { id, reason: reason.clone() })
    };
    for (reason, code) in [
        (Reason::Connection, Code::Network),
        (Reason::Input("the card was removed".to_owned()), Code::Input),
        (Reason::Sink("the disk is full".to_owned()), Code::Output),
    ] {
        let error = failing(&reason);
        assert_eq!((error.code, error.has_cause()), (code, true));
    }
    assert!(Error::new(Code::Timeout, "it took too long").has_cause());
    for answered in [answer(401, "{}"), answer(500, "{}"), answer(200, "<html>")] {
        let error = end(conversion(Policy::default().retries(1)), answered);
        assert!(!error.has_cause(), "{error}");
    }
}
