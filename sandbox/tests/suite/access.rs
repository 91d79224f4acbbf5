//! Who may do what, and under which name the service is known.

use cloudconvert_sandbox::Config;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::service::{ADMIN_KEY, Answer, KEY, Service, file, read_all};

#[tokio::test]
async fn a_host_is_a_host() {
    let service = Service::start().await;
    let path = format!("/process?inputformat=png&outputformat=jpg&apikey={KEY}");
    let ask = async |head: &str| {
        let request = format!("GET {path} HTTP/1.1\r\n{head}Connection: close\r\n\r\n");
        read_all(&mut service.raw(request).await).await
    };
    for host in ["x", "srv01.localhost:8080", "[::1]:1", "convert.example.org"] {
        let answer = ask(&format!("Host: {host}\r\n")).await;
        assert!(answer.contains(&format!("\"url\":\"//{host}/process/")), "{answer}");
    }
    let wrong = [
        "",
        "Host: \r\n",
        "Host: a b\r\n",
        "Host: user@a\r\n",
        "Host: a\r\nHost: a\r\n",
        "Host: a/b\r\n",
        "Host: a:b\r\n",
        "Host: ä\r\n",
    ];
    for head in wrong {
        let answer = ask(head).await;
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("Host"), "{head}: {answer}");
    }
    let absolute = format!("GET http://user@a{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert!(read_all(&mut service.raw(absolute).await).await.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn behind_a_proxy_urls_are_public() {
    let public_url = Some("https://convert.example.org".parse().unwrap());
    let service = Service::with(Config { public_url, ..Config::default() }).await;
    let request = service.request(Method::POST, "/process").bearer_auth(KEY);
    let created = Answer::of(request.json(&json!({"inputformat": "png", "outputformat": "jpg"}))).await;
    assert_eq!(created.str("url"), format!("//convert.example.org/process/{}", created.str("id")));
    assert_eq!(created.str("host"), "convert.example.org");
}

#[tokio::test]
async fn admin_is_for_programs_on_this_machine_that_have_its_key() {
    let service = Service::start().await;
    let ask = || service.request(Method::GET, "/_admin/faults");
    assert_eq!(Answer::of(ask().bearer_auth(ADMIN_KEY)).await.status, 200);
    for key in [KEY, "other"] {
        Answer::of(ask().bearer_auth(key)).await.assert_error(401, "key");
    }
    Answer::of(ask()).await.assert_error(401, "key");
    service.get(&format!("/_admin/faults?apikey={ADMIN_KEY}")).await.assert_error(401, "key");
    for (name, value) in [
        ("host", "evil.example.org"),
        ("origin", "https://evil.example.org"),
        ("origin", "null"),
        ("origin", "http://localhost:1"),
    ] {
        Answer::of(ask().bearer_auth(ADMIN_KEY).header(name, value)).await.assert_error(403, "machine");
    }
    for (name, value) in [("host", "localhost:1"), ("origin", &format!("http://{}", service.address))] {
        assert_eq!(Answer::of(ask().bearer_auth(ADMIN_KEY).header(name, value)).await.status, 200);
    }
    // Nor does it open anything else.
    Answer::of(service.request(Method::GET, "/processes").bearer_auth(ADMIN_KEY)).await.assert_error(401, "");
}

#[tokio::test]
async fn the_key_is_checked_before_the_body() {
    let service = Service::start().await;
    for path in ["/process", "/convert", "/process?apikey=wrong", "/convert?apikey=wrong"] {
        for kind in ["application/json", "multipart/form-data; boundary=b"] {
            let key = if path.contains("apikey") { "" } else { "Authorization: Bearer wrong\r\n" };
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: x\r\n{key}Content-Type: {kind}\r\nContent-Length: 30000000\r\n\r\n"
            );
            // Nothing of the body comes.
            let mut stream = service.raw(head).await;
            let mut status = [0; 12];
            tokio::io::AsyncReadExt::read_exact(&mut stream, &mut status).await.unwrap();
            assert_eq!(&status, b"HTTP/1.1 401", "{path}");
        }
    }
}

#[tokio::test]
async fn a_long_body_may_have_its_key_in_it() {
    let service = Service::start().await;
    let content = "x".repeat(1 << 20);
    let convert = |key: &str| {
        let wish = json!({"file": content, "apikey": key, "inputformat": "txt", "outputformat": "zip",
            "mode": "archive", "input": "raw", "filename": "a.txt"});
        service.post("/convert", wish)
    };
    let made = convert(KEY).await;
    assert_eq!(made.status, 303, "{}", made.text());
    assert_eq!(service.wait(made.header("location")).await["input"]["size"], content.len());
    convert("wrong").await.assert_error(401, "Invalid");
    let form = |key: &str| {
        let form = format!(
            "file={content}&apikey={key}&inputformat=txt&outputformat=zip&mode=archive&input=raw&filename=a.txt"
        );
        let request = service.request(Method::POST, "/convert");
        Answer::of(request.header("content-type", "application/x-www-form-urlencoded").body(form))
    };
    assert_eq!(form(KEY).await.status, 303);
    form("wrong").await.assert_error(401, "Invalid");
    // What is announced to be too long does not have to come.
    let head = format!(
        "POST /convert HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Length: 40000000\r\n\r\n"
    );
    let mut stream = service.raw(head).await;
    stream.shutdown().await.unwrap();
    assert!(read_all(&mut stream).await.starts_with("HTTP/1.1 413"));
}

#[tokio::test]
async fn wrong_keys_are_slowed_down_wherever_they_stand_and_whatever_comes_between() {
    // A body of that length is read on disk.
    let long =
        json!({"inputformat": "md", "outputformat": "html", "file": "x".repeat(70_000), "apikey": "wrong"});
    for in_body in [false, true] {
        let service = Service::start().await;
        let begun = std::time::Instant::now();
        for _ in 0..9 {
            let list = service.request(Method::GET, "/processes").bearer_auth("wrong");
            let create = service.request(Method::POST, "/process").json(&long);
            Answer::of(if in_body { create } else { list }).await.assert_error(401, "Invalid");
            // Who has a key of one's own may guess another's.
            let right = service.request(Method::GET, "/processes").bearer_auth(KEY);
            assert_eq!(Answer::of(right).await.status, 200);
        }
        // The fifth was the last that was free.
        assert!(begun.elapsed() >= std::time::Duration::from_secs(1), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn wrong_keys_at_once_wait_for_each_other() {
    let service = Service::start().await;
    let list = |key: &'static str| Answer::of(service.request(Method::GET, "/processes").bearer_auth(key));
    // Some are sent away.
    let many = (0..60).map(|_| list("wrong"));
    let many: Vec<u16> =
        futures_util::future::join_all(many).await.iter().map(|answer| answer.status).collect();
    assert!(many.contains(&429) && many.contains(&401), "{many:?}");
    assert_eq!(list(KEY).await.status, 200);
}

#[tokio::test]
async fn head_starts_nothing() {
    let service = Service::start().await;
    let wish = format!("apikey={KEY}&inputformat=md&outputformat=html&input=raw&file=x&filename=a.md");
    for path in ["/convert", "/process", "/v1/convert"] {
        let head = Answer::of(service.request(Method::HEAD, &format!("{path}?{wish}"))).await;
        assert_eq!((head.status, head.header("allow")), (405, "GET,POST"));
    }
    assert_eq!(service.get(&format!("/processes?apikey={KEY}")).await.json(), &json!([]));
    assert_eq!(service.get(&format!("/convert?{wish}")).await.status, 303);
}

#[tokio::test]
async fn a_form_creates_too() {
    let service = Service::start().await;
    let create = |form: Form| {
        Answer::of(service.request(Method::POST, "/process?inputformat=png&outputformat=jpg").multipart(form))
    };
    let created = create(Form::new().text("apikey", KEY)).await;
    assert_eq!(created.status, 200, "{}", created.text());
    create(Form::new().text("apikey", "wrong")).await.assert_error(401, "");
    let with_file =
        Form::new().text("apikey", KEY).part("file", Part::bytes(file("input.png")).file_name("a.png"));
    create(with_file).await.assert_error(400, "No file is expected");
}
