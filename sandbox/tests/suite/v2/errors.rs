//! Errors have one shape, whatever part of the service they are from.

use cloudconvert_sandbox::Config;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{page, task, text};
use crate::service::{Answer, KEY, Service, read_all};

/// A message, a word as `code`, and nothing of version 1.
fn assert_shape(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.str("code")), (status, code), "{}", answer.text());
    assert!(answer.str("message").len() > 5, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    let members = answer.json().as_object().unwrap().keys();
    let known = |name: &String| ["message", "code", "errors"].contains(&name.as_str());
    assert!(members.into_iter().all(known), "{}", answer.text());
}

#[tokio::test]
async fn every_error_has_a_message_and_a_word() {
    let service = Service::start().await;
    let ended = service.ended(&service.job(page()).await).await;
    let file = service.http.get(text(&task(&ended, "out")["result"]["files"][0]["url"]));
    let file = || file.try_clone().unwrap();
    let call = |method: Method, path: &str| service.request(method, path).bearer_auth(KEY);
    let create = |body: &'static str| {
        call(Method::POST, "/v2/jobs").header("content-type", "application/json").body(body)
    };
    let calls: [(RequestBuilder, u16, &str); 12] = [
        (service.request(Method::GET, "/v2/jobs"), 401, "UNAUTHENTICATED"),
        (call(Method::GET, "/v2/jobs/none"), 404, "NOT_FOUND"),
        (call(Method::GET, "/v2/nothing/here"), 404, "NOT_FOUND"),
        (call(Method::GET, "/v2/jobs/%ff"), 400, "INVALID_DATA"),
        (call(Method::DELETE, "/v2/tasks/%ff"), 400, "INVALID_DATA"),
        (call(Method::PUT, "/v2/jobs"), 405, "METHOD_NOT_ALLOWED"),
        (create("{"), 400, "INVALID_DATA"),
        (create("{}"), 422, "INVALID_DATA"),
        (service.request(Method::GET, "/v2/storage/x/y?expires=1&signature=00"), 403, "FORBIDDEN"),
        (file().header("range", "bytes=1000000-"), 416, "RANGE_NOT_SATISFIABLE"),
        (file().header("if-match", "\"other\""), 412, "PRECONDITION_FAILED"),
        (call(Method::POST, "/v2/upload/none"), 404, "NOT_FOUND"),
    ];
    for (request, status, code) in calls {
        assert_shape(&Answer::of(request).await, status, code);
    }
    let other = Answer::of(call(Method::PUT, "/v2/jobs")).await;
    assert!(other.header("allow").contains("POST"), "{:?}", other.headers);
    let behind = Answer::of(file().header("range", "bytes=1000000-")).await;
    assert!(behind.header("content-range").starts_with("bytes */"));
}

/// What is answered before a call is looked at.
#[tokio::test]
async fn what_is_no_request_is_told_so() {
    let service = Service::start().await;
    let asked = async |head: &str| {
        let request = format!("{head}Authorization: Bearer {KEY}\r\nConnection: close\r\n\r\n");
        let answer = read_all(&mut service.raw(request).await).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), serde_json::from_str::<Value>(body).unwrap())
    };
    for (request, status, code) in [
        ("GET /v2/jobs HTTP/1.1\r\n", 400, "INVALID_DATA"),
        ("GET /v2/jobs HTTP/1.1\r\nHost: a b\r\n", 400, "INVALID_DATA"),
        ("GET /sync/v2/jobs HTTP/1.1\r\nHost: a\r\nHost: b\r\n", 400, "INVALID_DATA"),
        (
            "POST /v2/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n",
            413,
            "PAYLOAD_TOO_LARGE",
        ),
    ] {
        let (head, body) = asked(request).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {head}");
        assert_eq!(body["code"], code, "{body}");
        assert!(body["message"].is_string() && body.get("error").is_none(), "{body}");
    }
    // Version 1 has words of its own.
    let (head, body) = asked("GET /processes HTTP/1.1\r\n").await;
    assert!(head.starts_with("HTTP/1.1 400 "), "{head}");
    assert_eq!((&body["code"], &body["error"]), (&json!(400), &body["message"]), "{body}");
}

#[tokio::test]
async fn what_passes_is_told_with_the_time() {
    let service = Service::with(Config { max_processes: 1, ..Config::default() }).await;
    let waiting = json!({"tasks": {"in": {"operation": "import/upload"}}});
    assert_eq!(service.v2(Method::POST, "/v2/jobs", waiting.clone()).await.status, 201);
    let full = service.v2(Method::POST, "/v2/jobs", waiting).await;
    assert_shape(&full, 503, "SERVICE_UNAVAILABLE");
    assert_eq!(full.header("retry-after"), "30");
}

#[tokio::test]
async fn json_is_written_as_the_address_has_it() {
    let service = Service::start().await;
    let job = service.job(page()).await;
    let shown = async |prefix: &str| {
        let path = format!("{prefix}/v2/jobs/{}", text(&job["id"]));
        service.v2(Method::GET, &path, Value::Null).await
    };
    let waited = shown("/sync").await;
    assert_eq!(waited.header("content-type"), "application/json; charset=utf-8");
    assert!(waited.header("etag").starts_with("W/\"") && waited.text().contains("/v2/jobs/"));
    let asked = shown("").await;
    assert_eq!(asked.header("content-type"), "application/json");
    assert!(!asked.headers.contains_key("etag"));
    let escaped = asked.text();
    assert!(escaped.contains(r"\/v2\/jobs\/") && escaped.contains(r#""export\/url""#), "{escaped}");
    assert!(!escaped.replace(r"\/", "").contains('/'), "{escaped}");
    assert_eq!(asked["data"], waited["data"]);
    for path in ["/v2/tasks", "/v2/users/me", "/v2/operations", "/v2/jobs"] {
        let answer = service.v2(Method::GET, path, Value::Null).await;
        assert!(!answer.text().replace(r"\/", "").contains('/'), "{path}: {}", answer.text());
    }
}
