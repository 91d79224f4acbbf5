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
        ("retry", Method::POST, format!("/v2/tasks/{task_id}/retry")),
        ("account", Method::GET, "/v2/users/me".to_owned()),
        ("account", Method::GET, "/v2/users/me/webhooks".to_owned()),
        ("account", Method::POST, "/v2/webhooks".to_owned()),
        ("account", Method::DELETE, "/v2/webhooks/1".to_owned()),
        ("signed", Method::GET, "/v2/signed/x?job=x&s=x".to_owned()),
        ("events", Method::GET, "/socket.io/?EIO=4&transport=websocket".to_owned()),
        ("delete", Method::DELETE, format!("/v2/jobs/{id}")),
    ] {
        service.fault(json!({"kind": kind, "times": 1, "status": 418})).await;
        assert_eq!(service.v2(method, &path, Value::Null).await.status, 418, "{kind} {path}");
    }
}

/// Whatever is added to the endpoints of a version.
#[tokio::test]
async fn no_route_is_out_of_reach_of_rules() {
    let service = Service::start().await;
    let mut routes = 0;
    for (prefix, source) in [
        ("", include_str!("../../../src/routes/v1/mod.rs")),
        ("/v1", include_str!("../../../src/routes/v1/mod.rs")),
        ("/v2", include_str!("../../../src/routes/v2/mod.rs")),
        ("/sync/v2", include_str!("../../../src/routes/v2/mod.rs")),
    ] {
        for route in source.split(".route(\"").skip(1) {
            let (path, methods) = route.split_once("\", ").unwrap();
            let methods = methods.lines().next().unwrap();
            let path = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
            let path = [prefix, &path.collect::<Vec<_>>().join("/")].concat();
            for (name, method) in [
                ("get(", Method::GET),
                ("post(", Method::POST),
                ("put(", Method::PUT),
                ("delete(", Method::DELETE),
            ] {
                if methods.contains(name) {
                    service.fault(json!({"times": 1, "status": 418})).await;
                    let answer = service.v2(method, &path, Value::Null).await;
                    assert_eq!(answer.status, 418, "{name} {path}");
                    routes += 1;
                }
            }
        }
    }
    assert!(routes > 50, "{routes}");
}

#[tokio::test]
async fn the_host_that_waits_is_the_address_that_waits() {
    let service = Service::start().await;
    let job = service.job(json!({"in": {"operation": "import/upload"}})).await;
    let path = format!("/v2/jobs/{}", text(&job["id"]));
    service.fault(json!({"kind": "wait", "times": 1, "status": 418})).await;
    let there = service.request(Method::GET, &path).bearer_auth(KEY).header("host", "sync.example.org");
    assert_eq!(Answer::of(there).await.status, 418);
}

#[tokio::test]
async fn a_creation_is_answered_with_500_and_the_job_runs() {
    let service = Service::start().await;
    service.fault(json!({"kind": "create", "times": 1, "status": 500, "done": true, "body": "{}"})).await;
    let created = service.v2(Method::POST, "/v2/jobs", json!({"tasks": page()})).await;
    assert_eq!((created.status, created.text()), (500, "{}".to_owned()));
    let jobs = service.v2(Method::GET, "/v2/jobs?include=tasks", Value::Null).await;
    let job = &jobs["data"][0];
    assert_eq!(service.ended(job).await["status"], "finished");
    // The same of what has no answer to lose: afterwards it is gone.
    let path = format!("/v2/jobs/{}", text(&job["id"]));
    service.fault(json!({"kind": "delete", "times": 1, "status": 502, "done": true})).await;
    assert_eq!(service.v2(Method::DELETE, &path, Value::Null).await.status, 502);
    assert_eq!(service.v2(Method::GET, &path, Value::Null).await.status, 404);
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
