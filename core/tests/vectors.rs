//! Replays `tests/vectors/*.json` through the core.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use cloudconvert_core::{
    Action, Api, Body, Callback, Conversion, Error, Event, Native, Output, Piece, Place, Reason, Request,
    Response, Saved, Sink, Stage, Timestamp,
};
use serde_json::{Value, json};

const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// More steps than any script can need.
const STEPS: usize = 1_000;
/// What stands in scripts for the mark that a client gives the names of its tasks.
const MARK: &str = "ck0000000000000000";

/// The host of one replay: a clock, the files it has received, and the script.
struct Replay<'v> {
    vector: &'v Value,
    now: Timestamp,
    script: std::slice::Iter<'v, Value>,
    files: BTreeMap<String, Vec<u8>>,
    /// The mark that the client chose.
    mark: String,
    /// The job as it was told last, for another process, which asks for it.
    job: Option<Value>,
    /// Whether every step happens in a new process.
    restores: bool,
    /// Whether that process has asked how far its job is, and has not gone on yet.
    asked: bool,
}

impl<'v> Replay<'v> {
    /// The driver loop of a host, with the script for a network. With `restore`, every step happens in a new process.
    fn run(&mut self, api: &Api, restore: bool) -> Result<Output, Error> {
        let mut conversion = conversion(self.vector, api)?;
        conversion.keep_states();
        for _ in 0..STEPS {
            if self.script.as_slice().first().is_some_and(|entry| entry["cancel"] == true) {
                self.script.next();
                conversion.cancel(self.now);
            }
            let action = conversion.poll(self.now);
            // Callbacks come while the conversion waits for one.
            if matches!(action, Action::Wait { .. }) && self.called().is_some() {
                while let Some(called) = self.called() {
                    self.script.next();
                    conversion.handle(self.now, Event::Callback(Callback::read(api, &called).unwrap()));
                }
                continue;
            }
            match action {
                Action::Done(result) => return result,
                Action::Busy { deadline } => self.now = deadline,
                Action::Wait { until } => self.wait(until),
                Action::Settle { id } => conversion.handle(self.now, Event::Settled { id }),
                Action::Send(request) => self.answer(&mut conversion, &request),
            }
            // Another process asks first how far its job is, and then goes on.
            // What has no name yet is lost with its process.
            let holds = conversion.verified().count() > 0 && conversion.progress().stage == Stage::Download;
            if restore && !self.asked && !holds {
                conversion = restored(&conversion, api, self.vector["key"].as_str());
            }
        }
        panic!("it has not ended after {STEPS} steps");
    }

    fn called(&self) -> Option<String> {
        self.script.as_slice().first()?["called"].as_str().map(str::to_owned)
    }

    fn wait(&mut self, until: Timestamp) {
        let bounds = self.script.as_slice().first().map_or(&Value::Null, |entry| &entry["wait"]);
        if let (Some(least), Some(most)) = (bounds[0].as_u64(), bounds[1].as_u64()) {
            let wait = until - self.now;
            let bounds = Duration::from_millis(least)..=Duration::from_millis(most);
            assert!(bounds.contains(&wait), "waits {wait:?}, not {least} to {most} ms");
            self.script.next();
        }
        self.now = until;
    }

    fn answer(&mut self, conversion: &mut Conversion, request: &Request) {
        let call = format!("{} {}", request.method.as_str(), request.url);
        let Some(entry) = self.entry(&call) else { return self.told_again(conversion, request) };
        if let (Some(expected), false) = (entry["expect"]["saved"].as_bool(), self.restores) {
            assert_eq!(request.checkpoint.is_some(), expected, "whether it is saved before {call}");
        }
        self.check(&entry["expect"], request);
        let (id, answer) = (request.id, &entry["answer"]);
        self.now += Duration::from_millis(answer["takes"].as_u64().unwrap_or(10));
        let event = match entry["fail"].as_str() {
            Some("timeout") => return,
            Some("certificate") => {
                Event::Failed { id, reason: Reason::Permanent("the certificate has expired".into()) }
            }
            Some("unreached") => Event::Failed { id, reason: Reason::Unreached },
            Some(_) => Event::Failed { id, reason: Reason::Connection },
            None => {
                let response = self.response(request, answer);
                if matches!(request.sink, Sink::File { .. }) {
                    let head = Response { body: Vec::new(), received: 0, ..response.clone() };
                    conversion.handle(self.now, Event::Begun { id, response: head });
                }
                if response.received > 0 {
                    conversion.handle(self.now, Event::Received { id, bytes: response.received });
                }
                match answer["cut"] {
                    Value::Bool(true) => Event::Failed { id, reason: Reason::Connection },
                    _ => Event::Response { id, response },
                }
            }
        };
        conversion.handle(self.now, event);
    }

    /// The entry for a call; none where it is one of a process that asks how far things are.
    fn entry(&mut self, call: &str) -> Option<&'v Value> {
        let entry = self.script.as_slice().first();
        let is = |entry: &Value| entry["expect"]["call"] == call;
        match entry {
            Some(entry) if entry["repeats"] == true && is(entry) => {
                self.asked = true;
                return Some(entry);
            }
            Some(entry) if entry["repeats"] == true => {
                self.script.next();
            }
            Some(entry)
                if !is(entry) && self.restores && call.starts_with("GET ") && call.contains("/v2/jobs") =>
            {
                return None;
            }
            _ => {}
        }
        self.asked = false;
        Some(self.script.next().unwrap_or_else(|| panic!("an unexpected {call}")))
    }

    /// Another process asks which jobs there are, or how far its job is.
    fn told_again(&mut self, conversion: &mut Conversion, request: &Request) {
        self.asked = true;
        let known = self.job.clone().unwrap_or_else(|| panic!("there is no job yet"));
        let told = if request.url.contains('?') { json!({"data": []}) } else { known };
        let body = told.to_string().replace(MARK, &self.mark).into_bytes();
        let response = Response { status: 200, body, ..Response::default() };
        conversion.handle(self.now, Event::Response { id: request.id, response });
    }

    /// The answer, with its body where the request wants it.
    fn response(&mut self, request: &Request, answer: &Value) -> Response {
        let status = answer["status"].as_u64().unwrap_or(200).try_into().unwrap();
        let body = match &answer["json"] {
            Value::Null => answer["text"].as_str().unwrap_or_default().as_bytes().to_vec(),
            json => {
                let jobs = json["data"].as_array().map_or(std::slice::from_ref(&json["data"]), Vec::as_slice);
                let ours = jobs.iter().find(|job| job["id"].is_string() && !job["links"].is_null());
                self.job = ours.map(|job| json!({"data": job})).or(self.job.take());
                json.to_string().replace(MARK, &self.mark).into_bytes()
            }
        };
        let url = answer["url"].as_str().map(str::to_owned);
        let mut response = Response { status, url, ..Response::default() };
        for (name, value) in answer["headers"].as_object().into_iter().flatten() {
            response.headers.push((name.clone(), value.as_str().unwrap().to_owned()));
        }
        if matches!(request.sink, Sink::File { .. }) && answer["length"] != "untold" {
            let length = answer["length"].as_u64().unwrap_or(body.len() as u64);
            response.headers.push(("Content-Length".into(), length.to_string()));
        }
        let (Place::File { offset }, Sink::File { name, .. }) =
            (request.sink.place(&response), &request.sink)
        else {
            let Place::Memory { limit } = request.sink.place(&response) else { unreachable!() };
            return Response { body: body[..body.len().min(limit)].to_vec(), ..response };
        };
        let file = self.files.entry(name.clone()).or_default();
        file.truncate(usize::try_from(offset).unwrap());
        file.extend(&body);
        Response { received: file.len() as u64, ..response }
    }

    /// What goes over the wire, with the contents of the files.
    fn body(&self, pieces: &[Piece]) -> String {
        let contents = contents(self.vector);
        let piece = |piece: &Piece| match piece {
            Piece::Bytes(bytes) => String::from_utf8(bytes.clone()).unwrap(),
            Piece::File(index) => contents[*index].clone(),
        };
        pieces.iter().map(piece).collect()
    }

    fn check(&mut self, expect: &Value, request: &Request) {
        let call = format!("{} {}", request.method.as_str(), request.url);
        assert_eq!(call, expect["call"].as_str().unwrap());
        assert_eq!(request.carries_key(), expect["key"] == true, "the key and {call}");
        let key = self.vector["key"].as_str().unwrap_or("no key");
        assert!(!format!("{request:?}{}", request.url).contains(key), "the key is shown");
        for (name, value) in expect["headers"].as_object().into_iter().flatten() {
            let header = request.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
            assert_eq!(header, value.as_str(), "{name} of {call}");
        }
        match &request.body {
            Body::Empty => assert!(expect["json"].is_null() && expect["file"].is_null(), "a body in {call}"),
            Body::Bytes(bytes) => {
                let text = String::from_utf8(bytes.clone()).unwrap();
                self.mark = mark(&text).unwrap_or(&self.mark).to_owned();
                let plain = text.replace(&self.mark, MARK);
                assert_eq!(serde_json::from_str::<Value>(&plain).unwrap(), expect["json"], "{call}");
            }
            Body::Stream { pieces, len, .. } => {
                let names = match &expect["file"] {
                    Value::Null => {
                        expect["files"].as_array().unwrap_or_else(|| panic!("a file in {call}")).clone()
                    }
                    name => vec![name.clone()],
                };
                let body = self.body(pieces);
                assert_eq!(*len, Some(body.len() as u64), "{call}");
                let multipart = names.iter().all(|name| body.contains(&format!("filename={name}\r\n")));
                assert_eq!(multipart, request.method.as_str() == "POST", "{call}");
                let mut rest = body.as_str();
                for field in expect["fields"].as_array().into_iter().flatten() {
                    let (name, text) = (field[0].as_str().unwrap(), field[1].as_str().unwrap());
                    let part = format!("form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
                    rest = rest.split_once(&part).unwrap_or_else(|| panic!("{part} in {body}")).1;
                }
                assert!(!multipart || rest.contains("; filename="), "the file is not the last field");
            }
        }
    }
}

/// The mark in the names of tasks.
fn mark(text: &str) -> Option<&str> {
    let (at, _) = text.match_indices("-ck").next()?;
    text.get(at + 1..at + 1 + MARK.len())
}

/// The contents of the files, in the order of the job.
fn contents(vector: &Value) -> Vec<String> {
    let content = |value: &Value| value.as_str().unwrap().to_owned();
    match &vector["content"] {
        Value::Null => Vec::new(),
        Value::Array(contents) => contents.iter().map(content).collect(),
        one => vec![content(one)],
    }
}

fn api(vector: &Value) -> Api {
    Api::from_value(&Native, &core_value(vector)).unwrap()
}

fn conversion(vector: &Value, api: &Api) -> Result<Conversion, Error> {
    let sizes: Vec<_> = contents(vector).iter().map(|content| content.len() as u64).collect();
    let mut wish = vector.clone();
    let job = &mut wish["job"];
    if job["input"] == "upload" && job["files"].is_null() {
        job["size"] = json!(sizes.first());
    }
    for (file, size) in job["files"].as_array_mut().into_iter().flatten().zip(&sizes) {
        if file.is_object() {
            file["size"] = json!(size);
        }
    }
    if vector["run"] == "upload" {
        wish["files"] = json!([{"name": vector["job"]["name"], "size": sizes[0]}]);
    }
    if let Some(path) = vector["saveTo"].as_str() {
        wish["save_to"] = json!({"path": path, "present": "file", "has_parent": true});
    }
    Conversion::from_value(api, &core_value(&wish), 1)
}

/// The same conversion in another process, by way of JSON.
fn restored(conversion: &Conversion, api: &Api, key: Option<&str>) -> Conversion {
    let saved = conversion.save().to_json(api);
    assert!(!saved.contains(key.unwrap_or("no key")), "the key is saved");
    Conversion::restore(api, &Saved::from_json(api, &saved).unwrap()).unwrap()
}

fn core_value(value: &Value) -> cloudconvert_core::Value<'static> {
    let text = value.to_string();
    serde_json::from_str::<cloudconvert_core::Value<'_>>(&text).unwrap().owned()
}

fn check_outcome(expected: &Value, result: &Result<Output, Error>, files: &BTreeMap<String, Vec<u8>>) {
    let facts = match result {
        Ok(output) => serde_json::to_value(output.to_value()).unwrap(),
        Err(error) => serde_json::to_value(error.to_value()).unwrap(),
    };
    for name in ["status", "retryAfter", "processId", "processUrl", "filename", "url", "uploadUrl", "info"] {
        assert!(expected[name].is_null() || expected[name] == facts[name], "{name} of {facts}");
    }
    match (expected["error"].as_str(), result) {
        (Some(code), Err(error)) => {
            assert_eq!(error.code.as_str(), code, "{error}");
            let part = expected["message"].as_str().unwrap_or_default();
            assert!(error.message.contains(part), "{}", error.message);
            let retryable = expected["isRetryable"].as_bool();
            assert!(retryable.is_none_or(|expected| expected == error.is_retryable()), "{error:?}");
        }
        (None, Ok(output)) => {
            let wanted = expected["files"].as_object().unwrap();
            assert_eq!(output.files.len(), wanted.len(), "{facts}");
            for file in &output.files {
                let content = String::from_utf8(files[&file.name].clone()).unwrap();
                assert_eq!(content, wanted[&file.name], "{}", file.name);
                assert_eq!(file.size, content.len() as u64);
            }
        }
        (_, result) => panic!("expected {expected}, got {result:?}"),
    }
}

/// Plays the whole script; with `restore`, in another process at every step.
fn replay(vector: &Value, restore: bool) {
    let script = vector["script"].as_array().unwrap().iter();
    let (mark, files) = (MARK.to_owned(), BTreeMap::new());
    let mut replay =
        Replay { vector, now: START, script, files, mark, job: None, restores: restore, asked: false };
    let result = replay.run(&api(vector), restore);
    check_outcome(&vector["outcome"], &result, &replay.files);
    let left = replay.script.next();
    assert!(left.is_none_or(|entry| entry["repeats"] == true), "the script has not ended: {left:?}");
}

/// Replays all scripts of a folder.
fn every_vector_of(folder: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(folder);
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let vectors: Vec<_> = paths.filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
    assert!(!vectors.is_empty(), "there are no vectors");
    let mut failures = Vec::new();
    for path in &vectors {
        let vector: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        for restore in [false, true] {
            // What is saved has neither content nor half-loaded files, so those scripts go another way.
            let skip = restore && vector["resumes"] == false;
            if !skip && std::panic::catch_unwind(|| replay(&vector, restore)).is_err() {
                let how = if restore { "(restored)" } else { "" };
                failures.push(format!("{} {how}", path.file_stem().unwrap().display()));
            }
        }
    }
    assert!(failures.is_empty(), "of {} vectors these fail: {failures:#?}", vectors.len());
}

#[test]
fn every_vector_is_replayed() {
    every_vector_of("");
}

#[test]
fn every_vector_of_version_2_is_replayed() {
    every_vector_of("v2");
}

#[test]
fn every_callback_is_replayed() {
    every_vector_of("callbacks");
}
