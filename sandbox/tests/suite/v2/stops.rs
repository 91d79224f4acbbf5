//! Tasks that are cancelled while something goes on with them.

use std::time::Duration;

use cloudconvert_sandbox::Config;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{page, task, text};
use crate::service::{Service, long_film};

/// The task once it is as wanted.
async fn until(service: &Service, asked: &Value, wanted: impl Fn(&Value) -> bool) -> Value {
    let path = format!("/v2/tasks/{}", text(&asked["id"]));
    let shown = async {
        loop {
            let shown = service.v2(Method::GET, &path, Value::Null).await["data"].clone();
            if wanted(&shown) {
                return shown;
            }
            assert!(shown["ended_at"].is_null(), "it has ended before: {shown}");
        }
    };
    tokio::time::timeout(Duration::from_mins(1), shown).await.unwrap()
}

/// Cancels a task that is at something, after which its job ends at once.
async fn cancelled(service: &Service, job: &Value, name: &str) {
    let path = format!("/v2/tasks/{}/cancel", text(&task(job, name)["id"]));
    let answer = service.v2(Method::POST, &path, Value::Null).await;
    assert_eq!((answer.status, text(&answer["data"]["code"])), (200, "CANCELLED"), "{}", answer.text());
    let ended = tokio::time::timeout(Duration::from_secs(20), service.ended(job)).await.unwrap();
    assert_eq!((&ended["status"], &task(&ended, name)["code"]), (&json!("error"), &json!("CANCELLED")));
    assert!(task(&ended, name)["result"].is_null(), "{ended}");
}

#[tokio::test]
async fn while_it_fetches() {
    let service = Service::start().await;
    // It takes connections, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/a.txt", silent.local_addr().unwrap());
    let job = service
        .job(json!({"in": {"operation": "import/url", "url": url}, "out": {"operation": "export/url", "input": "in"}}))
        .await;
    let _asking = silent.accept().await.unwrap();
    until(&service, task(&job, "in"), |task| task["status"] == "processing").await;
    cancelled(&service, &job, "in").await;
}

#[tokio::test]
async fn while_it_waits_for_an_engine() {
    let service = Service::with(Config { engines: 1, ..Config::default() }).await;
    let film = json!({
        "in": {"operation": "import/upload"},
        "work": {"operation": "convert", "input": "in", "output_format": "webm"},
    });
    let long = service.job(film).await;
    service.send(&task(&long, "in")["result"]["form"], "film.flv", &long_film()).await;
    until(&service, task(&long, "work"), |task| task["status"] == "processing").await;
    let queued = service.job(page()).await;
    let is_queued = |task: &Value| task["message"] == "Waiting for a free engine";
    until(&service, task(&queued, "work"), is_queued).await;
    cancelled(&service, &queued, "work").await;
    // Its turn is that of the next one.
    let next = service.job(page()).await;
    until(&service, task(&next, "work"), is_queued).await;
    cancelled(&service, &long, "work").await;
    assert_eq!(service.ended(&next).await["status"], "finished");
}

#[tokio::test]
async fn while_it_exports() {
    let service = Service::start().await;
    let upload = json!({"operation": "import/upload"});
    let out = json!({"operation": "export/url", "input": ["one", "two"], "archive_multiple_files": true});
    let job = service.job(json!({"one": upload, "two": upload, "out": out})).await;
    // A ZIP of it takes its time.
    let mut content = vec![0; 64 << 20];
    fastrand::fill(&mut content);
    for name in ["one", "two"] {
        let sent = service.send(&task(&job, name)["result"]["form"], "a.bin", &content).await;
        assert_eq!(sent.status, 201, "{}", sent.text());
    }
    until(&service, task(&job, "out"), |task| task["status"] == "processing").await;
    cancelled(&service, &job, "out").await;
}
