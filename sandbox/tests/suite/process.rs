//! The life of a process, from its start to its deletion.

use cloudconvert_sandbox::Config;
use reqwest::Method;
use serde_json::{Value, json};

use crate::service::{Answer, KEY, Service, file};

#[tokio::test]
async fn a_status_at_every_step() {
    let service = Service::start().await;
    let process = service.create("png", "jpg").await;
    let created = service.get(&process).await;
    assert_eq!((created.status, &created["step"]), (200, &Value::Null));

    let started =
        service.post(&process, json!({"input": "upload", "outputformat": "jpg", "tag": {"a": [1]}})).await;
    assert_eq!(started["step"], "input");
    assert_eq!(started["percent"], 0);
    assert_eq!(started["message"], "Waiting for the upload of input files");
    assert_eq!(started["input"], json!({"type": "upload"}));
    assert_eq!(started["tag"], json!({"a": [1]}));
    let output = started["output"]["url"].as_str().unwrap();
    assert!(output.starts_with(&format!("//{}/download/~", service.address)));
    let upload = started["upload"]["url"].as_str().unwrap();
    assert!(upload.starts_with(&format!("//{}/upload/~", service.address)));
    assert!(started["expire"].as_u64() > started["starttime"].as_u64());

    let name = "Cloud Atlas Extended Trailer #1 (2012) HD.png";
    let encoded = "Cloud%20Atlas%20Extended%20Trailer%20%231%20(2012)%20HD.png";
    let content = file("input.png");
    let saved = service.put(&format!("{upload}/{encoded}"), content.clone()).await;
    assert_eq!(saved.json(), &json!({"file": name, "size": content.len(), "message": "File saved."}));

    let finished = service.wait(&process).await;
    assert_eq!(finished["step"], "finished");
    assert_eq!(finished["percent"], 100);
    let stem = "Cloud Atlas Extended Trailer #1 (2012) HD";
    let input =
        json!({"type": "upload", "filename": name, "size": content.len(), "name": stem, "ext": "png"});
    assert_eq!(finished["input"], input);
    assert_eq!(finished["converter"], json!({"format": "jpg", "type": "image", "options": {}}));
    assert_eq!(finished["output"]["filename"], format!("{stem}.jpg"));
    assert_eq!((&finished["output"]["ext"], &finished["output"]["downloads"]), (&json!("jpg"), &json!(0)));
    assert_eq!(finished["output"]["url"], output);
    assert!(finished["output"]["files"].is_null() && finished["upload"].is_null());
    assert!(finished["endtime"].as_u64() >= finished["starttime"].as_u64());
    assert_eq!(finished["tag"], json!({"a": [1]}));
}

#[tokio::test]
async fn a_failed_conversion_tells_why_in_its_status() {
    let service = Service::start().await;
    let status = service.convert(("png", "jpg"), "no picture", json!({})).await;
    status.assert_error(422, "png");
    assert_eq!(status["step"], "error");
    assert_eq!(status["code"], 422);
    let wrong = service
        .convert(("png", "jpg"), file("input.png"), json!({"converteroptions": {"quality": 101}}))
        .await;
    wrong.assert_error(400, "quality");
}

#[tokio::test]
async fn formats_are_no_paths() {
    let service = Service::start().await;
    for (input, output) in [
        ("../../x", "zip"),
        ("/etc/x", "zip"),
        ("a\\b", "zip"),
        ("..", "zip"),
        ("zip", "../x"),
        ("a b", "zip"),
    ] {
        for mode in ["archive", "extract"] {
            let create = json!({"inputformat": input, "outputformat": output, "mode": mode});
            let request = service.request(Method::POST, "/process").bearer_auth(KEY);
            Answer::of(request.json(&create)).await.assert_error(400, "name of a format");
        }
    }
}

#[tokio::test]
async fn a_deleted_process_is_gone_and_whoever_waits_is_told() {
    let service = Service::start().await;
    let (process, upload) = service.started("png", "jpg", json!({})).await;
    let status = service.get(&process).await;
    let (waited, downloaded, ()) =
        tokio::join!(service.wait(&process), service.get(status["output"]["url"].as_str().unwrap()), async {
            // Both of the others have asked when the answers to these come.
            for _ in 0..3 {
                service.get(&process).await;
            }
            assert_eq!(service.delete(&process).await.status, 200);
        });
    waited.assert_error(404, "");
    downloaded.assert_error(404, "");
    service.get(&process).await.assert_error(404, "");
    service.delete(&process).await.assert_error(404, "");
    service.put(&format!("{upload}/a.png"), "x").await.assert_error(404, "");
}

#[tokio::test]
async fn the_list_has_what_was_started_with_the_key() {
    let service = Service::with(Config { keys: vec!["other".into()], ..Config::default() }).await;
    service.create("png", "jpg").await;
    let (running, _) = service.started("png", "jpg", json!({})).await;
    let finished = service.convert(("md", "html"), "x", json!({})).await;
    let failed = service.convert(("png", "jpg"), "x", json!({})).await;
    let list = Answer::of(service.request(Method::GET, "/processes").bearer_auth(KEY)).await;
    let steps: Vec<&str> =
        list.json().as_array().unwrap().iter().map(|entry| entry["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["input", "finished", "error"]);
    let entry = &list.json()[1];
    assert_eq!((&entry["id"], &entry["url"]), (&finished["id"], &finished["url"]));
    assert_eq!(entry["host"], service.address);
    for time in ["starttime", "endtime"] {
        assert_eq!(entry[time].as_str().unwrap().len(), "2013-01-07 23:03:53".len());
    }
    assert!(list.json()[0]["endtime"].is_null() && list.json()[0]["url"] == running);
    assert_eq!(list.json()[2]["id"], failed["id"]);
    assert_eq!(service.get("/processes?apikey=other").await.json(), &json!([]));
}

#[tokio::test]
async fn convert_creates_and_starts_and_redirects() {
    let service = Service::start().await;
    let parameters = json!({
        "apikey": KEY, "inputformat": "md", "outputformat": "html", "input": "raw", "file": "# x", "filename": "a.md",
    });
    let to = |more: Value| {
        let mut parameters = parameters.clone();
        parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        service.post("/convert", parameters)
    };
    let process = to(json!({})).await;
    assert_eq!(process.status, 303);
    assert_eq!(service.wait(process.header("location")).await["step"], "finished");
    let finished = to(json!({"wait": true})).await;
    assert_eq!(service.get(finished.header("location")).await["step"], "finished");
    let output = to(json!({"download": true})).await;
    let output = service.get(output.header("location")).await;
    assert!(
        output.text().contains(">x</h1>") && output.header("content-disposition").starts_with("attachment")
    );
    let inline = to(json!({"download": "inline"})).await;
    let inline = service.get(inline.header("location")).await;
    assert!(inline.header("content-disposition").starts_with("inline"));
    to(json!({"input": "ftp"})).await.assert_error(400, "ftp");
    to(json!({"apikey": "wrong"})).await.assert_error(401, "key");
    let upload = to(json!({"input": "upload"})).await;
    assert!(service.get(upload.header("location")).await["upload"]["url"].is_string());
}
