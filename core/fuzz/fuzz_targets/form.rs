//! Upload forms of version 2: sent to where they say without the key, their fields as they are, the file last.
#![no_main]

use cloudconvert_core::{Action, Api, Body, Conversion, Event, Input, InputFile, Job, Native, Piece, Platform};
use cloudconvert_core::{Policy, Response, Timestamp, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, Vec<(&str, &str)>, &str)| {
    let (url, mut fields, name) = input;
    // Of two members of the same name JSON has the last.
    fields.reverse();
    let mut seen = Vec::new();
    fields.retain(|(name, _)| !seen.contains(name) && { seen.push(*name); true });
    fields.reverse();
    let api = Api::new("https://api.example.com/v2", Some("s3cret")).unwrap();
    let files = vec![InputFile { name: name.to_owned(), size: Some(5) }];
    let job = Job::new(Input::Upload { files }, "png", "jpg");
    let now = Timestamp::from_millis(0);
    let Ok(mut conversion) = Conversion::new(&api, job, Policy::brief(), 0) else { return };
    let Action::Send(create) = conversion.poll(now) else { return };
    let body = Native.write(&created(url, &fields)).into_bytes();
    conversion.handle(now, Event::Response { id: create.id, response: Response { status: 201, body, ..Response::default() } });
    let Action::Send(request) = conversion.poll(now) else { return };
    let Body::Stream { pieces, len, .. } = request.body else { return };
    assert!(!request.headers.iter().any(|(name, _)| *name == "authorization"), "the key goes to a storage");
    assert!(request.url.starts_with("https://"), "{}", request.url);
    let [Piece::Bytes(head), Piece::File(0), Piece::Bytes(tail)] = pieces.as_slice() else { panic!("one file, last") };
    assert_eq!(len, Some((head.len() + 5 + tail.len()) as u64));
    let mut rest = String::from_utf8(head.clone()).unwrap();
    for (_, text) in &fields {
        let part = format!("\"\r\n\r\n{text}\r\n--");
        let at = rest.find(&part).expect("every field, in its order") + part.len();
        rest.drain(..at);
    }
    assert!(rest.contains("name=\"file\"; filename=\""), "{rest}");
});

/// A job that waits for one upload.
fn created<'a>(url: &'a str, fields: &[(&'a str, &'a str)]) -> Value<'a> {
    let object = |members: Vec<(&'a str, Value<'a>)>| {
        let mut object = Value::object();
        members.into_iter().for_each(|(name, value)| object.set(name, value));
        object
    };
    let parameters = fields.iter().map(|(name, text)| (*name, Value::from((*text).to_owned()))).collect();
    let form = object(vec![("url", url.to_owned().into()), ("parameters", object(parameters))]);
    let task = object(vec![
        ("operation", "import/upload".into()),
        ("status", "waiting".into()),
        ("result", object(vec![("form", form)])),
    ]);
    let job = object(vec![("id", "1".into()), ("status", "waiting".into()), ("tasks", Value::Array(vec![task]))]);
    object(vec![("data", job)])
}
