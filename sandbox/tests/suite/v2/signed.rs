//! Signed URLs: a link that runs a job.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{page, text};
use crate::service::{Answer, KEY, Service};

/// As a client signs: `BASE?job=…&more&s=…`.
async fn url(service: &Service, job: &Value, more: &str) -> String {
    let me = service.v2(Method::GET, "/v2/users/me", Value::Null).await;
    let base = text(&me["data"]["links"]["signed_urls"]);
    let unsigned = format!("{base}?job={}{more}", URL_SAFE_NO_PAD.encode(job.to_string()));
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(KEY.as_bytes()).unwrap().chain_update(&unsigned);
    format!("{unsigned}&s={}", hex::encode(mac.finalize().into_bytes()))
}

async fn follow(service: &Service, url: &str) -> Answer {
    Answer::of(service.http.get(url)).await
}

#[tokio::test]
async fn a_signed_url_runs_its_job_and_leads_to_the_file() {
    let service = Service::start().await;
    let url = url(&service, &json!({"tasks": page()}), "").await;
    let answer = follow(&service, &url).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    assert!(follow(&service, answer.header("location")).await.text().contains("Hello"));
    // To ask for its head starts nothing.
    let head = Answer::of(service.http.head(&url)).await;
    assert_eq!((head.status, head.header("allow")), (405, "GET"));
    // Without a cache key each request is a job.
    follow(&service, &url).await;
    let jobs = service.v2(Method::GET, "/v2/jobs", Value::Null).await;
    assert_eq!(jobs["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_cache_key_runs_it_once_also_for_those_who_come_together() {
    let service = Service::start().await;
    let url = url(&service, &json!({"tasks": page()}), "&cache_key=a-page").await;
    let (one, two) = tokio::join!(follow(&service, &url), follow(&service, &url));
    let three = follow(&service, &url).await;
    let file = |answer: &Answer| answer.header("location").split('?').next().unwrap().to_owned();
    assert_eq!((file(&one), file(&two)), (file(&three), file(&three)));
    let jobs = service.v2(Method::GET, "/v2/jobs", Value::Null).await;
    assert_eq!(jobs["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_altered_has_expired_or_cannot_be_is_refused() {
    let service = Service::start().await;
    let job = json!({"tasks": page()});
    let signed = url(&service, &job, "&cache_key=one").await;
    for altered in [
        signed.replace("cache_key=one", "cache_key=two"),
        signed.replace("&s=", "&x=1&s="),
        format!("{signed}0"),
    ] {
        let answer = follow(&service, &altered).await;
        assert_eq!(answer.status, 403, "{}", answer.text());
        assert!(answer.str("message").contains("altered"));
    }
    let answer = follow(&service, &url(&service, &job, "&expires=1000000000").await).await;
    assert_eq!((answer.status, answer.str("message")), (403, "The URL has expired."));
    assert_eq!(follow(&service, &url(&service, &job, "&expires=9000000000").await).await.status, 302);
    let never = follow(&service, &url(&service, &job, "&expires=never").await).await;
    assert_eq!(never.status, 422, "{}", never.text());
    assert!(never["errors"]["expires"].is_array(), "{}", never.text());
    let unknown = signed.replacen("/signed/", "/signed/0", 1);
    assert_eq!(follow(&service, &unknown).await.status, 404);
    let no_export = json!({"tasks": {"in": {"operation": "import/raw", "file": "a", "filename": "a.txt"}}});
    assert_eq!(follow(&service, &url(&service, &no_export, "").await).await.status, 422);
    let waits = json!({"tasks": {
        "in": {"operation": "import/upload"}, "out": {"operation": "export/url", "input": "in"},
    }});
    let answer = follow(&service, &url(&service, &waits, "").await).await;
    assert!(answer.status == 422 && answer.text().contains("waits for an upload"), "{}", answer.text());
    let fails = json!({"tasks": {
        "in": {"operation": "import/raw", "file": "no picture", "filename": "a.png"},
        "work": {"operation": "convert", "input": "in", "output_format": "jpg"},
        "out": {"operation": "export/url", "input": "work"},
    }});
    let answer = follow(&service, &url(&service, &fails, "").await).await;
    assert_eq!(answer.status, 422);
    assert!(answer["errors"]["job"][0].as_str().unwrap().contains("The job failed"));
}
