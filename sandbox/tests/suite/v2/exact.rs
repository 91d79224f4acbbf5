//! What is nearly right: methods, hosts, links and queries.

use reqwest::Method;
use serde_json::{Value, json};

use super::{page, task, text};
use crate::service::{Answer, KEY, Service};

#[tokio::test]
async fn methods_that_there_are_not_are_told_from_places_that_there_are_not() {
    let service = Service::start().await;
    for (path, allowed) in [
        ("/v2/convert", "POST"),
        ("/v2/import/url", "POST"),
        ("/v2/pdf/a", "POST"),
        ("/sync/v2/export/url", "POST"),
        ("/v2/signed/x", "GET"),
    ] {
        for method in [Method::PUT, Method::HEAD, Method::PATCH] {
            let answer = Answer::of(service.request(method.clone(), path)).await;
            assert_eq!((answer.status, answer.header("allow")), (405, allowed), "{method} {path}");
        }
    }
    for path in ["/v2/nothing", "/v2/import/nothing", "/v2/"] {
        let answer = Answer::of(service.request(Method::PUT, path)).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.headers.contains_key("allow"), "{path}");
    }
    // HEAD would start something.
    for path in ["/process", "/convert", "/v1/process"] {
        let answer = Answer::of(service.request(Method::PUT, path)).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "GET,POST"), "{path}");
    }
}

#[tokio::test]
async fn a_host_that_waits_may_be_written_large_and_is_a_host() {
    let service = Service::start().await;
    let asked = |host: &'static str| {
        let create = service.request(Method::POST, "/v2/jobs").bearer_auth(KEY).header("host", host);
        Answer::of(create.json(&json!({"tasks": page()})))
    };
    for host in ["sync.example.org", "SYNC.example.org", "Sync.Example.org"] {
        let waited = asked(host).await;
        assert_eq!((waited.status, &waited["data"]["status"]), (200, &json!("finished")), "{host}");
        assert!(!waited["data"]["links"]["self"].to_string().to_lowercase().contains("sync."), "{host}");
    }
    for host in ["-a", "a..b", ".", "a.-b"] {
        assert_eq!(asked(host).await.status, 400, "{host}");
    }
}

#[tokio::test]
async fn a_link_to_a_file_is_that_and_no_other() {
    let service = Service::start().await;
    let ended = service.ended(&service.job(page()).await).await;
    let url = text(&task(&ended, "out")["result"]["files"][0]["url"]);
    let (unsigned, signature) = url.rsplit_once('=').unwrap();
    for other in [
        url.replace("file=0", "file=-1"),
        url.replace("file=0", "file=00"),
        url.replace("expires=", "expires=0"),
        format!("{url}&x=1"),
        url.replace("?file", "?x=1&file"),
        format!("{unsigned}={}", signature.to_uppercase()),
    ] {
        assert_ne!(other, url);
        assert_eq!(Answer::of(service.http.get(&other)).await.status, 403, "{other}");
    }
    assert_eq!(Answer::of(service.http.get(url)).await.status, 200);
}

#[tokio::test]
async fn queries_that_say_nothing_are_named() {
    let service = Service::start().await;
    let job = service.job(page()).await;
    let own = format!("/v2/jobs/{}?redirect=", text(&job["id"]));
    for (path, name) in [
        (format!("{own}yes"), "redirect"),
        (format!("{own}2"), "redirect"),
        ("/v2/jobs?per_page=0".to_owned(), "per_page"),
        ("/v2/tasks?per_page=abc".to_owned(), "per_page"),
        ("/v2/users/me/webhooks?page=-1".to_owned(), "page"),
    ] {
        let answer = service.v2(Method::GET, &path, Value::Null).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.text());
        assert!(answer["errors"][name].is_array(), "{path}: {}", answer.text());
    }
    for path in [format!("{own}false"), own.clone(), "/v2/jobs?per_page=&page=".to_owned()] {
        assert_eq!(service.v2(Method::GET, &path, Value::Null).await.status, 200, "{path}");
    }
    let hook = json!({"url": "http://example.org:99999/", "events": ["job.failed"]});
    let refused = service.v2(Method::POST, "/v2/webhooks", hook).await;
    assert!(text(&refused["errors"]["url"][0]).contains("http:// or https://"), "{}", refused.text());
}

#[tokio::test]
async fn an_answer_that_the_client_has_does_not_come_again() {
    let service = Service::start().await;
    let path = format!("/sync/v2/jobs/{}", text(&service.job(page()).await["id"]));
    let first = service.v2(Method::GET, &path, Value::Null).await;
    let again = |tag: &str| {
        Answer::of(service.request(Method::GET, &path).bearer_auth(KEY).header("if-none-match", tag))
    };
    let same = again(first.header("etag")).await;
    assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, first.header("etag")));
    let other = again("W/\"1-00\"").await;
    assert_eq!((other.status, &other.body), (200, &first.body));
}

#[tokio::test]
async fn a_job_that_began_nothing_waits() {
    let service = Service::start().await;
    let waiting = json!({"operation": "import/upload"});
    let job = service.job(json!({"one": waiting, "two": waiting})).await;
    let cancel = format!("/v2/tasks/{}/cancel", text(&task(&job, "one")["id"]));
    assert_eq!(service.v2(Method::POST, &cancel, Value::Null).await.status, 200);
    let path = format!("/v2/jobs/{}", text(&job["id"]));
    let shown = service.v2(Method::GET, &path, Value::Null).await["data"].clone();
    assert_eq!((&shown["status"], &shown["started_at"]), (&json!("waiting"), &Value::Null), "{shown}");
    service.send(&task(&job, "two")["result"]["form"], "a.md", b"# x").await;
    assert_eq!(service.ended(&job).await["status"], "error");
}
