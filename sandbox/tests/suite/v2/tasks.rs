//! Tasks: alone, cancelled, repeated, deleted.

use reqwest::Method;
use serde_json::{Value, json};

use super::{page, task, text};
use crate::service::{Service, long_film};

#[tokio::test]
async fn tasks_are_there_without_a_job_too() {
    let service = Service::start().await;
    let import = service
        .v2(
            Method::POST,
            "/v2/import/raw",
            json!({"operation": "import/raw", "file": "# Hello", "filename": "a.md", "name": "x"}),
        )
        .await;
    assert_eq!(import.status, 201, "{}", import.text());
    assert!(import["data"]["job_id"].is_null() && import["data"].get("name").is_none());
    let input = json!({"input": import["data"]["id"], "output_format": "html"});
    let convert = service.v2(Method::POST, "/v2/convert", input).await;
    let export =
        service.v2(Method::POST, "/sync/v2/export/url", json!({"input": [convert["data"]["id"]]})).await;
    assert_eq!((export.status, text(&export["data"]["status"])), (200, "finished"), "{}", export.text());
    assert!(export["data"]["result"]["files"][0]["url"].is_string());
    let show = async |query: &str| {
        let path = format!("/v2/tasks/{}{query}", text(&convert["data"]["id"]));
        service.v2(Method::GET, &path, Value::Null).await["data"].clone()
    };
    assert!(show("").await.get("payload").is_none());
    let included = show("?include=payload,depends_on_tasks,retries,job").await;
    assert_eq!(included["payload"]["input"], json!([import["data"]["id"]]));
    assert_eq!(included["depends_on_tasks"][0]["id"], import["data"]["id"]);
    assert_eq!(included["retries"], json!([]));
    let unknown =
        service.v2(Method::POST, "/v2/convert", json!({"input": "nobody", "output_format": "html"})).await;
    assert_eq!((unknown.status, unknown.str("code")), (422, "INVALID_DATA"));
    assert_eq!(service.v2(Method::POST, "/v2/import/tape", json!({})).await.status, 422);
}

#[tokio::test]
async fn a_task_is_cancelled_at_every_point() {
    let service = Service::start().await;
    let waiting = service.job(json!({
        "in": {"operation": "import/upload"},
        "work": {"operation": "convert", "input": "in", "output_format": "webm"},
        "out": {"operation": "export/url", "input": "work"},
    }));
    let waiting = waiting.await;
    let cancel = async |task: &Value| {
        service.v2(Method::POST, &format!("/v2/tasks/{}/cancel", text(&task["id"])), Value::Null).await
    };
    // While it waits for its file, the others fail behind it.
    let answer = cancel(task(&waiting, "in")).await;
    assert_eq!((answer.status, text(&answer["data"]["code"])), (200, "CANCELLED"));
    let ended = service.ended(&waiting).await;
    assert_eq!(
        (&ended["status"], &task(&ended, "out")["code"]),
        (&json!("error"), &json!("INPUT_TASK_FAILED"))
    );
    // A second time, and once it has ended, it is refused.
    let again = cancel(task(&waiting, "in")).await;
    assert_eq!(
        (again.status, again["errors"]["status"][0].as_str().unwrap()),
        (422, "Cannot change status: task already completed.")
    );
    // While the engine works.
    let job = service.job(json!({
        "in": {"operation": "import/upload"},
        "work": {"operation": "convert", "input": "in", "output_format": "webm"},
    }));
    let job = job.await;
    let sent = service.send(&task(&job, "in")["result"]["form"], "film.flv", &long_film()).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let path = format!("/v2/tasks/{}", text(&task(&job, "work")["id"]));
    while service.v2(Method::GET, &path, Value::Null).await["data"]["status"] != "processing" {
        tokio::task::yield_now().await;
    }
    assert_eq!(cancel(task(&job, "work")).await.status, 200);
    assert_eq!(task(&service.ended(&job).await, "work")["code"], "CANCELLED");
}

#[tokio::test]
async fn a_task_is_repeated_as_a_new_one() {
    let service = Service::start().await;
    let job = service.job(page()).await;
    service.ended(&job).await;
    let id = text(&task(&job, "work")["id"]).to_owned();
    let again = service.v2(Method::POST, &format!("/v2/tasks/{id}/retry"), Value::Null).await;
    assert_eq!(again.status, 201, "{}", again.text());
    let again = &again["data"];
    assert!(again["job_id"].is_null() && again["id"] != id);
    assert_eq!((&again["retry_of_task_id"], &again["copy_of_task_id"]), (&json!(id), &json!(id)));
    let path = format!("/sync/v2/tasks/{}", text(&again["id"]));
    assert_eq!(service.v2(Method::GET, &path, Value::Null).await["data"]["status"], "finished");
    let retries = service.v2(Method::GET, &format!("/v2/tasks/{id}?include=retries"), Value::Null).await;
    assert_eq!(retries["data"]["retries"][0]["id"], again["id"]);
}

#[tokio::test]
async fn tasks_are_listed_by_job_status_and_operation() {
    let service = Service::start().await;
    let job = service.job(page()).await;
    service.ended(&job).await;
    service.v2(Method::POST, "/v2/import/upload", json!({})).await;
    let count = async |query: &str| {
        service.v2(Method::GET, &format!("/v2/tasks?{query}"), Value::Null).await["data"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(count("").await, 4);
    assert_eq!(count(&format!("filter[job_id]={}", text(&job["id"]))).await, 3);
    assert_eq!(count("filter[status]=waiting").await, 1);
    assert_eq!(count("filter[operation]=export/url&filter[status]=").await, 1);
}

/// An answer is in memory for as long as its reader takes.
#[tokio::test]
async fn a_page_of_payloads_has_its_limit() {
    let service = Service::start().await;
    for _ in 0..6 {
        let upload = json!({"note": "x".repeat(200_000)});
        let created = service.v2(Method::POST, "/v2/import/upload", upload).await;
        assert_eq!(created.status, 201, "{}", created.text());
    }
    let list = async |query: &str| service.v2(Method::GET, &format!("/v2/tasks?{query}"), Value::Null).await;
    let refused = list("include=payload").await;
    assert_eq!(refused.status, 422, "{}", refused.status);
    assert!(text(&refused["errors"]["include"][0]).contains("ask for fewer"), "{}", refused.text());
    for query in ["", "include=payload&per_page=5", "include=payload&per_page=5&page=2"] {
        assert_eq!(list(query).await.status, 200, "{query}");
    }
}

#[tokio::test]
async fn what_clients_cannot_do_without_is_there() {
    let service = Service::start().await;
    let job = service.job(page()).await;
    for task in job["tasks"].as_array().unwrap() {
        for name in ["user_id", "percent", "priority"] {
            assert!(task[name].is_i64(), "{name} of {task}");
        }
        assert!(task.get("payload").is_none());
    }
    let raw = service.v2(Method::POST, "/v2/jobs", json!({"tasks": page()})).await.text();
    assert!(raw.starts_with("{\"data\":{") && raw.ends_with("}}"), "{raw}");
}

#[tokio::test]
async fn a_deleted_task_of_a_job_is_gone_and_its_job_stays() {
    let service = Service::start().await;
    let ended = service.ended(&service.job(page()).await).await;
    let call = async |method: Method, path: &str| service.v2(method, path, Value::Null).await;
    let export = format!("/v2/tasks/{}", text(&task(&ended, "out")["id"]));
    assert_eq!(call(Method::DELETE, &export).await.status, 204);
    for (method, path) in [
        (Method::GET, export.clone()),
        (Method::GET, format!("/sync{export}")),
        (Method::DELETE, export.clone()),
        (Method::POST, format!("{export}/cancel")),
        (Method::POST, format!("{export}/retry")),
    ] {
        assert_eq!(call(method, &path).await.status, 404, "{path}");
    }
    let link = text(&task(&ended, "out")["result"]["files"][0]["url"]);
    assert_eq!(service.get(&link.replace(&format!("http://{}", service.address), "")).await.status, 404);
    let shown = call(Method::GET, &format!("/v2/jobs/{}", text(&ended["id"]))).await;
    let names = |shown: &Value| -> Vec<Value> {
        shown.as_array().unwrap().iter().map(|task| task["name"].clone()).collect()
    };
    assert_eq!(names(&shown["data"]["tasks"]), ["work", "in"]);
    assert_eq!(shown["data"]["status"], "finished");
    assert_eq!(names(&call(Method::GET, "/v2/jobs?include=tasks").await["data"][0]["tasks"]), ["work", "in"]);
    let list = format!("/v2/tasks?filter[job_id]={}", text(&ended["id"]));
    assert_eq!(names(&call(Method::GET, &list).await["data"]), ["work", "in"]);
    // One that waits for its file is cancelled, and those that need the file fail.
    let job = service.job(json!({
        "in": {"operation": "import/upload"},
        "out": {"operation": "export/url", "input": "in"},
    }));
    let job = job.await;
    let import = format!("/v2/tasks/{}", text(&task(&job, "in")["id"]));
    assert_eq!(call(Method::DELETE, &import).await.status, 204);
    let sent = service.send(&task(&job, "in")["result"]["form"], "a.md", b"x").await;
    assert_eq!(sent.status, 404);
    let ended = service.ended(&job).await;
    assert_eq!((names(&ended["tasks"]), &ended["status"]), (vec![json!("out")], &json!("error")));
}

#[tokio::test]
async fn a_deleted_task_is_gone() {
    let service = Service::start().await;
    let answer = service.v2(Method::POST, "/v2/import/upload", json!({})).await;
    let path = format!("/v2/tasks/{}", text(&answer["data"]["id"]));
    assert_eq!(service.v2(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(service.v2(Method::GET, &path, Value::Null).await.status, 404);
    let sent = service.send(&answer["data"]["result"]["form"], "a.md", b"x").await;
    assert_eq!(sent.status, 404);
}
