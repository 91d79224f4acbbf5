//! A webhook is a reason to ask, and nothing else.

use std::time::Duration;

use cloudconvert_core::{
    Action, Api, Callback, Conversion, Event, Job, Native, Platform, Policy, Response, Timestamp, Watch,
    Webhook,
};

const START: Timestamp = Timestamp::from_millis(0);
/// A moment later, with nobody to wait for.
const MOMENT: Duration = Duration::from_millis(10);
const WISH: &str = r#"{"input": "download", "url": "https://example.org/a.png", "to": "jpg", "callback": "https://me.example.org/done"}"#;

/// A conversion that waits for a webhook of the job `7`.
fn waiting() -> (Conversion, Timestamp) {
    let api = Api::new("https://api.example.com/v2", Some("KEY")).unwrap();
    let job = Job::from_value(&Native.parse(WISH).unwrap()).unwrap();
    let policy = Policy::default().watch(Watch::Callback);
    let mut conversion = Conversion::new(&api, job, policy, 1).unwrap();
    let Action::Send(request) = conversion.poll(START) else { panic!("it creates") };
    let body = br#"{"data": {"id": "7", "status": "processing", "tasks": []}}"#.to_vec();
    let response = Response { status: 201, body, ..Response::default() };
    conversion.handle(START, Event::Response { id: request.id, response });
    let Action::Wait { until } = conversion.poll(START) else { panic!("it waits") };
    (conversion, until)
}

fn webhook(body: &str, signature: &str) -> Callback {
    Callback::from(&Webhook::verify(&Native, body.as_bytes(), signature, "secret").unwrap())
}

#[test]
fn a_verified_webhook_makes_it_ask_at_once() {
    let (mut conversion, until) = waiting();
    assert!(until - START > Duration::from_secs(10), "without one it asks seldom");
    let signature = "f978a7b70c7afd832b22f6ffd210a545ac34984646fb2da1f6908dcafb4f8fcb";
    let told = webhook(r#"{"event":"job.finished","job":{"id":"7","status":"finished"}}"#, signature);
    assert_eq!(told.step.as_deref(), Some("finished"));
    conversion.handle(START + MOMENT, Event::Callback(told.clone()));
    let Action::Send(request) = conversion.poll(START + MOMENT) else { panic!("it asks") };
    assert_eq!(request.url, "https://api.example.com/v2/jobs/7");
    // It lied: what counts is what the service says, and a second one is not asked for at once.
    let body = br#"{"data": {"id": "7", "status": "processing", "tasks": []}}"#.to_vec();
    let response = Response { status: 200, body, ..Response::default() };
    conversion.handle(START + MOMENT * 2, Event::Response { id: request.id, response });
    conversion.handle(START + MOMENT * 3, Event::Callback(told));
    assert!(
        matches!(conversion.poll(START + MOMENT * 3), Action::Wait { until } if until - START < Duration::from_secs(10))
    );
}

#[test]
fn a_webhook_of_another_job_changes_nothing() {
    let (mut conversion, until) = waiting();
    let other = Callback { id: Some("8".to_owned()), url: None, step: None };
    conversion.handle(START + MOMENT, Event::Callback(other));
    assert_eq!(conversion.poll(START + MOMENT), Action::Wait { until });
}

#[test]
fn a_webhook_that_comes_while_it_asks_makes_it_ask_once_more() {
    let (mut conversion, until) = waiting();
    let Action::Send(request) = conversion.poll(until) else { panic!("it asks") };
    let called = Callback { id: Some("7".to_owned()), url: None, step: None };
    conversion.handle(until + MOMENT, Event::Callback(called));
    // The service wrote this answer before it called.
    let body = br#"{"data": {"id": "7", "status": "processing", "tasks": []}}"#.to_vec();
    let response = Response { status: 200, body, ..Response::default() };
    conversion.handle(until + MOMENT * 2, Event::Response { id: request.id, response });
    let Action::Send(request) = conversion.poll(until + MOMENT * 2) else { panic!("it asks once more") };
    assert_eq!(request.url, "https://api.example.com/v2/jobs/7");
}
