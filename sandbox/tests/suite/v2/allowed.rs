//! What a key may do, how often, and how much at once.

use cloudconvert_sandbox::Config;
use reqwest::Method;
use serde_json::{Value, json};

use super::{page, text};
use crate::service::{ADMIN_KEY, Answer, KEY, Service};

#[tokio::test]
async fn only_a_key_opens_and_only_its_own_jobs() {
    let service = Service::with(Config { keys: vec!["other".into()], ..Config::default() }).await;
    let job = service.job(page()).await;
    let path = format!("/v2/jobs/{}", text(&job["id"]));
    let with = async |key: &str| Answer::of(service.request(Method::GET, &path).bearer_auth(key)).await;
    let answer = service.get(&path).await;
    assert_eq!(
        (answer.status, answer.str("code"), answer.str("message")),
        (401, "UNAUTHENTICATED", "Unauthenticated.")
    );
    assert_eq!(with("wrong").await.text(), answer.text());
    assert_eq!(service.get(&format!("{path}?apikey={KEY}")).await.status, 401, "no key in the query");
    assert_eq!(with("other").await.status, 404);
}

#[tokio::test]
async fn each_scope_allows_its_calls_and_no_others() {
    let scopes = ["user.read", "user.write", "task.read", "task.write", "webhook.read", "webhook.write"];
    let config = Config {
        keys: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        scopes: scopes.iter().map(|scope| ((*scope).to_owned(), vec![(*scope).to_owned()])).collect(),
        ..Config::default()
    };
    let service = Service::with(config).await;
    let hook = json!({"url": "http://127.0.0.1:1/", "events": ["job.finished"]});
    let calls = [
        ("user.read", Method::GET, "/v2/users/me", Value::Null),
        ("task.read", Method::GET, "/v2/jobs", Value::Null),
        ("task.read", Method::GET, "/v2/jobs/none", Value::Null),
        ("task.read", Method::GET, "/v2/tasks", Value::Null),
        ("task.read", Method::GET, "/v2/tasks/none", Value::Null),
        ("task.write", Method::POST, "/v2/jobs", json!({"tasks": page()})),
        ("task.write", Method::POST, "/v2/import/upload", json!({})),
        ("task.write", Method::DELETE, "/v2/jobs/none", Value::Null),
        ("task.write", Method::DELETE, "/v2/tasks/none", Value::Null),
        ("task.write", Method::POST, "/v2/tasks/none/cancel", Value::Null),
        ("task.write", Method::POST, "/v2/tasks/none/retry", Value::Null),
        ("webhook.read", Method::GET, "/v2/users/me/webhooks", Value::Null),
        ("webhook.write", Method::POST, "/v2/webhooks", hook),
        ("webhook.write", Method::DELETE, "/v2/webhooks/none", Value::Null),
    ];
    for (needed, method, path, body) in calls {
        for scope in scopes {
            let request = service.request(method.clone(), path).bearer_auth(scope);
            let answer = Answer::of(if body.is_null() { request } else { request.json(&body) }).await;
            if scope == needed {
                let statuses = [200, 201, 404];
                assert!(statuses.contains(&answer.status), "{scope} {path}: {}", answer.text());
            } else {
                assert_eq!(answer.status, 403, "{scope} {path}: {}", answer.text());
                assert!(answer.str("message").contains(needed), "{}", answer.text());
            }
        }
    }
}

#[tokio::test]
async fn too_many_at_once_is_told_apart_from_an_empty_account() {
    let config = Config { parallel_jobs: Some(1), keys: vec!["other".into()], ..Config::default() };
    let service = Service::with(config).await;
    let waiting = json!({"in": {"operation": "import/upload"}});
    let job = service.job(waiting.clone()).await;
    let refused = service.v2(Method::POST, "/v2/jobs", json!({ "tasks": waiting })).await;
    assert_eq!((refused.status, refused.str("code")), (402, "PARALLEL_JOB_LIMIT_EXCEEDED"));
    // Of a refused job nothing is left, and another key has jobs of its own.
    let list = service.v2(Method::GET, "/v2/jobs", Value::Null).await;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    let request = service.request(Method::POST, "/v2/jobs").bearer_auth("other");
    assert_eq!(Answer::of(request.json(&json!({ "tasks": waiting }))).await.status, 201);
    let path = format!("/v2/jobs/{}", text(&job["id"]));
    assert_eq!(service.v2(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(service.v2(Method::GET, &path, Value::Null).await.status, 404);
    service.job(waiting).await;
}

#[tokio::test]
async fn limits_are_told_with_every_answer() {
    let config = Config {
        limits: vec!["3/60".parse().unwrap()],
        keys: vec!["other".into()],
        admin_key: Some(ADMIN_KEY.into()),
        ..Config::default()
    };
    let service = Service::with(config).await;
    let left = |answer: &Answer| {
        assert_eq!(answer.header("x-ratelimit-limit"), "3", "{:?}", answer.headers);
        answer.header("x-ratelimit-remaining").parse::<u32>().unwrap()
    };
    let created = service.v2(Method::POST, "/v2/jobs", json!({"tasks": page()})).await;
    assert_eq!((created.status, left(&created)), (201, 2));
    assert!(!created.headers.contains_key("retry-after"));
    let missing = service.v2(Method::GET, "/v2/tasks/none", Value::Null).await;
    assert_eq!((missing.status, left(&missing)), (404, 1));
    let path = format!("/v2/jobs/{}", text(&created["data"]["id"]));
    let deleted = service.v2(Method::DELETE, &path, Value::Null).await;
    assert_eq!((deleted.status, left(&deleted)), (204, 0));
    let refused = service.v2(Method::GET, "/v2/jobs", Value::Null).await;
    assert_eq!((refused.status, refused.str("code"), left(&refused)), (429, "TOO_MANY_REQUESTS", 0));
    let seconds = refused.header("retry-after").parse::<u64>().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    // Another key has a window of its own; the account and the address that waits tell no limit.
    for path in ["/v2/users/me", "/sync/v2/jobs"] {
        let answer = Answer::of(service.request(Method::GET, path).bearer_auth("other")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(!answer.headers.contains_key("x-ratelimit-limit"), "{path}");
    }
    service.admin(Method::DELETE, "rate-limit", Value::Null).await;
    let free = service.v2(Method::GET, "/v2/jobs", Value::Null).await;
    assert!(free.status == 200 && !free.headers.contains_key("x-ratelimit-limit"));
}
