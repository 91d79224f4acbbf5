//! The callback URL.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cloudconvert_sandbox::Config;
use serde_json::json;
use tokio::sync::mpsc;

use crate::service::{Service, http, serve};

/// A server that hands on the path of each request, and answers the first so many with 500.
async fn called(failures: usize) -> (String, mpsc::UnboundedReceiver<String>) {
    let (calls, received) = mpsc::unbounded_channel();
    let count = AtomicUsize::new(0);
    let url = serve(move |head| {
        let _ = calls.send(head.split(' ').nth(1).unwrap().to_owned());
        let failed = count.fetch_add(1, Ordering::SeqCst) < failures;
        http(if failed { "500 Internal Server Error" } else { "404 Not Found" }, "", b"")
    })
    .await;
    (url, received)
}

#[tokio::test]
async fn the_end_is_told_good_or_bad() {
    let service = Service::start().await;
    let (url, mut calls) = called(0).await;
    let done = service.convert(("md", "html"), "x", json!({"callback": format!("{url}/done?mine=1")})).await;
    let host = service.address.replace(':', "%3A");
    let query = format!("id={0}&url=%2F%2F{host}%2Fprocess%2F{0}&step=finished", done.str("id"));
    assert_eq!(calls.recv().await.unwrap(), format!("/done?mine=1&{query}"));
    service
        .convert(("png", "jpg"), "x", json!({"callback": format!("{url}/done")}))
        .await
        .assert_error(422, "");
    assert!(calls.recv().await.unwrap().ends_with("&step=error"));
}

#[tokio::test]
async fn it_is_told_again_until_it_is_heard() {
    let service =
        Service::with(Config { callback_pause: Duration::from_millis(1), ..Config::default() }).await;
    // The first and five more.
    let (url, mut calls) = called(100).await;
    service.convert(("md", "html"), "x", json!({"callback": format!("{url}/all")})).await;
    for _ in 0..6 {
        assert!(calls.recv().await.unwrap().starts_with("/all"));
    }
    // An error of the client's own is heard: the next call is of the next conversion.
    let (url, mut calls) = called(2).await;
    service.convert(("md", "html"), "x", json!({"callback": format!("{url}/third")})).await;
    for _ in 0..3 {
        assert!(calls.recv().await.unwrap().starts_with("/third"));
    }
    let last = service.convert(("md", "html"), "x", json!({"callback": format!("{url}/last")})).await;
    assert!(calls.recv().await.unwrap().contains(last.str("id")));
}
