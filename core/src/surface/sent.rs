//! Nothing that somebody wishes is left out without a word: every option, with every input and every mode and in both
//! versions of the API, changes what is sent, or is refused.

use serde_json::{Value, json};

use super::{MODES, OPTIONS, Owner};
use crate::http::{Body, Method, Piece};
use crate::policy::Policy;
use crate::{Action, Api, Code, Conversion, Error, Event, Job, Request, Response, Timestamp};

/// What an option changes nothing of, and why.
fn has_no_say(option: &str, version: &str, mode: &str, input: &Value) -> bool {
    match (option, version) {
        // Operations that read any format are not told which one it is.
        ("from", "v2") => !["convert", "optimize", "watermark", "thumbnail"].contains(&mode),
        // What comes out are facts, or the files that are in the archive, or what the command says: the format is only
        // expected. Version 1 is told it all the same.
        ("to", "v2") => ["info", "extract", "command"].contains(&mode),
        ("download each", _) => mode == "info",
        ("upload", _) => input["input"] != "upload",
        _ => false,
    }
}

fn inputs() -> Vec<Value> {
    let of = |input: Value, one: &str, several: &[&str]| {
        [json!({"input": input, "file": one}), json!({"input": input, "files": several})]
    };
    let mut inputs = vec![
        json!({"input": "upload", "name": "a.png"}),
        json!({"input": "upload", "files": [{"name": "a.png"}, {"name": "b.png"}]}),
        json!({"input": "download", "url": "https://example.org/a.png"}),
        json!({"input": "download", "files": ["https://example.org/a.png", "https://example.org/b.png"]}),
        json!({"input": "raw", "content": "x", "filename": "a.png"}),
        json!({"input": "base64", "content": "eA==", "filename": "a.png"}),
    ];
    let account = json!({"client_email": "e", "private_key": "k"});
    for storage in [
        json!({"s3": {"accesskeyid": "a", "secretaccesskey": "b", "bucket": "c"}}),
        json!({"azure": {"accountname": "a", "accountkey": "b", "container": "c"}}),
        json!({"openstack": {"authurl": "a", "username": "b", "password": "c", "container": "d", "region": "e"}}),
        json!({"googlecloud": {"projectid": "a", "bucket": "b", "credentials": account}}),
        json!({"ftp": {"host": "a", "user": "b", "password": "c"}}),
        json!({"sftp": {"host": "a", "user": "b", "password": "c"}}),
    ] {
        inputs.extend(of(storage, "a.png", &["a.png", "b.png"]));
    }
    inputs
}

/// What a mode needs.
fn needs(mode: &str) -> Value {
    match mode {
        "combine" => json!({"to": "pdf"}),
        "archive" => json!({"to": "zip"}),
        "convert" | "info" | "extract" | "thumbnail" | "capture-website" => json!({"to": "jpg"}),
        "watermark" => json!({"options": {"text": "x"}}),
        "metadata/write" => json!({"options": {"metadata": {}}}),
        "pdf/encrypt" => json!({"options": {"set_password": "x"}}),
        "pdf/decrypt" => json!({"options": {"password": "x"}}),
        "pdf/extract-pages" => json!({"options": {"pages": "1"}}),
        "pdf/rotate-pages" => json!({"options": {"rotation": 90}}),
        "command" => json!({"engine": "ffmpeg", "options": {"command": "ffmpeg", "arguments": "-i"}}),
        _ => json!({}),
    }
}

/// A value for each option of the wish.
fn value(option: &str) -> Value {
    match option {
        "to" => "webp".into(),
        "from" => "gif".into(),
        "name" | "filename" | "output_filename" => "other.png".into(),
        "engine" | "engine_version" | "preset" | "tag" => "x".into(),
        "options" | "extra" => json!({"glow": 7}),
        "timeout" => 60.into(),
        "email" | "save" => true.into(),
        "callback" => "https://example.org/called".into(),
        "output" => {
            json!({"s3": {"accesskeyid": "a", "secretaccesskey": "b", "bucket": "c", "path": "out/"}})
        }
        other => panic!("which value has {other}?"),
    }
}

/// All that is sent for a wish, by a service that does what is asked for.
fn sent(version: &str, wish: &Value, policy: &Policy) -> Result<Vec<String>, Error> {
    let api = Api::new(&["https://api.example.com/", version].concat(), Some("KEY"))?;
    let job = Job::from_value(&serde_json::from_str(&wish.to_string()).unwrap())?;
    let mut conversion = Conversion::new(&api, job, policy.clone(), 7)?;
    let (mut now, mut sent) = (Timestamp::default(), Vec::new());
    for _ in 0..100 {
        match conversion.poll(now) {
            Action::Send(request) => {
                sent.push(text(&request));
                let response = answer(&request, wish, &sent);
                conversion.handle(now, Event::Response { id: request.id, response });
            }
            Action::Settle { id } => conversion.handle(now, Event::Settled { id }),
            Action::Wait { until } => now = until,
            Action::Done(result) => return result.map(|_| sent),
            Action::Busy { .. } => panic!("nothing is out"),
        }
    }
    panic!("{wish} has not ended: {sent:#?}");
}

fn text(request: &Request) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Bytes(bytes) => String::from_utf8(bytes.clone()).unwrap(),
        Piece::File(index) => index.to_string(),
    };
    let body = match &request.body {
        Body::Empty => String::new(),
        Body::Bytes(bytes) => String::from_utf8(bytes.clone()).unwrap(),
        Body::Stream { pieces, .. } => pieces.iter().map(piece).collect(),
    };
    format!("{} {} {:?} {body}", request.method.as_str(), request.url, request.sink)
}

fn answer(request: &Request, wish: &Value, sent: &[String]) -> Response {
    let path = request.url.split('/').skip(3).collect::<Vec<_>>();
    let body = match (request.method, path.as_slice()) {
        (Method::Post, ["v1", "process"]) => json!({"id": "x", "url": "//srv01.example.com/process/x"}),
        (Method::Post, ["process", _]) if wish["input"] == "upload" => {
            json!({"id": "x", "step": "input", "upload": {"url": "//srv01.example.com/upload/x"}})
        }
        (Method::Post | Method::Get, ["process", _]) => {
            json!({"id": "x", "step": "finished", "info": if wish["mode"] == "info" { json!({"a": 1}) } else { json!(null) },
                "output": {"url": "//srv01.example.com/download/x", "filename": "a.jpg", "files": ["1.jpg", "2.jpg"]}})
        }
        (Method::Post | Method::Put, ["upload", ..]) => json!({"file": "a.png", "size": 1}),
        (Method::Post | Method::Get, ["v2", "jobs", ..]) => job(request, sent),
        (Method::Delete, ["v2", ..]) => return Response { status: 204, ..Response::default() },
        _ => json!({}),
    };
    let body = body.to_string().into_bytes();
    Response { status: 200, received: body.len() as u64, body, ..Response::default() }
}

/// A job of version 2, whose imports wait as long as nothing was uploaded to them.
fn job(request: &Request, sent: &[String]) -> Value {
    let created: Value = serde_json::from_str(&sent[0][sent[0].find("{\"tasks\"").unwrap()..]).unwrap();
    let is_new = request.method == Method::Post;
    let tasks = created["tasks"].as_object().unwrap().iter().map(|(name, task)| {
        let waits = is_new && task["operation"] == "import/upload";
        let files = json!([{"filename": "1.jpg", "url": "https://storage.example.net/1.jpg"}]);
        let result = match task["operation"].as_str().unwrap() {
            _ if waits => json!({"form": {"url": "https://storage.example.net/form", "parameters": {}}}),
            "metadata" => json!({"metadata": {"a": 1}}),
            "export/url" => json!({"files": files}),
            _ => json!({"files": [{"filename": "1.jpg"}]}),
        };
        json!({"id": name, "name": name, "operation": task["operation"], "result": result,
            "status": if waits { "waiting" } else { "finished" }})
    });
    let tasks: Vec<_> = tasks.collect();
    let waits = tasks.iter().any(|task| task["status"] == "waiting");
    json!({"data": {"id": "x", "status": if waits { "waiting" } else { "finished" }, "tasks": tasks}})
}

#[test]
fn every_option_is_sent_or_refused() {
    let mut dropped = Vec::new();
    let mut tried = 0;
    for (version, mode, input) in ["v1", "v2"].into_iter().flat_map(|version| {
        MODES.iter().flat_map(move |mode| inputs().into_iter().map(move |input| (version, mode.name, input)))
    }) {
        let mut plain = input.clone();
        plain["mode"] = mode.into();
        for (name, needed) in needs(mode).as_object().unwrap() {
            plain[name] = needed.clone();
        }
        // What cannot be asked for at all.
        let Ok(without) = sent(version, &plain, &Policy::default()) else { continue };
        let policy = |name: &str, value: &str| {
            let value = json!({name: value}).to_string();
            Policy::from_value(&serde_json::from_str(&value).unwrap()).unwrap()
        };
        let wishes = OPTIONS.iter().filter(|option| option.owner == Owner::Job && option.name != "mode");
        let wishes = wishes.map(|option| {
            let mut wish = plain.clone();
            match (&mut wish[option.name], value(option.name)) {
                (Value::Object(known), Value::Object(more)) => known.extend(more),
                (known, value) => *known = value,
            }
            (option.name, wish, Policy::default())
        });
        let policies =
            [("upload", "put"), ("download", "each"), ("download", "none")].map(|(name, value)| {
                let named = if value == "each" { "download each" } else { name };
                (named, plain.clone(), policy(name, value))
            });
        for (option, wish, policy) in wishes.chain(policies) {
            tried += 1;
            match sent(version, &wish, &policy) {
                Ok(with) if with == without && !has_no_say(option, version, mode, &input) => {
                    dropped.push(format!("{version}, {mode}, {}: {option}", input["input"]));
                }
                Err(error) if error.code != Code::BadRequest => panic!("{wish}: {error}"),
                _ => {}
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
    dropped.dedup();
    assert!(dropped.is_empty(), "dropped without a word: {dropped:#?}");
}
