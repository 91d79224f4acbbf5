//! What single calls ask, and how their answers are read.

use super::*;
use crate::error::Code;
use crate::http::{Body, Response};
use crate::wire::call::Call;
use serde_json::{Value as Json, json};

const BASE: &str = "https://api.cloudconvert.com/v2";

fn api() -> Api {
    Api::new(BASE, Some("KEY")).unwrap()
}

fn call(wish: &Json) -> Result<AnyCall, Error> {
    let text = wish.to_string();
    AnyCall::from_value(&api(), &serde_json::from_str(&text).unwrap())
}

/// The request of a wish: method, address behind the base, whether the key goes along, and the body.
fn asked(wish: &Json) -> (String, bool, Json) {
    let request = call(wish).unwrap().request(&api()).unwrap();
    let url = request.url.strip_prefix(BASE).unwrap_or(&request.url).to_owned();
    let body = match &request.body {
        Body::Bytes(bytes) => serde_json::from_slice(bytes).unwrap(),
        _ => Json::Null,
    };
    ([request.method.as_str(), " ", &url].concat(), request.carries_key(), body)
}

fn told(wish: &Json, status: u16, body: &Json) -> Result<Json, Error> {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let reply = call(wish).unwrap().reply(&api(), &Response { status, body, ..Response::default() })?;
    Ok(serde_json::to_value(reply).unwrap())
}

#[test]
fn each_call_asks_what_the_documentation_says() {
    for (wish, expected, key) in [
        (json!({"call": "me"}), "GET /users/me", true),
        (json!({"call": "status", "id": "j"}), "GET /jobs/j", true),
        (json!({"call": "status", "url": "https://api.cloudconvert.com/v2/jobs/j?x=1"}), "GET /jobs/j", true),
        (
            json!({"call": "status", "url": "https://eu-central.api.cloudconvert.com/v2/jobs/j"}),
            "GET /jobs/j",
            true,
        ),
        (json!({"call": "wait", "id": "j"}), "GET https://sync.api.cloudconvert.com/v2/jobs/j", true),
        (json!({"call": "delete", "id": "a/b"}), "DELETE /jobs/a%2Fb", true),
        (json!({"call": "list"}), "GET /jobs", true),
        (
            json!({"call": "list", "status": "error", "tag": "a b", "page": 3, "per_page": 50}),
            "GET /jobs?filter[status]=error&filter[tag]=a%20b&per_page=50&page=3",
            true,
        ),
        (
            json!({"call": "types", "from": "png", "to": "pdf", "include": ["options", "engine_versions"]}),
            "GET /convert/formats?filter[input_format]=png&filter[output_format]=pdf&include=options%2Cengine_versions",
            true,
        ),
        (
            json!({"call": "operations", "operation": "convert", "engine": "x", "alternatives": true}),
            "GET /operations?filter[operation]=convert&filter[engine]=x&alternatives=true",
            true,
        ),
        (
            json!({"call": "tasks", "id": "j", "operation": "import/url", "include": "payload"}),
            "GET /tasks?filter[job_id]=j&filter[operation]=import%2Furl&include=payload",
            true,
        ),
        (json!({"call": "task", "id": "t", "include": "retries"}), "GET /tasks/t?include=retries", true),
        (
            json!({"call": "task", "id": "t", "wait": true}),
            "GET https://sync.api.cloudconvert.com/v2/tasks/t",
            true,
        ),
        (json!({"call": "retry_task", "id": "t"}), "POST /tasks/t/retry", true),
        (json!({"call": "cancel_task", "id": "t"}), "POST /tasks/t/cancel", true),
        (json!({"call": "delete_task", "id": "t"}), "DELETE /tasks/t", true),
        (
            json!({"call": "webhooks", "url": "https://e.com/w"}),
            "GET /users/me/webhooks?filter[url]=https%3A%2F%2Fe.com%2Fw",
            true,
        ),
        (json!({"call": "delete_webhook", "id": 7}), "DELETE /webhooks/7", true),
        (
            json!({"call": "download", "url": "https://bucket.s3.amazonaws.com/f?X=1"}),
            "GET https://bucket.s3.amazonaws.com/f?X=1",
            false,
        ),
    ] {
        let (request, with_key, body) = asked(&wish);
        assert_eq!((request.as_str(), with_key, body), (expected, key, Json::Null), "{wish}");
    }
    let (request, key, body) =
        asked(&json!({"call": "create_webhook", "url": "https://e.com/w", "events": ["job.finished"]}));
    assert_eq!((request.as_str(), key), ("POST /webhooks", true));
    assert_eq!(body, json!({"url": "https://e.com/w", "events": ["job.finished"]}));
    let open = Api::new(BASE, None).unwrap();
    assert!(call(&json!({"call": "types"})).unwrap().request(&open).is_ok(), "formats need no key");
    assert_eq!(call(&json!({"call": "me"})).unwrap().request(&open).unwrap_err().code, Code::Unauthorized);
}

#[test]
fn a_conversion_in_one_call_starts_a_job_with_plain_names() {
    let job = json!({"input": "download", "url": "https://e.com/a.png", "to": "jpg"});
    let (request, _, body) = asked(&json!({"call": "convert", "job": job}));
    assert_eq!(request, "POST /jobs");
    assert_eq!(body["tasks"]["import-1"]["url"], "https://e.com/a.png");
    assert_eq!(body["tasks"]["export"]["input"], json!(["work"]));
    let (request, _, body) = asked(&json!({"call": "convert", "job": job, "answered": "output"}));
    assert_eq!(
        (request.as_str(), &body["redirect"]),
        ("POST https://sync.api.cloudconvert.com/v2/jobs", &json!(true))
    );
    let output = call(&json!({"call": "convert", "job": job, "answered": "output"})).unwrap();
    assert!(output.waits() && !output.is_repeatable(), "it is paid once");
    let headers = vec![("Location".to_owned(), "https://storage.example.net/a.jpg".to_owned())];
    let reply = output.reply(&api(), &Response { status: 302, headers, ..Response::default() }).unwrap();
    assert_eq!(reply.get("url").text(), Some("https://storage.example.net/a.jpg"));
    let created = told(&json!({"call": "convert", "job": job}), 201, &json!({"data": {"id": "j"}})).unwrap();
    assert_eq!(created, json!({"url": "https://api.cloudconvert.com/v2/jobs/j", "id": "j"}));
}

#[test]
fn what_cannot_be_called_is_refused_with_words() {
    for (wish, says) in [
        (json!({"call": "start"}), "version 2"),
        (json!({"call": "dance"}), "no call `dance`"),
        (json!({"call": "me", "colour": "red"}), "`colour`"),
        (json!({"call": "status"}), "an `id`"),
        (json!({"call": "status", "url": "https://api.cloudconvert.com/v2/tasks/t"}), "/jobs/"),
        (json!({"call": "create_webhook", "url": "/w", "events": ["job.failed"]}), "full `url`"),
        (json!({"call": "create_webhook", "url": "https://e.com", "events": []}), "`events`"),
        (json!({"call": "download"}), "`url`"),
    ] {
        let error = call(&wish).unwrap_err();
        assert_eq!(error.code, Code::BadRequest, "{wish}");
        assert!(error.message.contains(says), "{wish}: {}", error.message);
    }
    let elsewhere = call(&json!({"call": "status", "url": "https://evil.com/v2/jobs/j"})).unwrap_err();
    assert_eq!(elsewhere.code, Code::UntrustedUrl);
    let own = Api::new("http://127.0.0.1:8000/v2", Some("KEY")).unwrap();
    let wish = serde_json::from_str::<Value<'_>>(r#"{"call":"wait","id":"j"}"#).unwrap();
    assert!(AnyCall::from_value(&own, &wish).unwrap_err().message.contains("no address"));
}

#[test]
fn the_next_page_is_a_call_with_the_same_filters() {
    let wish = json!({"call": "list", "status": "finished", "page": 2});
    let page =
        |next: Json, data: Json| told(&wish, 200, &json!({"data": data, "links": {"next": next}})).unwrap();
    let job =
        json!({"id": "j", "status": "finished", "tag": null, "created_at": "2025-03-01T10:00:00+00:00"});
    let more = page(json!("https://api.cloudconvert.com/v2/jobs?page=3"), json!([job]));
    assert_eq!(more["next"], json!({"call": "list", "status": "finished", "page": 3}));
    assert_eq!(
        more["processes"],
        json!([{"url": "https://api.cloudconvert.com/v2/jobs/j", "id": "j", "step": "finished",
            "started": "2025-03-01T10:00:00+00:00", "entry": job}])
    );
    assert!(page(Json::Null, json!([job]))["next"].is_null());
    assert!(page(json!("https://api.cloudconvert.com/v2/jobs?page=3"), json!([]))["next"].is_null());
    assert!(told(&wish, 200, &json!({"data": {}})).is_err());
}

#[test]
fn replies_are_read_as_told() {
    let account = json!({"data": {"id": 7, "username": "u", "credits": 1000}});
    let me = told(&json!({"call": "me"}), 200, &account).unwrap();
    assert_eq!((&me["id"], &me["credits"]), (&json!("7"), &json!(1000)));
    let operation = json!({"operation": "convert", "input_format": "png", "output_format": "pdf", "engine": "x", "credits": 1});
    let listed = told(&json!({"call": "operations"}), 200, &json!({"data": [operation, {}]})).unwrap();
    assert_eq!(listed["operations"].as_array().unwrap().len(), 1);
    assert_eq!(listed["operations"][0]["from"], "png");
    let task = json!({"data": {"id": "n", "job_id": null, "operation": "convert", "status": "waiting",
        "retry_of_task_id": "t", "result": {"files": [{"filename": "a", "size": 3}]}}});
    let retried = told(&json!({"call": "retry_task", "id": "t"}), 201, &task).unwrap();
    assert_eq!((&retried["id"], &retried["entry"]["retry_of_task_id"]), (&json!("n"), &json!("t")));
    assert_eq!(retried["files"], json!([{"name": "a", "size": 3}]));
    let ended = json!({"message": "Cannot change status: task already completed.", "code": "INVALID_DATA"});
    assert_eq!(told(&json!({"call": "cancel_task", "id": "t"}), 422, &ended).unwrap(), json!({}));
    assert_eq!(told(&json!({"call": "delete", "id": "j"}), 204, &Json::Null).unwrap(), json!({}));
    assert_eq!(told(&json!({"call": "delete_webhook", "id": "w"}), 404, &Json::Null).unwrap(), json!({}));
    let webhook =
        json!({"data": {"id": 3, "url": "https://e.com", "events": ["job.failed"], "signing_secret": "S"}});
    let wish = json!({"call": "create_webhook", "url": "https://e.com", "events": ["job.failed"]});
    let made = told(&wish, 201, &webhook).unwrap();
    assert_eq!((&made["id"], &made["secret"]), (&json!("3"), &json!("S")));
}

#[test]
fn a_job_is_told_as_a_status() {
    let failed = json!({"data": {"id": "j", "status": "error", "tasks": [
        {"operation": "import/url", "status": "error", "code": "DOWNLOAD_FAILED", "message": "No such file"}]}});
    let status = told(&json!({"call": "status", "id": "j"}), 200, &failed).unwrap();
    assert_eq!((&status["step"], &status["code"]), (&json!("error"), &json!("conversion_failed")));
    assert_eq!(status["message"], "No such file (DOWNLOAD_FAILED)");
    let waiting = json!({"data": {"id": "j", "status": "waiting", "tasks": [
        {"name": "plan", "operation": "import/upload", "status": "waiting",
         "result": {"form": {"url": "https://storage.example.net/t", "parameters": {"b": "1", "a": 2}}}}]}});
    let status = told(&json!({"call": "status", "id": "j"}), 200, &waiting).unwrap();
    let expected =
        json!([{"task": "plan", "url": "https://storage.example.net/t", "fields": {"b": "1", "a": "2"}}]);
    assert_eq!(status["uploads"], expected);
}

#[test]
fn a_scope_that_lacks_is_named() {
    for (wish, scope) in [
        (json!({"call": "me"}), "user.read"),
        (json!({"call": "webhooks"}), "webhook.read"),
        (json!({"call": "delete_webhook", "id": "w"}), "webhook.write"),
        (json!({"call": "retry_task", "id": "t"}), "task.write"),
        (json!({"call": "list"}), "task.read"),
    ] {
        let error = told(&wish, 403, &json!({"message": "Invalid scope(s) provided."})).unwrap_err();
        assert_eq!((error.code, error.status), (Code::Unauthorized, Some(403)));
        assert!(error.message.contains(scope), "{}", error.message);
    }
}

#[test]
fn what_a_call_does_not_have_is_refused() {
    let refused = |wish: serde_json::Value| {
        let wish = wish.to_string();
        AnyCall::from_value(&api(), &serde_json::from_str(&wish).unwrap())
            .map(drop)
            .unwrap_err()
            .message
            .clone()
    };
    assert!(refused(serde_json::json!({"call": "me", "id": "7"})).contains("`me` has no option `id`"));
    let job = serde_json::json!({"input": "upload", "name": "a.png", "to": "jpg", "filename": "b.png"});
    assert!(refused(serde_json::json!({"call": "convert", "job": job})).contains("`filename`"));
    let nothing = serde_json::json!({"call": "me", "id": null}).to_string();
    assert!(AnyCall::from_value(&api(), &serde_json::from_str(&nothing).unwrap()).is_ok());
}
