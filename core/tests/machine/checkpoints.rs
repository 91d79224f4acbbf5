//! When a conversion is to be saved, what of its outputs, and that the time for it is nobody's.

use std::time::Duration;

use cloudconvert_core::{
    Action, Api, Code, Conversion, Event, Method, Policy, Request, Response, Saved, Timestamp,
};

use crate::host::{START, api, job};

const STATUS: &str = r#"{"id": "1", "url": "//api.example.com/process/1", "step": "finished",
    "output": {"url": "//api.example.com/download/1", "filename": "a.jpg", "size": 3}}"#;

/// How long a deletion may stay unanswered.
const UNANSWERED: Duration = Duration::from_secs(2);

fn sends(conversion: &mut Conversion, mut now: Timestamp) -> Request {
    loop {
        match conversion.poll(now) {
            Action::Send(request) => return request,
            Action::Wait { until } => now = until,
            action => panic!("it sends: {action:?}"),
        }
    }
}

fn answer(conversion: &mut Conversion, now: Timestamp, request: &Request, body: &str) {
    let received = if body.is_empty() { 3 } else { 0 };
    let response = Response { status: 200, body: body.into(), received, ..Response::default() };
    conversion.handle(now, Event::Response { id: request.id, response });
}

/// The outputs are to get their names.
fn settles(conversion: &mut Conversion, now: Timestamp) -> u64 {
    match conversion.poll(now) {
        Action::Settle { id } => id,
        action => panic!("the outputs get their names: {action:?}"),
    }
}

/// Gives the outputs their names.
fn settle(conversion: &mut Conversion, now: Timestamp) {
    let id = settles(conversion, now);
    conversion.handle(now, Event::Settled { id });
}

/// One that is about to download its output.
fn downloading() -> (Conversion, Request) {
    load(following())
}

/// The same, of which states are kept.
fn kept() -> (Conversion, Request) {
    let mut conversion = following();
    conversion.keep_states();
    load(conversion)
}

fn following() -> Conversion {
    Conversion::follow(&api(), "https://api.example.com/process/1", Policy::default(), 1).unwrap()
}

fn load(mut conversion: Conversion) -> (Conversion, Request) {
    let status = sends(&mut conversion, START);
    answer(&mut conversion, START, &status, STATUS);
    let download = sends(&mut conversion, START);
    (conversion, download)
}

/// One that is about to be deleted on the service.
fn deleting() -> (Conversion, Request) {
    let (mut conversion, download) = downloading();
    answer(&mut conversion, START, &download, "");
    settle(&mut conversion, START);
    let deletion = sends(&mut conversion, START);
    assert_eq!(deletion.method, Method::Delete);
    (conversion, deletion)
}

fn text(saved: Option<String>) -> String {
    saved.expect("it is to be saved")
}

#[test]
fn it_is_saved_where_another_program_has_to_know() {
    let mut conversion = Conversion::new(&api(), job(), Policy::default(), 1).unwrap();
    conversion.keep_states();
    let create = sends(&mut conversion, START);
    assert!(create.checkpoint.is_some(), "it creates");
    answer(&mut conversion, START, &create, r#"{"id": "1", "url": "//api.example.com/process/1"}"#);
    let start = sends(&mut conversion, START);
    assert!(text(start.checkpoint.clone()).contains("process/1"), "it starts");
    let converting = r#"{"id": "1", "url": "//api.example.com/process/1", "step": "convert"}"#;
    answer(&mut conversion, START, &start, converting);
    let follow = sends(&mut conversion, START);
    assert!(follow.checkpoint.is_some(), "it has moved on");
    answer(&mut conversion, START, &follow, converting);
    assert_eq!(sends(&mut conversion, START).checkpoint, None, "asking again changes nothing");
}

#[test]
fn without_a_wish_nothing_is_saved() {
    let (_, deletion) = deleting();
    assert_eq!(deletion.checkpoint, None);
}

#[test]
fn an_output_that_an_earlier_program_named_is_known_again() {
    let (mut conversion, _) = downloading();
    assert_eq!(conversion.naming(vec![("a.jpg".into(), "7".into())]), None, "nothing was ever kept");

    let (mut conversion, download) = kept();
    answer(&mut conversion, START, &download, "");
    let id = settles(&mut conversion, START);
    assert_eq!(conversion.naming(Vec::new()), None);
    let before = text(conversion.naming(vec![("a.jpg".into(), "8".into())]));

    // The program ends here: another one loads the output again.
    let saved = Saved::from_json(&api(), &before).unwrap();
    let mut again = Conversion::restore(&api(), &saved).unwrap();
    assert_eq!(again.verified().count(), 0);
    assert_eq!(sends(&mut again, START).method, Method::Get);
    assert!(again.is_output("a.jpg", "8"));
    assert!(!again.is_output("a.jpg", "9") && !again.is_output("b.jpg", "8"));

    // The program ends later: the name is known.
    let name = || "a (1).jpg".to_owned();
    conversion.handle(START, Event::Named { id, output: "a.jpg".into(), name: name() });
    assert!(!conversion.is_output("a.jpg", "8"));
    conversion.handle(START, Event::Settled { id });
    let named = text(sends(&mut conversion, START).checkpoint);
    let restored = Conversion::restore(&api(), &Saved::from_json(&api(), &named).unwrap()).unwrap();
    assert_eq!(restored.names(), [("a.jpg".to_owned(), name())]);
    assert!(!named.contains("marks"));
    assert_eq!(conversion.save().to_json(&api()), named);
}

#[test]
fn what_is_only_in_memory_is_not_deleted_by_another_program() {
    let mut conversion = following();
    conversion.keep_states();
    conversion.forget_outputs();
    let (mut conversion, download) = load(conversion);
    let loading = conversion.save().to_json(&api());
    answer(&mut conversion, START, &download, "");
    settle(&mut conversion, START);
    let deletion = sends(&mut conversion, START);
    assert_eq!((deletion.method, deletion.checkpoint), (Method::Delete, None));
    assert_eq!(conversion.save().to_json(&api()), loading);
}

#[test]
fn what_is_done_before_a_request_is_sent_does_not_count() {
    let (mut conversion, deletion) = deleting();
    let kept = START + Duration::from_mins(1);
    conversion.handle(START, Event::Held { id: deletion.id });
    assert!(matches!(conversion.poll(kept), Action::Busy { .. }), "a disk or a checkpoint may be slow");
    conversion.handle(kept, Event::Sent { id: deletion.id, bytes: 0 });
    assert_eq!(conversion.poll(kept), Action::Busy { deadline: kept + UNANSWERED });
    assert!(matches!(conversion.poll(kept + UNANSWERED), Action::Done(Ok(_))), "the service is slow");

    let (mut conversion, deletion) = deleting();
    conversion.handle(START, Event::Held { id: deletion.id + 1 });
    assert_eq!(
        conversion.poll(START),
        Action::Busy { deadline: START + UNANSWERED },
        "it is another request"
    );

    let (mut conversion, deletion) = deleting();
    conversion.handle(START, Event::Held { id: deletion.id });
    let patience = Duration::from_hours(6);
    assert!(
        matches!(conversion.poll(START + patience), Action::Done(Ok(_))),
        "nothing is waited for for ever"
    );
}

#[test]
fn a_creation_that_was_never_sent_left_nothing_behind() {
    let api = Api::new("https://api.example.com/v2", Some("KEY")).unwrap();
    let mut conversion = Conversion::new(&api, job(), Policy::default(), 1).unwrap();
    let create = sends(&mut conversion, START);
    conversion.handle(START, Event::Held { id: create.id });
    conversion.cancel(START);
    let Action::Done(Err(error)) = conversion.poll(START) else { panic!("nothing is waited for") };
    assert_eq!((error.code, error.message.as_str()), (Code::Cancelled, "the conversion was cancelled"));
}
