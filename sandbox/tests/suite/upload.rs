//! Inputs that are uploaded.

use cloudconvert_sandbox::Config;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::service::{Answer, KEY, Service, file, read_all};

/// A multipart body as it stands on the wire.
fn multipart(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (headers, content) in parts {
        body.extend_from_slice(format!("--foo_bar_baz\r\n{headers}\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--foo_bar_baz--\r\n");
    body
}

async fn post_multipart(service: &Service, place: &str, body: Vec<u8>) -> Answer {
    let request = service.request(Method::POST, place);
    Answer::of(request.header("content-type", "multipart/form-data; boundary=foo_bar_baz").body(body)).await
}

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
            .contains("<h1>One</h1>")
    );
}

#[tokio::test]
async fn multipart_to_the_upload_url() {
    let service = Service::start().await;
    for (headers, name) in [
        ("Content-Disposition: form-data; name=\"file\"; filename=\"a b.md\"", "a b.md"),
        // The documentation's own example.
        (
            "Content-Disposition: file; filename=\"inputfile.md\"\r\nContent-Size: 6\r\nContent-Type: application/octet-stream",
            "inputfile.md",
        ),
        ("Content-Disposition: form-data; name=file; filename=a.md", "a.md"),
        ("Content-Disposition: form-data; name=\"file\"; filename=\"Größe %22x%22.md\"", "Größe \"x\".md"),
        ("Content-Disposition: form-data; name=\"file\"; filename*=utf-8''Gr%C3%B6%C3%9Fe.md", "Größe.md"),
        ("Content-Disposition: form-data; name=\"upload[0]\"; filename=\"C:\\temp\\a.md\"", "a.md"),
    ] {
        let (process, upload) = service.started("md", "html", json!({})).await;
        let body = multipart(&[("Content-Disposition: form-data; name=\"x\"", b"y"), (headers, b"# Note")]);
        let saved = post_multipart(&service, &upload, body).await;
        assert_eq!(
            saved.json(),
            &json!({"file": name, "size": 6, "message": "File saved."}),
            "{}",
            saved.text()
        );
        let finished = service.wait(&process).await;
        assert_eq!(finished["input"]["filename"], name);
        let output = service.get(finished["output"]["url"].as_str().unwrap()).await;
        assert!(output.text().contains("<h1>Note</h1>"));
    }
}

#[tokio::test]
async fn broken_forms_are_refused_and_can_be_repeated() {
    let service = Service::start().await;
    let (process, upload) = service.started("md", "html", json!({})).await;
    let whole = multipart(&[("Content-Disposition: form-data; name=\"file\"; filename=\"a.md\"", b"# Note")]);
    let nameless = multipart(&[("Content-Disposition: form-data; name=\"file\"", b"# Note")]);
    let unchosen = multipart(&[("Content-Disposition: form-data; name=\"file\"; filename=\"\"", b"")]);
    for body in [whole[..whole.len() - 20].to_vec(), b"nothing".to_vec(), Vec::new(), nameless, unchosen] {
        post_multipart(&service, &upload, body).await.assert_error(400, "");
    }
    let unbounded = service.request(Method::POST, &upload).header("content-type", "multipart/form-data");
    Answer::of(unbounded.body(whole.clone())).await.assert_error(400, "boundary");
    assert_eq!(service.get(&process).await["step"], "input");
    assert_eq!(post_multipart(&service, &upload, whole).await.status, 200);
    assert_eq!(service.wait(&process).await["step"], "finished");
}

#[tokio::test]
async fn start_and_upload_in_one() {
    let service = Service::start().await;
    // As a client of old does: all parameters in the query, unescaped.
    let process = service.create("png", "jpg").await;
    let place = format!("{process}?input=upload&outputformat=jpg&wait=True&converteroptions[quality]=10");
    let form = Form::new().part("file", Part::bytes(file("input.png")).file_name("a.png"));
    let finished = Answer::of(service.request(Method::POST, &place).multipart(form)).await;
    assert_eq!(finished["step"], "finished", "{}", finished.text());
    assert_eq!(finished["converter"]["options"]["quality"], "10");
    assert_eq!(finished["input"]["filename"], "a.png");
    // All parameters in the form, on either side of the file; without `input`, and without waiting.
    let process = service.create("png", "pdf").await;
    let form = Form::new()
        .text("outputformat", "jpg")
        .part("file", Part::bytes(file("input.png")).file_name("a.png"));
    let form = form.text("converteroptions[width]", "7").text("tag[mine]", "1");
    let started = Answer::of(service.request(Method::POST, &process).multipart(form)).await;
    assert_eq!((&started["step"], &started["upload"]), (&json!("input"), &json!(null)));
    let finished = service.wait(&process).await;
    assert_eq!(finished["output"]["filename"], "a.jpg");
    assert_eq!(finished["tag"], json!({"mine": "1"}));
    // A second one is refused before its file is read, and changes nothing.
    let form = Form::new().part("file", Part::bytes(vec![0; 1 << 20]).file_name("b.png"));
    Answer::of(service.request(Method::POST, &process).multipart(form)).await.assert_error(400, "already");
    assert_eq!(service.get(&process).await["step"], "finished");
}

#[tokio::test]
async fn create_start_and_upload_in_one() {
    let service = Service::start().await;
    let form = |key: &str| {
        let form =
            Form::new().text("apikey", key.to_owned()).text("inputformat", "png").text("outputformat", "jpg");
        form.part("file", Part::bytes(file("input.png")).file_name("a.png"))
    };
    let made = Answer::of(service.request(Method::POST, "/convert").multipart(form(KEY))).await;
    assert_eq!(made.status, 303);
    assert_eq!(service.wait(made.header("location")).await["output"]["filename"], "a.jpg");
    Answer::of(service.request(Method::POST, "/convert").multipart(form("no")))
        .await
        .assert_error(401, "key");
    let output = service.request(Method::POST, "/convert?download=true").multipart(form(KEY));
    assert!(service.get(Answer::of(output).await.header("location")).await.body.starts_with(&[0xff, 0xd8]));
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
async fn several_inputs_one_by_one() {
    let service = Service::start().await;
    let process =
        service.create_with(json!({"inputformat": "png", "outputformat": "zip", "mode": "archive"})).await;
    let started =
        service.post(&process, json!({"input": "upload", "files": ["a.png", "b.png", "c.png"]})).await;
    let upload = started["upload"]["url"].as_str().unwrap();
    for name in ["a.png", "a.png"] {
        assert_eq!(service.put(&format!("{upload}/{name}"), file("input.png")).await.status, 200);
        let status = service.get(&process).await;
        assert_eq!((&status["step"], status["upload"]["url"].as_str()), (&json!("input"), Some(upload)));
    }
    // A form may bring the rest, and more.
    let part = "Content-Disposition: form-data; name=\"files[]\"; filename=";
    let (c, d) = (format!("{part}\"c.png\""), format!("{part}\"d.png\""));
    let form = multipart(&[(&c, b"c"), (&d, b"d")]);
    assert_eq!(post_multipart(&service, upload, form).await["size"], 2);
    let finished = service.wait(&process).await;
    assert_eq!(finished["input"]["files"], json!(["a.png", "a-2.png", "c.png", "d.png"]));
    assert_eq!(finished["output"]["filename"], "a.zip");
    service.put(&format!("{upload}/e.png"), "e").await.assert_error(400, "already");
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
