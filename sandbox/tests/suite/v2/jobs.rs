//! Jobs: created, waited for, listed, deleted.

use reqwest::Method;
use serde_json::{Value, json};

use super::{page, task, text};
use crate::service::{Answer, KEY, Service};

#[tokio::test]
async fn a_job_runs_at_once_and_its_output_is_downloaded() {
    let service = Service::start().await;
    let job = service.job(page()).await;
    assert!(["waiting", "processing", "finished"].contains(&text(&job["status"])));
    assert_eq!(job["tasks"].as_array().unwrap().len(), 3);
    let ended = service.ended(&job).await;
    assert_eq!((text(&ended["status"]), &ended["id"]), ("finished", &job["id"]));
    let file = &task(&ended, "out")["result"]["files"][0];
    assert_eq!(file["filename"], "a.html");
    let answer = Answer::of(service.http.get(text(&file["url"]))).await;
    assert!(answer.text().contains("Hello"));
    assert_eq!(file["size"], answer.body.len());
    assert!(ended["started_at"].is_string() && text(&ended["ended_at"]).ends_with("+00:00"));
}

/// As the service is shipped too, which shares no dependencies with other parts.
#[tokio::test]
async fn what_was_asked_for_is_shown_in_its_order() {
    let service = Service::start().await;
    let body = r#"{"file": "x", "filename": "a.md", "zebra": 1, "apple": 2, "middle": 3}"#;
    let request = service.request(Method::POST, "/v2/import/raw").bearer_auth(KEY).body(body);
    let created = Answer::of(request.header("content-type", "application/json")).await;
    let path = format!("/v2/tasks/{}?include=payload", text(&created["data"]["id"]));
    let shown = service.v2(Method::GET, &path, Value::Null).await.text();
    assert!(shown.contains(r#""zebra":1,"apple":2,"middle":3"#), "{shown}");
}

#[tokio::test]
async fn a_failure_is_followed_by_those_behind_it_and_the_job_is_an_error_with_200() {
    let service = Service::start().await;
    let job = service
        .job(json!({
            "in": {"operation": "import/raw", "file": "no picture", "filename": "a.png"},
            "work": {"operation": "convert", "input": "in", "output_format": "jpg"},
            "out": {"operation": "export/url", "input": "work"},
        }))
        .await;
    let ended = service.ended(&job).await;
    assert_eq!(ended["status"], "error");
    assert_eq!(task(&ended, "in")["status"], "finished");
    assert_eq!(
        (&task(&ended, "work")["status"], &task(&ended, "work")["code"]),
        (&json!("error"), &json!("CONVERSION_FAILED"))
    );
    assert_eq!(task(&ended, "out")["code"], "INPUT_TASK_FAILED");
    assert!(task(&ended, "out")["result"].is_null());
}

#[tokio::test]
async fn a_failure_that_is_to_be_ignored_leaves_the_job_alone() {
    let service = Service::start().await;
    let job = service
        .job(json!({
            "bad": {"operation": "import/raw", "file": "no picture", "filename": "a.png"},
            "good": {"operation": "import/raw", "file": "# Hello", "filename": "a.md"},
            "fails": {"operation": "convert", "input": "bad", "output_format": "jpg", "ignore_error": true},
            "works": {"operation": "convert", "input": "good", "output_format": "html"},
            "out": {"operation": "export/url", "input": ["fails", "works"]},
        }))
        .await;
    let ended = service.ended(&job).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    assert_eq!(task(&ended, "out")["result"]["files"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn several_files_become_one_or_an_archive_or_stay_several() {
    let service = Service::start().await;
    let raw = |name: &str| json!({"operation": "import/raw", "file": name, "filename": name});
    let job = service
        .job(json!({
            "a": raw("a.md"), "b": raw("b.md"),
            "zip": {"operation": "archive", "input": ["a", "b"], "output_format": "zip", "filename": "both.zip"},
            "pages": {"operation": "convert", "input": ["a", "b"], "output_format": "html", "filename": "page %d.html"},
            "one": {"operation": "export/url", "input": "zip"},
            "each": {"operation": "export/url", "input": "pages"},
            "together": {"operation": "export/url", "input": "pages", "archive_multiple_files": true},
            "unpacked": {"operation": "archive/extract", "input": "zip"},
        }))
        .await;
    let ended = service.ended(&job).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    let names = |name: &str| {
        let files = task(&ended, name)["result"]["files"].as_array().unwrap();
        files.iter().map(|file| text(&file["filename"]).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("one"), ["both.zip"]);
    assert_eq!(names("each"), ["page 1.html", "page 2.html"]);
    assert_eq!(names("together"), ["page 1.zip"]);
    assert_eq!(names("unpacked"), ["a.md", "b.md"]);
}

#[tokio::test]
async fn files_of_the_same_name_are_numbered_in_an_archive() {
    let service = Service::start().await;
    let raw = json!({"operation": "import/raw", "file": "# Hello", "filename": "a.md"});
    let together =
        json!({"operation": "export/url", "input": ["one", "two"], "archive_multiple_files": true});
    let (ended, files) = service.made_by(json!({"one": raw, "two": raw, "out": together})).await;
    let archive = zip::ZipArchive::new(std::io::Cursor::new(files[0].clone())).unwrap();
    assert_eq!(archive.file_names().map(Result::unwrap).collect::<Vec<_>>(), ["a.md", "a-2.md"]);
    assert!(task(&ended, "out")["warnings"].to_string().contains("a.md is called a-2.md"), "{ended}");
}

#[tokio::test]
async fn facts_are_in_the_result_of_their_task() {
    let service = Service::start().await;
    let picture = image();
    let job = service
        .job(json!({
            "in": {"operation": "import/base64", "file": picture, "filename": "a.png"},
            "facts": {"operation": "metadata", "input": "in"},
        }))
        .await;
    let ended = service.ended(&job).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    assert!(task(&ended, "facts")["result"]["metadata"].is_object(), "{ended}");
}

/// A picture in base64.
fn image() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(crate::service::file("input.png"))
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let service = Service::start().await;
    let refused = async |body: Value| {
        let answer = service.v2(Method::POST, "/v2/jobs", body).await;
        assert_eq!((answer.status, answer.str("code")), (422, "INVALID_DATA"), "{}", answer.text());
        assert_eq!(answer.str("message"), "The given data was invalid.");
        answer["errors"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    let export = json!({"operation": "export/url", "input": "in"});
    assert_eq!(refused(json!({})).await, ["tasks"]);
    assert_eq!(refused(json!({"tasks": {}})).await, ["tasks"]);
    assert_eq!(refused(json!({"tasks": {"in": {"operation": "import/url"}}})).await, ["tasks.in.url"]);
    assert_eq!(refused(json!({"tasks": {"in": {"operation": "import/ftp"}}})).await, ["tasks.in.operation"]);
    assert_eq!(refused(json!({"tasks": {"a b": {"operation": "import/upload"}}})).await, ["tasks.a b.name"]);
    assert_eq!(refused(json!({"tasks": {"out": export}})).await, ["tasks.out.input"]);
    let circle = json!({
        "a": {"operation": "convert", "input": "b", "output_format": "pdf"},
        "b": {"operation": "convert", "input": "a", "output_format": "pdf"},
    });
    assert_eq!(refused(json!({ "tasks": circle })).await, ["tasks"]);
    let in_only = json!({"in": {"operation": "import/upload"}});
    assert_eq!(refused(json!({"tasks": in_only, "redirect": true})).await, ["redirect"]);
    assert_eq!(refused(json!({"tasks": in_only, "webhook_url": "x"})).await, ["webhook_url"]);
    // What is unknown or null, clients send too.
    let answer = service
        .v2(Method::POST, "/v2/jobs", json!({"tasks": in_only, "tag": null, "webhook_url": "", "more": 1}))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text());
}

#[tokio::test]
async fn lists_have_filters_and_pages() {
    let service = Service::start().await;
    for number in 0..5 {
        let tag = if number % 2 == 0 { "even" } else { "odd" };
        service.v2(Method::POST, "/sync/v2/jobs", json!({"tasks": page(), "tag": tag})).await;
    }
    let list = async |query: &str| service.v2(Method::GET, &format!("/v2/jobs?{query}"), Value::Null).await;
    let all = list("").await;
    assert_eq!(all["data"].as_array().unwrap().len(), 5);
    assert!(
        all["data"][0].get("tasks").is_none()
            && all["links"]["next"].is_null()
            && all["links"]["last"].is_null()
    );
    assert_eq!(list("filter[tag]=even&include=tasks").await["data"].as_array().unwrap().len(), 3);
    assert!(list("include=tasks").await["data"][0]["tasks"].is_array());
    assert_eq!(list("filter[status]=error").await["data"].as_array().unwrap().len(), 0);
    assert_eq!(list("filter[status]=&filter[tag]=").await["data"].as_array().unwrap().len(), 5);
    assert_eq!(list("filter[status]=sad").await.status, 422);
    let (first, third) = (list("per_page=2").await, list("per_page=2&page=3").await);
    assert!(first["links"]["next"].is_string() && first["links"]["prev"].is_null());
    assert_eq!((third["data"].as_array().unwrap().len(), &third["meta"]["from"]), (1, &json!(5)));
    assert!(third["links"]["next"].is_null());
    // The next page is one of the same list.
    let first = list("filter[tag]=even&per_page=2").await;
    let next = text(&first["links"]["next"]).split_once('?').unwrap().1;
    assert_eq!(list(next).await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn one_address_may_wait_and_redirect() {
    let service = Service::start().await;
    let answer = service.v2(Method::POST, "/sync/v2/jobs", json!({"tasks": page(), "redirect": true})).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    let file = Answer::of(service.http.get(answer.header("location"))).await;
    assert!(file.text().contains("Hello"));
    let job = service.job(page()).await;
    service.ended(&job).await;
    let path = format!("/v2/jobs/{}?redirect=true", text(&job["id"]));
    assert_eq!(service.v2(Method::GET, &path, Value::Null).await.status, 302);
    // A host of its own waits too.
    let request = service.request(Method::POST, "/v2/jobs").header("host", "sync.localhost").bearer_auth(KEY);
    let answer = Answer::of(request.json(&json!({"tasks": page()}))).await;
    assert_eq!((answer.status, text(&answer["data"]["status"])), (200, "finished"));
    // Its links lead to the host that does not wait.
    let job = &answer["data"];
    let file = &task(job, "out")["result"]["files"][0]["url"];
    assert!(text(&job["links"]["self"]).starts_with("http://localhost/v2/jobs/"), "{job}");
    assert!(text(file).starts_with("http://localhost/v2/storage/"), "{job}");
}

#[tokio::test]
async fn a_branch_runs_while_another_waits() {
    let service = Service::start().await;
    let convert = |input: &str| json!({"operation": "convert", "input": input, "output_format": "html"});
    let export = |input: &str| json!({"operation": "export/url", "input": input});
    let job = service
        .job(json!({
            "late": {"operation": "import/upload"}, "late-page": convert("late"), "late-out": export("late-page"),
            "early": {"operation": "import/raw", "file": "# Early", "filename": "a.md"},
            "early-page": convert("early"), "early-out": export("early-page"),
        }))
        .await;
    let path = format!("/sync/v2/tasks/{}", text(&task(&job, "early-out")["id"]));
    let early = service.v2(Method::GET, &path, Value::Null).await["data"].clone();
    let file = Answer::of(service.http.get(text(&early["result"]["files"][0]["url"]))).await;
    assert!(early["status"] == "finished" && file.text().contains("Early"), "{early}");
    let path = format!("/v2/jobs/{}", text(&job["id"]));
    let shown = service.v2(Method::GET, &path, Value::Null).await["data"].clone();
    assert_eq!(shown["status"], "processing", "{shown}");
    for name in ["late", "late-page", "late-out"] {
        assert_eq!(task(&shown, name)["status"], "waiting", "{shown}");
    }
    service.send(&task(&job, "late")["result"]["form"], "b.md", b"# Late").await;
    assert_eq!(service.ended(&job).await["status"], "finished");
}
