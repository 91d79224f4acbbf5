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
        ("task.read", Method::GET, "/v1/processes", Value::Null),
        ("task.write", Method::POST, "/v1/process", json!({"inputformat": "png", "outputformat": "jpg"})),
        ("task.write", Method::POST, "/process?inputformat=png&outputformat=jpg", Value::Null),
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

/// A job that may not run pushes nothing out to make room for itself.
#[tokio::test]
async fn a_job_that_is_refused_takes_no_place() {
    let config = Config { parallel_jobs: Some(1), max_processes: 2, ..Config::default() };
    let service = Service::with(config).await;
    let spent =
        service.job(json!({"in": {"operation": "import/raw", "file": "x", "filename": "a.md"}})).await;
    service.ended(&spent).await;
    let waiting = json!({"tasks": {"in": {"operation": "import/upload"}}});
    assert_eq!(service.v2(Method::POST, "/v2/jobs", waiting.clone()).await.status, 201);
    for _ in 0..3 {
        assert_eq!(service.v2(Method::POST, "/v2/jobs", waiting.clone()).await.status, 402);
    }
    let path = format!("/v2/jobs/{}", text(&spent["id"]));
    assert_eq!(service.v2(Method::GET, &path, Value::Null).await.status, 200);
    // For one that may run, it makes room.
    service.create("png", "jpg").await;
    assert_eq!(service.v2(Method::GET, &path, Value::Null).await.status, 404);
}

/// Tasks alone and processes are no jobs, and what has ended does not count for another moment.
#[tokio::test]
async fn what_is_no_job_takes_no_place_of_jobs() {
    let config = Config { parallel_jobs: Some(1), ..Config::default() };
    let service = Service::with(config).await;
    service.started("png", "jpg", json!({})).await;
    let alone = || service.v2(Method::POST, "/v2/import/upload", json!({}));
    let ends = json!({"in": {"operation": "import/raw", "file": "x", "filename": "a.md"}});
    for _ in 0..50 {
        let (_, _, job, _) = tokio::join!(alone(), alone(), service.job(ends.clone()), alone());
        service.ended(&job).await;
    }
}

#[tokio::test]
async fn limits_count_creations_and_are_told_with_other_answers_too() {
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
    let call = async |method: Method, path: &str| service.v2(method, path, Value::Null).await;
    let create = async |path: &str, body: Value| service.v2(Method::POST, path, body).await;
    assert_eq!(left(&call(Method::GET, "/v2/jobs").await), 3);
    let created = create("/v2/jobs", json!({"tasks": page()})).await;
    assert_eq!((created.status, left(&created)), (201, 2));
    assert!(!created.headers.contains_key("retry-after"));
    // What creates nothing, counts for nothing.
    let path = format!("/v2/jobs/{}", text(&created["data"]["id"]));
    let ended = call(Method::GET, &format!("/sync{path}")).await;
    for (method, path, status) in [
        (Method::GET, "/v2/tasks/none", 404),
        (Method::GET, "/v2/tasks", 200),
        (Method::POST, "/v2/tasks/none/cancel", 404),
        (Method::GET, "/v2/users/me/webhooks", 200),
        (Method::DELETE, path.as_str(), 204),
    ] {
        let answer = call(method, path).await;
        assert_eq!((answer.status, left(&answer)), (status, 2), "{path}");
    }
    // The account and the address that waits, be it a path or a host, tell no limit.
    let host = service.request(Method::GET, "/v2/jobs").bearer_auth(KEY).header("host", "sync.example.org");
    for answer in [ended, call(Method::GET, "/v2/users/me").await, Answer::of(host).await] {
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(!answer.headers.contains_key("x-ratelimit-limit"));
    }
    // A task alone counts, and so does its repetition.
    let alone = create("/v2/import/upload", json!({})).await;
    assert_eq!((alone.status, left(&alone)), (201, 1));
    let again = create(&format!("/v2/tasks/{}/retry", text(&alone["data"]["id"])), Value::Null).await;
    assert_eq!((again.status, left(&again)), (201, 0));
    let refused = create("/v2/jobs", json!({"tasks": page()})).await;
    assert_eq!((refused.status, refused.str("code"), left(&refused)), (429, "TOO_MANY_REQUESTS", 0));
    let seconds = refused.header("retry-after").parse::<u64>().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    let shown = call(Method::GET, "/v2/tasks").await;
    assert_eq!((shown.status, left(&shown)), (200, 0));
    // Another key has a window of its own.
    let other = service.request(Method::POST, "/v2/import/upload").bearer_auth("other").json(&json!({}));
    assert_eq!(left(&Answer::of(other).await), 2);
    service.admin(Method::DELETE, "rate-limit", Value::Null).await;
    let free = create("/v2/jobs", json!({"tasks": page()})).await;
    assert!(free.status == 201 && !free.headers.contains_key("x-ratelimit-limit"));
}
