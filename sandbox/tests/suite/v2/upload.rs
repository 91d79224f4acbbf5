//! Uploads by a form: only as it was handed out, in time, within its size, and once.

use cloudconvert_sandbox::Config;
use futures_util::stream;
use reqwest::{Body, RequestBuilder};
use serde_json::{Value, json};

use super::{task, text};
use crate::service::{Answer, KEY, Service};

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
    // The MD5 of what was sent.
    let tag = "9a0364b9e99bb480dd25e1f0284c8555";
    assert!(answer.text().contains(&format!("<ETag>&quot;{tag}&quot;</ETag>")), "{}", answer.text());
    assert_eq!(answer.header("etag"), format!("\"{tag}\""));
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
    for (page, location) in [
        ("https://example.org/done?a=1", "https://example.org/done?a=1"),
        ("https://example.org/größe a", "https://example.org/gr%C3%B6%C3%9Fe%20a"),
        ("http://example.org/\r\nX: y", "http://example.org/X:%20y"),
    ] {
        let job = service.job(json!({"in": {"operation": "import/upload", "redirect": page}})).await;
        let answer = service.send(&task(&job, "in")["result"]["form"], "a.png", b"content").await;
        assert_eq!((answer.status, answer.header("location")), (303, location));
        assert_eq!(service.ended(&job).await["status"], "finished");
    }
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
    for name in [
        "extensionless",
        ".txt",
        "..",
        "=?x?=",
        // As mail encodes `a.txt`.
        "=?utf-8?B?YS50eHQ=?=",
        "=?utf-8?Q?a.txt?=",
        long.as_str(),
    ] {
        let (job, nameless) = form(&service).await;
        let answer = service.send(&nameless, name, b"x").await;
        assert_eq!(answer.status, 422, "{name}: {}", answer.text());
        assert_eq!(task(&service.ended(&job).await, "in")["code"], "INVALID_FILENAME", "{name}");
    }
}

/// A form as it stands on the wire: with the parameters that were handed out, and these parts around and instead of the file.
fn written(form: &Value, before: &[(&str, &str)], file: &str, behind: &[(&str, &str)]) -> String {
    let parameters = form["parameters"].as_object().unwrap().iter();
    let parameters = parameters.map(|(name, value)| (name.as_str(), text(value)));
    // One client writes no space, another one no quotes.
    let field = |(name, value): (&str, &str)| {
        format!("--B\r\ncontent-disposition:form-data;name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let before: String = before.iter().copied().chain(parameters).map(field).collect();
    let behind: String = behind.iter().copied().map(field).collect();
    format!("{before}{file}{behind}--B--\r\n")
}

/// The part of a file of three bytes.
fn part(field: &str) -> String {
    format!(
        "--B\r\nContent-Disposition: form-data; name=\"{field}\"; filename=a.png\r\nCONTENT-TYPE: image/png\r\n\r\nabc\r\n"
    )
}

fn post(service: &Service, form: &Value) -> RequestBuilder {
    service.http.post(text(&form["url"])).header("content-type", "multipart/form-data; boundary=B")
}

#[tokio::test]
async fn parts_are_read_as_clients_write_them() {
    let service = Service::start().await;
    let (job, form) = form(&service).await;
    let answer = Answer::of(post(&service, &form).body(written(&form, &[], &part("file"), &[]))).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(task(&service.ended(&job).await, "in")["result"]["files"][0]["filename"], "a.png");
}

#[tokio::test]
async fn what_storages_refuse_is_refused() {
    let service = Service::start().await;
    let (job, form) = form(&service).await;
    let file = part("file");
    let acl = [("acl", "private")];
    for (body, status, said) in [
        (written(&form, &[("more", "x")], &file, &[]), 403, "leave out more"),
        (written(&form, &[("_charset_", "utf-8")], &file, &[]), 403, "leave out _charset_"),
        (written(&form, &acl, &file, &[]), 403, "twice"),
        (written(&form, &[], &file, &[("more", "x")]), 400, "last field"),
        (written(&form, &[], &file, &acl), 400, "last field"),
        (written(&form, &[], &part("document"), &[]), 400, "named file"),
        (written(&form, &[], &[part("file"), part("file")].concat(), &[]), 400, "several files"),
        (written(&form, &[("file", "abc")], "", &[]), 422, "exactly one file"),
    ] {
        let answer = Answer::of(post(&service, &form).body(body)).await;
        assert_eq!(answer.status, status, "{said}: {}", answer.text());
        assert!(answer.text().contains(said), "{said}: {}", answer.text());
    }
    let body = || written(&form, &[], &file, &[]);
    let with_key = Answer::of(post(&service, &form).bearer_auth(KEY).body(body())).await;
    assert_eq!(with_key.status, 400, "{}", with_key.text());
    assert!(with_key.str("message").contains("without the header Authorization"));
    let chunks = stream::iter([Ok::<_, std::io::Error>(body())]);
    let chunked = Answer::of(post(&service, &form).body(Body::wrap_stream(chunks))).await;
    assert_eq!((chunked.status, chunked.str("code")), (411, "LENGTH_REQUIRED"), "{}", chunked.text());
    // None of it was an upload.
    assert_eq!(Answer::of(post(&service, &form).body(body())).await.status, 201);
    assert_eq!(service.ended(&job).await["status"], "finished");
}

/// Libraries for mail encode contents, and storages keep them so.
#[tokio::test]
async fn contents_stay_as_they_are_sent() {
    let service = Service::start().await;
    let (job, form) = form(&service).await;
    let file = part("file").replace("\r\n\r\nabc", "\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJjZA==");
    assert_eq!(Answer::of(post(&service, &form).body(written(&form, &[], &file, &[]))).await.status, 201);
    assert_eq!(task(&service.ended(&job).await, "in")["result"]["files"][0]["size"], 8);
}
