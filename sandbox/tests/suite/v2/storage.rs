//! Downloads by signed links.

use std::time::Duration;

use cloudconvert_sandbox::Config;
use md5::{Digest, Md5};
use reqwest::Method;
use serde_json::json;

use super::{page, task, text};
use crate::service::{Answer, Service};

#[tokio::test]
async fn a_link_serves_whole_and_in_part_as_often_as_wanted() {
    let service = Service::start().await;
    let ended = service.ended(&service.job(page()).await).await;
    let url = text(&task(&ended, "out")["result"]["files"][0]["url"]);
    let whole = Answer::of(service.http.get(url)).await;
    assert_eq!((whole.status, whole.header("accept-ranges")), (200, "bytes"));
    assert!(whole.header("content-disposition").starts_with("attachment"));
    assert_eq!(whole.header("etag"), format!("\"{}\"", hex::encode(Md5::digest(&whole.body))));
    let part = Answer::of(service.http.get(url).header("range", "bytes=3-")).await;
    assert_eq!((part.status, part.body.as_slice()), (206, &whole.body[3..]));
    assert_eq!(Answer::of(service.http.get(url)).await.body, whole.body);
}

#[tokio::test]
async fn files_of_the_same_name_have_links_of_their_own() {
    let service = Service::start().await;
    let raw = |content: &str| json!({"operation": "import/raw", "file": content, "filename": "a.txt"});
    let export = json!({"operation": "export/url", "input": ["one", "two"]});
    let job = service.job(json!({"one": raw("first"), "two": raw("second"), "out": export})).await;
    let ended = service.ended(&job).await;
    let files = &task(&ended, "out")["result"]["files"];
    for (number, content) in ["first", "second"].into_iter().enumerate() {
        assert_eq!(Answer::of(service.http.get(text(&files[number]["url"]))).await.text(), content);
    }
}

#[tokio::test]
async fn a_link_that_was_altered_or_has_expired_is_refused() {
    let service = Service::start().await;
    let ended = service.ended(&service.job(page()).await).await;
    let url = text(&task(&ended, "out")["result"]["files"][0]["url"]);
    let altered = [
        url.replace("a%2Ehtml", "b%2Ehtml"),
        url.replace("file=0", "file=1"),
        url.replace("expires=", "expires=9"),
        url.replace("signature=", "signature=0"),
        url.split("&signature").next().unwrap().to_owned(),
        format!("{url}&inline=1"),
    ];
    for altered in altered {
        assert_ne!(altered, url);
        let answer = Answer::of(service.http.get(&altered)).await;
        assert_eq!(answer.status, 403, "{altered}: {}", answer.text());
    }
    // Its time is over with that of its job, in whole seconds.
    let service = Service::with(Config { keep: Duration::from_secs(1), ..Config::default() }).await;
    let created = service.v2(Method::POST, "/sync/v2/jobs", json!({"tasks": page()})).await;
    let url = text(&task(&created["data"], "out")["result"]["files"][0]["url"]);
    let expired = async {
        loop {
            let answer = Answer::of(service.http.get(url)).await;
            match answer.status {
                200 | 404 => tokio::task::yield_now().await,
                _ => return answer,
            }
        }
    };
    let answer = tokio::time::timeout(Duration::from_secs(20), expired).await.unwrap();
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert!(answer.str("message").contains("expired"), "{}", answer.text());
}

#[tokio::test]
async fn what_is_to_be_shown_is_sent_inline() {
    let service = Service::start().await;
    let mut tasks = page();
    tasks["out"]["inline"] = true.into();
    let ended = service.ended(&service.job(tasks).await).await;
    let url = text(&task(&ended, "out")["result"]["files"][0]["url"]);
    let answer = Answer::of(service.http.get(url)).await;
    assert!(answer.header("content-disposition").starts_with("inline"), "{:?}", answer.headers);
}
