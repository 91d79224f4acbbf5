//! When a conversion is to be saved, what of its outputs, and that the time for it is nobody's.

use std::time::Duration;

use cloudconvert_core::{
    Action, Api, Checkpoint, Code, Conversion, Event, Method, Policy, Request, Response, Saved, Timestamp,
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

/// One that is about to download its output.
fn downloading() -> (Conversion, Request) {
    let url = "https://api.example.com/process/1";
    let mut conversion = Conversion::follow(&api(), url, Policy::default(), 1).unwrap();
    let status = sends(&mut conversion, START);
    answer(&mut conversion, START, &status, STATUS);
    let download = sends(&mut conversion, START);
    (conversion, download)
}

/// One that is about to be deleted on the service.
fn deleting() -> (Conversion, Request) {
    let (mut conversion, download) = downloading();
    answer(&mut conversion, START, &download, "");
    let deletion = sends(&mut conversion, START);
    assert_eq!(deletion.method, Method::Delete);
    (conversion, deletion)
}

fn text(saved: Option<Saved>) -> String {
    saved.expect("it is to be saved").to_json(&api())
}

#[test]
fn it_is_saved_where_another_program_has_to_know() {
    let mut conversion = Conversion::new(&api(), job(), Policy::default(), 1).unwrap();
    let mut checkpoint = Checkpoint::default();
    assert!(checkpoint.before_sending(&conversion).is_some(), "nothing was kept yet");
    let create = sends(&mut conversion, START);
    assert!(checkpoint.before_sending(&conversion).is_some(), "it creates");
    assert!(checkpoint.before_sending(&conversion).is_some(), "it still does");
    answer(&mut conversion, START, &create, r#"{"id": "1", "url": "//api.example.com/process/1"}"#);
    let start = sends(&mut conversion, START);
    assert!(text(checkpoint.before_sending(&conversion)).contains("process/1"), "it starts");
    let converting = r#"{"id": "1", "url": "//api.example.com/process/1", "step": "convert"}"#;
    answer(&mut conversion, START, &start, converting);
    let follow = sends(&mut conversion, START);
    assert!(checkpoint.before_sending(&conversion).is_some(), "it has moved on");
    answer(&mut conversion, START, &follow, converting);
    sends(&mut conversion, START);
    assert!(checkpoint.before_sending(&conversion).is_none(), "asking again changes nothing");
}

#[test]
fn an_output_that_an_earlier_program_named_is_known_again() {
    let (mut conversion, download) = downloading();
    let mut checkpoint = Checkpoint::default();
    assert_eq!(checkpoint.naming(vec![("a.jpg".into(), "7".into())]), None, "nothing was ever kept");
    let mut checkpoint = {
        checkpoint.before_sending(&conversion);
        checkpoint
    };
    answer(&mut conversion, START, &download, "");
    assert_eq!(checkpoint.naming(Vec::new()), None);
    let before = text(checkpoint.naming(vec![("a.jpg".into(), "8".into())]));

    // The program ends here: another one loads the output again.
    let saved = Saved::from_json(&api(), &before).unwrap();
    let mut again = Conversion::restore(&api(), &saved).unwrap();
    assert_eq!(again.verified().count(), 0);
    assert_eq!(sends(&mut again, START).method, Method::Get);
    let mut restored = Checkpoint::of(&saved);
    assert!(restored.is_output("a.jpg", "8") && restored.is_output("a.jpg", "7"));
    assert!(!restored.is_output("a.jpg", "9") && !restored.is_output("b.jpg", "8"));
    restored.named("a.jpg", "a (1).jpg");
    assert!(!restored.is_output("a.jpg", "8"));

    // The program ends later: the name is known.
    checkpoint.named("a.jpg", "a (1).jpg");
    sends(&mut conversion, START);
    let named = text(checkpoint.before_sending(&conversion));
    let restored = Checkpoint::of(&Saved::from_json(&api(), &named).unwrap());
    assert_eq!(restored.names(), [("a.jpg".to_owned(), "a (1).jpg".to_owned())]);
    assert!(!named.contains("marks"));
    assert_eq!(text(Some(restored.save(&conversion))), named);
}

#[test]
fn what_is_only_in_memory_is_not_deleted_by_another_program() {
    let (mut conversion, download) = downloading();
    let mut checkpoint = Checkpoint::default().forgetting();
    let loading = text(checkpoint.before_sending(&conversion));
    answer(&mut conversion, START, &download, "");
    assert_eq!(sends(&mut conversion, START).method, Method::Delete);
    assert_eq!(checkpoint.before_sending(&conversion), None);
    assert_eq!(text(Some(checkpoint.save(&conversion))), loading);
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
