//! Every field of jobs, tasks and the account, as clients read them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{page, task, text};
use crate::service::Service;

/// Asserts that an object has these members and no others, each as it is described.
fn assert_members(object: &Value, members: &[(&str, &str)]) {
    let mut names: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    let mut known: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    known.sort_unstable();
    assert_eq!(names, known, "{object}");
    for (name, kinds) in members {
        let value = &object[*name];
        let is = |kind: &str| match kind {
            "text" => value.as_str().is_some_and(|text| !text.is_empty()),
            "id" => value.as_str().is_some_and(|id| id.len() == 36),
            "time" => value.as_str().is_some_and(|time| time.len() == 25 && time.ends_with("+00:00")),
            "integer" => value.is_i64(),
            "flag" => value.is_boolean(),
            "null" => value.is_null(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            "100" => value == 100,
            word => value == word,
        };
        assert!(kinds.split('|').any(is), "{name} is no {kinds}: {object}");
    }
}

/// What every task of a job has; the last four by where it is.
fn members<'a>(
    status: &'a str,
    started: &'a str,
    ended: &'a str,
    result: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let credits = if ended == "null" { "null" } else { "integer" };
    vec![
        ("id", "id"),
        ("name", "text"),
        ("job_id", "id"),
        ("status", status),
        ("credits", credits),
        ("code", "null"),
        ("message", "null|text"),
        ("percent", "100"),
        ("operation", "text"),
        ("result", result),
        ("created_at", "time"),
        ("started_at", started),
        ("ended_at", ended),
        ("retry_of_task_id", "null"),
        ("copy_of_task_id", "null"),
        ("user_id", "integer"),
        ("priority", "integer"),
        ("host_name", "null"),
        ("storage", "null"),
        ("region", "null"),
        ("depends_on_task_ids", "array"),
        ("links", "object"),
    ]
}

const ENGINE: [(&str, &str); 2] = [("engine", "text|null"), ("engine_version", "text|null")];

#[tokio::test]
async fn a_job_and_its_tasks_while_they_wait() {
    let service = Service::start().await;
    let mut tasks = page();
    tasks["in"] = json!({"operation": "import/upload"});
    let job = service.job(tasks).await;
    assert_members(
        &job,
        &[
            ("id", "id"),
            ("tag", "null"),
            ("status", "waiting"),
            ("created_at", "time"),
            ("started_at", "null"),
            ("ended_at", "null"),
            ("tasks", "array"),
            ("links", "object"),
        ],
    );
    assert_eq!(text(&job["links"]["self"]), service.url(&format!("/v2/jobs/{}", text(&job["id"]))));
    assert_members(task(&job, "in"), &members("waiting", "null", "null", "object"));
    assert_members(task(&job, "out"), &members("waiting", "null", "null", "null"));
    let work = [members("waiting", "null", "null", "null"), ENGINE.to_vec()].concat();
    assert_members(task(&job, "work"), &work);
    for one in job["tasks"].as_array().unwrap() {
        assert_eq!(one["job_id"], job["id"]);
        assert_eq!(text(&one["links"]["self"]), service.url(&format!("/v2/tasks/{}", text(&one["id"]))));
    }
    assert_eq!(task(&job, "work")["depends_on_task_ids"], json!([task(&job, "in")["id"]]));
    // The order is not that of the request.
    assert_eq!(job["tasks"][0]["operation"], "export/url");
    assert_members(&task(&job, "in")["result"]["form"], &[("url", "text"), ("parameters", "object")]);
}

#[tokio::test]
async fn a_job_and_its_tasks_in_the_end() {
    let service = Service::start().await;
    let body = json!({"tasks": page(), "tag": "order-7"});
    let ended = service.v2(Method::POST, "/sync/v2/jobs", body).await["data"].clone();
    assert_members(
        &ended,
        &[
            ("id", "id"),
            ("tag", "order-7"),
            ("status", "finished"),
            ("created_at", "time"),
            ("started_at", "time"),
            ("ended_at", "time"),
            ("tasks", "array"),
            ("links", "object"),
        ],
    );
    let finished = members("finished", "time", "time", "object");
    assert_members(task(&ended, "in"), &finished);
    assert_members(task(&ended, "out"), &finished);
    assert_members(task(&ended, "work"), &[finished, ENGINE.to_vec()].concat());
    assert_eq!(task(&ended, "work")["engine"], "comrak");
    let file = [("filename", "text"), ("size", "integer")];
    for name in ["in", "work"] {
        assert_members(&task(&ended, name)["result"], &[("files", "array")]);
        assert_members(&task(&ended, name)["result"]["files"][0], &file);
    }
    let file = [file.to_vec(), vec![("url", "text")]].concat();
    assert_members(&task(&ended, "out")["result"]["files"][0], &file);
    // A task alone has no name, and no job; with `include`, more.
    let again = format!("/v2/tasks/{}/retry", text(&task(&ended, "work")["id"]));
    let again = service.v2(Method::POST, &again, Value::Null).await["data"].clone();
    assert!(again.get("name").is_none() && again["job_id"].is_null(), "{again}");
    assert_eq!(again["retry_of_task_id"], task(&ended, "work")["id"]);
    assert_eq!(again["copy_of_task_id"], task(&ended, "work")["id"]);
    let path = format!("/v2/tasks/{}?include=job,payload", text(&task(&ended, "work")["id"]));
    let shown = service.v2(Method::GET, &path, Value::Null).await["data"].clone();
    assert_eq!((&shown["job"]["id"], &shown["payload"]["input"]), (&ended["id"], &json!(["in"])));
    // Of the tasks of a job likewise.
    let path = format!("/v2/jobs/{}?include=payload", text(&ended["id"]));
    let shown = service.v2(Method::GET, &path, Value::Null).await["data"].clone();
    assert_eq!(task(&shown, "work")["payload"]["output_format"], "html");
}

#[tokio::test]
async fn a_failure_and_the_account() {
    let service = Service::start().await;
    let mut tasks = page();
    tasks["in"]["filename"] = json!("a.png");
    tasks["work"]["output_format"] = json!("jpg");
    let failed = service.ended(&service.job(tasks).await).await;
    let followed = task(&failed, "out");
    assert_eq!((&followed["code"], &followed["started_at"]), (&json!("INPUT_TASK_FAILED"), &Value::Null));
    assert_eq!((&followed["message"], &followed["result"]), (&json!("Input task has failed"), &Value::Null));
    assert!(followed["ended_at"].is_string() && followed["credits"].is_i64(), "{followed}");
    let me = service.v2(Method::GET, "/v2/users/me", Value::Null).await["data"].clone();
    assert_members(
        &me,
        &[
            ("id", "integer"),
            ("username", "text"),
            ("email", "text"),
            ("created_at", "time"),
            ("credits", "integer"),
            ("paying", "flag"),
            ("task_priority", "null"),
            ("tasks_per_minute", "null"),
            ("links", "object"),
        ],
    );
    let hook = json!({"url": "http://127.0.0.1:1/", "events": ["job.failed"]});
    let hook = service.v2(Method::POST, "/v2/webhooks", hook).await["data"].clone();
    assert_members(
        &hook,
        &[
            ("id", "integer"),
            ("url", "text"),
            ("events", "array"),
            ("disabled", "flag"),
            ("failing", "flag"),
            ("signing_secret", "text"),
            ("created_at", "time"),
            ("updated_at", "time"),
            ("links", "object"),
        ],
    );
}
