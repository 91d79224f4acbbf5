//! Commands of users: only of engines that the operator allows, and held in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloudconvert_sandbox::{CommandEngine, Config, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use super::{page, task, text};
use crate::program::Program;
use crate::service::{KEY, Service, made};

/// The service as its users start it, with ffmpeg allowed.
fn allowing(arguments: &[&str]) -> Program {
    let own = [
        "--listen",
        "127.0.0.1:0",
        "--key",
        KEY,
        "--allow-fetch",
        "127.0.0.0/8",
        "--allow-command",
        "ffmpeg",
    ];
    Program::start(&[&own, arguments].concat(), true)
}

fn sound() -> Vec<u8> {
    made("a.wav", "-f lavfi -i sine=duration=1")
}

/// A job that runs a command on a sound.
fn tasks(command: &str, arguments: &Value) -> Value {
    json!({
        "in": {"operation": "import/base64", "file": STANDARD.encode(sound()), "filename": "a.wav"},
        "work": {
            "operation": "command", "input": "in", "engine": "ffmpeg", "command": command, "arguments": arguments,
            "capture_output": true, "timeout": 60,
        },
    })
}

/// How the command of such a job ended.
async fn ended(service: &Service, command: &str, arguments: &str) -> Value {
    let job = service.job(tasks(command, &arguments.into())).await;
    task(&service.ended(&job).await, "work").clone()
}

#[tokio::test]
async fn nothing_is_allowed_unless_the_operator_says_so() {
    let service = Service::start().await;
    let refused = service.v2(Method::POST, "/v2/jobs", json!({"tasks": tasks("ffmpeg", &json!(""))})).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let said = text(&refused["errors"]["tasks.work.operation"][0]);
    assert!(said.contains("command is not offered") && said.contains("operator"), "{said}");
    let listed = service.get("/v2/operations?filter[operation]=command").await;
    assert_eq!(listed["data"], json!([]));
    // Without a process that can be held in, it cannot be allowed.
    let config = Config { commands: vec![CommandEngine::Ffmpeg], ..Config::default() };
    let error = Sandbox::bind(config).await.err().unwrap().to_string();
    assert!(error.contains("cannot be held in"), "{error}");
}

#[tokio::test]
async fn what_is_not_allowed_is_refused_by_its_name() {
    let program = allowing(&[]);
    let service = &program.service;
    let listed = service.get("/v2/operations?filter[operation]=command").await;
    let engines: Vec<&str> =
        listed["data"].as_array().unwrap().iter().map(|it| text(&it["engine"])).collect();
    assert_eq!(engines, ["ffmpeg"]);
    for (field, value, words) in [
        ("engine", json!("imagemagick"), &["imagemagick", "ffmpeg"][..]),
        ("engine", json!("bash"), &["bash", "ffmpeg"]),
        ("engine", Value::Null, &["required"]),
        ("command", json!("sh"), &["ffmpeg, ffprobe"]),
        ("command", json!("/bin/ffmpeg"), &["ffmpeg, ffprobe"]),
        ("arguments", Value::Null, &["required"]),
        ("arguments", json!([1]), &["a text, or an array of texts"]),
        ("arguments", json!([["-version"]]), &["a text, or an array of texts"]),
        ("arguments", json!(7), &["a text, or an array of texts"]),
        ("capture_output", json!("perhaps"), &["true or false"]),
    ] {
        let mut tasks = tasks("ffmpeg", &json!("-version"));
        tasks["work"][field] = value;
        let refused = service.v2(Method::POST, "/v2/jobs", json!({ "tasks": tasks })).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        let said = refused["errors"][format!("tasks.work.{field}")][0].as_str().unwrap_or_default();
        assert!(words.iter().all(|word| said.contains(word)), "{field}: {}", refused.text());
    }
    let job = service.job(tasks("ffmpeg", &json!("-i 'a"))).await;
    let failed = service.ended(&job).await;
    assert_eq!(task(&failed, "work")["code"], "INVALID_DATA", "{failed}");
}

#[tokio::test]
async fn a_command_makes_files_and_says_something() {
    let program = allowing(&[]);
    let service = &program.service;
    let mut job =
        tasks("ffmpeg", &json!("-i /input/in/a.wav -ac 2 '/output/two channels.flac' /output/b.wav"));
    job["out"] = json!({"operation": "export/url", "input": "work"});
    let (made, files) = service.made_by(job).await;
    let work = task(&made, "work");
    assert_eq!((&work["status"], &work["engine"]), (&json!("finished"), &json!("ffmpeg")), "{work}");
    let names: Vec<&str> = task(&made, "out")["result"]["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| text(&it["filename"]))
        .collect();
    assert_eq!(names, ["b.wav", "two channels.flac"]);
    assert!(files[0].starts_with(b"RIFF") && files[1].starts_with(b"fLaC"));
    // It sees its folders, and nothing tells where they are.
    let said = text(&work["result"]["output"]);
    let data = program.data.path().to_str().unwrap();
    assert!(said.contains("/output/b.wav") && !said.contains(data), "{said}");

    let words =
        json!(["-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", "/input/in/a.wav"]);
    let probed = service.ended(&service.job(tasks("ffprobe", &words)).await).await;
    assert_eq!(task(&probed, "work")["result"], json!({"output": "pcm_s16le\n", "files": []}), "{probed}");
    let mut silent = tasks("ffprobe", &words);
    silent["work"]["capture_output"] = json!(false);
    let silent = service.ended(&service.job(silent).await).await;
    assert_eq!(task(&silent, "work")["result"], json!({"files": []}), "{silent}");

    let failed = ended(service, "ffmpeg", "-i /input/in/b.wav /output/c.wav").await;
    assert_eq!(failed["code"], "CONVERSION_FAILED", "{failed}");
    let said = text(&failed["message"]);
    assert!(
        said.contains("ffmpeg failed") && said.contains("/input/in/b.wav") && !said.contains(data),
        "{said}"
    );
}

#[tokio::test]
async fn a_command_is_held_in() {
    let program = allowing(&["--max-output", "2000000", "--max-memory", "1500000000"]);
    let service = &program.service;
    let secret = program.temporary.path().join("secret.wav");
    std::fs::write(&secret, sound()).unwrap();
    let (secret, outside) = (secret.display(), program.temporary.path().join("made.wav"));
    for arguments in [
        // Files of the machine, and of others.
        "-f data -i /etc/passwd -map 0 -f data /output/a".to_owned(),
        format!("-i {secret} /output/a.wav"),
        format!("-i concat:{secret} /output/a.wav"),
        format!("-i /input/in/../../../../..{secret} /output/a.wav"),
        // Places that are not its own.
        format!("-i /input/in/a.wav {}", outside.display()),
        "-y -i /input/in/a.wav /input/in/a.wav".to_owned(),
        "-i /input/in/a.wav /tmp/a.wav".to_owned(),
        // The network, this service above all.
        format!("-i http://{}/v2/operations /output/a.wav", service.address),
    ] {
        let failed = ended(service, "ffmpeg", &arguments).await;
        assert_eq!(
            (&failed["status"], &failed["code"]),
            (&json!("error"), &json!("CONVERSION_FAILED")),
            "{arguments}: {failed}"
        );
    }
    assert!(!outside.exists());
    // More than its output may be, more memory than there may be, more time than was asked for.
    let large =
        ended(service, "ffmpeg", "-f lavfi -i testsrc2=size=1000x1000:rate=30 -f rawvideo /output/a").await;
    assert!(text(&large["message"]).contains("its output is larger"), "{large}");
    let heavy =
        ended(service, "ffmpeg", "-f lavfi -i color=size=16000x16000,reverse -frames:v 9 -f null -").await;
    assert_eq!(heavy["status"], "error", "{heavy}");
    let mut endless = tasks("ffmpeg", &json!("-re -f lavfi -i sine -f null -"));
    endless["work"]["timeout"] = json!(1);
    let endless = service.ended(&service.job(endless).await).await;
    assert_eq!(task(&endless, "work")["code"], "TIMEOUT", "{endless}");
    // Others go on.
    assert_eq!(service.ended(&service.job(page()).await).await["status"], "finished");
}
