//! Web pages as PDFs and pictures; these tests need Chromium and bubblewrap.

use std::sync::{Arc, Mutex};

use cloudconvert_sandbox::Config;
use serde_json::{Value, json};

use super::{task, text};
use crate::pdf::text_of;
use crate::service::{Service, client, http, serve};

/// What a server was asked.
type Asked = Arc<Mutex<Vec<String>>>;

async fn server(page: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> (String, Asked) {
    let asked = Asked::default();
    let heard = asked.clone();
    let server = serve(move |head| {
        heard.lock().unwrap().push(head.to_owned());
        page(head.split(' ').nth(1).unwrap_or_default())
    })
    .await;
    (server, asked)
}

fn html(page: &str) -> Vec<u8> {
    http("200 OK", "Content-Type: text/html; charset=utf-8\r\n", page.as_bytes())
}

async fn captured(service: &Service, work: Value) -> (Value, Vec<Vec<u8>>) {
    let mut work = work;
    work["operation"] = json!("capture-website");
    service.made_by(json!({"work": work, "out": {"operation": "export/url", "input": "work"}})).await
}

#[tokio::test]
async fn a_page_with_its_styles_scripts_and_headers() {
    let service = Service::start().await;
    let (server, asked) = server(|path| match path {
        "/style.css" => http("200 OK", "Content-Type: text/css\r\n", b"body { margin: 0; background: #00f }"),
        "/late" => html("from the server"),
        _ => html(
            "<!doctype html><title>Page</title><link rel=stylesheet href=style.css><div style='height: 1200px'></div>\
             <script>fetch('/late').then(answer => answer.text()).then(text => {\
             document.body.insertAdjacentHTML('beforeend', '<p id=late>' + text) })</script>",
        ),
    })
    .await;
    let work = json!({"url": format!("{server}/"), "output_format": "png", "page_width": 300, "wait_for_element": "#late",
        "headers": {"X-Secret": "hidden"}});
    let (ended, files) = captured(&service, work).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    let picture = image::load_from_memory(&files[0]).unwrap().into_rgb8();
    assert_eq!((picture.width(), picture.get_pixel(10, 10).0), (300, [0, 0, 255]));
    assert!(picture.height() > 1200, "{}", picture.height());
    let heads = asked.lock().unwrap().clone();
    assert!(
        heads.len() >= 3 && heads.iter().all(|head| head.to_lowercase().contains("x-secret: hidden")),
        "{heads:?}"
    );
    let work = json!({"url": format!("{server}/"), "output_format": "pdf", "wait_until": "networkidle0", "page_width": 10,
        "page_height": 15, "filename": "page.pdf"});
    let (ended, files) = captured(&service, work).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    assert!(text_of(&files[0]).contains("from the server"));
    assert_eq!(text(&task(&ended, "out")["result"]["files"][0]["filename"]), "page.pdf");
}

#[tokio::test]
async fn a_page_reaches_only_what_may_be_asked() {
    let (forbidden, never) = server(|_| html("secret")).await;
    let inside = forbidden.clone();
    let (server, _) = server(move |path| match path {
        "/away" => http("302 Found", &format!("Location: {inside}/\r\n"), b""),
        _ => html(&format!(
            "<p id=shown>shown</p><img src='{inside}/a.png'><iframe src='{inside}/b'></iframe><script>\
             fetch('{inside}/c', {{mode: 'no-cors'}}).catch(() => 0); new WebSocket('{}/d');\
             navigator.sendBeacon('{inside}/e'); new Image().src = 'http://localhost:{}/f'; </script>",
            inside.replace("http", "ws"),
            inside.rsplit(':').next().unwrap_or_default(),
        )),
    })
    .await;
    // Servers of tests are on one address, so that a port cannot tell them apart: the page's own has another name.
    let allowed = "127.0.0.2".parse().unwrap();
    let config = Config {
        worker: Some(env!("CARGO_BIN_EXE_cloudconvert-sandbox").into()),
        allow_fetch: vec![allowed],
        ..Config::default()
    };
    let service = Service::exactly(config).await;
    let server = forwarded(&server).await;
    let (ended, files) =
        captured(&service, json!({"url": server, "output_format": "pdf", "wait_time": 500})).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    let shown = text_of(&files[0]);
    assert!(shown.contains("shown") && !shown.contains("secret"), "{shown}");
    let away = format!("{server}/away");
    for url in [
        away.as_str(),
        forbidden.as_str(),
        "http://localhost:1/",
        "http://[::ffff:127.0.0.1]/",
        "http://nowhere.invalid/",
    ] {
        let (ended, _) = captured(&service, json!({"url": url, "output_format": "png"})).await;
        let work = task(&ended, "work");
        assert_eq!(work["code"], "CONVERSION_FAILED", "{url}: {work}");
        assert!(text(&work["message"]).contains("may ask"), "{url}: {work}");
    }
    let heard = never.lock().unwrap().clone();
    assert!(heard.is_empty(), "{heard:?}");
    // It was there all the time.
    assert_eq!(client().get(&forbidden).send().await.unwrap().status(), 200);
}

/// The same server on another address of this machine.
async fn forwarded(server: &str) -> String {
    let target = server.trim_start_matches("http://").to_owned();
    let listener = tokio::net::TcpListener::bind("127.0.0.2:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut one, _)) = listener.accept().await {
            let target = target.clone();
            tokio::spawn(async move {
                let mut other = tokio::net::TcpStream::connect(target).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut one, &mut other).await;
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn what_cannot_be_captured_is_said() {
    let service = Service::start().await;
    let (server, _) = server(|_| http("404 Not Found", "Content-Type: text/html\r\n", b"nothing here")).await;
    let (ended, files) = captured(&service, json!({"url": server, "output_format": "pdf"})).await;
    assert!(text_of(&files[0]).contains("nothing here"));
    assert!(text(&task(&ended, "work")["warnings"][0]).contains("404"), "{ended}");
    for (wrong, said) in [
        (json!({"pages": "x"}), "shown so"),
        (json!({"zoom": 100}), "zoom"),
        (json!({"wait_for_element": "]["}), "selector"),
    ] {
        let mut work = wrong;
        work["url"] = json!(server);
        work["output_format"] = json!("pdf");
        let (ended, _) = captured(&service, work).await;
        let work = task(&ended, "work");
        assert_eq!(work["code"], "INVALID_DATA", "{work}");
        assert!(text(&work["message"]).contains(said), "{work}");
    }
    for wrong in [
        json!({}),
        json!({"url": "file:///etc/passwd"}),
        json!({"url": "https://x", "headers": {"a b": "c"}}),
        json!({"url": "https://x", "wait_until": "later"}),
    ] {
        let mut work = wrong;
        work["operation"] = json!("capture-website");
        work["output_format"] = json!("pdf");
        let tasks = json!({"tasks": {"work": work}});
        assert_eq!(service.v2(reqwest::Method::POST, "/v2/jobs", tasks).await.status, 422);
    }
}
