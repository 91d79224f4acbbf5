//! The program: its command line, what it prints, and how it stops.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::program::{Program, command};
use crate::service::{Answer, KEY, Service, client, long_film};

#[tokio::test]
async fn it_stops_whatever_is_going_on_and_leaves_nothing() {
    for (signal, keep_data) in [(Signal::SIGTERM, true), (Signal::SIGINT, false)] {
        let arguments =
            ["--listen", "127.0.0.1:0", "--key", KEY, "--engines", "1", "--log", "off", "--grace", "0"];
        let program = Program::start(&arguments, keep_data);
        let service = &program.service;
        let (process, upload) = service.started("flv", "webm", json!({})).await;
        service.put(&format!("{upload}/private-name.flv"), long_film()).await;
        service.until(&process, |status| status["percent"].as_f64() > Some(0.0)).await;
        let _idle = service.raw("").await;
        let _half = service.raw("PUT /upload/~x/a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1").await;
        let waiting = tokio::spawn(service.http.get(service.url(&format!("{process}?wait"))).send());
        let folders = [program.data.path().to_owned(), program.temporary.path().to_owned()];
        // The film is being converted by a program, in a folder of the sandbox's.
        assert_eq!(converting(&folders), 1);
        let said = tokio::task::spawn_blocking(move || program.stop(signal)).await.unwrap();
        assert_eq!(said, "");
        assert_eq!(converting(&folders), 0);
        // Whoever waited is told, or is cut off.
        let _ = waiting.await.unwrap();
    }
}

#[tokio::test]
async fn what_goes_on_may_end_when_it_is_asked_to_stop() {
    let program = Program::start(&["--key", KEY], true);
    let service = Service { address: program.service.address.clone(), http: client() };
    let (process, upload) = service.started("md", "html", json!({})).await;
    let place = upload.trim_start_matches("//").trim_start_matches(&service.address).to_owned();
    let upload = format!(
        "PUT {place}/a.md HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    );
    let mut half = service.raw(upload).await;
    // The service says so when it begins to read the file: the upload is going on before the signal comes.
    let mut goes_on = *b"HTTP/1.1 100 Continue\r\n\r\n";
    half.read_exact(&mut goes_on).await.unwrap();
    assert_eq!(goes_on, *b"HTTP/1.1 100 Continue\r\n\r\n");
    half.write_all(b"# ").await.unwrap();
    let waiting = tokio::spawn(service.http.get(service.url(&format!("{process}?wait"))).send());
    program.signal(Signal::SIGTERM);
    // From now on it takes no new work, and goes on with what there is.
    let refused = loop {
        let create = service.http.post(service.url("/process")).bearer_auth(KEY);
        let create = Answer::of(create.json(&json!({"inputformat": "md", "outputformat": "html"}))).await;
        if create.status != 200 {
            break create;
        }
    };
    refused.assert_error(503, "about to stop");
    assert_eq!(refused.header("retry-after"), "10");
    half.write_all(b"x\n").await.unwrap();
    assert!(crate::service::read_all(&mut half).await.starts_with("HTTP/1.1 200"));
    let finished = waiting.await.unwrap().unwrap().text().await.unwrap();
    let finished: serde_json::Value = serde_json::from_str(&finished).unwrap();
    let output = service.get(finished["output"]["url"].as_str().unwrap()).await;
    assert!(output.text().contains(">x</h1>"));
    tokio::task::spawn_blocking(move || program.ended()).await.unwrap();
}

/// What holds the other end of its input may be killed, and cannot stop it then.
#[tokio::test]
async fn it_ends_with_its_input_where_that_is_wanted() {
    for (option, ends) in [(&["--end-with-stdin"][..], true), (&[], false)] {
        let mut command = command(&["--key", KEY, "--log", "off"]);
        command.args(option).stdin(std::process::Stdio::piped());
        let mut program = Program::of(command, tempfile::tempdir().unwrap());
        let service = Service { address: program.service.address.clone(), http: client() };
        let (process, upload) = service.started("flv", "webm", json!({})).await;
        service.put(&format!("{upload}/a.flv"), long_film()).await;
        service.until(&process, |status| status["percent"].as_f64() > Some(0.0)).await;
        drop(program.child.stdin.take());
        if !ends {
            assert_eq!(service.get(&process).await.status, 200);
            program.signal(Signal::SIGINT);
        }
        tokio::task::spawn_blocking(move || program.ended()).await.unwrap();
    }
}

#[tokio::test]
async fn it_waits_for_nothing_longer_than_it_may() {
    for (grace, signals) in [("1", 1), ("3600", 3)] {
        let program = Program::start(&["--key", KEY, "--log", "off", "--grace", grace], false);
        let service = &program.service;
        let (process, upload) = service.started("flv", "webm", json!({})).await;
        service.put(&upload, long_film()).await;
        service.until(&process, |status| status["percent"].as_f64() > Some(0.0)).await;
        let begun = Instant::now();
        for _ in 0..signals {
            program.signal(Signal::SIGTERM);
            // Signals that come at once count as one.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        tokio::task::spawn_blocking(move || program.ended()).await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn what_a_killed_service_left_goes_at_the_next_start() {
    let program = Program::start(&["--key", KEY], true);
    program.service.convert(("md", "html"), "private", json!({"save": true})).await;
    let data = program.kill();
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 1);
    // What is not of a service, or of one that runs, stays.
    std::fs::create_dir(data.path().join("cloudconvert-sandbox-other")).unwrap();
    let path = data.path().to_owned();
    let first = Program::start_in(&["--key", KEY], data);
    let names = || std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let left = names();
    assert_eq!(left.len(), 2);
    let mut second = command(&["--key", KEY, "--data", path.to_str().unwrap()]).spawn().unwrap();
    BufReader::new(second.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
    assert!(left.iter().all(|folder| folder.is_dir()) && names().len() == 3);
    assert_eq!(first.service.convert(("md", "html"), "x", json!({})).await["step"], "finished");
    for folder in names().iter().filter(|folder| !folder.ends_with("cloudconvert-sandbox-other")) {
        let mode = folder.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "nobody else reads the files");
    }
    second.kill().unwrap();
    second.wait().unwrap();
    first.kill();
}

#[tokio::test]
async fn a_line_for_each_request_and_conversion_without_secrets() {
    let program = Program::start(&["--key", KEY], false);
    let service = &program.service;
    let parameters = json!({"tag": "secret-tag", "filename": "secret-name.md"});
    let done = service.convert(("md", "html"), "secret-content", parameters).await;
    service.get(done["output"]["url"].as_str().unwrap()).await;
    service.convert(("png", "jpg"), "secret-content", json!({})).await.assert_error(422, "");
    service.get("/processes?apikey=secret-wrong").await.assert_error(401, "");
    service.get(&format!("/processes?apikey={KEY}")).await;
    let id = done.str("id").to_owned();
    let secrets =
        [id[6..].to_owned(), done["output"]["url"].as_str().unwrap().rsplit('~').next().unwrap().to_owned()];
    let said = tokio::task::spawn_blocking(move || program.stop(Signal::SIGTERM)).await.unwrap();
    assert!(!said.contains(KEY) && !said.contains("secret"), "{said}");
    assert!(secrets.iter().all(|secret| !said.contains(secret)), "{said}");
    let lines =
        |parts: &[&str]| said.lines().filter(|line| parts.iter().all(|part| line.contains(part))).count();
    let process = format!("job=\"{}\"", &id[..6]);
    for kind in ["create", "start", "upload", "wait", "download"] {
        let kind = format!("kind=\"{kind}\"");
        assert_eq!(
            lines(&["answered status=200", &kind, &process, "from=127.0.0.1", "ms="]),
            1,
            "{kind}\n{said}"
        );
    }
    assert_eq!(lines(&["answered status=401", "kind=\"list\""]), 1, "{said}");
    let converted = ["converted", &process, "from=\"md\"", "to=\"html\"", "bytes=14", "status=200"];
    assert_eq!(lines(&converted), 1, "{said}");
    assert_eq!(lines(&["converted", "from=\"png\"", "status=422"]), 1, "{said}");
}

/// How many programs work on files in these folders.
pub(crate) fn converting(folders: &[impl AsRef<Path>]) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
    lines
        .filter(|line| {
            line.starts_with("ffmpeg")
                && folders.iter().any(|folder| line.contains(folder.as_ref().to_str().unwrap()))
        })
        .count()
}

#[tokio::test]
async fn broken_files_and_wrong_keys_leave_nothing_in_its_output() {
    let program = Program::start(&["--key", KEY, "--admin"], false);
    let service = &program.service;
    for (input, output) in [("png", "jpg"), ("svg", "png"), ("zip", "tar.gz"), ("flv", "mp4"), ("pdf", "txt")]
    {
        service
            .convert((input, output), "private content", json!({"tag": "private"}))
            .await
            .assert_error(422, "");
    }
    service.get("/processes?apikey=private").await.assert_error(401, "");
    let said = tokio::task::spawn_blocking(move || program.stop(Signal::SIGTERM)).await.unwrap();
    assert!(!said.contains(KEY) && !said.contains("private"), "{said}");
}
