//! Inputs that are no uploads: from a URL, and as a parameter.

use base64::Engine as _;
use cloudconvert_sandbox::Config;
use serde_json::{Value, json};

use crate::service::{Answer, Service, file, http, serve};

async fn convert(service: &Service, pair: (&str, &str), start: Value) -> Answer {
    let process = service.create(pair.0, pair.1).await;
    let started = service.post(&process, start).await;
    assert_eq!(started.status, 200, "{}", started.text());
    service.wait(&process).await
}

#[tokio::test]
async fn from_a_url() {
    let service = Service::start().await;
    let files = serve(|_| http("200 OK", "", &file("input.png"))).await;
    for (path, name) in
        [("a%20b.png", "a b.png"), ("dir/x.png?y=1", "x.png"), ("", "input.png"), ("x", "x.png")]
    {
        let start = json!({"input": "download", "file": format!("{files}/{path}")});
        let status = convert(&service, ("png", "jpg"), start).await;
        assert_eq!(status["step"], "finished", "{}", status.text());
        assert_eq!(status["input"]["filename"], name);
        assert_eq!(status["input"]["type"], "download");
    }
    // Its server may know a better name.
    let named = serve(|_| {
        http(
            "200 OK",
            "Content-Disposition: attachment; filename=\"x\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.png\r\n",
            &file("input.png"),
        )
    })
    .await;
    let start = json!({"input": "download", "file": format!("{named}/get.php?id=7")});
    assert_eq!(convert(&service, ("png", "jpg"), start).await["input"]["filename"], "Größe.png");
    let start = json!({"input": "download", "file": format!("{files}/x"), "filename": "y.png"});
    assert_eq!(convert(&service, ("png", "jpg"), start).await["input"]["filename"], "y.png");
}

#[tokio::test]
async fn several_urls() {
    let service = Service::start().await;
    let files = serve(|head| http("200 OK", "", head.split(' ').nth(1).unwrap().as_bytes())).await;
    let process =
        service.create_with(json!({"inputformat": "txt", "outputformat": "zip", "mode": "archive"})).await;
    let urls = [format!("{files}/a.txt"), format!("{files}/b.txt"), format!("{files}/c/a.txt")];
    service.post(&process, json!({"input": "download", "files": urls})).await;
    let status = service.wait(&process).await;
    assert_eq!(status["input"]["files"], json!(["a.txt", "b.txt", "a-2.txt"]));
}

#[tokio::test]
async fn urls_that_lead_nowhere() {
    let service = Service::with(Config { max_input: 1 << 20, ..Config::default() }).await;
    let bad = serve(|head| match head.split(' ').nth(1).unwrap() {
        "/secret-missing" => http("404 Not Found", "", b""),
        "/secret-loop" => http("302 Found", "Location: /secret-loop\r\n", b""),
        "/secret-short" => b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort".to_vec(),
        "/secret-large" => http("200 OK", "", &vec![0; 2 << 20]),
        "/secret-file" => http("302 Found", "Location: file:///etc/passwd\r\n", b""),
        _ => b"nonsense\r\n\r\n".to_vec(),
    })
    .await;
    for (path, status, message) in [
        ("secret-missing", 422, "404"),
        ("secret-loop", 422, "redirects"),
        ("secret-short", 422, "broke off"),
        ("secret-large", 413, "1048576"),
        ("secret-file", 422, "302"),
        ("secret-nonsense", 422, "no web server"),
    ] {
        let start = json!({"input": "download", "file": format!("{bad}/{path}")});
        let failed = convert(&service, ("png", "jpg"), start).await;
        failed.assert_error(status, message);
        assert!(!failed.text().contains("secret") && failed["step"] == "error", "{}", failed.text());
    }
    let nobody = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap() };
    let start = json!({"input": "download", "file": format!("http://{nobody}/x.png")});
    convert(&service, ("png", "jpg"), start).await.assert_error(422, "no web server");
}

#[tokio::test]
async fn as_a_parameter() {
    let service = Service::start().await;
    let raw = json!({"input": "raw", "file": "# Größe", "filename": "note.md"});
    let status = convert(&service, ("md", "html"), raw).await;
    assert_eq!((&status["input"]["type"], &status["input"]["filename"]), (&json!("raw"), &json!("note.md")));
    let output = service.get(status["output"]["url"].as_str().unwrap()).await;
    assert!(output.text().contains(">Größe</h1>"));

    let text = base64::engine::general_purpose::STANDARD.encode(file("input.png"));
    let lines: Vec<String> =
        text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into()).collect();
    for written in [text.clone(), text.trim_end_matches('=').to_owned(), lines.join("\r\n")] {
        let start = json!({"input": "base64", "file": written, "filename": "a.png"});
        let status = convert(&service, ("png", "jpg"), start).await;
        assert_eq!(status["input"]["size"], file("input.png").len());
        assert_eq!(status["step"], "finished");
    }
    let several = json!({"input": "raw", "files": ["a", "b"], "filename": "x.txt"});
    let process =
        service.create_with(json!({"inputformat": "txt", "outputformat": "zip", "mode": "archive"})).await;
    service.post(&process, several).await;
    assert_eq!(service.wait(&process).await["input"]["files"], json!(["x.txt", "x-2.txt"]));
}
