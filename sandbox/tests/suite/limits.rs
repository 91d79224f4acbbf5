//! What a hostile client sends must cost neither memory nor time.

use std::time::Duration;

use cloudconvert_sandbox::Config;
use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::service::{ADMIN_KEY, Answer, KEY, Service, below, file, read_all};

#[tokio::test]
async fn json_that_is_long_broad_or_deep() {
    let service = Service::start().await;
    let create = |body: String| {
        Answer::of(service.request(Method::POST, &format!("/process?apikey={KEY}")).body(body))
    };
    create(format!("{{\"a\": \"{}\"}}", "x".repeat(33 << 20))).await.assert_error(413, "upload");
    create(format!("{{\"a\": [{}0]}}", "0,".repeat(8 << 20))).await.assert_error(400, "values");
    create("{\"a\":".repeat(100_000)).await.assert_error(400, "JSON");
    create("[".repeat(1 << 20)).await.assert_error(400, "JSON");
    let pairs = "a=1&".repeat(10_000);
    let form =
        service.request(Method::POST, "/process").header("content-type", "application/x-www-form-urlencoded");
    Answer::of(form.body(pairs)).await.assert_error(400, "parameters");
    let form =
        service.request(Method::POST, "/process").header("content-type", "application/x-www-form-urlencoded");
    Answer::of(form.body(format!("a{}=1", "[b]".repeat(1 << 20)))).await.assert_error(400, "parameters");
}

#[tokio::test]
async fn forms_whose_parts_never_begin() {
    let service = Service::start().await;
    let (_, upload) = service.started("png", "jpg", json!({})).await;
    let place = upload.trim_start_matches("//").trim_start_matches(&service.address);
    for beginning in ["", "--b\r\nContent-Disposition: form-data; name=\"", "--b\r\nX: "] {
        let head = format!(
            "POST {place} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10000000000\r\n\
             Content-Type: multipart/form-data; boundary=b\r\n\r\n{beginning}"
        );
        let mut stream = service.raw(head).await;
        let answered = async {
            // Goes on until it is told to stop.
            let chunk = vec![b'x'; 64 << 10];
            let (mut reading, mut writing) = stream.split();
            let mut answer = String::new();
            tokio::select! {
                _ = tokio::io::AsyncReadExt::read_to_string(&mut reading, &mut answer) => {}
                () = async { while writing.write_all(&chunk).await.is_ok() {} } => {}
            }
            answer
        };
        let answer = tokio::time::timeout(Duration::from_secs(30), answered).await.unwrap();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    // A field that is no file is held in memory.
    let field = format!(
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{}\r\n--b--\r\n",
        "x".repeat(33 << 20)
    );
    let request =
        service.request(Method::POST, &upload).header("content-type", "multipart/form-data; boundary=b");
    Answer::of(request.body(field)).await.assert_error(413, "fields");
}

#[tokio::test]
async fn processes_expire_whether_they_were_used_or_not() {
    let service = Service::with(Config { keep: Duration::from_secs(3), ..Config::default() }).await;
    let unused = service.create("png", "jpg").await;
    let (waiting, upload) = service.started("png", "jpg", json!({})).await;
    let saved = service.convert(("md", "html"), "x", json!({"save": true})).await;
    let place = saved.str("url").to_owned();
    let output = saved["output"]["url"].as_str().unwrap();
    assert_eq!(service.get(output).await.status, 200);
    for process in [&unused, &waiting, &place] {
        service.until(process, |status| status.status == 404).await;
    }
    service.get(output).await.assert_error(404, "");
    service.put(&format!("{upload}/a.png"), "x").await.assert_error(404, "");
}

#[tokio::test]
async fn files_of_what_has_gone_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let data = Some(folder.path().to_owned());
    let service = Service::with(Config { data, keep: Duration::from_secs(3), ..Config::default() }).await;
    let deleted = service.convert(("md", "html"), "x", json!({})).await;
    let downloaded = service.convert(("md", "html"), "x", json!({})).await;
    let expiring = service.convert(("md", "html"), "x", json!({})).await;
    let broken = service.started("png", "jpg", json!({})).await;
    let mut half = service
        .raw(format!(
            "PUT {}/a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx",
            broken.1.replace(&format!("//{}", service.address), "")
        ))
        .await;
    half.shutdown().await.unwrap();
    read_all(&mut half).await;
    service.delete(deleted.str("url")).await;
    service.get(downloaded["output"]["url"].as_str().unwrap()).await;
    service.until(expiring.str("url"), |status| status.status == 404).await;
    assert_eq!(below(folder.path()), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn only_so_many_processes_are_remembered() {
    let service = Service::with(Config { max_processes: 3, ..Config::default() }).await;
    let create = || {
        let request = service.request(Method::POST, "/process").bearer_auth(KEY);
        Answer::of(request.json(&json!({"inputformat": "png", "outputformat": "jpg"})))
    };
    let (running, _) = service.started("png", "jpg", json!({})).await;
    let saved = service.convert(("md", "html"), "x", json!({"save": true})).await;
    let fetched = service.convert(("md", "html"), "x", json!({})).await;
    // Nobody is robbed: neither of what runs, nor of what is saved, nor of what is still to be fetched.
    for _ in 0..20 {
        let refused = create().await;
        refused.assert_error(503, "too many");
        assert_eq!(refused.header("retry-after"), "30");
    }
    service.get(fetched["output"]["url"].as_str().unwrap()).await;
    // Of that nothing is left but its record, which makes room.
    let unused = create().await;
    assert_eq!(unused.status, 200);
    service.get(fetched.str("url")).await.assert_error(404, "");
    create().await.assert_error(503, "too many");
    for process in [running.as_str(), saved.str("url"), unused.str("url")] {
        assert_eq!(service.get(process).await.status, 200);
    }
    assert_eq!(service.get(saved["output"]["url"].as_str().unwrap()).await.status, 200);
    service.delete(&running).await;
    assert_eq!(create().await.status, 200);
}

#[tokio::test]
async fn one_of_several_keys_leaves_room_for_the_others() {
    let config = Config { max_processes: 4, keys: vec!["other".into()], ..Config::default() };
    let service = Service::with(config).await;
    let create = |key: &'static str| {
        let request = service.request(Method::POST, "/process").bearer_auth(key);
        Answer::of(request.json(&json!({"inputformat": "png", "outputformat": "jpg"})))
    };
    for (key, status) in [(KEY, 200), (KEY, 200), (KEY, 503), ("other", 200), ("other", 200), ("other", 503)]
    {
        assert_eq!(create(key).await.status, status, "{key}");
    }
}

#[tokio::test]
async fn what_goes_on_does_not_expire() {
    let keep = Duration::from_secs(2);
    let config = Config { keep, admin_key: Some(ADMIN_KEY.into()), ..Config::default() };
    let service = Service::with(config).await;
    // A conversion that takes longer than that, which an upload did before.
    service.fault(json!({"kind": "run", "times": 1, "delay_ms": 2500})).await;
    let (process, upload) = service.started("md", "html", json!({})).await;
    let place = upload.trim_start_matches("//").trim_start_matches(&service.address);
    let mut slow = service
        .raw(format!(
            "PUT {place}/a.md HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\n"
        ))
        .await;
    for byte in b"# x y" {
        tokio::time::sleep(keep / 4).await;
        slow.write_all(&[*byte]).await.unwrap();
    }
    let answer = read_all(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let finished = service.wait(&process).await;
    assert_eq!(finished["step"], "finished", "{}", finished.text());
    assert!(service.get(finished["output"]["url"].as_str().unwrap()).await.text().contains("x y"));
    service.until(&process, |status| status.status == 404).await;
}

#[tokio::test]
async fn a_slow_client_does_not_hold_up_others() {
    let service = Service::start().await;
    let _silent = service.raw("").await;
    let _half = service.raw("POST /process HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{").await;
    assert_eq!(service.convert(("png", "jpg"), file("input.png"), json!({})).await["step"], "finished");
}

#[tokio::test]
async fn a_file_that_bursts_an_engine_ends_nothing_else() {
    let service = Service::start().await;
    // A hundred layers of 400 MB each.
    let nested = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="10000" height="10000">{}<rect width="10000" height="10000"/>{}</svg>"#,
        r#"<g opacity=".9">"#.repeat(100),
        "</g>".repeat(100)
    );
    service.convert(("svg", "png"), nested, json!({})).await.assert_error(422, "too large");
    let small = r#"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>"#;
    assert_eq!(service.convert(("svg", "png"), small, json!({})).await["step"], "finished");
}

#[tokio::test]
async fn engines_run_in_the_process_of_the_service_where_it_has_no_worker() {
    let service = Service::exactly(Config { engines: 1, ..Config::default() }).await;
    let content = file("input.png");
    assert_eq!(service.convert(("png", "jpg"), content.clone(), json!({})).await["step"], "finished");
    service.convert(("png", "jpg"), "broken", json!({})).await.assert_error(422, "png");
    // One that is deleted while it runs gives its engine back.
    let large = json!({"converteroptions": {"width": 10_000}});
    let (process, upload) = service.started("png", "webp", large).await;
    service.put(&upload, content).await;
    service.until(&process, |status| status["step"] != "input").await;
    assert_eq!(service.delete(&process).await.status, 200);
    assert_eq!(service.convert(("md", "html"), "x", json!({})).await["step"], "finished");
}
