//! Uploads by a form: only as it was handed out, in time, within its size, and once.

use cloudconvert_sandbox::Config;
use serde_json::{Value, json};

use super::{task, text};
use crate::service::{Answer, Service};

async fn form(service: &Service) -> (Value, Value) {
    let job = service.job(json!({"in": {"operation": "import/upload"}})).await;
    let form = task(&job, "in")["result"]["form"].clone();
    (job, form)
}

#[tokio::test]
async fn a_form_takes_one_file_once() {
    let service = Service::start().await;
    let (job, form) = form(&service).await;
    assert_eq!(task(&job, "in")["message"], "Waiting for file upload");
    assert!(form["parameters"].as_object().unwrap().values().all(Value::is_string), "{form}");
    let answer = service.send(&form, "Größe & <1>.png", b"content").await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(answer.text().contains("<PostResponse>") && answer.text().contains("Größe &amp; &lt;1&gt;.png"));
    assert!(answer.header("location").starts_with("http://"));
    let ended = service.ended(&job).await;
    let file = &task(&ended, "in")["result"]["files"][0];
    assert_eq!((&file["filename"], &file["size"]), (&json!("Größe & <1>.png"), &json!(7)));
    assert!(file.get("url").is_none(), "only exports have URLs");
    let again = service.send(&form, "b.png", b"other").await;
    assert_eq!(again.status, 403, "{}", again.text());
    assert!(again.str("message").contains("used already"));
}

#[tokio::test]
async fn an_upload_leads_to_the_page_that_the_task_names() {
    let service = Service::start().await;
    let job = service
        .job(json!({"in": {"operation": "import/upload", "redirect": "https://example.org/done?a=1"}}))
        .await;
    let answer = service.send(&task(&job, "in")["result"]["form"], "a.png", b"content").await;
    assert_eq!((answer.status, answer.header("location")), (303, "https://example.org/done?a=1"));
    assert_eq!(service.ended(&job).await["status"], "finished");
    let wrong = json!({"tasks": {"in": {"operation": "import/upload", "redirect": "javascript:alert(1)"}}});
    let refused = service.v2(reqwest::Method::POST, "/v2/jobs", wrong).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("redirect"), "{}", refused.text());
}

#[tokio::test]
async fn an_altered_form_is_refused_before_its_file() {
    let service = Service::start().await;
    let ((job, mine), (_, other)) = (form(&service).await, form(&service).await);
    let with = |name: &str, value: Value| {
        let mut form = mine.clone();
        form["parameters"][name] = value;
        form
    };
    for altered in [
        with("policy", "e30=".into()),
        with("policy", other["parameters"]["policy"].clone()),
        with("signature", "00ff".into()),
        with("key", "elsewhere/${filename}".into()),
        with("acl", "public-read".into()),
        json!({"url": mine["url"], "parameters": other["parameters"]}),
        json!({"url": mine["url"], "parameters": {}}),
    ] {
        let answer = service.send(&altered, "a.png", b"x").await;
        assert_eq!(answer.status, 403, "{}", answer.text());
    }
    // A form that was refused can still be used as it was handed out.
    assert_eq!(service.send(&mine, "a.png", b"x").await.status, 201);
    assert_eq!(service.ended(&job).await["status"], "finished");
}

#[tokio::test]
async fn a_file_that_is_too_large_or_has_no_format_is_refused() {
    let service = Service::with(Config { max_input: 10, ..Config::default() }).await;
    let (_, small) = form(&service).await;
    assert_eq!(service.send(&small, "a.png", &[0; 11]).await.status, 413);
    let long = format!("a.{}", "x".repeat(300));
    for name in ["extensionless", ".txt", "..", "=?x?=", long.as_str()] {
        let (job, nameless) = form(&service).await;
        let answer = service.send(&nameless, name, b"x").await;
        assert_eq!(answer.status, 422, "{name}: {}", answer.text());
        assert_eq!(task(&service.ended(&job).await, "in")["code"], "INVALID_FILENAME", "{name}");
    }
}

#[tokio::test]
async fn parts_are_read_as_clients_write_them() {
    let service = Service::start().await;
    let (job, form) = form(&service).await;
    // One client writes no space, another one no quotes.
    let field = |(name, value): (&String, &Value)| {
        format!("--B\r\ncontent-disposition:form-data;name=\"{name}\"\r\n\r\n{}\r\n", text(value))
    };
    let mut body: String = form["parameters"].as_object().unwrap().iter().map(field).collect();
    body += "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=a.png\r\nCONTENT-TYPE: image/png\r\n\r\nx\r\n--B--\r\n";
    let request = service
        .http
        .post(text(&form["url"]))
        .header("content-type", "multipart/form-data; boundary=B")
        .body(body);
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(task(&service.ended(&job).await, "in")["result"]["files"][0]["filename"], "a.png");
}
