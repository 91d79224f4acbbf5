//! Where outputs are written: several of them never go to one place, and a conversion that goes on may have another policy.

use cloudconvert_core::{
    Action, Code, Conversion, Event, Method, Output, Request, Response, SaveTo, Timestamp, Value,
};

use crate::host::{START, api};

const URL: &str = "https://api.example.com/process/p1";
const STATUS: &str = r#"{"id": "p1", "url": "//api.example.com/process/p1", "step": "finished",
    "output": {"url": "//api.example.com/download/1", "filename": "a.zip", "files": ["a.jpg", "b.jpg"]}}"#;

fn object(json: &str) -> Value<'static> {
    serde_json::from_str::<Value<'_>>(json).unwrap().owned()
}

/// What follows the process, with these members.
fn wish(members: &[(&'static str, &str)]) -> Value<'static> {
    let mut wish = Value::object();
    wish.set("run", "follow");
    wish.set("url", URL);
    for (name, json) in members {
        wish.set(*name, object(json));
    }
    wish
}

fn begun(members: &[(&'static str, &str)]) -> Result<Conversion, Code> {
    Conversion::from_value(&api(), &wish(members), 1).map_err(|error| error.code)
}

/// The same of what it saves, with other members.
fn resumed(conversion: &Conversion, members: &[(&'static str, &str)]) -> Result<Conversion, Code> {
    let mut wish = wish(members);
    wish.set("saved", conversion.save().to_json(&api()));
    Conversion::resume_from_value(&api(), &wish).map_err(|error| error.code)
}

/// Drives to the end; tells what was sent.
fn drive(conversion: &mut Conversion) -> (Vec<Request>, Result<Output, cloudconvert_core::Error>) {
    let mut sent: Vec<Request> = Vec::new();
    loop {
        match conversion.poll(START) {
            Action::Send(request) => {
                let loads = request.url.contains("download");
                let body = if loads || request.method != Method::Get { Vec::new() } else { STATUS.into() };
                let received = if loads { 3 } else { 0 };
                let response = Response { status: 200, body, received, ..Response::default() };
                conversion.handle(START, Event::Response { id: request.id, response });
                sent.push(request);
            }
            Action::Settle { id } => conversion.handle(START, Event::Settled { id }),
            Action::Done(result) => return (sent, result),
            action => panic!("it goes on: {action:?}"),
        }
    }
}

const EACH: (&str, &str) = ("policy", r#"{"download": "each"}"#);
const FILE: (&str, &str) = ("save_to", r#"{"path": "out.jpg", "present": "file", "has_parent": true}"#);
const STREAM: (&str, &str) = ("save_to", r#"{"present": "stream"}"#);
const NEW: (&str, &str) = ("save_to", r#"{"path": "out.2024", "has_parent": true}"#);

#[test]
fn several_outputs_never_go_to_one_place() {
    let each = begun(&[EACH]).unwrap();
    assert_eq!(each.save_to(), None);
    for place in [FILE, STREAM] {
        assert_eq!(begun(&[EACH, place]).unwrap_err(), Code::BadRequest, "it is told at once");
        assert_eq!(resumed(&each, &[place]).unwrap_err(), Code::BadRequest, "and where it goes on");
    }
    // By whatever else there are several, `v2/several-outputs-for-one-file.json` shows it.
    let mut conversion = begun(&[FILE]).unwrap();
    assert_eq!(conversion.save_to(), Some(SaveTo::File));
    let (sent, result) = drive(&mut conversion);
    assert!(sent.len() == 3 && result.unwrap().files.len() == 1, "one output has its place");
}

#[test]
fn a_folder_that_is_not_there_stays_one_where_it_goes_on() {
    let folder = Some(SaveTo::Folder { make: true });
    let conversion = begun(&[EACH, NEW]).unwrap();
    assert_eq!(conversion.save_to(), folder);
    assert_eq!(resumed(&conversion, &[NEW]).unwrap().save_to(), folder);
    let one = begun(&[NEW]).unwrap();
    assert_eq!(
        (one.save_to(), resumed(&one, &[NEW]).unwrap().save_to()),
        (Some(SaveTo::File), Some(SaveTo::File))
    );
}

#[test]
fn what_goes_on_may_have_another_policy() {
    let conversion = begun(&[]).unwrap();
    let others = ("policy", r#"{"download": "none", "retries": 0, "deadline": 1000, "observed": false}"#);
    let mut other = resumed(&conversion, &[others]).unwrap();
    let Action::Send(request) = other.poll(START) else { panic!("it asks") };
    assert!(request.url.ends_with("?wait"), "nobody looks at the percent: {}", request.url);
    assert!(
        matches!(other.poll(START), Action::Busy { deadline } if deadline == Timestamp::from_millis(START.as_millis() + 1000))
    );
    let response = Response { status: 500, ..Response::default() };
    other.handle(START, Event::Response { id: request.id, response });
    let next = other.poll(START);
    assert!(!matches!(next, Action::Wait { .. }), "there are no retries: {next:?}");

    let (sent, result) = drive(&mut resumed(&conversion, &[others]).unwrap());
    assert!(sent.len() == 1 && result.unwrap().files.is_empty(), "nothing is downloaded, or deleted");
    let (sent, result) = drive(&mut resumed(&conversion, &[EACH]).unwrap());
    assert!(sent.len() == 4 && result.unwrap().files.len() == 2, "each is downloaded");
    let (sent, _) = drive(&mut resumed(&conversion, &[("policy", r#"{"delete": false}"#)]).unwrap());
    assert!(sent.iter().all(|request| request.method == Method::Get));
    assert!(resumed(&conversion, &[("policy", r#"{"retries": "many"}"#)]).is_err());
}

#[test]
fn other_outputs_may_be_wanted_until_one_has_its_name() {
    let mut conversion = begun(&[]).unwrap();
    let Action::Send(request) = conversion.poll(START) else { panic!("it asks") };
    let response = Response { status: 200, body: STATUS.into(), ..Response::default() };
    conversion.handle(START, Event::Response { id: request.id, response });
    let Action::Send(request) = conversion.poll(START) else { panic!("it loads") };
    assert!(request.url.contains("download"));
    let (sent, result) = drive(&mut resumed(&conversion, &[EACH]).unwrap());
    assert!(sent.len() == 4 && result.unwrap().files.len() == 2, "{sent:?}");

    let response = Response { status: 200, received: 3, ..Response::default() };
    conversion.handle(START, Event::Response { id: request.id, response });
    let Action::Settle { id } = conversion.poll(START) else { panic!("it is whole") };
    conversion.handle(START, Event::Settled { id });
    assert_eq!(resumed(&conversion, &[EACH]).unwrap_err(), Code::BadRequest);
}

#[test]
fn whether_a_person_looks_changes_nothing_where_a_callback_is_waited_for() {
    let conversion = begun(&[("policy", r#"{"watch": "callback"}"#)]).unwrap();
    let watch = |members: &[(&'static str, &str)]| {
        let json = resumed(&conversion, members).unwrap().save().to_json(&api());
        object(&json).get("policy").get("watch").text().map(str::to_owned)
    };
    assert_eq!(watch(&[("policy", r#"{"observed": true}"#)]).as_deref(), Some("callback"));
    assert_eq!(watch(&[("policy", r#"{"watch": "result"}"#)]).as_deref(), Some("result"));
}

#[test]
fn the_name_of_a_file_tells_the_format_that_nothing_else_tells() {
    let format = |job: &str, place: &str| {
        let mut wish = Value::object();
        wish.set("run", "convert");
        wish.set("job", object(job));
        wish.set("save_to", object(place));
        let begun = Conversion::from_value(&api(), &wish, 1).map_err(|error| error.code)?;
        let saved = object(&begun.save().to_json(&api()));
        Ok(saved.get("job").get("to").text().unwrap_or_default().to_owned())
    };
    let job = r#"{"input": "upload", "name": "photo.png"}"#;
    let told = |to: &str| Ok(to.to_owned());
    assert_eq!(format(job, r#"{"path": "out/photo.JPG", "has_parent": true}"#), told("jpg"));
    assert_eq!(format(job, r#"{"path": "all.tar.gz", "has_parent": true}"#), told("tar.gz"));
    let asked = r#"{"input": "upload", "name": "photo.png", "to": "pdf"}"#;
    assert_eq!(format(asked, r#"{"path": "photo.jpg", "has_parent": true}"#), told("pdf"));
    // The name of a folder tells nothing.
    for folder in [
        r#"{"path": "out.2024", "present": "folder"}"#,
        r#"{"path": "out.2024/"}"#,
        r#"{"present": "stream"}"#,
    ] {
        assert_eq!(format(job, folder), Err(Code::BadRequest), "{folder}");
    }
}
