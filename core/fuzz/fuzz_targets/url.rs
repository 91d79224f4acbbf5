//! URLs of the service: only its own hosts are trusted, never with credentials or less encryption.
#![no_main]

use cloudconvert_core::Call;
use cloudconvert_core::v1::{Create, upload_form};
use cloudconvert_core::{Api, Input, Job, Native, Platform, Response, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (base, reference) = input;
    let form = upload_form(reference);
    assert_eq!(form.matches('<').count(), 4, "{form}");
    let _ = Api::new(base, None);
    let _ = Api::for_url(&Native, reference);
    let api = Api::new("https://api.example.com/v1", Some("KEY")).unwrap();
    let job = Job::new(Input::Raw { content: String::new() }, "md", "html");
    let mut body = Value::object();
    body.set("url", reference.to_owned());
    let response = Response { status: 200, body: Native.write(&body).into_bytes(), ..Response::default() };
    if let Ok(process) = (Create { job: &job }).reply(&api, &response) {
        let authority = process.url.strip_prefix("https://").unwrap().split(['/', '?']).next().unwrap();
        assert!(!authority.contains('@'), "{}", process.url);
        assert!(authority.split(':').next().unwrap().ends_with(".example.com"), "{}", process.url);
    }
});
