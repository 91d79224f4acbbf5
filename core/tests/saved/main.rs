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
