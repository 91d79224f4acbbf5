//! The command line, and the environment.

use std::io::{BufRead, BufReader};
use std::process::Output;

use nix::sys::signal::Signal;
use serde_json::json;

use crate::program::{Program, command};
use crate::service::{Answer, KEY, Service, client, file};

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
async fn scopes_and_jobs_at_once_from_the_command_line() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("reader task.read user.read\n{KEY}\n")).unwrap();
    let path = file.path().to_str().unwrap();
    let program = Program::start(&["--key-file", path, "--parallel-jobs", "1"], false);
    let service = &program.service;
    let create = |key: &'static str| {
        let create = service.http.post(format!("http://{}/v2/jobs", service.address)).bearer_auth(key);
        Answer::of(create.json(&json!({"tasks": {"in": {"operation": "import/upload"}}})))
    };
    let refused = create("reader").await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("task.write"), "{}", refused.text());
    assert_eq!(create(KEY).await.status, 201);
    let second = create(KEY).await;
    assert_eq!((second.status, second.str("code")), (402, "PARALLEL_JOB_LIMIT_EXCEEDED"));
    program.kill();
    std::fs::write(file.path(), "reader task.raed\n").unwrap();
    let failed = command(&["--key-file", path]).output().unwrap();
    let said = String::from_utf8_lossy(&failed.stderr);
    assert!(!failed.status.success() && said.contains("line 1") && said.contains("task.read"), "{said}");
    assert!(!said.contains("reader"), "a key is in no message");
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
    for limit in ["many", "0/0", "1/0"] {
        assert!(said(&["--key", KEY, "--rate-limit", limit]).contains("REQUESTS/SECONDS"), "{limit}");
    }
    for (argument, too_little) in [
        ("--engines", "0"),
        ("--parallel-jobs", "0"),
        ("--connections", "0"),
        ("--silence", "0"),
        ("--max-input", "0"),
        ("--max-memory", "1"),
    ] {
        let said = said(&["--key", KEY, argument, too_little]);
        assert!(said.contains(argument) && said.contains("is not in"), "{said}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let busy = said(&["--listen", &address, "--key", KEY]);
    assert!(busy.contains("in use") && !busy.contains(KEY), "{busy}");
    let file = tempfile::NamedTempFile::new().unwrap();
    assert!(said(&["--key", KEY, "--data", file.path().to_str().unwrap()]).starts_with("error: "));
}
