//! Outputs get their names together, when all of them are whole, and before anything is deleted.

use std::time::Duration;

use cloudconvert_core::{
    Action, Code, Conversion, DownloadMode, Event, Method, Output, Policy, Reason, Request, Response, Saved,
    Timestamp,
};

use crate::host::{START, api, restored};

const STATUS: &str = r#"{"id": "p1", "url": "//api.example.com/process/p1", "step": "finished",
    "output": {"url": "//api.example.com/download/1", "filename": "a.zip", "files": ["a.jpg", "b.jpg"]}}"#;

/// Sends until the outputs are to be named, or to the end; tells what was sent.
fn drive(conversion: &mut Conversion, now: Timestamp) -> (Vec<Request>, Action) {
    let mut sent = Vec::new();
    loop {
        match conversion.poll(now) {
            Action::Send(request) => {
                let status = !request.url.contains("download") && request.method == Method::Get;
                let body = if status { STATUS.into() } else { Vec::new() };
                let received = if request.url.contains("download") { 3 } else { 0 };
                let response = Response { status: 200, body, received, ..Response::default() };
                conversion.handle(now, Event::Response { id: request.id, response });
                sent.push(request);
            }
            action => return (sent, action),
        }
    }
}

/// One whose two outputs are whole.
fn loaded(policy: Policy) -> (Conversion, u64) {
    let url = "https://api.example.com/process/p1";
    let mut conversion = Conversion::follow(&api(), url, policy.download(DownloadMode::Each), 1).unwrap();
    let (sent, action) = drive(&mut conversion, START);
    assert!(sent.iter().all(|request| request.method == Method::Get), "nothing is deleted yet");
    let Action::Settle { id } = action else { panic!("{action:?}") };
    assert_eq!(conversion.verified().collect::<Vec<_>>(), ["a.jpg", "b.jpg"], "together");
    (conversion, id)
}

fn ended(action: Action) -> Result<Output, cloudconvert_core::Error> {
    match action {
        Action::Done(result) => result,
        action => panic!("it has ended: {action:?}"),
    }
}

#[test]
fn they_are_named_before_the_deletion() {
    let (mut conversion, id) = loaded(Policy::default());
    assert!(matches!(conversion.poll(START), Action::Busy { .. }), "it is waited for");
    assert_eq!(conversion.progress().received, 3, "all of it is seen meanwhile");
    conversion.handle(START, Event::Settled { id });
    let (sent, action) = drive(&mut conversion, START);
    assert_eq!(sent.iter().map(|request| request.method).collect::<Vec<_>>(), [Method::Delete]);
    assert_eq!(ended(action).unwrap().files.len(), 2);
}

#[test]
fn they_are_named_where_nothing_is_deleted() {
    let (mut conversion, id) = loaded(Policy::default().delete(false));
    conversion.handle(START, Event::Settled { id });
    assert_eq!(ended(conversion.poll(START)).unwrap().files.len(), 2);
}

#[test]
fn what_gets_no_name_stays_on_the_service() {
    for deletes in [true, false] {
        let (mut conversion, id) = loaded(Policy::default().delete(deletes));
        conversion.handle(START, Event::Failed { id, reason: Reason::Sink("the disk is full".into()) });
        let error = ended(conversion.poll(START)).unwrap_err();
        assert_eq!((error.code, error.process_id.as_deref()), (Code::Output, Some("p1")));
        let said = "the output cannot be written: the disk is full; \
            the service still has the output of p1: follow that to load it";
        assert_eq!(error.message, said);
    }
}

#[test]
fn an_error_says_which_of_several_have_names() {
    let (mut conversion, id) = loaded(Policy::default());
    conversion.handle(START, Event::Named { id, output: "a.jpg".into(), name: "a (1).jpg".into() });
    conversion.handle(START, Event::Failed { id, reason: Reason::Sink("no".into()) });
    let error = ended(conversion.poll(START)).unwrap_err();
    assert!(error.message.contains("no; written: `a (1).jpg`; not written: `b.jpg`; the service"), "{error}");
}

#[test]
fn it_takes_no_longer_than_a_conversion_may() {
    let (mut conversion, _) = loaded(Policy::default());
    let Action::Busy { deadline } = conversion.poll(START) else { panic!("it is waited for") };
    assert_eq!(deadline, START + Duration::from_hours(6));
    let error = ended(conversion.poll(deadline)).unwrap_err();
    assert_eq!(error.code, Code::Timeout);
    assert!(error.message.contains("that a pipe is read; the service still has the output of p1"), "{error}");
}

#[test]
fn a_cancel_meanwhile_deletes_and_waits_for_no_name() {
    let (mut conversion, id) = loaded(Policy::default());
    conversion.cancel(START);
    let Action::Send(request) = conversion.poll(START) else { panic!("it is deleted") };
    assert_eq!(request.method, Method::Delete);
    conversion.handle(START, Event::Settled { id });
    assert!(matches!(conversion.poll(START), Action::Busy { .. }), "that is no answer to the deletion");
    let response = Response { status: 200, ..Response::default() };
    conversion.handle(START, Event::Response { id: request.id, response });
    assert_eq!(ended(conversion.poll(START)).unwrap_err().code, Code::Cancelled);
}

#[test]
fn what_has_no_name_yet_is_loaded_again_by_another_program() {
    let (conversion, _) = loaded(Policy::default());
    let mut again = restored(&conversion);
    let (sent, action) = drive(&mut again, START);
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|request| request.url.contains("/download/")), "{sent:?}");
    assert!(matches!(action, Action::Settle { .. }));

    // One of the format of before, where each got its name as soon as it was whole.
    let mut saved: serde_json::Value = serde_json::from_str(&conversion.save().to_json(&api())).unwrap();
    saved["whole"] = serde_json::json!([3]);
    let saved = Saved::from_json(&api(), &saved.to_string()).unwrap();
    let mut again = Conversion::restore(&api(), &saved).unwrap();
    let (sent, action) = drive(&mut again, START);
    assert_eq!(sent.len(), 1);
    assert!(matches!(action, Action::Settle { .. }));
}
