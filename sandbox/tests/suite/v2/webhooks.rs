//! Webhooks: of the account and of a job, signed over their raw body, sent again where they fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cloudconvert_sandbox::Config;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::{page, text};
use crate::service::{ADMIN_KEY, KEY, Service};

/// A server that hands on the head and the body of each request, and answers the first so many with this status.
async fn receiver(
    failures: usize,
    status: &'static str,
) -> (String, mpsc::UnboundedReceiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sent, received) = mpsc::unbounded_channel();
    let count = Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = Vec::new();
            let (mut head, mut length) = (None, 0);
            loop {
                if head.is_none()
                    && let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n")
                {
                    let text = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
                    let value = text
                        .lines()
                        .find_map(|line| line.strip_prefix("content-length: ").map(str::to_owned));
                    length = end + 4 + value.map_or(0, |value| value.parse::<usize>().unwrap());
                    head = Some((text, end + 4));
                }
                if head.is_some() && bytes.len() >= length {
                    break;
                }
                if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                    break;
                }
            }
            let Some((head, start)) = head else { continue };
            let failed = count.fetch_add(1, Ordering::SeqCst) < failures;
            let status = if failed { status } else { "204 No Content" };
            let _ =
                stream.write_all(format!("HTTP/1.1 {status}\r\nconnection: close\r\n\r\n").as_bytes()).await;
            let _ = sent.send((head, String::from_utf8_lossy(&bytes[start..]).into_owned()));
        }
    });
    (url, received)
}

fn is_signed((head, body): &(String, String), secret: &str) -> bool {
    let signature = head.lines().find_map(|line| line.strip_prefix("cloudconvert-signature: ")).unwrap();
    let mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).unwrap().chain_update(body.as_bytes());
    hex::encode(mac.finalize().into_bytes()) == signature
}

fn event((_, body): &(String, String)) -> Value {
    serde_json::from_str(body).unwrap()
}

#[tokio::test]
async fn the_account_is_told_of_each_event_signed_with_the_secret_of_its_webhook() {
    let service = Service::start().await;
    let (url, mut received) = receiver(0, "").await;
    let made = service
        .v2(Method::POST, "/v2/webhooks", json!({"url": url, "events": ["job.created", "job.finished"]}))
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let job = service.job(page()).await;
    for name in ["job.created", "job.finished"] {
        let one = received.recv().await.unwrap();
        let secret = text(&made["data"]["signing_secret"]);
        assert!(is_signed(&one, secret) && !is_signed(&one, "other"));
        assert_eq!((&event(&one)["job"]["id"], text(&event(&one)["event"])), (&job["id"], name));
        // Who reads the JSON and writes it again signs something else: slashes are escaped.
        assert!(one.1.contains(r"\/v2\/jobs\/") && !one.1.contains("/v2/"), "{}", one.1);
        let again = (one.0.clone(), event(&one).to_string());
        assert!(!is_signed(&again, secret));
    }
    let list =
        service.v2(Method::GET, &format!("/v2/users/me/webhooks?filter[url]={url}"), Value::Null).await;
    assert_eq!(list["data"][0]["id"], made["data"]["id"]);
    let path = format!("/v2/webhooks/{}", made["data"]["id"]);
    assert_eq!(service.v2(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(service.v2(Method::DELETE, &path, Value::Null).await.status, 404);
}

/// Also where the first of them has to be sent again.
#[tokio::test]
async fn events_come_in_their_order_and_show_the_job_as_it_was() {
    let config = Config { callback_pause: Duration::from_millis(1), ..Config::default() };
    let service = Service::with(config).await;
    let (url, mut received) = receiver(2, "500 Internal Server Error").await;
    let hook = json!({"url": url, "events": ["job.finished", "job.created"]});
    assert_eq!(service.v2(Method::POST, "/v2/webhooks", hook).await.status, 201);
    // It has ended before the first is heard.
    service.v2(Method::POST, "/sync/v2/jobs", json!({"tasks": page()})).await;
    for (name, status) in [("job.created", "waiting"); 3].into_iter().chain([("job.finished", "finished")]) {
        let one = event(&received.recv().await.unwrap());
        assert_eq!((text(&one["event"]), text(&one["job"]["status"])), (name, status), "{one}");
        let tasks = one["job"]["tasks"].as_array().unwrap();
        assert!(tasks.len() == 3 && tasks.iter().all(|task| task["status"] == status), "{one}");
    }
}

#[tokio::test]
async fn a_receiver_that_never_hears_is_tried_four_times() {
    let config = Config { callback_pause: Duration::from_millis(1), ..Config::default() };
    let service = Service::with(config).await;
    let (url, mut received) = receiver(usize::MAX, "503 Service Unavailable").await;
    service.v2(Method::POST, "/v2/webhooks", json!({"url": url, "events": ["job.finished"]})).await;
    service.job(page()).await;
    let hook =
        async || service.v2(Method::GET, "/v2/users/me/webhooks", Value::Null).await["data"][0].clone();
    while hook().await["failing"] != true {
        tokio::task::yield_now().await;
    }
    for _ in 0..4 {
        assert_eq!(event(&received.recv().await.unwrap())["event"], "job.finished");
    }
    assert!(received.try_recv().is_err());
    assert_eq!(hook().await["disabled"], false);
}

#[tokio::test]
async fn a_webhook_has_the_url_that_it_was_given() {
    let service = Service::start().await;
    let url = "https://a.example";
    let hook = json!({"url": url, "events": ["job.failed"]});
    assert_eq!(service.v2(Method::POST, "/v2/webhooks", hook).await["data"]["url"], url);
    let path = format!("/v2/users/me/webhooks?filter[url]={url}");
    assert_eq!(service.v2(Method::GET, &path, Value::Null).await["data"][0]["url"], url);
    let path = format!("/v2/users/me/webhooks?filter[url]={url}/");
    assert_eq!(service.v2(Method::GET, &path, Value::Null).await["data"], json!([]));
}

#[tokio::test]
async fn a_job_tells_its_own_url_until_it_is_heard() {
    let service =
        Service::with(Config { callback_pause: Duration::from_millis(1), ..Config::default() }).await;
    let (url, mut received) = receiver(2, "500 Internal Server Error").await;
    let mut tasks = page();
    tasks["in"]["filename"] = "a.png".into();
    tasks["work"]["output_format"] = "jpg".into();
    let answer = service.v2(Method::POST, "/v2/jobs", json!({"tasks": tasks, "webhook_url": url})).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    for _ in 0..3 {
        let one = received.recv().await.unwrap();
        assert_eq!(event(&one)["event"], "job.failed");
        assert!(is_signed(&one, KEY));
    }
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_told_no_more() {
    let service = Service::start().await;
    let (url, mut received) = receiver(1, "410 Gone").await;
    service.v2(Method::POST, "/v2/webhooks", json!({"url": url, "events": ["job.finished"]})).await;
    service.ended(&service.job(page()).await).await;
    received.recv().await.unwrap();
    let list = async || {
        service.v2(Method::GET, "/v2/users/me/webhooks", Value::Null).await["data"][0]["disabled"].clone()
    };
    while list().await != true {
        tokio::task::yield_now().await;
    }
}

/// A redirect may not make another request of it, which would have neither body nor signature.
#[tokio::test]
async fn a_webhook_is_redirected_as_it_is_or_sent_again() {
    let config = Config { callback_pause: Duration::from_millis(1), ..Config::default() };
    let service = Service::with(config).await;
    for (status, second) in [
        ("301 Moved Permanently\r\nlocation: /moved", "/hook"),
        ("302 Found\r\nlocation: /moved", "/hook"),
        ("303 See Other\r\nlocation: /moved", "/hook"),
        ("307 Temporary Redirect\r\nlocation: /moved", "/moved"),
        ("308 Permanent Redirect\r\nlocation: /moved", "/moved"),
    ] {
        let (url, mut received) = receiver(1, status).await;
        service.v2(Method::POST, "/v2/jobs", json!({"tasks": page(), "webhook_url": url})).await;
        for path in ["/hook", second] {
            let one = received.recv().await.unwrap();
            assert!(one.0.starts_with(&format!("post {path} ")), "{status}: {}", one.0);
            assert!(is_signed(&one, KEY) && event(&one)["event"] == "job.finished", "{status}: {}", one.1);
        }
    }
}

#[tokio::test]
async fn what_is_no_webhook_is_refused() {
    let service = Service::start().await;
    for wrong in [
        json!({}),
        json!({"url": "x", "events": ["job.finished"]}),
        json!({"url": "https://e.com", "events": ["job.lost"]}),
        json!({"url": "https://e.com", "events": ["job.finished", 7]}),
        json!({"url": "https://e.com", "events": []}),
        json!({"url": "ftp://e.com", "events": ["job.finished"]}),
    ] {
        assert_eq!(service.v2(Method::POST, "/v2/webhooks", wrong).await.status, 422);
    }
}

#[tokio::test]
async fn a_webhook_comes_twice_or_late_on_demand() {
    let service = Service::with(Config {
        admin_key: Some(ADMIN_KEY.into()),
        callback_pause: Duration::from_millis(1),
        ..Config::default()
    })
    .await;
    let (url, mut received) = receiver(0, "").await;
    service.fault(json!({"kind": "webhook", "times": 1, "cut": "after"})).await;
    service.v2(Method::POST, "/v2/webhooks", json!({"url": url, "events": ["job.finished"]})).await;
    let job = service.job(page()).await;
    for _ in 0..2 {
        assert_eq!(event(&received.recv().await.unwrap())["job"]["id"], job["id"]);
    }
}

#[tokio::test]
async fn a_webhook_that_would_never_be_called_is_refused() {
    let service = Service::start().await;
    for url in ["http://10.0.0.1/", "http://169.254.1.1/hook", "https://[fd00::1]/"] {
        let job = service.v2(Method::POST, "/v2/jobs", json!({"tasks": page(), "webhook_url": url})).await;
        assert_eq!(job.status, 422, "{}", job.text());
        assert!(text(&job["errors"]["webhook_url"][0]).contains("--allow-fetch"), "{}", job.text());
        let hook = json!({"url": url, "events": ["job.finished"]});
        let hook = service.v2(Method::POST, "/v2/webhooks", hook).await;
        assert_eq!(hook.status, 422, "{}", hook.text());
        assert!(text(&hook["errors"]["url"][0]).contains("--allow-fetch"), "{}", hook.text());
    }
}
