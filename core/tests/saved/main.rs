//! Conversions at rest: what is saved, what is refused, and what has to be supplied again.

mod states;

use cloudconvert_core::{
    Action, Api, Code, Conversion, Event, Job, Native, Platform, Policy, Response, Saved, Timestamp,
};

const NOW: Timestamp = Timestamp::from_millis(0);

fn api() -> Api {
    Api::new("https://api.example.com/v1", Some("KEY-s3cret")).unwrap()
}

fn job(wish: &str) -> Job {
    Job::from_value(&Native.parse(wish).unwrap()).unwrap()
}

fn restore(json: &str) -> Result<Conversion, cloudconvert_core::Error> {
    Conversion::restore(&api(), &Saved::from_json(&api(), json)?)
}

/// What is saved when the process was created and has not been started.
fn created(wish: &str) -> String {
    let mut conversion = Conversion::new(&api(), job(wish), Policy::default(), 1).unwrap();
    let Action::Send(request) = conversion.poll(NOW) else { panic!("it creates") };
    let body = br#"{"id": "x", "url": "//srv01.example.com/process/x"}"#.to_vec();
    conversion.handle(
        NOW,
        Event::Response { id: request.id, response: Response { status: 200, body, ..Response::default() } },
    );
    conversion.save().to_json(&api())
}

const UPLOAD: &str = r#"{"input": "upload", "name": "photo.png", "size": 10, "to": "jpg"}"#;
const STORED: &str = r#"{"input": {"ftp": {"host": "h", "user": "u", "password": "s3cret-too"}}, "file": "a.png", "to": "jpg"}"#;

#[test]
fn garbage_and_later_versions_are_refused() {
    let saved = created(UPLOAD);
    assert!(restore(&saved).is_ok());
    let later = saved.replace("\"version\":2", "\"version\":3");
    assert_ne!(later, saved);
    assert!(restore(&later).unwrap_err().message.contains("later version"));
    for garbage in
        ["", "{}", "[]", "null", "{\"version\":1}", "{\"version\":2}", "nonsense", &saved[..saved.len() / 2]]
    {
        assert_eq!(restore(garbage).unwrap_err().code, Code::BadRequest, "{garbage}");
    }
    let inconsistent = saved.replace("\"step\":\"start\"", "\"step\":\"upload\"");
    assert_ne!(inconsistent, saved);
    assert_eq!(restore(&inconsistent).unwrap_err().code, Code::BadRequest);
}

#[test]
fn a_conversion_of_another_service_is_refused() {
    let other = created(UPLOAD).replace("srv01.example.com", "srv01.example.org");
    assert_eq!(restore(&other).unwrap_err().code, Code::UntrustedUrl);
}

const LOCKED: &str = r#"{"input": "upload", "name": "a.pdf", "to": "jpg", "options": {"input_password": "s3cret", "density": 300}}"#;

#[test]
fn secrets_are_not_saved_and_can_be_supplied() {
    for wish in [STORED, LOCKED] {
        not_saved_and_supplied(wish);
    }
    assert!(created(LOCKED).contains("density"), "what is no secret is saved");
}

fn not_saved_and_supplied(wish: &str) {
    let saved = created(wish);
    assert!(!saved.contains("s3cret"), "{saved}");

    let mut without = restore(&saved).unwrap();
    let Action::Send(request) = without.poll(NOW) else {
        panic!("it deletes the process that it cannot start")
    };
    assert_eq!(request.method.as_str(), "DELETE");

    let mut supplied = restore(&saved).unwrap();
    assert!(supplied.supply(job(UPLOAD.replace("jpg", "gif").as_str())).is_err(), "another job is refused");
    supplied.supply(job(wish)).unwrap();
    let Action::Send(request) = supplied.poll(NOW) else { panic!("it starts") };
    assert_eq!(
        (request.method.as_str(), request.url.as_str()),
        ("POST", "https://srv01.example.com/process/x")
    );
}

/// Waits for the next request, and answers it; gives its method and URL.
fn answer(conversion: &mut Conversion, status: u16, body: &str) -> (&'static str, String) {
    let mut now = NOW;
    loop {
        match conversion.poll(now) {
            Action::Wait { until } => now = until,
            Action::Send(request) => {
                let response = Response {
                    status,
                    received: body.len() as u64,
                    body: body.into(),
                    ..Response::default()
                };
                conversion.handle(now, Event::Response { id: request.id, response });
                return (request.method.as_str(), request.url);
            }
            other => panic!("there is no request: {other:?}"),
        }
    }
}

/// The wish of this, with all that a stranger must not learn.
fn private(more: &str) -> String {
    let rest = r#""tag": "s3cret-tag", "callback": "https://e.com/c?s3cret", "options": {"note": "s3cret"}, "filename": "photo.png", "to": "jpg"}"#;
    ["{", more, ", ", rest].concat()
}

#[test]
fn what_only_the_creation_needs_is_not_saved_afterwards() {
    let url = r#""input": "download", "url": "https://e.com/photo.png?s3cret""#;
    let graph = r#"{"tasks": {"a": {"operation": "import/url", "url": "https://e.com/?s3cret"}, "b": {"operation": "export/url", "input": "a"}}, "tag": "s3cret"}"#;
    let upload = r#""input": "upload", "name": "photo.png", "size": 10"#;
    for (wish, keeps) in [(private(url), true), (private(upload), true), (graph.to_owned(), false)] {
        let api = Api::new("https://api.example.com/v2", Some("KEY")).unwrap();
        let mut conversion = Conversion::new(&api, job(&wish), Policy::default(), 1).unwrap();
        let before = conversion.save().to_json(&api);
        assert!(before.contains("s3cret-tag") == keeps, "it may have to be created: {before}");
        let created = r#"{"data": {"id": "j", "status": "processing", "tasks": []}}"#;
        answer(&mut conversion, 201, created);
        let saved = conversion.save().to_json(&api);
        assert!(!saved.contains("s3cret") && !saved.contains("//e.com"), "{saved}");

        let saved = Saved::from_json(&api, &saved).unwrap();
        let mut conversion = Conversion::restore(&api, &saved).unwrap();
        let failed = r#"{"data": {"id": "j", "status": "error", "tasks": []}}"#;
        let job = "https://api.example.com/v2/jobs/j".to_owned();
        assert_eq!(answer(&mut conversion, 200, failed), ("GET", job.clone()));
        assert_eq!(answer(&mut conversion, 204, ""), ("DELETE", job));
        assert!(matches!(conversion.poll(NOW), Action::Done(Err(_))));
    }
}

#[test]
fn what_the_rest_of_the_way_depends_on_is_saved() {
    let api = Api::new("https://api.example.com/v2", Some("KEY")).unwrap();
    let stored = r#"{"input": "download", "url": "https://e.com/photo.png", "to": "jpg", "save": true,
        "output": {"sftp": {"host": "h", "user": "u", "password": "s3cret", "path": "s3cret/"}}}"#;
    let mut conversion = Conversion::new(&api, job(stored), Policy::default(), 1).unwrap();
    answer(&mut conversion, 201, r#"{"data": {"id": "j", "status": "processing", "tasks": []}}"#);
    let saved = conversion.save();
    assert!(!saved.to_json(&api).contains("s3cret"));
    let mut conversion = Conversion::restore(&api, &saved).unwrap();
    assert!(!conversion.downloads());
    let finished = r#"{"data": {"id": "j", "status": "finished", "tasks": [
        {"operation": "export/sftp", "status": "finished", "result": {"files": [{"filename": "photo.jpg"}]}}]}}"#;
    answer(&mut conversion, 200, finished);
    let Action::Done(Ok(output)) = conversion.poll(NOW) else { panic!("it is kept, so nothing is deleted") };
    assert_eq!(output.filename.as_deref(), Some("photo.jpg"));
}

/// Version 1 may have to begin anew until it knows the end.
#[test]
fn what_may_begin_anew_is_saved_until_the_end() {
    let url = private(r#""input": "download", "url": "https://e.com/photo.png?s3cret""#);
    let mut conversion = Conversion::new(&api(), job(&url), Policy::default().delete(false), 1).unwrap();
    let mut is_private_after = |body: &str| {
        answer(&mut conversion, 200, body);
        conversion.save().to_json(&api()).contains("s3cret")
    };
    assert!(is_private_after(r#"{"id": "x", "url": "//srv01.example.com/process/x"}"#));
    assert!(is_private_after(r#"{"id": "x", "step": "convert", "url": "//srv01.example.com/process/x"}"#));
    assert!(is_private_after(
        r#"{"id": "x", "step": "finished", "output": {"url": "//srv01.example.com/download/x", "filename": "photo.jpg", "size": 4}}"#
    ));
    assert!(!is_private_after("JPEG"));
    let Action::Settle { id } = conversion.poll(NOW) else { panic!("the output gets its name") };
    conversion.handle(NOW, Event::Settled { id });
    assert!(matches!(conversion.poll(NOW), Action::Done(Ok(_))));
}
