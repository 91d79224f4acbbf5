//! Tickets: what a backend prepares, its page uploads, and either follows and deletes.

use cloudconvert_core::{
    Action, Api, Body, Code, Conversion, Event, InputFile, Job, Native, Piece, Platform, Policy, Request,
    Response, Timestamp,
};

const NOW: Timestamp = Timestamp::from_millis(0);
const WISH: &str = r#"{"input": "upload", "files": [{"name": "a.png", "size": 10}, {"name": "b.png", "size": 20}], "mode": "combine", "to": "pdf"}"#;

fn api(version: &str, key: Option<&str>) -> Api {
    Api::new(&["https://api.example.com/", version].concat(), key).unwrap()
}

fn sent(conversion: &mut Conversion) -> Request {
    match conversion.poll(NOW) {
        Action::Send(request) => request,
        other => panic!("{other:?}"),
    }
}

fn answer(conversion: &mut Conversion, id: u64, status: u16, body: &str) {
    let response = Response { status, body: body.as_bytes().to_vec(), ..Response::default() };
    conversion.handle(NOW, Event::Response { id, response });
}

/// What a backend hands out, by these answers.
fn prepared(version: &str, answers: &[&str]) -> String {
    let job = Job::from_value(&Native.parse(WISH).unwrap()).unwrap();
    let mut backend =
        Conversion::prepare(&api(version, Some("KEY-s3cret")), job, Policy::default(), 1).unwrap();
    for body in answers {
        let id = sent(&mut backend).id;
        answer(&mut backend, id, 200, body);
    }
    let Action::Done(Ok(output)) = backend.poll(NOW) else { panic!("it is prepared") };
    output.ticket.unwrap()
}

fn first() -> String {
    prepared(
        "v1",
        &[
            r#"{"id": "x", "url": "//srv01.example.com/process/x"}"#,
            r#"{"id": "x", "step": "input", "upload": {"url": "//srv01.example.com/upload/~x"}}"#,
        ],
    )
}

fn second() -> String {
    let form = |n: u8| {
        format!(
            r#"{{"id": "t{n}", "name": "import-{n}", "operation": "import/upload", "status": "waiting", "result": {{"form":
                {{"url": "https://storage.example.net/tasks", "parameters": {{"key": "t{n}/${{filename}}", "acl": "private"}}}}}}}}"#
        )
    };
    prepared(
        "v2",
        &[&format!(r#"{{"data": {{"id": "7", "status": "waiting", "tasks": [{}, {}]}}}}"#, form(1), form(2))],
    )
}

fn files() -> Vec<InputFile> {
    [("a.png", 10), ("b.png", 20)]
        .map(|(name, size)| InputFile { name: name.into(), size: Some(size) })
        .into()
}

/// The text of a form before its file.
fn form(request: &Request) -> String {
    let Body::Stream { pieces, .. } = &request.body else { panic!("a form") };
    let Some(Piece::Bytes(head)) = pieces.first() else { panic!("framing") };
    String::from_utf8(head.clone()).unwrap()
}

#[test]
fn a_page_uploads_follows_and_deletes_by_the_ticket_of_version_1() {
    let (ticket, page) = (first(), api("v1", None));
    let mut upload = Conversion::upload(&page, &ticket, files(), Policy::default(), 1).unwrap();
    assert_eq!(sent(&mut upload).url, "https://srv01.example.com/upload/~x");
    let mut follow = Conversion::follow(&page, &ticket, Policy::default(), 1).unwrap();
    assert_eq!(sent_later(&mut follow).url, "https://srv01.example.com/process/x");
    let mut delete = Conversion::delete(&page, &ticket, Policy::default(), 1).unwrap();
    assert_eq!(sent(&mut delete).method.as_str(), "DELETE");
}

#[test]
fn a_page_uploads_every_file_by_the_forms_in_the_ticket_of_version_2() {
    let ticket = second();
    assert!(!ticket.contains("KEY-s3cret"));
    let page = Api::at(&Native, None, None, Some(&ticket)).unwrap();
    let mut upload = Conversion::upload(&page, &ticket, files(), Policy::default(), 1).unwrap();
    for (task, name) in [("t1", "a.png"), ("t2", "b.png")] {
        let request = sent(&mut upload);
        assert_eq!(
            (request.url.as_str(), request.carries_key()),
            ("https://storage.example.net/tasks", false)
        );
        let head = form(&request);
        let fields = format!("name=\"key\"\r\n\r\n{task}/${{filename}}\r\n");
        assert!(head.contains(&fields) && head.contains(&format!("filename=\"{name}\"")), "{head}");
        assert!(head.find("name=\"key\"") < head.find("name=\"acl\""), "the fields are in the given order");
        answer(&mut upload, request.id, 201, "<PostResponse/>");
    }
    assert!(matches!(upload.poll(NOW), Action::Done(Ok(_))));

    let backend = api("v2", Some("KEY-s3cret"));
    let mut follow = Conversion::follow(&backend, &ticket, Policy::default(), 1).unwrap();
    assert_eq!(sent_later(&mut follow).url, "https://api.example.com/v2/jobs/7");
}

#[test]
fn a_ticket_that_is_broken_or_of_another_version_is_refused() {
    let ticket = second();
    let refused = |version: &str, ticket: &str| {
        Conversion::upload(&api(version, None), ticket, files(), Policy::default(), 1).unwrap_err().code
    };
    assert_eq!(refused("v1", &ticket), Code::BadRequest);
    assert_eq!(refused("v2", &first()), Code::BadRequest);
    assert_eq!(refused("v2", &ticket[..ticket.len() - 5]), Code::BadRequest);
    assert_eq!(refused("v2", "https://api.example.com/v2/jobs/7"), Code::BadRequest, "a URL has no form");
    let one = vec![InputFile { name: "a.png".into(), size: None }];
    let error = Conversion::upload(&api("v2", None), &ticket, one, Policy::default(), 1).unwrap_err();
    assert!(error.message.contains("2 files"), "{error}");
}

/// The first request of a conversion that may wait before it.
fn sent_later(conversion: &mut Conversion) -> Request {
    match conversion.poll(NOW) {
        Action::Send(request) => request,
        Action::Wait { until } => match conversion.poll(until) {
            Action::Send(request) => request,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn whoever_uploads_by_a_ticket_names_the_file_as_the_backend_wants_it() {
    let prepared = |wish: &str| {
        let form = r#"{"data": {"id": "7", "status": "waiting", "tasks": [{"id": "t", "name": "import-1", "operation": "import/upload",
            "status": "waiting", "result": {"form": {"url": "https://storage.example.net/tasks", "parameters": {}}}}]}}"#;
        let job = Job::from_value(&Native.parse(wish).unwrap()).unwrap();
        let mut backend =
            Conversion::prepare(&api("v2", Some("KEY-s3cret")), job, Policy::default(), 1).unwrap();
        let id = sent(&mut backend).id;
        answer(&mut backend, id, 201, form);
        let Action::Done(Ok(output)) = backend.poll(NOW) else { panic!("it is prepared") };
        output.ticket.unwrap()
    };
    for (wish, name, sends) in [
        (r#"{"input": "upload", "name": "a.png", "to": "jpg"}"#, "my photo.png", "my photo.png"),
        (r#"{"input": "upload", "name": "a.png", "to": "jpg"}"#, "photo", "photo.png"),
        (r#"{"input": "upload", "name": "a.png", "to": "jpg", "filename": "b.png"}"#, "photo", "b.png"),
    ] {
        let files = vec![InputFile { name: name.into(), size: Some(3) }];
        let mut page =
            Conversion::upload(&api("v2", None), &prepared(wish), files, Policy::default(), 1).unwrap();
        assert!(form(&sent(&mut page)).contains(&format!("filename=\"{sends}\"")), "{wish}");
    }
}
