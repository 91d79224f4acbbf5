//! What clients with a key, and strangers, try to take more than their share by.

use cloudconvert_sandbox::Config;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::events::Listener;
use super::{task, text};
use crate::service::{Answer, KEY, Service, options};

#[tokio::test]
async fn tasks_that_double_their_files_come_to_an_end() {
    let service = Service::start().await;
    let mut tasks = Map::new();
    tasks.insert("t0".to_owned(), json!({"operation": "import/raw", "file": "x", "filename": "a.txt"}));
    for number in 1..20 {
        let before: Vec<String> = (0..number).map(|number| format!("t{number}")).collect();
        tasks.insert(format!("t{number}"), json!({"operation": "export/url", "input": before}));
    }
    let ended = service.ended(&service.job(tasks.into()).await).await;
    let count = |name: &str| task(&ended, name)["result"]["files"].as_array().unwrap().len();
    assert_eq!((count("t1"), count("t2"), count("t14")), (1, 2, 8192));
    assert_eq!(task(&ended, "t15")["code"], "INVALID_DATA");
    // A task that is named twice counts once.
    let job = service
        .job(json!({
            "in": {"operation": "import/raw", "file": "x", "filename": "a.txt"},
            "out": {"operation": "export/url", "input": vec!["in"; 1000]},
        }))
        .await;
    assert_eq!(task(&service.ended(&job).await, "out")["result"]["files"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_remembered_of_a_request_is_bounded() {
    let service = Service::start().await;
    let long = "x".repeat(300 << 10);
    let file = json!({"operation": "import/raw", "file": long, "filename": "a.txt"});
    for body in [
        json!({"tasks": {"in": file}, "tag": long}),
        json!({"tasks": {"in": file, "work": {"operation": "convert", "input": "in", "output_format": "pdf", "x": [{"file": long}]}}}),
        json!({"tasks": {"in": {"operation": "import/url", "url": format!("https://example.org/{long}")}}}),
    ] {
        let answer = service.v2(Method::POST, "/v2/jobs", body).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert!(answer.text().contains("besides the content of files"), "{}", answer.text());
    }
    // The content of a file is not remembered.
    service.job(json!({"in": file})).await;
    let process = service.create("txt", "pdf").await;
    let start = |more: Value| {
        let mut start = json!({"input": "raw", "file": long, "filename": "a.txt", "outputformat": "pdf"});
        start.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        start
    };
    service.post(&process, start(json!({"tag": long}))).await.assert_error(413, "besides the content");
    service.post(&process, start(options(&json!({"font": long})))).await.assert_error(413, "besides");
    assert_eq!(service.post(&process, start(json!({}))).await.status, 200);
}

#[tokio::test]
async fn an_account_has_so_many_webhooks() {
    let service = Service::start().await;
    let hook = json!({"url": "http://127.0.0.1:1/", "events": ["job.finished"]});
    for _ in 0..50 {
        assert_eq!(service.v2(Method::POST, "/v2/webhooks", hook.clone()).await.status, 201);
    }
    let refused = service.v2(Method::POST, "/v2/webhooks", hook.clone()).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let first = service.v2(Method::GET, "/v2/users/me/webhooks", Value::Null).await["data"][0]["id"].clone();
    assert_eq!(service.v2(Method::DELETE, &format!("/v2/webhooks/{first}"), Value::Null).await.status, 204);
    assert_eq!(service.v2(Method::POST, "/v2/webhooks", hook).await.status, 201);
}

#[tokio::test]
async fn strangers_that_listen_to_nothing_leave_room_for_those_who_wait() {
    let service = Service::with(Config { connections: 1, ..Config::default() }).await;
    let job = service.job(json!({"in": {"operation": "import/upload"}})).await;
    let mut strangers = Vec::new();
    for _ in 0..4 {
        let mut stranger = Listener::connect(&service).await;
        stranger.subscribe(&format!("private-job.{}", text(&job["id"])), "no key").await;
        strangers.push(stranger);
    }
    let waits = format!("/sync/v2/jobs/{}", text(&job["id"]));
    let wait = Answer::of(service.request(Method::GET, &waits).bearer_auth(KEY));
    let (answer, _) = tokio::join!(wait, service.send(&task(&job, "in")["result"]["form"], "a.txt", b"x"));
    assert_eq!((answer.status, &answer["data"]["status"]), (200, &json!("finished")), "{}", answer.text());
}

#[tokio::test]
async fn nonsense_is_answered_and_nothing_breaks() {
    let service = Service::start().await;
    let deep = format!("{{\"tasks\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let bodies = [
        "",
        "{",
        "[]",
        "null",
        "\"x\"",
        "{\"tasks\": []}",
        "{\"tasks\": {\"\": {}}}",
        "{\"tasks\": {\"a\": null}}",
        "{\"tasks\": {\"a\": {\"operation\": 7}}}",
        "{\"tasks\": {\"a\": {\"operation\": \"convert\", \"input\": {}}}}",
        "{\"tasks\": {\"a\": {\"operation\": \"convert\", \"input\": \"a\", \"output_format\": \"../../x\"}}}",
        "{\"tasks\": {\"a\": {\"operation\": \"import/raw\", \"file\": \"x\", \"filename\": \"../../../etc/passwd\"}}}",
        "\u{0}",
        "{\"tasks\": {\"a\\u0000b\": {\"operation\": \"import/upload\"}}}",
        deep.as_str(),
    ];
    for path in [
        "/v2/jobs",
        "/v2/convert",
        "/v2/import/raw",
        "/v2/webhooks",
        "/v2/watermark",
        "/process",
        "/v1/process",
    ] {
        for body in bodies {
            let request = service
                .request(Method::POST, path)
                .bearer_auth(KEY)
                .header("content-type", "application/json");
            let answer = Answer::of(request.body(body.to_owned())).await;
            assert!(
                [200, 201, 400, 422].contains(&answer.status),
                "{path} {body:.60}: {} {}",
                answer.status,
                answer.text()
            );
            assert!(answer.header("content-type").starts_with("application/json"), "{path} {body:.60}");
        }
    }
    let long = format!("/v2/jobs?{}", "filter[tag]=x&".repeat(3000));
    for path in [
        "/v2/jobs?page=18446744073709551615&per_page=18446744073709551615",
        "/v2/jobs?page=-1&per_page=0",
        "/v2/jobs?filter=x",
        "/v2/jobs?filter[status][x]=1",
        "/v2/jobs?include[]=tasks",
        "/v2/tasks?filter[job_id]=%00%ff",
        "/v2/jobs/%2e%2e%2f",
        "/v2/tasks/..%2f..%2fetc",
        "/v2/storage/x/y?expires=99999999999999999999&signature=x",
        "/v2/signed/x?job=&s=",
        "/v2/operations?filter[input_format]=%00",
        "/v2/upload/x",
        long.as_str(),
    ] {
        let answer = Answer::of(service.request(Method::GET, path).bearer_auth(KEY)).await;
        assert!(answer.status < 500, "{path:.60}: {} {}", answer.status, answer.text());
    }
    let job = service.job(super::page()).await;
    assert_eq!(service.ended(&job).await["status"], "finished");
}
