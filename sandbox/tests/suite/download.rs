//! Outputs that are downloaded.

use cloudconvert_sandbox::Config;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::service::{Answer, Service, file};

/// A finished process and its download URL.
pub(crate) async fn finished(service: &Service, parameters: Value) -> (Answer, String) {
    let status = service.convert(("png", "bmp"), file("input.png"), parameters).await;
    let url = status["output"]["url"].as_str().unwrap().to_owned();
    (status, url)
}

pub(crate) async fn range(service: &Service, url: &str, range: &str) -> Answer {
    Answer::of(service.request(Method::GET, url).header("range", range)).await
}

#[tokio::test]
async fn once_and_then_it_is_gone() {
    let service = Service::start().await;
    let (status, url) = finished(&service, json!({})).await;
    let output = service.get(&url).await;
    assert_eq!(output.body.len() as u64, status["output"]["size"].as_u64().unwrap());
    assert_eq!(output.header("content-length"), status["output"]["size"].to_string());
    assert_eq!(output.header("content-type"), "image/bmp");
    assert_eq!(
        output.header("content-disposition"),
        "attachment; filename=\"input.bmp\"; filename*=UTF-8''input.bmp"
    );
    service.get(&url).await.assert_error(404, "Output");
    // Its record stays, so that a client can clean up.
    let after = service.get(status.str("url")).await;
    assert_eq!((&after["step"], &after["output"]["downloads"]), (&json!("finished"), &json!(1)));
    assert_eq!(service.delete(status.str("url")).await.status, 200);
    service.get(status.str("url")).await.assert_error(404, "");
}

#[tokio::test]
async fn as_often_as_wanted_when_saved() {
    let service = Service::start().await;
    let (status, url) = finished(&service, json!({"save": true})).await;
    let first = service.get(&url).await;
    let inline = service.get(&format!("{url}?inline")).await;
    assert!(first.body == inline.body && inline.header("content-disposition").starts_with("inline"));
    assert_eq!(service.get(&format!("{url}/input.bmp")).await.body, first.body);
    assert_eq!(service.get(status.str("url")).await["output"]["downloads"], 3);
    service.get(&format!("{url}/other.bmp")).await.assert_error(404, "file");
}

#[tokio::test]
async fn head_changes_nothing() {
    let service = Service::start().await;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["empty.txt", "other.txt"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    }
    let zip = zip.finish().unwrap().into_inner();
    let (process, upload) = service.started("zip", "*", json!({"mode": "extract"})).await;
    service.put(&format!("{upload}/a.zip"), zip).await;
    let url = service.wait(&process).await["output"]["url"].as_str().unwrap().to_owned();
    let empty = format!("{url}/empty.txt");
    for _ in 0..2 {
        let head = Answer::of(service.request(Method::HEAD, &empty)).await;
        assert_eq!((head.status, head.header("content-length")), (200, "0"));
    }
    assert_eq!(service.get(&empty).await.status, 200);
    service.get(&empty).await.assert_error(404, "Output");
}

#[tokio::test]
async fn a_download_that_broke_off_goes_on() {
    let service = Service::start().await;
    let (status, url) = finished(&service, json!({})).await;
    // All of it left, and was lost on the way.
    let whole = service.get(&url).await;
    service.get(&url).await.assert_error(404, "Output");
    range(&service, &url, "bytes=0-").await.assert_error(404, "Output");
    let tag = whole.header("etag");
    let request = || service.request(Method::GET, &url).header("range", "bytes=1000-");
    let rest = Answer::of(request().header("if-range", tag)).await;
    assert!(rest.status == 206 && rest.body == whole.body[1000..]);
    Answer::of(request().header("if-range", "\"other\"")).await.assert_error(404, "Output");
    assert_eq!(service.get(status.str("url")).await["output"]["downloads"], 1);
    // For some time.
    let resumable = std::time::Duration::from_millis(1);
    let service = Service::with(Config { resumable, ..Config::default() }).await;
    let (_, url) = finished(&service, json!({})).await;
    service.get(&url).await;
    let gone = async { while range(&service, &url, "bytes=1000-").await.status == 206 {} };
    tokio::time::timeout(std::time::Duration::from_secs(30), gone).await.unwrap();
    range(&service, &url, "bytes=1000-").await.assert_error(404, "Output");
}

#[tokio::test]
async fn a_download_that_breaks_off_can_be_repeated() {
    let service = Service::start().await;
    let large = service.large(json!({})).await;
    let url = large["output"]["url"].as_str().unwrap();
    let place = url.trim_start_matches("//").trim_start_matches(&service.address);
    let mut half = service.raw(format!("GET {place} HTTP/1.1\r\nHost: {}\r\n\r\n", service.address)).await;
    let mut beginning = [0; 1000];
    half.read_exact(&mut beginning).await.unwrap();
    assert!(beginning.starts_with(b"HTTP/1.1 200"));
    drop(half);
    let size = large["output"]["size"].as_u64().unwrap();
    assert_eq!(service.get(url).await.body.len() as u64, size);
}

#[tokio::test]
async fn early_downloads_wait_for_the_output() {
    let service = Service::start().await;
    let (process, upload) = service.started("md", "html", json!({})).await;
    let url = service.get(&process).await["output"]["url"].as_str().unwrap().to_owned();
    let (early, _) = tokio::join!(service.get(&url), async {
        service.get(&process).await;
        service.put(&format!("{upload}/a.md"), "# x").await
    });
    assert!(early.text().contains(">x</h1>"));

    let (process, upload) = service.started("png", "jpg", json!({})).await;
    let url = service.get(&process).await["output"]["url"].as_str().unwrap().to_owned();
    let upload = format!("{upload}/a.png");
    let (early, _) = tokio::join!(service.get(&url), service.put(&upload, "broken"));
    early.assert_error(422, "png");
}

#[tokio::test]
async fn a_start_may_ask_for_the_output_at_once() {
    let service = Service::start().await;
    for (how, kind) in
        [(json!(true), "attachment"), (json!("True"), "attachment"), (json!("inline"), "inline")]
    {
        let process = service.create("md", "html").await;
        let start = json!({"input": "raw", "file": "# x", "filename": "a.md", "download": how});
        let output = service.post(&process, start).await;
        assert!(output.text().contains(">x</h1>"));
        assert!(output.header("content-disposition").starts_with(kind));
        assert_eq!(output.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(service.get(&process).await["output"]["downloads"], 1);
    }
    let process = service.create("png", "jpg").await;
    let start = json!({"input": "raw", "file": "x", "filename": "a.png", "download": true});
    service.post(&process, start).await.assert_error(422, "png");
}

#[tokio::test]
async fn several_files_each_once_or_all_as_a_zip() {
    let service = Service::start().await;
    let pages = json!({"converteroptions": {"page_range": "1-3"}});
    let status = service.convert(("pdf", "jpg"), file("input.pdf"), pages.clone()).await;
    assert_eq!(status["output"]["files"], json!(["input-1.jpg", "input-2.jpg", "input-3.jpg"]));
    let url = status["output"]["url"].as_str().unwrap();
    for name in ["input-2.jpg", "input-1.jpg"] {
        assert!(service.get(&format!("{url}/{name}")).await.body.starts_with(&[0xff, 0xd8]));
        service.get(&format!("{url}/{name}")).await.assert_error(404, "");
    }
    service.get(&format!("{url}/..%2Finput-3.jpg")).await.assert_error(404, "");
    // With the last of them, all is downloaded.
    assert_eq!(service.get(&format!("{url}/input-3.jpg")).await.status, 200);
    service.get(url).await.assert_error(404, "");

    let status = service.convert(("pdf", "jpg"), file("input.pdf"), pages).await;
    assert_eq!(
        (&status["output"]["filename"], &status["output"]["ext"]),
        (&json!("input.zip"), &json!("zip"))
    );
    let url = status["output"]["url"].as_str().unwrap();
    let zip = service.get(url).await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip.body)).unwrap();
    assert_eq!(zip.len(), 3);
    assert_eq!(zip.by_index(0).unwrap().name().unwrap(), "input-1.jpg");
    service.get(&format!("{url}/input-1.jpg")).await.assert_error(404, "");
}

#[tokio::test]
async fn names_of_all_kinds_reach_the_client() {
    let service = Service::start().await;
    let status = service.convert(("md", "html"), "x", json!({"filename": "Größe #1 \"a\" 50 %.md"})).await;
    let output = service.get(status["output"]["url"].as_str().unwrap()).await;
    let name = "Gr%C3%B6%C3%9Fe%20%231%20%22a%22%2050%20%25.html";
    assert!(output.header("content-disposition").ends_with(&format!("filename*=UTF-8''{name}")));
}
