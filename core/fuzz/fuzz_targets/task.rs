//! The answers of single calls of version 2: any status, any headers, any body.
#![no_main]

use cloudconvert_core::{AnyCall, Api, Call, Native, Platform, Response, Value};
use libfuzzer_sys::fuzz_target;

const CALLS: &[&str] = &[
    r#"{"call":"me"}"#,
    r#"{"call":"list"}"#,
    r#"{"call":"status","id":"1"}"#,
    r#"{"call":"delete","id":"1"}"#,
    r#"{"call":"types"}"#,
    r#"{"call":"operations"}"#,
    r#"{"call":"tasks"}"#,
    r#"{"call":"task","id":"1"}"#,
    r#"{"call":"retry_task","id":"1"}"#,
    r#"{"call":"cancel_task","id":"1"}"#,
    r#"{"call":"webhooks"}"#,
    r#"{"call":"create_webhook","url":"https://example.org","events":["job.failed"]}"#,
    r#"{"call":"download","url":"https://example.org/a"}"#,
    r#"{"call":"convert","job":{"input":"download","url":"https://example.org/a.png","to":"jpg"},"answered":"output"}"#,
];

fuzz_target!(|input: (u16, Vec<(String, String)>, Vec<u8>)| {
    let (status, headers, body) = input;
    let response = Response { status, headers, body, ..Response::default() };
    let api = Api::new("https://api.cloudconvert.com/v2", Some("KEY")).unwrap();
    for wish in CALLS {
        let call = AnyCall::from_value(&api, &Native.parse(wish).unwrap()).unwrap();
        let Ok(reply) = call.reply(&api, &response) else { continue };
        for file in reply.get("files").items() {
            assert!(file.get("url").text().is_none_or(|url| url.starts_with("https://")), "{wish}");
        }
        if reply.get("next") != &Value::Null {
            assert!(AnyCall::from_value(&api, reply.get("next")).is_ok(), "{wish}: the next page cannot be asked for");
        }
    }
});
