//! Faults on demand, in the language that version 1 has.

use reqwest::Method;
use serde_json::{Value, json};

use super::{page, task, text};
use crate::service::{Answer, KEY, Service};

#[tokio::test]
async fn every_kind_of_call_can_be_struck() {
    let service = Service::start().await;
    let job = service.job(json!({"in": {"operation": "import/upload"}})).await;
    let id = text(&job["id"]);
    let task_id = text(&job["tasks"][0]["id"]);
    for (kind, method, path) in [
        ("create", Method::POST, "/v2/jobs".to_owned()),
        ("create", Method::POST, "/v2/import/url".to_owned()),
        ("show", Method::GET, format!("/v2/jobs/{id}")),
        ("status", Method::GET, format!("/v2/tasks/{task_id}")),
        ("wait", Method::GET, format!("/sync/v2/jobs/{id}")),
        ("list", Method::GET, "/v2/jobs".to_owned()),
        ("upload", Method::POST, format!("/v2/upload/{task_id}")),
        ("download", Method::GET, format!("/v2/storage/{task_id}/a")),
        ("types", Method::GET, "/v2/convert/formats".to_owned()),
        ("cancel", Method::POST, format!("/v2/tasks/{task_id}/cancel")),
        ("delete", Method::DELETE, format!("/v2/jobs/{id}")),
    ] {
        service.fault(json!({"kind": kind, "times": 1, "status": 418})).await;
        assert_eq!(service.v2(method, &path, Value::Null).await.status, 418, "{kind} {path}");
    }
}

#[tokio::test]
async fn an_answer_to_a_creation_is_lost_and_the_job_runs() {
    let service = Service::start().await;
    service.fault(json!({"kind": "create", "times": 1, "cut": "after"})).await;
    let request = service.request(Method::POST, "/v2/jobs").bearer_auth(KEY).json(&json!({"tasks": page()}));
    assert!(Answer::try_of(request).await.is_err());
    let jobs = service.v2(Method::GET, "/v2/jobs?include=tasks", Value::Null).await;
    assert_eq!(jobs["data"].as_array().unwrap().len(), 1);
    task(&jobs["data"][0], "out");
}

#[tokio::test]
async fn a_job_is_lost() {
    let service = Service::start().await;
    let job = service.job(page()).await;
    service.fault(json!({"kind": "show", "times": 1, "lose_process": true})).await;
    let path = format!("/v2/jobs/{}", text(&job["id"]));
    assert_eq!(service.v2(Method::GET, &path, Value::Null).await.status, 404);
}
