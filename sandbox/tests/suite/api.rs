//! The API's calls, and where their parameters may stand.

use reqwest::Method;
use serde_json::json;

use crate::service::{Answer, KEY, Service, file, read_all};

#[tokio::test]
async fn every_call_is_there_with_and_without_the_version() {
    let service = Service::start().await;
    for prefix in ["", "/v1"] {
        let create = service.request(Method::POST, &format!("{prefix}/process")).bearer_auth(KEY);
        let created = Answer::of(create.json(&json!({"inputformat": "png", "outputformat": "jpg"}))).await;
        assert_eq!(created.status, 200);
        let id = created.str("id");
        assert_eq!(created.str("url"), format!("//{}/process/{id}", service.address));
        assert_eq!(created.str("host"), service.address);
        assert_eq!(created.str("expires").len(), "2014-09-12 13:13:00".len());
        assert_eq!(created["maxtime"], 18_000);
        let started = service.post(&format!("{prefix}/process/{id}"), json!({"input": "upload"})).await;
        let upload = started["upload"]["url"].as_str().unwrap().replace(&service.address, "");
        let upload = format!("{prefix}{}/input.png", upload.trim_start_matches("//"));
        assert_eq!(service.put(&upload, file("input.png")).await.status, 200);
        let status = service.get(&format!("{prefix}/process/{id}?wait")).await;
        assert_eq!(status["step"], "finished");
        let download = status["output"]["url"].as_str().unwrap().replace(&service.address, "");
        let download = service.get(&format!("{prefix}{}", download.trim_start_matches("//"))).await;
        assert!(download.body.starts_with(&[0xff, 0xd8]));
        let list = service.request(Method::GET, &format!("{prefix}/processes")).bearer_auth(KEY);
        assert!(Answer::of(list).await.json().as_array().unwrap().iter().any(|entry| entry["id"] == id));
        assert_eq!(service.delete(&format!("{prefix}/process/{id}")).await.status, 200);
        assert_eq!(service.get(&format!("{prefix}/conversiontypes")).await.status, 200);
    }
    service.get("/v2/process").await.assert_error(404, "");
}

#[tokio::test]
async fn the_key_comes_in_a_header_the_query_or_the_body() {
    let service = Service::start().await;
    let formats = json!({"inputformat": "png", "outputformat": "jpg"});
    let with = |key: &str| {
        let mut formats = formats.clone();
        formats["apikey"] = key.into();
        formats
    };
    assert_eq!(service.post("/process", with(KEY)).await.status, 200);
    assert_eq!(service.post(&format!("/process?apikey={KEY}"), formats.clone()).await.status, 200);
    let header = service.request(Method::POST, "/process").header("authorization", format!("bearer {KEY}"));
    assert_eq!(Answer::of(header.json(&formats)).await.status, 200);
    service.post("/process", formats.clone()).await.assert_error(401, "key");
    service.post("/process", with("wrong")).await.assert_error(401, "key");
    service.get("/processes?apikey=wrong").await.assert_error(401, "key");
    // Only its owner sees a process in the list; whoever has its URL can use it.
    let process = service.create("png", "jpg").await;
    assert_eq!(service.get(&process).await.status, 200);
}

#[tokio::test]
async fn parameters_mix_in_query_json_and_forms() {
    let service = Service::start().await;
    let create = format!("/process?inputformat=PNG&apikey={KEY}");
    let process = service.post(&create, json!({"outputformat": "jpg"})).await.str("url").to_owned();
    let form = service.request(Method::POST, &format!("{process}?input=upload"));
    let form = form.header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    let status = Answer::of(
        form.body("converteroptions[quality]=51&converteroptions%5Bwidth%5D=7&tag=a+b%26c&save=1"),
    )
    .await;
    assert_eq!(status.status, 200, "{}", status.text());
    assert_eq!(status["converter"]["options"], json!({"quality": "51", "width": "7"}));
    assert_eq!(status["tag"], "a b&c");
    // Everything in the query, as old clients do.
    let all = format!("/process?apikey={KEY}&inputformat=png&outputformat=jpg&unknown=1");
    assert_eq!(service.get(&all).await.status, 200);
    // JSON that the client calls a form, as curl does.
    let json = service.request(Method::POST, &format!("/process?apikey={KEY}"));
    let json = json.header("content-type", "application/x-www-form-urlencoded");
    let json = json.body(r#" {"inputformat": "png", "outputformat": "jpg"}"#);
    assert_eq!(Answer::of(json).await.status, 200);
    // PHP's empty array.
    let empty = json!({"inputformat": "png", "outputformat": "jpg", "apikey": KEY, "converteroptions": []});
    assert_eq!(service.post("/process", empty).await.status, 200);
}

/// Readers of JSON do not agree on which of two values counts.
#[tokio::test]
async fn no_parameter_has_two_values() {
    let service = Service::start().await;
    let create = |query: &str, kind: &str, body: &str| {
        let create = service.request(Method::POST, &format!("/process?{query}")).bearer_auth(KEY);
        Answer::of(create.header("content-type", kind).body(body.to_owned()))
    };
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    for (query, kind, body, name) in [
        ("", json, r#"{"inputformat": "png", "outputformat": "jpg", "inputformat": "gif"}"#, "inputformat"),
        ("inputformat=gif", json, r#"{"inputformat": "png", "outputformat": "jpg"}"#, "inputformat"),
        ("inputformat=png", form, "inputformat=gif&outputformat=jpg", "inputformat"),
        ("", form, "inputformat=png&outputformat=jpg&outputformat=gif", "outputformat"),
    ] {
        create(query, kind, body).await.assert_error(400, name);
    }
    let same = create("inputformat=png", json, r#"{"inputformat": "png", "outputformat": "jpg"}"#).await;
    assert_eq!(same.status, 200, "{}", same.text());
    for body in [
        r#"{"tasks": {"a": {"operation": "import/upload"}}, "tasks": {}}"#,
        r#"{"tasks": {"a": {"operation": "import/upload", "operation": "import/url"}}}"#,
    ] {
        let create = service.request(Method::POST, "/v2/jobs").bearer_auth(KEY);
        let refused = Answer::of(create.header("content-type", json).body(body)).await;
        assert_eq!(refused.status, 400, "{}", refused.text());
        assert!(refused.text().contains("twice"), "{}", refused.text());
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_create_is_said() {
    let service = Service::start().await;
    for (parameters, message) in [
        (json!({"outputformat": "jpg"}), "inputformat"),
        (json!({"inputformat": "png"}), "outputformat"),
        (json!({"inputformat": "png", "outputformat": "mp3"}), "This conversiontype is not supported!"),
        (
            json!({"inputformat": "png", "outputformat": "jpg", "mode": "extract"}),
            "This conversiontype is not supported!",
        ),
        (json!({"inputformat": "png", "outputformat": "jpg", "mode": "dance"}), "mode"),
        (json!({"inputformat": "../x", "outputformat": "jpg"}), "This conversiontype is not supported!"),
    ] {
        let create = service.request(Method::POST, "/process").bearer_auth(KEY).json(&parameters);
        Answer::of(create).await.assert_error(400, message);
    }
    for body in ["{", "[1]", "\"x\"", "null x"] {
        let create = service.request(Method::POST, "/process").bearer_auth(KEY).body(body);
        Answer::of(create).await.assert_error(400, "JSON");
    }
}

#[tokio::test]
async fn all_errors_are_objects_with_a_message() {
    let service = Service::start().await;
    service.get("/").await.assert_error(404, "");
    service.get("/process/nobody").await.assert_error(404, "Process");
    service.get("/download/~nobody").await.assert_error(404, "");
    service.put("/upload/~nobody/a.png", "x").await.assert_error(404, "");
    service.delete("/process/nobody").await.assert_error(404, "");
    service.delete("/processes").await.assert_error(405, "");
    service.put("/process", "").await.assert_error(405, "");
    service.get("/process/%ff").await.assert_error(400, "");
    service.get("/_admin/nothing").await.assert_error(404, "");
    // The token of one kind of URL does not open another.
    let (process, upload) = service.started("png", "jpg", json!({})).await;
    let token = upload.rsplit('/').next().unwrap();
    let id = process.rsplit('/').next().unwrap();
    service.get(&format!("/download/{token}")).await.assert_error(404, "");
    service.get(&format!("/process/{}", &token[1..])).await.assert_error(404, "");
    service.put(&format!("/upload/~{id}/a.png"), "x").await.assert_error(404, "");
}

#[tokio::test]
async fn all_types_that_are_shown_can_be_created_and_no_others() {
    let service = Service::start().await;
    let types = service.get("/conversiontypes").await;
    let types = types.json().as_array().unwrap();
    assert!(types.len() > 100);
    for entry in types {
        let format = |name: &str| entry[name].as_str().unwrap().replace('*', "png");
        let (input, output) = (format("inputformat"), format("outputformat"));
        let parameters = json!({"inputformat": input, "outputformat": output, "mode": entry["mode"]});
        service.create_with(parameters).await;
        assert!(entry["converter"].is_string() && entry["converteroptions"].is_object());
    }
    let one = service.get("/conversiontypes?inputformat=pdf&outputformat=jpg").await;
    assert_eq!(one.json().as_array().unwrap().len(), 1);
    assert_eq!(one.json()[0]["converter"], "pdftoppm");
    assert_eq!(service.get("/conversiontypes?inputformat=xyz").await.json(), &json!([]));
    assert!(service.get("/conversiontypes?mode=combine").await.json().as_array().unwrap().len() > 2);
}

#[tokio::test]
async fn pages_of_other_origins_may_use_it() {
    let service = Service::start().await;
    for method in ["PUT", "DELETE", "POST"] {
        let preflight = service
            .request(Method::OPTIONS, "/upload/~x/a.png")
            .header("origin", "https://example.org")
            .header("access-control-request-method", method)
            .header("access-control-request-headers", "authorization,range,content-type")
            .header("access-control-request-private-network", "true");
        let preflight = Answer::of(preflight).await;
        assert_eq!(preflight.status, 200);
        assert_eq!(preflight.header("access-control-allow-origin"), "*");
        assert!(preflight.header("access-control-allow-methods").contains(method));
        assert_eq!(preflight.header("access-control-allow-headers"), "authorization,range,content-type");
        assert_eq!(preflight.header("access-control-allow-private-network"), "true");
    }
    let get = service.request(Method::GET, "/process/x").header("origin", "https://example.org");
    let get = Answer::of(get).await;
    get.assert_error(404, "");
    assert_eq!(get.header("access-control-allow-origin"), "*");
    assert!(get.header("access-control-expose-headers").contains("retry-after"));
    // What is for tests alone, no page may see.
    let admin = service.request(Method::GET, "/_admin/requests").header("origin", "https://example.org");
    assert!(!Answer::of(admin).await.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn urls_are_on_the_host_that_the_client_knows() {
    let service = Service::start().await;
    let body = json!({"inputformat": "png", "outputformat": "jpg"});
    let create =
        service.request(Method::POST, "/process").bearer_auth(KEY).header("host", "srv01.localhost:1");
    assert!(Answer::of(create.json(&body)).await.str("url").starts_with("//srv01.localhost:1/process/"));
    // HTTP/1.0 has no host.
    let mut old = service
        .raw(format!("GET /process?inputformat=png&outputformat=jpg&apikey={KEY} HTTP/1.0\r\n\r\n"))
        .await;
    let answer = read_all(&mut old).await;
    assert!(answer.contains(&format!("//{}/process/", service.address)), "{answer}");
}
