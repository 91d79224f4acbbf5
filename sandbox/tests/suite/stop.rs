//! The program: its command line, what it prints, and how it stops.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;
use tempfile::TempDir;

use crate::service::{Answer, KEY, Service, client, file, long_film};

/// The program while it runs, in folders of the test's own.
pub(crate) struct Program {
    pub(crate) child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) service: Service,
    pub(crate) data: TempDir,
    pub(crate) temporary: TempDir,
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloudconvert-sandbox"));
    prepared(command.args(arguments));
    command
}

/// So that it says what the tests read, and has no key but theirs.
fn prepared(command: &mut Command) -> &mut Command {
    command.env_remove("CLOUDCONVERT_SANDBOX_KEY").stdout(Stdio::piped()).stderr(Stdio::piped())
}

impl Program {
    fn start(arguments: &[&str], keep_data: bool) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut command = command(arguments);
        if keep_data {
            command.arg("--data").arg(data.path());
        }
        Self::of(command, data)
    }

    /// Started as this command says, which may name the folder for its data.
    pub(crate) fn of(mut command: Command, data: TempDir) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let mut child = prepared(&mut command).env("TMPDIR", temporary.path()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        stdout.read_line(&mut first).unwrap();
        let address = first.trim().strip_prefix("listening on http://").unwrap().to_owned();
        let service = Service { address, http: client() };
        Self { child, stdout, service, data, temporary }
    }

    /// Ends it by a signal; gives what it said, and asserts that it ended well and left nothing.
    fn stop(mut self, signal: Signal) -> String {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
        let status = self.child.wait().unwrap();
        assert_eq!(status.code(), Some(0));
        let mut said = String::new();
        self.stdout.read_to_string(&mut said).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        for folder in [self.data.path(), self.temporary.path()] {
            assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "{} is not empty", folder.display());
        }
        said
    }
}

#[tokio::test]
async fn it_stops_whatever_is_going_on_and_leaves_nothing() {
    for (signal, keep_data) in [(Signal::SIGTERM, true), (Signal::SIGINT, false)] {
        let program = Program::start(&["--listen", "127.0.0.1:0", "--key", KEY, "--engines", "1"], keep_data);
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
