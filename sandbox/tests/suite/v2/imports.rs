//! Files that come from a URL.

use std::sync::{Arc, Mutex};

use cloudconvert_sandbox::Config;
use serde_json::{Value, json};

use super::{task, text};
use crate::service::{Answer, Service, http, serve};

/// A job that imports a URL, and exports what came.
async fn imported(service: &Service, import: Value) -> (Value, Vec<Vec<u8>>) {
    let mut import = import;
    import["operation"] = json!("import/url");
    service.made_by(json!({"in": import, "out": {"operation": "export/url", "input": "in"}})).await
}

#[tokio::test]
async fn a_url_is_fetched_with_its_headers() {
    let service = Service::start().await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let asked = heard.clone();
    let server = serve(move |head| {
        asked.lock().unwrap().push(head.to_lowercase());
        match head.split(' ').nth(1).unwrap_or_default() {
            "/named" => {
                let disposition = "Content-Disposition: attachment; filename=\"told.txt\"\r\n";
                http("200 OK", disposition, b"content")
            }
            _ => http("200 OK", "", b"content"),
        }
    })
    .await;
    for (import, name) in [
        (json!({"url": format!("{server}/a%20b.txt?x=1"), "headers": {"X-Secret": "open"}}), "a b.txt"),
        (json!({"url": format!("{server}/named"), "headers": []}), "told.txt"),
        (json!({"url": format!("{server}/named"), "filename": "mine.txt"}), "mine.txt"),
    ] {
        let (ended, files) = imported(&service, import).await;
        assert_eq!(ended["status"], "finished", "{ended}");
        assert_eq!(files, [b"content"]);
        for one in ["in", "out"] {
            assert_eq!(task(&ended, one)["result"]["files"][0]["filename"], name, "{ended}");
        }
    }
    let heard = heard.lock().unwrap();
    assert!(heard[0].starts_with("get /a%20b.txt?x=1 ") && heard[0].contains("x-secret: open"), "{heard:?}");
    assert!(!heard[1].contains("x-secret"), "{heard:?}");
}

/// Keys stand in headers of any name.
#[tokio::test]
async fn headers_stay_with_the_server_that_they_were_named_for() {
    let service = Service::start().await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let asked = heard.clone();
    let elsewhere = serve(move |head| {
        asked.lock().unwrap().push(head.to_lowercase());
        http("200 OK", "", b"content")
    })
    .await;
    let (to, own, asked) = (elsewhere.clone(), Arc::new(Mutex::new(Vec::new())), heard.clone());
    let heard_here = own.clone();
    let first = serve(move |head| {
        heard_here.lock().unwrap().push(head.to_lowercase());
        match head.split(' ').nth(1).unwrap_or_default() {
            "/within" => http("302 Found", "Location: /end.txt\r\n", b""),
            "/away" => http("307 Temporary Redirect", &format!("Location: {to}/end.txt\r\n"), b""),
            "/circle" => http("302 Found", "Location: /circle\r\n", b""),
            _ => http("200 OK", "", b"content"),
        }
    })
    .await;
    let headers = json!({"X-Api-Key": "secret", "Authorization": "Bearer secret", "Cookie": "a=secret", "Host": "secret.example"});
    for path in ["within", "away"] {
        let import = json!({"url": format!("{first}/{path}"), "headers": headers});
        let (ended, files) = imported(&service, import).await;
        assert_eq!((&ended["status"], &files), (&json!("finished"), &vec![b"content".to_vec()]), "{ended}");
    }
    let own = own.lock().unwrap().clone();
    assert_eq!(own.len(), 3, "{own:?}");
    assert!(own.iter().all(|head| head.matches("secret").count() == 4), "{own:?}");
    let asked = asked.lock().unwrap().clone();
    assert!(asked.len() == 1 && !asked[0].contains("secret"), "{asked:?}");
    assert!(asked[0].contains(elsewhere.trim_start_matches("http://")), "{asked:?}");
    let (ended, _) = imported(&service, json!({"url": format!("{first}/circle")})).await;
    assert!(text(&task(&ended, "in")["message"]).contains("too many redirects"), "{ended}");
}

#[tokio::test]
async fn what_cannot_be_fetched_is_told() {
    let service = Service::with(Config { max_input: 10, ..Config::default() }).await;
    let server = serve(|head| match head.split(' ').nth(1).unwrap_or_default() {
        "/missing.txt" => http("404 Not Found", "", b"no"),
        "/large.txt" => http("200 OK", "", &[b'x'; 11]),
        "/broken.txt" => b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc".to_vec(),
        _ => http("200 OK", "", b"x"),
    })
    .await;
    for (path, code, said) in [
        ("/missing.txt", "DOWNLOAD_FAILED", "404"),
        ("/large.txt", "DOWNLOAD_FAILED", "larger than 10 bytes"),
        ("/broken.txt", "DOWNLOAD_FAILED", "broke off"),
        ("/extensionless", "INVALID_FILENAME", "no extension"),
    ] {
        let (ended, _) = imported(&service, json!({"url": format!("{server}{path}")})).await;
        let import = task(&ended, "in");
        assert_eq!((&ended["status"], &import["code"]), (&json!("error"), &json!(code)), "{ended}");
        assert!(text(&import["message"]).contains(said), "{import}");
        assert_eq!(task(&ended, "out")["code"], "INPUT_TASK_FAILED");
    }
    // Its own headers are checked before anything is fetched.
    for (name, value) in
        [("a b", "c"), ("Content-Length", "40"), ("transfer-encoding", "chunked"), ("Connection", "close")]
    {
        let wrong =
            json!({"tasks": {"in": {"operation": "import/url", "url": server, "headers": {name: value}}}});
        let refused: Answer = service.v2(reqwest::Method::POST, "/v2/jobs", wrong).await;
        assert_eq!(refused.status, 422);
        assert!(refused["errors"]["tasks.in.headers"].is_array(), "{}", refused.text());
    }
}
