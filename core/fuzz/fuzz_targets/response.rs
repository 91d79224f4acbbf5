//! The answers of every call: any status, any body.
#![no_main]

use cloudconvert_core::Call;
use cloudconvert_core::v1::{Answer, Convert, Create, Delete, Download, List, Start, Status, Types, Upload};
use cloudconvert_core::{Api, Input, Job, Response, UploadMethod};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, Vec<(String, String)>, Vec<u8>)| {
    let (status, headers, body) = input;
    let response = Response { status, headers, body, ..Response::default() };
    let api = Api::new("https://api.example.com/v1", Some("KEY")).unwrap();
    let job = Job::new(Input::Raw { content: String::new() }, "md", "html");
    let trusted = |url: &str| {
        let host = url.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', ':']).next());
        assert!(host.is_some_and(|host| host.ends_with(".example.com")), "{url}");
    };
    if let Ok(process) = (Create { job: &job }).reply(&api, &response) {
        trusted(&process.url);
    }
    if let Ok(url) = (Convert { job: &job, save: false, answer: Answer::Started }).reply(&api, &response) {
        trusted(&url);
    }
    if let Ok(status) = (Start { url: "", job: &job, save: false, answer: Answer::Started }).reply(&api, &response) {
        status.upload_url.iter().for_each(|url| trusted(url));
        assert!(status.percent.is_none_or(|percent| (0.0..=100.0).contains(&percent)));
    }
    if let Ok(processes) = List.reply(&api, &response) {
        processes.iter().filter_map(|process| process.url.as_ref()).for_each(|url| trusted(url));
    }
    let _ = Status { url: "", wait: true }.reply(&api, &response);
    let _ = Types::default().reply(&api, &response);
    let _ = Upload { url: "", files: &[], method: UploadMethod::Put, seed: 0 }.reply(&api, &response);
    let _ = Download { url: "", file: None, name: "", size: None, offset: 0, version: None, inline: false }.reply(&api, &response);
    let _ = Delete { url: "" }.reply(&api, &response);
});
