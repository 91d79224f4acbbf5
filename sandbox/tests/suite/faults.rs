//! Misbehaviour on demand.

use std::time::{Duration, Instant};

use cloudconvert_sandbox::{Config, Limit, Rule};
use reqwest::Method;
use serde_json::{Value, json};

use crate::service::{ADMIN_KEY, Answer, KEY, Service, file};

fn list(service: &Service) -> reqwest::RequestBuilder {
    service.request(Method::GET, "/processes").bearer_auth(KEY)
}

#[tokio::test]
async fn admin_is_off_unless_wanted() {
    let service = Service::with(Config::default()).await;
    for what in ["faults", "rate-limit", "requests"] {
        service.get(&format!("/_admin/{what}")).await.assert_error(404, "");
    }
}

#[tokio::test]
async fn a_status_with_headers_and_a_body() {
    let service = Service::start().await;
    service.fault(json!([
        {"kind": "list", "times": 1, "status": 503, "headers": {"Retry-After": "7"}, "body": "{\"message\": \"busy\"}"},
        {"kind": "list", "times": 1, "status": 502, "body": "<html>Bad Gateway</html>"},
        {"kind": "list", "times": 1, "status": 200, "headers": {"Content-Type": "text/plain"}, "body": "{"},
    ]))
    .await;
    let busy = Answer::of(list(&service)).await;
    busy.assert_error(503, "busy");
    assert_eq!(busy.header("retry-after"), "7");
    let gateway = Answer::of(list(&service)).await;
    assert_eq!((gateway.status, gateway.header("content-type")), (502, "text/html"));
    assert_eq!(Answer::of(list(&service)).await.text(), "{");
    assert_eq!(Answer::of(list(&service)).await.json(), &json!([]));
}

#[tokio::test]
async fn rules_are_listed_counted_down_and_cleared() {
    let service = Service::start().await;
    service.fault(json!({"kind": "list", "skip": 1, "times": 2, "status": 500})).await;
    let statuses = async |count: usize| {
        let mut statuses = Vec::new();
        for _ in 0..count {
            statuses.push(Answer::of(list(&service)).await.status);
        }
        statuses
    };
    assert_eq!(statuses(2).await, [200, 500]);
    let rules = service.admin(Method::GET, "faults", Value::Null).await;
    assert_eq!((&rules.json()[0]["skip"], &rules.json()[0]["times"]), (&json!(0), &json!(1)));
    assert_eq!(statuses(2).await, [500, 200]);
    service.fault(json!({"status": 500})).await;
    assert_eq!(statuses(1).await, [500]);
    assert_eq!(service.admin(Method::DELETE, "faults", Value::Null).await.json(), &json!([]));
    assert_eq!(statuses(1).await, [200]);
}

#[tokio::test]
async fn rules_that_mean_nothing_are_refused() {
    let service = Service::start().await;
    for rule in [
        json!({"kind": "creat"}),
        json!({"time": 1}),
        json!({"probability": 1.5}),
        json!({"status": 42}),
        json!({"headers": {"a b": "c"}}),
        json!({"kind": "create", "done": true}),
        json!({"kind": "run", "status": 500, "done": true}),
        json!({"kind": "status", "body": "x"}),
        json!({"kind": "status", "headers": {"Retry-After": "1"}}),
        json!({"kind": "run", "cut": "before"}),
        json!({"kind": "run", "status": 200}),
        json!({"kind": "run", "lose_process": true}),
        json!({"kind": "webhook", "cut_upload_after": 5}),
        json!({"kind": "webhook", "status": 500, "body": "x"}),
        json!("x"),
        json!([{"cut": "sometimes"}]),
    ] {
        service.admin(Method::POST, "faults", rule).await.assert_error(400, "");
    }
    service.admin(Method::PUT, "rate-limit", json!({"request": 1})).await.assert_error(400, "");
    let never = json!({"requests": 1, "per_ms": 0});
    service.admin(Method::PUT, "rate-limit", never).await.assert_error(400, "per_ms has to be");
    assert_eq!(service.admin(Method::GET, "faults", Value::Null).await.json(), &json!([]));
}

#[tokio::test]
async fn chances_are_seeded() {
    let rule: Rule = r#"{"kind": "list", "probability": 0.5, "status": 500}"#.parse().unwrap();
    let mut runs = Vec::new();
    for seed in [3, 3, 4] {
        let config = Config { faults: vec![rule.clone()], seed, ..Config::default() };
        let service = Service::with(config).await;
        let mut run = Vec::new();
        for _ in 0..64 {
            run.push(Answer::of(list(&service)).await.status);
        }
        assert!(run.contains(&200) && run.contains(&500));
        runs.push(run);
    }
    assert!(runs[0] == runs[1] && runs[1] != runs[2]);
}

#[tokio::test]
async fn each_key_has_its_limit() {
    let service = Service::with(Config {
        admin_key: Some(ADMIN_KEY.into()),
        keys: vec!["other".into()],
        ..Config::default()
    })
    .await;
    service.admin(Method::PUT, "rate-limit", json!({"key": KEY, "requests": 3, "per_ms": 60_000})).await;
    // Whatever way the key comes, and for processes that it has created too.
    let process = service.create("png", "jpg").await;
    service.get("/processes?apikey=other").await;
    assert_eq!(service.get(&process).await.status, 200);
    assert_eq!(service.get(&format!("/processes?apikey={KEY}")).await.status, 200);
    for _ in 0..2 {
        let refused = service.get(&process).await;
        refused.assert_error(429, "Too many requests");
        let seconds: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds));
    }
    let body = json!({"inputformat": "png", "outputformat": "jpg", "apikey": KEY});
    service.post("/process", body).await.assert_error(429, "");
    assert_eq!(service.get("/processes?apikey=other").await.status, 200);
    service.admin(Method::PUT, "rate-limit", json!({"key": KEY, "requests": 0, "retry_after": 30})).await;
    assert_eq!(service.get(&process).await.header("retry-after"), "30");
    service.admin(Method::DELETE, "rate-limit", Value::Null).await;
    assert_eq!(service.get(&process).await.status, 200);
}

#[tokio::test]
async fn a_limit_lets_pass_again_when_its_window_is_over() {
    let limit: Limit = "2/1".parse().unwrap();
    let service = Service::with(Config { limits: vec![limit], ..Config::default() }).await;
    let begin = Instant::now();
    let mut statuses = Vec::new();
    while statuses.iter().filter(|status| **status == 200).count() < 5 {
        statuses.push(Answer::of(list(&service)).await.status);
    }
    assert!(begin.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn a_cut_before_or_after_what_was_asked() {
    let service = Service::start().await;
    let process = service.create("png", "jpg").await;
    service
        .fault(json!([
            {"kind": "start", "times": 1, "cut": "before"}, {"kind": "start", "times": 1, "cut": "after"},
        ]))
        .await;
    let start = || Answer::try_of(service.request(Method::POST, &process).json(&json!({"input": "upload"})));
    assert!(start().await.is_err());
    assert_eq!(service.get(&process).await["step"], Value::Null);
    assert!(start().await.is_err());
    assert_eq!(service.get(&process).await["step"], "input");
}

#[tokio::test]
async fn a_start_and_an_upload_are_answered_with_an_error_and_done() {
    let service = Service::start().await;
    let process = service.create("png", "jpg").await;
    service
        .fault(json!([
            {"kind": "start", "times": 1, "status": 500, "done": true},
            {"kind": "upload", "times": 1, "status": 503, "done": true},
        ]))
        .await;
    assert_eq!(service.post(&process, json!({"input": "upload"})).await.status, 500);
    let status = service.get(&process).await;
    assert_eq!(status["step"], "input");
    let upload = format!("{}/a.png", status["upload"]["url"].as_str().unwrap());
    assert_eq!(service.put(&upload, file("input.png")).await.status, 503);
    assert_eq!(service.wait(&process).await["step"], "finished");
}

#[tokio::test]
async fn a_cut_within_an_upload() {
    let service = Service::start().await;
    let (process, upload) = service.started("png", "jpg", json!({})).await;
    service.fault(json!({"kind": "upload", "times": 1, "cut_upload_after": 1000})).await;
    let put = || service.request(Method::PUT, &format!("{upload}/a.png")).body(file("input.png"));
    assert!(Answer::try_of(put()).await.is_err());
    assert_eq!(service.get(&process).await["step"], "input");
    assert_eq!(Answer::of(put()).await.status, 200);
    assert_eq!(service.wait(&process).await["step"], "finished");
}

#[tokio::test]
async fn a_cut_within_a_download_does_not_count() {
    let service = Service::start().await;
    let status = service.convert(("png", "bmp"), file("input.png"), json!({})).await;
    let url = status["output"]["url"].as_str().unwrap();
    service
        .fault(json!([
            {"kind": "download", "times": 1, "cut_download_after": 0},
            {"kind": "download", "times": 1, "cut_download_after": 1000},
        ]))
        .await;
    for expected in [0, 1000] {
        let mut response = service.request(Method::GET, url).send().await.unwrap();
        let mut got = 0;
        while let Ok(Some(chunk)) = response.chunk().await {
            got += chunk.len();
        }
        assert_eq!(got, expected);
    }
    assert_eq!(service.get(status.str("url")).await["output"]["downloads"], 0);
    // From where it broke off, or from the beginning.
    let rest = Answer::of(service.request(Method::GET, url).header("range", "bytes=500-")).await;
    assert_eq!(rest.body.len() as u64, status["output"]["size"].as_u64().unwrap() - 500);
    service.get(url).await.assert_error(404, "");
}

#[tokio::test]
async fn a_delay_and_a_lost_process() {
    let service = Service::start().await;
    let (process, upload) = service.started("png", "jpg", json!({})).await;
    service.fault(json!({"kind": "status", "times": 1, "delay_ms": 300})).await;
    let begin = Instant::now();
    assert_eq!(service.get(&process).await.status, 200);
    assert!(begin.elapsed() >= Duration::from_millis(300));
    service.fault(json!({"kind": "upload", "times": 1, "lose_process": true})).await;
    service.put(&format!("{upload}/a.png"), "x").await.assert_error(404, "");
    service.get(&process).await.assert_error(404, "");
}

#[tokio::test]
async fn a_conversion_that_waits_or_fails() {
    let service = Service::start().await;
    service.fault(json!({"kind": "run", "times": 1, "status": 503, "headers": {"retry-after": "7"}, "body": "No host"})).await;
    let failed = service.convert(("png", "jpg"), file("input.png"), json!({})).await;
    failed.assert_error(503, "No host");
    assert_eq!((failed.header("retry-after"), &failed["step"]), ("7", &json!("error")));
    service.fault(json!({"kind": "run", "times": 1, "delay_ms": 3_600_000})).await;
    let (process, upload) = service.started("png", "jpg", json!({})).await;
    service.put(&format!("{upload}/a.png"), file("input.png")).await;
    service.until(&process, |status| status["step"] == "wait").await;
    assert_eq!(service.delete(&process).await.status, 200);
}

#[tokio::test]
async fn a_journal_without_secrets() {
    let service = Service::start().await;
    service.get(&format!("/processes?apikey={KEY}")).await;
    let process = service.create("png", "jpg").await;
    service.fault(json!({"kind": "wait", "times": 1, "cut": "before"})).await;
    let _ = Answer::try_of(service.request(Method::GET, &format!("{process}?wait"))).await;
    service.get(&process).await;
    let journal = service.admin(Method::GET, "requests", Value::Null).await;
    assert!(!journal.text().contains(KEY));
    let shown: Vec<Value> = journal
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| json!([entry["method"], entry["kind"], entry["key"], entry["status"]]))
        .collect();
    let expected = json!([
        ["GET", "list", true, 200],
        ["POST", "create", true, 200],
        ["GET", "wait", false, 0],
        ["GET", "status", false, 200],
    ]);
    assert_eq!(json!(shown), expected);
    assert_eq!(
        journal.json()[3]["path"],
        process.trim_start_matches("//").trim_start_matches(&service.address)
    );
    service.admin(Method::DELETE, "requests", Value::Null).await;
    // Of a stranger's path no more than what tells which it is.
    let long = format!("/process/{}", "x".repeat(10_000));
    service.get(&long).await.assert_error(404, "Process");
    let journal = service.admin(Method::GET, "requests", Value::Null).await;
    assert_eq!(journal.json()[0]["path"], long[..512]);
    service.admin(Method::DELETE, "requests", Value::Null).await;
    assert_eq!(service.admin(Method::GET, "requests", Value::Null).await.json(), &json!([]));
}
