//! Inputs that are uploaded.

use cloudconvert_sandbox::Config;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::service::{Answer, Service, file, read_all};

#[tokio::test]
async fn names_are_decoded_and_made_safe() {
    let service = Service::start().await;
    for (path, name) in [
        ("/a.md", "a.md"),
        ("/Gr%C3%B6%C3%9Fe%2050%20%25%20%26%20%22mehr%22%3F.md", "Größe 50 % & \"mehr\"?.md"),
        ("/..%2F..%2Fetc%2Fpasswd.md", "passwd.md"),
        ("/x/y/z.md", "z.md"),
        ("/%00a%0A.md", "a.md"),
        ("/%E4.md", "\u{fffd}.md"),
        ("/..", "file.md"),
        ("/noextension", "noextension.md"),
        ("/", "input.md"),
        ("", "input.md"),
    ] {
        let (process, upload) = service.started("md", "html", json!({})).await;
        // The client would tidy the path up; on the wire it stands as it is.
        let place = upload.trim_start_matches("//").trim_start_matches(&service.address);
        let request = format!(
            "PUT {place}{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"
        );
        let answer = read_all(&mut service.raw(request).await).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        assert_eq!(service.wait(&process).await["input"]["filename"], name, "{path}");
    }
    let (process, upload) = service.started("md", "html", json!({})).await;
    service.put(&format!("{upload}/{}.md", "ä".repeat(1000)), "x").await;
    let finished = service.wait(&process).await;
    for name in [&finished["input"]["filename"], &finished["output"]["filename"]] {
        let name = name.as_str().unwrap();
        assert!((250..=255).contains(&name.len()) && name.starts_with('ä'), "{name}");
    }
    assert!(finished["output"]["filename"].as_str().unwrap().ends_with("ä.html"));
}

#[tokio::test]
async fn the_name_can_be_overridden() {
    let service = Service::start().await;
    let finished = service.convert(("md", "html"), "x", json!({"filename": "../other.md"})).await;
    assert_eq!(finished["input"]["filename"], "other.md");
    assert_eq!(finished["output"]["filename"], "other.html");
}

#[tokio::test]
async fn a_body_of_unknown_length() {
    let service = Service::start().await;
    let chunks = [Ok::<_, std::io::Error>("# On"), Ok("e")];
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    assert!(
        String::from_utf8(service.output(("md", "html"), body, json!({})).await)
            .unwrap()
            .contains(">One</h1>")
    );
}

#[tokio::test]
async fn an_upload_that_breaks_off_can_be_repeated() {
    let service = Service::start().await;
    let (process, upload) = service.started("png", "jpg", json!({})).await;
    let place = upload.trim_start_matches("//").trim_start_matches(&service.address);
    let head =
        format!("PUT {place}/a.png HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000\r\n\r\n", service.address);
    let half = service.raw(format!("{head}half")).await;
    drop(half);
    assert!(service.get(&process).await["upload"]["url"].is_string());
    // Another is not noticed to be dead: the connection is open, and nothing comes.
    let stuck = service.raw(format!("{head}half")).await;
    let content = file("input.png");
    assert_eq!(service.put(&format!("{upload}/a.png"), content.clone()).await.status, 200);
    let finished = service.wait(&process).await;
    assert_eq!(finished["input"]["size"], content.len());
    service.put(&format!("{upload}/a.png"), content).await.assert_error(400, "already");
    drop(stuck);
}

#[tokio::test]
async fn the_first_upload_to_be_whole_counts() {
    let service = Service::start().await;
    let (process, upload) = service.started("md", "html", json!({})).await;
    let place = upload.trim_start_matches("//").trim_start_matches(&service.address);
    let mut slow = service
        .raw(format!(
            "PUT {place}/slow.md HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nslo"
        ))
        .await;
    assert_eq!(service.put(&format!("{upload}/fast.md"), "fast").await.status, 200);
    slow.write_all(b"w").await.unwrap();
    let answer = read_all(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("already"), "{answer}");
    assert_eq!(service.wait(&process).await["input"]["filename"], "fast.md");
}

#[tokio::test]
async fn an_upload_ends_when_its_process_is_deleted() {
    let service = Service::start().await;
    let (process, upload) = service.started("md", "html", json!({})).await;
    let place = upload.trim_start_matches("//").trim_start_matches(&service.address);
    let head =
        format!("PUT {place}/a.md HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    let mut slow = service.raw(head).await;
    // Said when it is about to be read.
    let mut answer = [0; 25];
    tokio::io::AsyncReadExt::read_exact(&mut slow, &mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
    service.delete(&process).await;
    let answer = read_all(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

#[tokio::test]
async fn what_is_too_large_is_refused_so_that_the_client_hears_it() {
    let service = Service::with(Config { max_input: 1 << 20, ..Config::default() }).await;
    let (process, upload) = service.started("png", "jpg", json!({})).await;
    let too_large = service.put(&format!("{upload}/a.png"), vec![0; 64 << 20]).await;
    too_large.assert_error(413, "1048576");
    let form = Form::new().part("file", Part::bytes(vec![0; 8 << 20]).file_name("a.png"));
    Answer::of(service.request(Method::POST, &upload).multipart(form)).await.assert_error(413, "1048576");
    assert_eq!(service.put(&format!("{upload}/a.png"), file("input.png")).await.status, 200);
    assert_eq!(service.wait(&process).await["step"], "finished");
}
