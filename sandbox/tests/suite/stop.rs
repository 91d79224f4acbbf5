//! The program: its command line, what it prints, and how it stops.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::json;

use crate::program::{Program, command};
use crate::service::{Answer, KEY, Service, client, file, long_film};

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
    let mut half = service
        .raw(format!(
            "PUT {place}/a.md HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\n# "
        ))
        .await;
    service.get(&process).await;
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
    tokio::io::AsyncWriteExt::write_all(&mut half, b"x\n").await.unwrap();
    assert!(crate::service::read_all(&mut half).await.starts_with("HTTP/1.1 200"));
    let finished = waiting.await.unwrap().unwrap().text().await.unwrap();
    let finished: serde_json::Value = serde_json::from_str(&finished).unwrap();
    let output = service.get(finished["output"]["url"].as_str().unwrap()).await;
    assert!(output.text().contains(">x</h1>"));
    tokio::task::spawn_blocking(move || program.ended()).await.unwrap();
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

#[tokio::test]
async fn keys_from_a_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("first\n\n  {KEY} \n")).unwrap();
    let program = Program::start(&["--key-file", file.path().to_str().unwrap()], false);
    for (key, status) in [("first", 200), (KEY, 200), ("", 401), ("other", 401)] {
        let list = program.service.http.get(program.service.url("/processes")).bearer_auth(key);
        assert_eq!(Answer::of(list).await.status, status, "{key}");
    }
    program.kill();
}

#[tokio::test]
async fn the_key_of_admin_is_its_own() {
    let given = |command: &mut std::process::Command| {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let url = lines.next().unwrap().strip_prefix("listening on ").unwrap().to_owned();
        (child, url, lines)
    };
    let status = async |url: &str, key: &str| {
        Answer::of(client().get(format!("{url}/_admin/faults")).bearer_auth(key)).await.status
    };
    let (mut child, url, mut lines) = given(&mut command(&["--key", KEY, "--admin"]));
    let made = lines.next().unwrap().strip_prefix("the key of /_admin is ").unwrap().to_owned();
    assert_eq!((status(&url, &made).await, status(&url, KEY).await, status(&url, "").await), (200, 401, 401));
    child.kill().unwrap();
    child.wait().unwrap();
    let mut told = command(&["--key", KEY, "--admin"]);
    let (mut child, url, _) = given(told.env("CLOUDCONVERT_SANDBOX_ADMIN_KEY", "told"));
    assert_eq!((status(&url, "told").await, status(&url, KEY).await), (200, 401));
    child.kill().unwrap();
    child.wait().unwrap();
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

#[tokio::test]
async fn faults_and_limits_from_the_command_line() {
    let fault = r#"{"kind": "create", "times": 1, "status": 502}"#;
    let arguments =
        ["--key", KEY, "--rate-limit", "3/60", "--fault", fault, "--seed", "1", "--max-input", "10"];
    let program = Program::start(&arguments, false);
    let service = &program.service;
    let create = || {
        let create = service.http.post(service.url("/process")).bearer_auth(KEY);
        Answer::of(create.json(&json!({"inputformat": "png", "outputformat": "jpg"})))
    };
    assert_eq!(create().await.status, 502);
    let process = create().await.str("url").to_owned();
    let started = service.post(&process, json!({"input": "upload"})).await;
    let upload = started["upload"]["url"].as_str().unwrap();
    service.put(&format!("{upload}/a.png"), file("input.png")).await.assert_error(413, "10 bytes");
    create().await.assert_error(429, "");
    tokio::task::spawn_blocking(move || program.stop(Signal::SIGTERM)).await.unwrap();
}

#[tokio::test]
async fn what_needs_other_programs_is_offered_with_them_only() {
    let mut command = command(&["--key", KEY]);
    let mut child = command.env("PATH", "").spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let address = first.trim().strip_prefix("listening on http://").unwrap().to_owned();
    let service = Service { address, http: client() };
    let types = service.get("/conversiontypes").await;
    assert!(
        !types.text().contains("ffmpeg") && !types.text().contains("pdfto") && types.text().contains("resvg")
    );
    for (input, output, program) in [("flv", "mp4", "ffmpeg"), ("pdf", "jpg", "Poppler")] {
        let create = format!("/process?apikey={KEY}&inputformat={input}&outputformat={output}");
        let refused = service.get(&create).await;
        refused.assert_error(400, "This conversiontype is not supported!");
        refused.assert_error(400, program);
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn a_key_from_the_environment() {
    let mut child = command(&[]).env("CLOUDCONVERT_SANDBOX_KEY", KEY).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let url = first.trim().strip_prefix("listening on ").unwrap();
    let list = client().get(format!("{url}/processes"));
    Answer::of(list.try_clone().unwrap().bearer_auth("other")).await.assert_error(401, "");
    assert_eq!(Answer::of(list.bearer_auth(KEY)).await.status, 200);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Runs the program where it does not start.
fn refused(arguments: &[&str]) -> Output {
    let output = command(arguments).output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    output
}

#[test]
fn what_it_cannot_do_it_says() {
    let said = |arguments: &[&str]| String::from_utf8(refused(arguments).stderr).unwrap();
    assert!(said(&["--listen", "127.0.0.1:0"]).contains("--key"));
    assert!(said(&["--key-file", "/nowhere"]).contains("--key-file"));
    assert!(said(&["--key", KEY, "--public-url", "user@a"]).contains("https://convert.example.org"));
    assert!(said(&["--key", KEY, "--allow-fetch", "here"]).contains("10.0.0.0/8"));
    assert!(said(&["--listen", "0.0.0.0:0", "--key", KEY, "--admin"]).contains("--admin"));
    assert!(said(&["--key", KEY, "--fault", r#"{"kid": "create"}"#]).contains("unknown field"));
    assert!(said(&["--key", KEY, "--fault", r#"{"probability": 2}"#]).contains("probability"));
    assert!(said(&["--key", KEY, "--rate-limit", "many"]).contains("REQUESTS/SECONDS"));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let busy = said(&["--listen", &address, "--key", KEY]);
    assert!(busy.contains("in use") && !busy.contains(KEY), "{busy}");
    let file = tempfile::NamedTempFile::new().unwrap();
    assert!(said(&["--key", KEY, "--data", file.path().to_str().unwrap()]).starts_with("error: "));
}
