//! A whole answer may be told as an event or by reference: both lead to the same.

use cloudconvert_core::{Action, Conversion, Event, Policy, Response};

use crate::host::{START, api, job};

fn answer(status: u16, body: &str) -> Response {
    Response { status, body: body.into(), ..Response::default() }
}

#[test]
fn an_answer_by_reference_leads_where_its_event_does() {
    let answers = [
        answer(503, "busy"),
        answer(200, r#"{"url": "//srv01.example.com/process/1", "id": "1"}"#),
        answer(200, r#"{"id": "1", "step": "input", "upload": {"url": "//srv01.example.com/upload/1"}}"#),
        answer(200, "<html>not the API's</html>"),
        answer(422, r#"{"error": "the file is broken"}"#),
    ];
    let mut by_event = Conversion::new(&api(), job(), Policy::default(), 42).unwrap();
    let mut by_reference = by_event.clone();
    let (mut now, mut answers) = (START, answers.iter());
    loop {
        let action = by_event.poll(now);
        assert_eq!(by_reference.poll(now), action);
        assert_eq!(by_reference.progress(), by_event.progress());
        match action {
            Action::Send(request) => {
                let response = answers.next().expect("an answer for every request");
                // That of a request which is not out is ignored.
                by_reference.handle_response(now, request.id + 1, response);
                by_event.handle(now, Event::Response { id: request.id, response: response.clone() });
                by_reference.handle_response(now, request.id, response);
            }
            Action::Wait { until } | Action::Busy { deadline: until } => now = until,
            Action::Settle { .. } => panic!("there is no output"),
            Action::Done(result) => break assert!(result.is_err(), "{result:?}"),
        }
    }
    assert_eq!(answers.as_slice(), []);
}
