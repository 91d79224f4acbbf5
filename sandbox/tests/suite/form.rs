//! Inputs that are uploaded as multipart, to all places that take it.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::service::{Answer, KEY, Service, file};

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
        assert!(output.text().contains(">Note</h1>"));
    }
}

/// White space around semicolons, quotes and other parameters are no part of a boundary.
#[tokio::test]
async fn boundaries_as_clients_write_them() {
    let service = Service::start().await;
    for parameters in [
        " boundary=foo_bar_baz",
        "boundary=\"foo_bar_baz\"",
        " boundary=foo_bar_baz  ; charset=utf-8",
        " charset=utf-8 ;  BOUNDARY=foo_bar_baz",
    ] {
        let (_, upload) = service.started("md", "html", json!({})).await;
        let body =
            multipart(&[("Content-Disposition: form-data; name=\"file\"; filename=\"a.md\"", b"# Note")]);
        let request = service.request(Method::POST, &upload);
        let request = request.header("content-type", format!("multipart/form-data;{parameters}"));
        let saved = Answer::of(request.body(body)).await;
        assert_eq!(saved["file"], "a.md", "{parameters}: {}", saved.text());
    }
}

/// As libraries for mail write a part, and fields in an encoding that the form names.
#[tokio::test]
async fn parts_in_letters_of_ascii_and_fields_in_other_encodings() {
    let service = Service::start().await;
    let file = "Content-Disposition: form-data; name=file; filename=\"a.md\"\r\nContent-Transfer-Encoding:";
    for (encoding, content, size) in [
        ("base64", &b"IyBHcsO2\r\nw59l\r\n"[..], 9),
        ("Quoted-Printable", b"# Gr=C3=B6=\r\n=C3=9Fe", 9),
        ("binary", "# Größe".as_bytes(), 9),
        ("8bit", "# Größe".as_bytes(), 9),
    ] {
        let (process, upload) = service.started("md", "html", json!({})).await;
        let saved =
            post_multipart(&service, &upload, multipart(&[(&format!("{file} {encoding}"), content)])).await;
        assert_eq!(saved["size"], size, "{encoding}: {}", saved.text());
        let finished = service.wait(&process).await;
        let output = service.get(finished["output"]["url"].as_str().unwrap()).await;
        assert!(output.text().contains(">Größe</h1>"), "{encoding}: {}", output.text());
    }
    let (_, upload) = service.started("md", "html", json!({})).await;
    let broken = multipart(&[(&format!("{file} base64"), b"!!!!")]);
    post_multipart(&service, &upload, broken).await.assert_error(400, "base64");
    let latin = "Content-Disposition: form-data; name=\"tag[a]\"";
    for (headers, before) in [
        (format!("{latin}\r\nContent-Type: text/plain; charset=ISO-8859-2"), None),
        (latin.to_owned(), Some(&b"iso-8859-2"[..])),
    ] {
        let process = service.create("md", "html").await;
        let mut parts: Vec<(&str, &[u8])> = Vec::new();
        parts.extend(before.map(|label| ("Content-Disposition: form-data; name=\"_charset_\"", label)));
        parts.extend([
            (headers.as_str(), &b"\xb3\xf3d\xbc"[..]),
            ("Content-Disposition: form-data; name=outputformat", b"html"),
            ("Content-Disposition: form-data; name=file; filename=\"a.md\"", b"x"),
        ]);
        let started = post_multipart(&service, &process, multipart(&parts)).await;
        assert_eq!(started.status, 200, "{}", started.text());
        assert_eq!(service.wait(&process).await["tag"], json!({"a": "łódź"}));
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
    // A form may bring the rest, and no more.
    let part = "Content-Disposition: form-data; name=\"files[]\"; filename=";
    let (c, d) = (format!("{part}\"c.png\""), format!("{part}\"d.png\""));
    post_multipart(&service, upload, multipart(&[(&c, b"c"), (&d, b"d")]))
        .await
        .assert_error(400, "one is expected");
    assert_eq!(service.get(&process).await["step"], "input");
    assert_eq!(post_multipart(&service, upload, multipart(&[(&c, b"c")])).await["size"], 1);
    let finished = service.wait(&process).await;
    assert_eq!(finished["input"]["files"], json!(["a.png", "a-2.png", "c.png"]));
    assert_eq!(finished["output"]["filename"], "a.zip");
    service.put(&format!("{upload}/e.png"), "e").await.assert_error(400, "already");
}

#[tokio::test]
async fn more_files_than_were_asked_for() {
    let service = Service::start().await;
    let form = || {
        let part = |number: usize| Part::bytes(file("input.png")).file_name(format!("{number}.png"));
        (0..50).fold(Form::new(), |form, number| form.part("file", part(number)))
    };
    let (process, upload) = service.started("png", "jpg", json!({})).await;
    let refused = Answer::of(service.request(Method::POST, &upload).multipart(form())).await;
    refused.assert_error(400, "several files");
    // That was no upload.
    assert_eq!(service.put(&format!("{upload}/a.png"), file("input.png")).await.status, 200);
    assert_eq!(service.wait(&process).await["input"]["filename"], "a.png");
    let process = service.create("png", "jpg").await;
    Answer::of(service.request(Method::POST, &process).multipart(form()))
        .await
        .assert_error(400, "several files");
    let convert = format!("/convert?apikey={KEY}&inputformat=png&outputformat=jpg");
    Answer::of(service.request(Method::POST, &convert).multipart(form()))
        .await
        .assert_error(400, "several files");
    // Where something is made of several, they may come together.
    let archive = format!("/convert?apikey={KEY}&inputformat=png&outputformat=zip&mode=archive");
    let archived = Answer::of(service.request(Method::POST, &archive).multipart(form())).await;
    assert_eq!(
        service.wait(archived.header("location")).await["input"]["files"].as_array().unwrap().len(),
        50
    );
}
