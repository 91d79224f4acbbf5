//! Starts of processes: what they say, and how often they count.

use reqwest::Method;
use serde_json::{Value, json};

use crate::service::{Answer, Service, file};

/// As by a client that names itself. The old one for Node does not, and is let off some things.
async fn start_named(service: &Service, process: &str, start: &Value) -> Answer {
    Answer::of(service.request(Method::POST, process).header("user-agent", "tests").json(start)).await
}

#[tokio::test]
async fn a_client_without_a_name_may_lack_the_input_and_name_another_output() {
    let service = Service::start().await;
    let process = service.create("png", "pdf").await;
    let started = service.post(&process, json!({"outputformat": "jpg"})).await;
    let upload = started["upload"]["url"].as_str().unwrap();
    service.put(&format!("{upload}/a.png"), file("input.png")).await;
    let finished = service.wait(&process).await;
    assert_eq!(finished["output"]["filename"], "a.jpg");
    assert_eq!(finished["converter"]["format"], "jpg");

    let process = service.create("png", "pdf").await;
    service
        .post(&process, json!({"outputformat": "mp3"}))
        .await
        .assert_error(400, "This conversiontype is not supported!");
}

#[tokio::test]
async fn a_start_says_what_the_create_said() {
    let service = Service::start().await;
    let process = service.create("png", "jpg").await;
    for (start, message) in [
        (json!({"outputformat": "jpg"}), "input is missing"),
        (json!({"outputformat": "jpg", "input": ""}), "input is missing"),
        (json!({"input": "upload"}), "outputformat is missing: it has to be jpg"),
        (json!({"input": "upload", "outputformat": "pdf"}), "created with outputformat=jpg"),
        (json!({"input": "upload", "outputformat": "jpg", "mode": "info"}), "created with mode=convert"),
    ] {
        start_named(&service, &process, &start).await.assert_error(400, message);
    }
    let whole = json!({"input": "upload", "outputformat": "JPG", "mode": "convert"});
    assert_eq!(start_named(&service, &process, &whole).await["step"], "input");
}

#[tokio::test]
async fn a_start_that_is_refused_can_be_repeated() {
    let service = Service::start().await;
    for (start, message) in [
        (json!({"input": "download"}), "file"),
        (json!({"input": "download", "file": "ftp://127.0.0.1/x"}), "http"),
        (json!({"input": "raw", "file": "x"}), "filename"),
        (json!({"input": "base64", "file": "%", "filename": "a.png"}), "base64"),
        (json!({"input": "s3", "file": "x"}), "s3"),
        (json!({"input": {"s3": {"bucket": "b"}}, "file": "x"}), "storage"),
        (json!({"input": "upload", "output": "dropbox"}), "output"),
        (json!({"input": "upload", "output": {"s3": {"bucket": "b"}}}), "output"),
        (json!({"input": "upload", "timeout": "soon"}), "timeout"),
        (json!({"input": "upload", "timeout": {"a": 1}}), "timeout"),
        (json!({"input": "upload", "timeout": 0}), "timeout"),
        (json!({"input": "upload", "wait": "maybe"}), "wait has to be true or false"),
        (json!({"input": "upload", "wait": [1]}), "wait has to be true or false"),
        (json!({"input": "upload", "save": {"a": 1}}), "save has to be true or false"),
        (json!({"input": "upload", "email": [1]}), "email has to be true or false"),
        (json!({"input": "upload", "download": "zzz"}), "download has to be true, false or inline"),
        (json!({"input": "upload", "filename": 5}), "filename has to be a text"),
        (json!({"input": "upload", "files": 5}), "files has to be a list of texts"),
        (json!({"input": "upload", "files": {"a": "b"}}), "files has to be a list of texts"),
        (json!({"input": "upload", "converteroptions": "x"}), "converteroptions"),
        (
            json!({"input": "upload", "converteroptions": {"width": "wide"}}),
            "converteroptions: width has to be a whole number",
        ),
        (
            json!({"input": "upload", "converteroptions": {"quality": [75]}}),
            "quality has to be a whole number",
        ),
        (
            json!({"input": "upload", "converteroptions": {"strip": "perhaps"}}),
            "strip has to be true or false",
        ),
        (json!({"input": "upload", "converteroptions": {"background": true}}), "background has to be a text"),
        (json!({"input": "upload", "callback": "nowhere"}), "callback"),
        (json!({"input": "download", "files": [{"a": 1}]}), "files"),
        (json!({"input": "upload", "preset": "mine"}), "no preset mine"),
        (
            json!({"input": "upload", "converteroptions": {"quality": 75, "qualty": 75}}),
            "there is no qualty from png to jpg; the options are",
        ),
        (
            json!({"input": "upload", "files": ["a.png", "b.png", "c.png"]}),
            "one input file, not several files (3)",
        ),
        (json!({"input": "download", "files": ["http://a/1", "http://a/2"]}), "one input file"),
    ] {
        let process = service.create("png", "jpg").await;
        service.post(&process, start.clone()).await.assert_error(400, message);
        let status = service.wait(&process).await;
        status.assert_error(400, message);
        assert_eq!(status["step"], "error", "{start}");
        // A better one.
        let (input, name) = (String::from("x"), "a.png");
        let raw = service.post(&process, json!({"input": "raw", "file": input, "filename": name})).await;
        assert_eq!((&raw["step"], &raw["error"]), (&json!("input"), &Value::Null), "{}", raw.text());
        service.wait(&process).await.assert_error(422, "png");
        service.post(&process, json!({"input": "upload"})).await.assert_error(400, "already");
        assert_eq!(service.delete(&process).await.status, 200);
    }
    // What cannot be read is no start.
    let process = service.create("png", "jpg").await;
    Answer::of(service.request(Method::POST, &process).body("{")).await.assert_error(400, "JSON");
    assert_eq!(
        service
            .post(
                &process,
                json!({"email": true, "preset": "", "output": null, "timeout": "60", "wait": "", "save": "False",
                    "download": 0, "files": {"1": "b.png"}, "filename": ""}),
            )
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_process_starts_once() {
    let service = Service::start().await;
    let (process, upload) = service.started("png", "jpg", json!({})).await;
    service
        .post(&process, json!({"input": "raw", "file": "x", "filename": "a.png"}))
        .await
        .assert_error(400, "already");
    service.put(&format!("{upload}/a.png"), file("input.png")).await;
    assert_eq!(service.wait(&process).await["step"], "finished");
    service.post(&process, json!({"input": "upload"})).await.assert_error(400, "already");
    assert_eq!(service.get(&process).await["step"], "finished");
}

#[tokio::test]
async fn a_start_without_wait_never_answers_finished() {
    let service = Service::start().await;
    let raw = json!({"input": "raw", "file": "# x", "filename": "a.md"});
    for _ in 0..20 {
        let process = service.create("md", "html").await;
        assert_eq!(service.post(&process, raw.clone()).await["step"], "input");
        assert_eq!(service.wait(&process).await["step"], "finished");
    }
    for wait in [json!(true), json!("True"), json!("1"), json!(1)] {
        let process = service.create("md", "html").await;
        let mut start = raw.clone();
        start["wait"] = wait;
        let finished = service.post(&process, start).await;
        assert_eq!(finished["step"], "finished", "{}", finished.text());
    }
    // With nothing to wait for but the upload, which the client can make only when it knows where to.
    let process = service.create("md", "html").await;
    let started = service.post(&process, json!({"input": "upload", "wait": true, "download": true})).await;
    assert!(started["upload"]["url"].is_string());
}
